package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
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

// SIGTERM waited for such rooms for ever, and the results of the others were never written.
func TestRulesThatDoNotReturnDoNotKeepTheServerFromEnding(t *testing.T) {
	g := &stuck{began: make(chan struct{}), release: make(chan struct{})}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	sessions, err := session.New(session.Config{
		Games: []game.Kind{game.Spec[*marks.Mark, *marks.Board]{
			Name: "stuck", Seats: game.Exactly(1), Rate: 20,
			New: func(*game.Tick) game.Logic[*marks.Mark, *marks.Board] { return g },
		}},
		Rules: map[matchmaking.Name]matchmaking.Rule{{Game: "stuck"}: {Min: 1, Max: 1}},
		Key:   make([]byte, 32), Logger: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	sockets := ws.NewHandler(sessions, ws.Config{})
	n := node{
		cfg: config{grace: 10 * time.Millisecond}, log: log, sessions: sessions, upgrades: sockets,
		results: newResults(leaderboard.NewMemory(), log),
		public:  ws.Server(sockets), admin: ws.Server(http.NotFoundHandler()),
	}
	public, admin := listen(t), listen(t)
	ctx, sigterm := context.WithCancel(t.Context())
	var running sync.WaitGroup
	var ended error
	running.Go(func() { ended = n.run(ctx, public, admin) })
	t.Cleanup(func() { close(g.release) })

	c, err := client.Dial(t.Context(), "ws://"+public.Addr().String(), client.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if err := c.JoinQueue(t.Context(), "stuck", ""); err != nil {
		t.Fatal(err)
	}
	<-g.began
	began := time.Now()
	sigterm()
	running.Wait()
	if took := time.Since(began); !errors.Is(ended, errStuck) || took > 10*time.Second {
		t.Errorf("ended after %v with %v", took, ended)
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
