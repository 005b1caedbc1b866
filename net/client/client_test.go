package client_test

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"runtime"
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
func (p *tape) Tick(*game.Tick)             {}
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
		listener.Close()
		handler.Wait(context.Background())
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

// codeOf is the code of the server's refusal; 0 for any other error.
func codeOf(err error) pb.Code {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return e.Code
	}
	return 0
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
			cuts, resumes, connected := 0, 0, true
			send := func() {
				n := len(want) + 1
				if seq, err := c.Send(mark(t, n)); err != nil || seq != uint32(n) {
					t.Fatalf("input %d got number %d and %v", n, seq, err)
				}
				if connected && n/cutEvery > cuts { // the input is on its way, and may arrive or not
					c.Cut()
					cuts, connected = cuts+1, false
				}
				want = append(want, uint32(n))
			}
			send()
			until(t, c, "last view", func(e client.Event) bool {
				switch {
				case e.Welcome != nil:
					resumes, connected = resumes+1, true
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
				return acked == inputs && len(got) >= inputs && resumes == cuts
			})
			if !slices.Equal(got, want) {
				t.Errorf("the game got %v, want %v", got, want)
			}
			if stats := c.Stats(); cuts < 2 || stats.Resumes != cuts || stats.ResumeFailed != 0 || stats.ConnectFailed != 0 {
				t.Errorf("after %d cuts: %+v", cuts, stats)
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
	stop  chan struct{} // closed: hear no more
	heard chan struct{} // closed when something was said to deaf ears
}

func (d *deaf) Read(b []byte) (int, error) {
	n, err := d.Conn.Read(b)
	select {
	case <-d.stop:
	default:
		return n, err
	}
	for said := false; err == nil; _, err = d.Conn.Read(b) {
		if !said {
			close(d.heard)
			said = true
		}
	}
	return 0, err
}

// TestACallWhoseReplyWasLostIsDoneOnce loses what the server says to a call. It does not do the
// call again, which would be refused, and tells everything again.
func TestACallWhoseReplyWasLostIsDoneOnce(t *testing.T) {
	var first *deaf
	c := dial(t, startServer(t, tapeGame("steps", 0)), client.Config{
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, addr)
			if err != nil || first != nil {
				return conn, err
			}
			first = &deaf{conn, make(chan struct{}), make(chan struct{})}
			return first, nil
		},
	})
	until(t, c, "pong", func(e client.Event) bool { return e.RTT != 0 }) // nothing else is under way
	close(first.stop)
	answer := make(chan error, 1)
	go func() { answer <- c.JoinQueue(context.Background(), "steps", "") }()
	take(t, first.heard, "reply")
	c.Cut()
	if err := take(t, answer, "answer"); err != nil {
		t.Errorf("the call was answered with %v", err)
	}
	until(t, c, "room", isRoom)
	if got := c.Stats().Resumes; got != 1 {
		t.Errorf("%d resumes, want 1", got)
	}
}

// TestAClientThatIsReplacedStops connects the same player twice.
func TestAClientThatIsReplacedStops(t *testing.T) {
	url := startServer(t, tapeGame("steps", 0))
	first := dial(t, url, client.Config{})
	player, secret := first.Identity()
	dial(t, url, client.Config{Player: player, Secret: secret})
	for range first.Events() { // until they end
	}
	if codeOf(first.Err()) != pb.Code_CODE_REPLACED {
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
	if codeOf(err) != pb.Code_CODE_UNAUTHENTICATED {
		t.Errorf("got %v, want UNAUTHENTICATED", err)
	}
}

// TestCloseLeavesNoGoroutine closes clients in every state that they can be in.
func TestCloseLeavesNoGoroutine(t *testing.T) {
	url := startServer(t, tapeGame("ticks", 60))
	crowd := dial(t, url, client.Config{Buffer: 1}) // nobody takes its events: the reader waits
	idle := dial(t, url, client.Config{})
	playing := dial(t, url, client.Config{})
	if err := playing.JoinQueue(t.Context(), "ticks", ""); err != nil {
		t.Fatal(err)
	}
	until(t, playing, "view", func(e client.Event) bool { return e.View != nil })
	trying := dial(t, startScript(t, func(n int, s *script) {
		if n == 0 {
			s.welcome(&pb.Welcome{Session: "s"})
		}
		s.close(1001)
	}), client.Config{})
	until(t, trying, "loss", func(e client.Event) bool { return e.Lost != nil })
	greeted := make(chan struct{})
	greeting := dial(t, startScript(t, func(n int, s *script) {
		if n == 0 {
			s.welcome(&pb.Welcome{Session: "s"})
			s.close(1001)
			return
		}
		s.read() // the hello, which gets no answer
		if n == 1 {
			close(greeted)
		}
		s.read()
	}), client.Config{})
	take(t, greeted, "hello")

	for _, c := range []*client.Client{crowd, idle, playing, trying, greeting} {
		c.Close()
		c.Close() // again does nothing
		if !errors.Is(c.Err(), client.ErrClosed) {
			t.Errorf("closed with %v", c.Err())
		}
	}
	var stacks strings.Builder
	for began := time.Now(); ; runtime.Gosched() { // a timer's goroutine may be about to end
		stacks.Reset()
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 2)
		if !strings.Contains(stacks.String(), "parlor/net/client.(*Client)") {
			return
		}
		if time.Since(began) > patience {
			t.Fatalf("goroutines of closed clients:\n%s", stacks.String())
		}
	}
}
