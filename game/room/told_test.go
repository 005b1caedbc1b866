package room_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parlor/game/arcade/tictactoe"
	"parlor/game/room"
)

// flap makes a player go away and come back, in so many turns of the room.
func flap(t *testing.T, r *room.Room, p *person, times int, pause time.Duration) {
	t.Helper()
	for range times {
		for _, tell := range []func() error{
			func() error { return r.Offline(t.Context(), p) },
			func() error { return r.Online(t.Context(), p) },
		} {
			if err := tell(); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		time.Sleep(pause)
	}
}

func (p *person) states() (n int) {
	for _, u := range p.updates() {
		if u.Room != nil {
			n++
		}
	}
	return n
}

// Every coming and going was told at once: 290 of them filled the 256 items of an opponent who
// was slow to acknowledge, and cost him his connection.
func TestWhoComesAndGoesDoesNotFillTheOutboxesOfTheOthers(t *testing.T) {
	for _, phase := range []room.Phase{room.Playing, room.Ended} {
		t.Run(phase.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ann, bob := &person{id: "ann"}, &person{id: "bob"}
				r, stop := run(t, room.Config{Kind: tictactoe.Game}, ann, bob)
				defer stop()
				synctest.Wait()
				if phase == room.Ended {
					win(t, r, ann, bob, 1)
				}
				before, began := ann.states(), time.Now()
				flap(t, r, bob, 300, 10*time.Millisecond)
				time.Sleep(time.Second)
				if told, most := ann.states()-before, int(time.Since(began)/(250*time.Millisecond))+1; told < 2 || told > most {
					t.Errorf("she was told %d times, want 2 to %d", told, most)
				}
				if m := ann.state().Members[1]; m.Away {
					t.Errorf("in the end she was told %+v", m)
				}
			})
		})
	}
}

func TestAChangeOfMembersIsToldAtOnceAndTheNextWhenItsTimeHasCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		r, stop := run(t, room.Config{Kind: tictactoe.Game}, ann, bob)
		defer stop()
		time.Sleep(time.Second)
		if err := r.Offline(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if m := ann.state().Members[1]; !m.Away {
			t.Errorf("at once: %+v, want away", m)
		}
		if err := r.Online(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if st := bob.state(); st.Members[1].Away {
			t.Errorf("he himself was told %+v: who comes back does not wait", st.Members[1])
		}
		time.Sleep(249 * time.Millisecond)
		if m := ann.state().Members[1]; !m.Away {
			t.Error("the second change was told before its time")
		}
		time.Sleep(2 * time.Millisecond)
		if m := ann.state().Members[1]; m.Away {
			t.Errorf("after 250 ms, in a room that does not tick: %+v, want back", m)
		}
	})
}

func TestTheEndOfAMatchIsToldAtOnceThoughAChangeOfMembersWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		r, stop := run(t, room.Config{Kind: tictactoe.Game}, ann, bob)
		defer stop()
		time.Sleep(time.Second)
		flap(t, r, bob, 2, 0)
		win(t, r, ann, bob, 1)
		if st := ann.state(); st.Phase != room.Ended || st.Members[1].Away {
			t.Errorf("told %+v", st)
		}
	})
}
