package ws_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptest"
	"slices"
	"testing"

	"parlor/game"
	"parlor/game/room"
	"parlor/net/client"
	"parlor/net/ws"
	marks "parlor/proto/arcade/tictactoe/v1"
	pb "parlor/proto/parlor/v1"
)

// finale is a game for one whose last view, after the first input, is more than a socket takes.
type finale struct{ over bool }

func (g *finale) Input(t *game.Tick, _ game.Seat, _ *marks.Mark) error {
	g.over = true
	t.End(game.Draw())
	return nil
}
func (g *finale) Tick(*game.Tick) {}
func (g *finale) View(game.Seat) *marks.Board {
	if !g.over {
		return new(marks.Board)
	}
	return &marks.Board{Cells: slices.Repeat(bigView, 100)}
}

// What the kernel did not take of the last frame waited for the client's next ping.
func TestWhatASocketDidNotTakeFollowsWhenTheMatchIsOver(t *testing.T) {
	t.Parallel()
	inEveryWay(t, func(t *testing.T, way string) {
		h := openIn(t, way, ws.Config{}, nil, spec{
			Name: "solo", Seats: game.Exactly(1), Rate: 20, Open: true, New: func(*game.Tick) logic { return new(finale) },
		})
		x := h.playing(t)
		_ = x.conn.SetReadBuffer(16 << 10)
		x.frame(&pb.ClientFrame{AckTick: 1 << 20, Inputs: &pb.Inputs{FirstSeq: 1, Body: [][]byte{mark(1)}}})
		waitFor(t, "the match is over", func() bool { return h.server.Rooms()[0].Phase == room.Ended && h.server.Seated() == 0 })
		x.frame(&pb.ClientFrame{AckTick: 1 << 20}) // where that took a second, the last view waits for it
		for len(x.next().View) < 1<<20 {
		}
	})
}

func TestWhoComesOverTLSIsServedByAGoroutine(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Config{}, nil)
	listener := httptest.NewUnstartedServer(h.handler)
	listener.Config = ws.Server(h.handler)
	listener.StartTLS()
	t.Cleanup(listener.Close)
	c, err := client.Dial(t.Context(), "ws://"+listener.Listener.Addr().String(), client.Config{
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}
			return d.DialContext(ctx, network, addr)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.JoinQueue(t.Context(), "solo", ""); err != nil {
		t.Fatal(err)
	}
	for views := 0; views < 20; {
		switch e := <-c.Events(); {
		case e.View != nil:
			views++
		case e.Lost != nil:
			t.Fatal(e.Lost)
		}
		if n := h.server.Seated(); n > 0 {
			t.Fatalf("a room owns %d sockets", n)
		}
	}
	if s := c.Stats(); s.Resumes > 0 {
		t.Errorf("%+v, want one connection", s)
	}
}
