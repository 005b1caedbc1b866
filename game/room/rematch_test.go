package room_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game/arcade/tictactoe"
	"parlor/game/room"
)

func TestARematchBeginsWhenAllAskAndAnotherMovesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		r, stop := run(t, room.Config{Kind: tictactoe.Game}, ann, bob)
		defer stop()
		win(t, r, ann, bob, 1)
		first := ann.result()
		if first == nil || !first.Standings[0].Won || first.Standings[0].Player != "ann" {
			t.Fatalf("result %+v", first)
		}
		if err := r.Rematch(t.Context(), ann); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if st := bob.state(); st.Phase != room.Ended || st.Votes != 1 {
			t.Fatalf("after one vote: %+v", st)
		}
		if err := r.Rematch(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		st := ann.state()
		if st.Phase != room.Playing || st.Match == first.Match || st.Members[0].Player != "bob" {
			t.Fatalf("rematch: %+v", st)
		}
		win(t, r, bob, ann, 4)
		if o := ann.result(); o.Match == first.Match || !o.Standings[0].Won || o.Standings[0].Player != "bob" {
			t.Errorf("second result %+v", o)
		}
	})
}

// The rematch was only begun by a vote: it never came when the last one who had not voted left.
func TestARematchBeginsWhenTheLastWhoHasNotVotedLeavesOrLosesHisSeat(t *testing.T) {
	for _, how := range []string{"leaves", "loses his seat"} {
		t.Run(how, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ann, bob := &person{id: "ann"}, &person{id: "bob"}
				r, stop := run(t, room.Config{Kind: tictactoe.Game, Waits: room.Waits{Hold: 20 * time.Second}}, ann, bob)
				defer stop()
				win(t, r, ann, bob, 1)
				if err := r.Rematch(t.Context(), ann); err != nil {
					t.Fatal(err)
				}
				tell := r.Leave
				if how != "leaves" {
					tell = r.Offline
				}
				if err := tell(t.Context(), bob); err != nil {
					t.Fatal(err)
				}
				time.Sleep(21 * time.Second)
				st := ann.state()
				if st.Phase != room.Playing || st.Match != "r-2" || bob.left() == nil {
					t.Fatalf("told %+v, and he who is gone %v", st, bob.left())
				}
				if m := st.Members[0]; !m.Bot {
					t.Errorf("the other seat: %+v, want a bot", m)
				}
			})
		})
	}
}

// It was told as a fault of the server.
func TestARematchWithTooFewPlayersClosesTheRoomWithThatReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		g := tictactoe.Game
		g.Bot = nil
		r, _ := run(t, room.Config{Kind: g}, ann, bob)
		win(t, r, ann, bob, 1)
		views, _ := ann.views()
		if err := r.Rematch(t.Context(), ann); err != nil {
			t.Fatal(err)
		}
		if err := r.Leave(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		<-r.Done()
		if l := ann.left(); l == nil || !errors.Is(l.Err, room.ErrTooFew) {
			t.Errorf("she was told %v", l)
		}
		if n, _ := ann.views(); n != views {
			t.Error("she was sent a view of a match that never began")
		}
	})
}

// win plays a row for first, whose next input and the other's have the numbers given.
func win(t *testing.T, r *room.Room, first, second *person, seq uint32) {
	t.Helper()
	other := seq
	if seq > 1 {
		other = seq - 1 // the second to move has made one move less
	}
	for i, cell := range []uint32{0, 3, 1, 4, 2} {
		p, n := first, &seq
		if i%2 == 1 {
			p, n = second, &other
		}
		if err := r.Inputs(t.Context(), p, room.Batch{First: *n, Bodies: [][]byte{mark(cell)}}); err != nil {
			t.Fatal(err)
		}
		*n++
		synctest.Wait()
	}
}

func TestARoomWithoutARematchCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		r, _ := run(t, room.Config{Kind: tictactoe.Game}, ann, bob)
		win(t, r, ann, bob, 1)
		ended := time.Now()
		<-r.Done()
		if took := time.Since(ended); took < 59*time.Second || took > 61*time.Second {
			t.Errorf("closed after %v, want a minute", took)
		}
		if l := ann.left(); l == nil || !errors.Is(l.Err, room.ErrClosed) {
			t.Errorf("she was told %v", l)
		}
	})
}

// A bot that asked for a rematch as soon as it had the result was told that no match had ended.
func TestTheRoomSaysThatTheMatchIsOverBeforeItsPlayersAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		r, stop := run(t, room.Config{Kind: tictactoe.Game}, ann, bob)
		defer stop()
		synctest.Wait()
		ann.room = r
		win(t, r, ann, bob, 1)
		if ann.seen != room.Ended {
			t.Errorf("when she had the result the room was %v", ann.seen)
		}
	})
}
