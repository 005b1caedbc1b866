package room_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/game/room"
	pb "parlor/proto/arcade/tictactoe/v1"
)

func TestABotTakesAnAbandonedSeatOfALargerTable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob, cem := &person{id: "ann"}, &person{id: "bob"}, &person{id: "cem"}
		g := withBot(toySpec(20, game.Between(2, 4), func() game.Logic[*pb.Mark, *pb.Board] {
			return &toy{tick: func(t *game.Tick) {
				if t.N == 100 {
					t.End(game.Win(1))
				}
			}}
		}))
		r, stop := run(t, room.Config{Kind: g}, ann, bob, cem)
		defer stop()
		synctest.Wait()
		if err := r.Leave(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if l := bob.left(); l == nil || l.Err != nil {
			t.Errorf("he who left was told %v", l)
		}
		if m := ann.state().Members[1]; !m.Bot || m.Player != "" || ann.state().Phase != room.Playing {
			t.Errorf("the seat: %+v", m)
		}
		time.Sleep(5 * time.Second)
		if o := ann.result(); o == nil || !slices.Equal(o.Deserters, []string{"bob"}) || o.Standings[1].Player != "" {
			t.Errorf("result %+v, want one that knows who deserted", o)
		}
	})
}

// deserted is a game that goes on without those who leave, and that nobody can join.
type deserted struct {
	toy
	left []game.Seat
}

func (d *deserted) Leave(_ *game.Tick, seat game.Seat) { d.left = append(d.left, seat) }

func TestWhoDesertsAMatchThatGoesOnIsInItsResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := crowd("ann", "bob", "cid")
		g := withBot(toySpec(20, game.Exactly(3), func() logic {
			d := &deserted{}
			d.tick = func(t *game.Tick) {
				if len(d.left) == 1 && t.N > 40 {
					t.End(game.ByScore(1, 0, 3))
				}
			}
			return d
		}))
		r, stop := run(t, room.Config{Kind: g, Bots: 3}, all...)
		defer stop()
		synctest.Wait()
		_ = r.Leave(t.Context(), all[1])
		time.Sleep(time.Second)
		if members := all[0].(*person).state().Members; members[1] != (room.Member{Name: "name of bob"}) {
			t.Errorf("the deserter's seat: %+v", members[1])
		}
		time.Sleep(2 * time.Second)
		o := all[0].(*person).result()
		if o == nil || o.Standings[1].Player != "bob" || o.Standings[1].Place != 3 || o.Standings[2].Place != 1 {
			t.Errorf("result %+v", o)
		}
	})
}
