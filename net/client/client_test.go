package client_test

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/matchmaking"
	"parlor/net/client"
	"parlor/net/session"
	"parlor/net/wire"
	"parlor/net/ws"
	marks "parlor/proto/arcade/tictactoe/v1"
	pb "parlor/proto/parlor/v1"
)

// patience is how long a test waits for what must happen. It is reached only by a failing test.
const patience = 20 * time.Second

// tape is a game for one whose view is the list of all its inputs, in the order of their coming.
// It refuses none and never ends.
type tape struct{ cells []uint32 }

func (p *tape) Input(_ *game.Tick, _ game.Seat, in *marks.Mark) error {
	p.cells = append(p.cells, in.Cell)
	return nil
}
func (p *tape) Tick(*game.Tick)           {}
func (p *tape) View(game.Seat) *marks.Board { return &marks.Board{Cells: p.cells} }

func tapeGame(name string, rate int) game.Kind {
	return game.Spec[*marks.Mark, *marks.Board]{
		Name: name, Seats: game.Exactly(1), Rate: rate, Open: true,
		New: func(*game.Tick) game.Logic[*marks.Mark, *marks.Board] { return new(tape) },
	}
}

// startServer runs a whole server, without a listener of its own process.
func startServer(t *testing.T, games ...game.Kind) (url string) {
	t.Helper()
	rules := map[matchmaking.Name]matchmaking.Rule{}
	for _, k := range games {
		info := k.Info()
		rules[matchmaking.Name{Game: info.Name}] = matchmaking.Rule{Min: info.Seats.Min, Max: info.Seats.Max}
	}
	server, err := session.New(session.Config{Games: games, Rules: rules, Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { server.Run(ctx) })
	handler := ws.NewHandler(server, ws.Config{})
	listener := httptest.NewServer(handler)
	t.Cleanup(func() {
		stop()
		running.Wait()
		handler.Wait()
		listener.Close()
	})
	return "ws" + strings.TrimPrefix(listener.URL, "http")
}

func dial(t *testing.T, url string, cfg client.Config) *client.Client {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := client.Dial(ctx, url, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// until takes events until one is what the test waits for.
func until(t *testing.T, c *client.Client, what string, is func(client.Event) bool) client.Event {
	t.Helper()
	giveUp := time.After(patience)
	for {
		select {
		case e, ok := <-c.Events():
			if !ok {
				t.Fatalf("the client ended (%v) before %s", c.Err(), what)
			}
			if is(e) {
				return e
			}
		case <-giveUp:
			t.Fatalf("no %s came", what)
		}
	}
}

func isRoom(e client.Event) bool { return e.Item.GetRoom() != nil }

func mark(t *testing.T, cell int) []byte {
	t.Helper()
	b, err := proto.Marshal(&marks.Mark{Cell: uint32(cell)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func cells(t *testing.T, v *client.View) []uint32 {
	t.Helper()
	board := new(marks.Board)
	if err := proto.Unmarshal(v.Body, board); err != nil {
		t.Fatal(err)
	}
	return board.Cells
}

// TestCutsLoseNoInput cuts the connection again and again while inputs are sent: the seat is
// kept, every input is acknowledged once, and the game has got each once and in order.
func TestCutsLoseNoInput(t *testing.T) {
	for _, kind := range []game.Kind{tapeGame("steps", 0), tapeGame("ticks", 60)} {
		t.Run(kind.Info().Name, func(t *testing.T) {
			c := dial(t, startServer(t, kind), client.Config{})
			if err := c.JoinQueue(t.Context(), kind.Info().Name, ""); err != nil {
				t.Fatal(err)
			}
			before := until(t, c, "room", isRoom).Item.GetRoom()

			const inputs, cutEvery = 48, 12
			var want, got []uint32
			var acked uint32
			send := func() {
				n := len(want) + 1
				if seq, err := c.Send(mark(t, n)); err != nil || seq != uint32(n) {
					t.Fatalf("input %d got number %d and %v", n, seq, err)
				}
				if n%cutEvery == 0 { // it is on its way, and may arrive or not
					c.Cut()
				}
				want = append(want, uint32(n))
			}
			send()
			until(t, c, "last view", func(e client.Event) bool {
				switch {
				case e.Acked != 0:
					if e.Acked <= acked || int(e.Acked) > len(want) {
						t.Fatalf("acknowledged up to %d after %d, with %d sent", e.Acked, acked, len(want))
					}
					acked = e.Acked
					for range 3 { // some wait for their acknowledgement at any time
						if len(want) < inputs {
							send()
						}
					}
				case isRoom(e):
					if r := e.Item.GetRoom(); r.Match != before.Match || r.Seat != before.Seat {
						t.Errorf("after a cut: seat %d of %s, before: seat %d of %s", r.Seat, r.Match, before.Seat, before.Match)
					}
				case e.Item.GetRefused() != nil:
					t.Errorf("refused: %v", e.Item)
				case e.View != nil:
					got = cells(t, e.View)
				}
				return acked == inputs && len(got) >= inputs
			})
			if !slices.Equal(got, want) {
				t.Errorf("the game got %v, want %v", got, want)
			}
			if stats := c.Stats(); stats.Resumes != inputs/cutEvery || stats.ResumeFailed != 0 || stats.ConnectFailed != 0 {
				t.Errorf("%+v, want %d resumes and nothing failed", stats, inputs/cutEvery)
			}
		})
	}
}

// TestACallDuringACutIsAnsweredAfterTheResume makes a call that cannot be sent at first.
func TestACallDuringACutIsAnsweredAfterTheResume(t *testing.T) {
	kind := tapeGame("steps", 0)
	c := dial(t, startServer(t, kind), client.Config{})
	c.Cut()
	if err := c.JoinQueue(t.Context(), "steps", ""); err != nil {
		t.Fatal(err)
	}
	until(t, c, "room", isRoom)
	if got := c.Stats().Resumes; got != 1 {
		t.Errorf("%d resumes, want 1", got)
	}
}

// deaf is a connection that can stop hearing: what the server says is lost from then on.
type deaf struct {
	net.Conn
	deafened chan struct{}
}

func (d *deaf) Read(b []byte) (int, error) {
	n, err := d.Conn.Read(b)
	select {
	case <-d.deafened: // heard nothing until the connection ends
		for err == nil {
			_, err = d.Conn.Read(b)
		}
		return 0, err
	default:
		return n, err
	}
}

// TestACallWhoseReplyWasLostIsDoneOnce loses the reply and all that came with it: the server
// does not do the call again, and tells everything again.
func TestACallWhoseReplyWasLostIsDoneOnce(t *testing.T) {
	kind := tapeGame("steps", 0)
	var first *deaf
	c := dial(t, startServer(t, kind), client.Config{Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err != nil || first != nil {
			return conn, err
		}
		first = &deaf{conn, make(chan struct{})}
		return first, nil
	}})
	until(t, c, "pong", func(e client.Event) bool { return e.RTT != 0 }) // nothing else is under way
	close(first.deafened)
	answer := make(chan error, 1)
	go func() { answer <- c.JoinQueue(context.Background(), "steps", "") }()

	// A second client sees when the first has its match: the queue gives them one each, in order.
	other := dial(t, strings.Clone(urlOf(t, c)), client.Config{})
	if err := other.JoinQueue(t.Context(), "steps", ""); err != nil {
		t.Fatal(err)
	}
	until(t, other, "room", isRoom)
	c.Cut()
	if err := <-answer; err != nil {
		t.Errorf("the call was answered with %v", err)
	}
	until(t, c, "room", isRoom)
	if _, err := c.Send(mark(t, 7)); err != nil {
		t.Fatal(err)
	}
	until(t, c, "acknowledgement", func(e client.Event) bool { return e.Acked == 1 })
}

// TestAClientThatIsReplacedStops connects the same player twice.
func TestAClientThatIsReplacedStops(t *testing.T) {
	url := startServer(t, tapeGame("steps", 0))
	first := dial(t, url, client.Config{})
	player, secret := first.Identity()
	dial(t, url, client.Config{Player: player, Secret: secret})
	for range first.Events() { // until they end
	}
	if e, ok := errors.AsType[*wire.Error](first.Err()); !ok || e.Code != pb.Code_CODE_REPLACED {
		t.Errorf("the client ended with %v, want REPLACED", first.Err())
	}
	if stats := first.Stats(); stats.Connects != 1 || stats.ConnectFailed != 0 {
		t.Errorf("%+v: it tried to come back", stats)
	}
	if err := first.JoinQueue(t.Context(), "steps", ""); err == nil {
		t.Error("a call was answered after the end")
	}
}

func TestASecretThatIsWrongIsRefused(t *testing.T) {
	url := startServer(t, tapeGame("steps", 0))
	player, _ := dial(t, url, client.Config{}).Identity()
	_, err := client.Dial(t.Context(), url, client.Config{Player: player, Secret: "guessed"})
	if e, ok := errors.AsType[*wire.Error](err); !ok || e.Code != pb.Code_CODE_UNAUTHENTICATED {
		t.Errorf("got %v, want UNAUTHENTICATED", err)
	}
}

// TestCloseLeavesNoGoroutine closes clients in each state that they can be in.
func TestCloseLeavesNoGoroutine(t *testing.T) {
	kind := tapeGame("ticks", 60)
	url := startServer(t, kind)
	playing := dial(t, url, client.Config{Buffer: 1}) // nobody takes its events: the reader waits
	if err := playing.JoinQueue(t.Context(), "ticks", ""); err == nil {
		t.Error("a reply passed events that nobody took")
	}
}
