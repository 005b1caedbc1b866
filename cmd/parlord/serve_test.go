package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"parlor/game"
	"parlor/leaderboard"
	"parlor/matchmaking"
	"parlor/net/client"
	"parlor/net/session"
	"parlor/net/ws"
	marks "parlor/proto/arcade/tictactoe/v1"
)

// stuck is a game whose first tick does not return before the test says so.
type stuck struct{ began, release chan struct{} }

func (*stuck) Input(*game.Tick, game.Seat, *marks.Mark) error { return nil }
func (g *stuck) Tick(t *game.Tick) {
	if t.N == 1 {
		close(g.began)
	}
	<-g.release
}
func (*stuck) View(game.Seat) *marks.Board { return new(marks.Board) }

// fat is a game with views of 6 MB. By its twentieth tick a player who stopped to read has a full socket.
type fat struct{ view *marks.Board }

func (*fat) Input(*game.Tick, game.Seat, *marks.Mark) error { return nil }
func (*fat) Tick(*game.Tick)                                {}
func (g *fat) View(game.Seat) *marks.Board                  { return g.view }

// hosted is a node with one game for one, and a client who plays it.
type hosted struct {
	sessions *session.Server
	player   *client.Client
	end      func() (took time.Duration, err error) // SIGTERM
}

func host(t *testing.T, buffer int, rules game.Logic[*marks.Mark, *marks.Board]) hosted {
	t.Helper()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	carrier, _, err := ws.NewCarrier(ws.Auto)
	if err != nil {
		t.Fatal(err)
	}
	hosting := session.Config{
		Games: []game.Kind{game.Spec[*marks.Mark, *marks.Board]{
			Name: "one", Seats: game.Exactly(1), Rate: 20, Open: true,
			New: func(*game.Tick) game.Logic[*marks.Mark, *marks.Board] { return rules },
		}},
		Rules: map[matchmaking.Name]matchmaking.Rule{{Game: "one"}: {Min: 1, Max: 1}},
		Key:   make([]byte, 32), Logger: log,
	}
	if carrier != nil {
		hosting.Carrier = carrier
	}
	h := hosted{}
	if h.sessions, err = session.New(hosting); err != nil {
		t.Fatal(err)
	}
	sockets := ws.NewHandler(h.sessions, ws.Config{})
	store, err := leaderboard.OpenEmbedded(t.TempDir(), leaderboard.EmbeddedConfig{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	results, err := newResults(store, shelves{}, "", log)
	if err != nil {
		t.Fatal(err)
	}
	n := node{
		cfg: config{grace: 10 * time.Millisecond}, log: log, sessions: h.sessions, upgrades: sockets,
		results: results,
		public:  ws.Server(sockets), admin: ws.Server(http.NotFoundHandler()),
	}
	public, admin := listen(t), listen(t)
	ctx, sigterm := context.WithCancel(t.Context())
	var running sync.WaitGroup
	var ended error
	running.Go(func() { ended = n.run(ctx, public, admin) })
	h.end = func() (time.Duration, error) {
		began := time.Now()
		sigterm()
		running.Wait()
		return time.Since(began), ended
	}
	if h.player, err = client.Dial(t.Context(), "ws://"+public.Addr().String(), client.Config{Buffer: buffer}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.player.Close)
	if err := h.player.JoinQueue(t.Context(), "one", ""); err != nil {
		t.Fatal(err)
	}
	return h
}

// SIGTERM waited for such rooms for ever, and the results of the others were never written.
func TestRulesThatDoNotReturnDoNotKeepTheServerFromEnding(t *testing.T) {
	g := &stuck{began: make(chan struct{}), release: make(chan struct{})}
	h := host(t, 0, g)
	t.Cleanup(func() { close(g.release) })
	<-g.began
	if took, err := h.end(); !errors.Is(err, errStuck) || took > 10*time.Second {
		t.Errorf("ended after %v with %v", took, err)
	}
}

// A phone that was frozen when the server stopped made parlord exit with 1, as for rules that hang.
func TestSomebodyWhoDoesNotReadIsNoFaultAtTheEnd(t *testing.T) {
	h := host(t, 4, &fat{&marks.Board{Cells: slices.Repeat([]uint32{1 << 27}, 3<<19)}})
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for rooms := h.sessions.Rooms(); len(rooms) == 0 || rooms[0].Tick < 20; rooms = h.sessions.Rooms() {
		<-poll.C
	}
	if took, err := h.end(); err != nil || took > 10*time.Second {
		t.Errorf("ended after %v with %v", took, err)
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}
