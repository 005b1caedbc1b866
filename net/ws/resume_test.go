package ws_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/net/client"
	"parlor/net/ws"
	marks "parlor/proto/arcade/tictactoe/v1"
)

// TestSocketsCutInAMatchLoseNothing plays over real sockets that are reset at random moments, and
// resumed by the Go client.
func TestSocketsCutInAMatchLoseNothing(t *testing.T) {
	t.Parallel()
	inEveryWay(t, func(t *testing.T, way string) {
		h := openIn(t, way, ws.Config{}, nil)
		var clients []*client.Client
		for range 2 {
			c, err := client.Dial(t.Context(), h.url, client.Config{CheckViews: true})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			clients = append(clients, c)
			if err := c.JoinQueue(t.Context(), "duel", ""); err != nil {
				t.Fatal(err)
			}
		}
		const inputs = 80
		done := make(chan []uint32, len(clients))
		for i, c := range clients {
			go func() { done <- playBadly(c, rand.New(rand.NewPCG(uint64(i), 0)), inputs) }()
		}
		var want []uint32
		for cell := range uint32(inputs) {
			want = append(want, cell+1)
		}
		for range clients {
			select {
			case got := <-done:
				if !slices.Equal(got, want) {
					t.Errorf("applied %v\nwant %v", got, want)
				}
			case <-time.After(patience):
				t.Fatal("they do not come to an end")
			}
		}
		for _, c := range clients {
			if s := c.Stats(); s.Resumes < 3 || s.ResumeFailed > 0 || s.ItemsAgain > 0 {
				t.Errorf("%+v, want some resumes, none of them refused, and no item twice", s)
			}
		}
		if rooms := h.server.Rooms(); len(rooms) != 1 {
			t.Errorf("%d rooms, want the one they began in", len(rooms))
		}
	})
}

// playBadly sends so many inputs over a connection that it cuts now and then, and answers with
// those of its seat that a view shows in the end.
func playBadly(c *client.Client, dice *rand.Rand, inputs int) (mine []uint32) {
	pace := time.NewTicker(60 * time.Millisecond) // under what a seat may send: twenty a second
	defer pace.Stop()
	seat := int32(-1)
	for sent := 0; len(mine) < inputs; {
		select {
		case e, ok := <-c.Events():
			switch {
			case !ok:
				return mine
			case e.Item.GetRoom() != nil:
				seat = e.Item.GetRoom().Seat
			case e.View != nil:
				mine = cellsOf(e.View.Body, seat)
			}
		case <-pace.C:
			if seat < 0 || sent == inputs {
				continue
			}
			sent++
			if _, err := c.Send(mark(uint32(sent))); err != nil {
				return nil
			}
			if dice.IntN(12) == 0 {
				c.Cut()
			}
		}
	}
	return mine
}

func cellsOf(view []byte, seat int32) (cells []uint32) {
	var board marks.Board
	if err := proto.Unmarshal(view, &board); err != nil {
		return nil
	}
	for i := 0; i+1 < len(board.Cells); i += 2 {
		if board.Cells[i] == uint32(seat) {
			cells = append(cells, board.Cells[i+1])
		}
	}
	return cells
}

func TestADrainEndsConnectionsWithItsCode(t *testing.T) {
	t.Parallel()
	inEveryWay(t, func(t *testing.T, way string) {
		h := openIn(t, way, ws.Config{}, nil)
		x, _ := h.greeted(t)
		x.frame(call(1, "solo"))
		for x.next().View == nil {
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		h.server.Drain(ctx) // the match has no end
		if _, resp := h.dialRaw(t, nil); resp.StatusCode != 101 {
			t.Errorf("HTTP %d in a drain, want the refusal to come as a frame", resp.StatusCode)
		}
		y := h.raw(t)
		y.frame(guestHello())
		if code, said := y.ends(); code != 4302 || said.GetRetryMs() == 0 {
			t.Errorf("a newcomer: %d, %v; want 4302", code, said)
		}
		h.stop()
		if code, said := x.ends(); code != 4302 || said.GetRetryMs() == 0 {
			t.Errorf("who was there: %d, %v; want 4302", code, said)
		}
	})
}
