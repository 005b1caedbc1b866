package room_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/game/arcade/tictactoe"
	"parlor/game/room"
	pb "parlor/proto/arcade/tictactoe/v1"
)

// looker has somebody look on.
func looker(t *testing.T, r *room.Room, id string) *person {
	t.Helper()
	p := &person{id: id}
	if err := r.TryWatch(p); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	return p
}

// counting shows the number of its tick, and to a seat also which it is: 0 is for those who look on.
type counting struct {
	toy
	at int64
}

func (c *counting) Tick(t *game.Tick) { c.at = t.N; c.toy.Tick(t) }
func (c *counting) View(seat game.Seat) *pb.Board {
	return &pb.Board{Cells: []uint32{uint32(c.at), uint32(seat + 1)}}
}

func countingSpec(delay int, tick func(*game.Tick)) spec {
	s := toySpec(20, game.Exactly(2), func() logic { return &counting{toy: toy{tick: tick}} })
	s.Open, s.WatchDelay = false, delay
	return s
}

func TestWhoLooksOnSeesThePublicViewAndTheEndAndHasNoSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		r, stop := run(t, room.Config{Kind: tictactoe.Game}, ann, bob)
		defer stop()
		synctest.Wait()
		cid := looker(t, r, "cid")
		if st := cid.state(); st == nil || st.Watchers != 1 || cid.updates()[0].Seat != game.Watcher {
			t.Fatalf("told %+v", cid.updates())
		}
		if n, _ := cid.views(); n != 1 {
			t.Errorf("%d views of a board on which nothing happened, want 1", n)
		}
		if st := ann.state(); st.Watchers != 1 || len(st.Members) != 2 {
			t.Errorf("the players were told %+v", st)
		}
		if err := r.Inputs(t.Context(), cid, room.Batch{First: 1, Bodies: [][]byte{mark(4)}}); err != nil {
			t.Fatal(err)
		}
		if err := asks(r.Start, cid, true); !errors.Is(err, room.ErrPhase) {
			t.Errorf("start: %v", err)
		}
		synctest.Wait()
		if refused := cid.refusals(); len(refused) != 1 || refused[0].Reason != "you only look on" {
			t.Errorf("refused %+v", refused)
		}
		win(t, r, ann, bob, 1)
		if _, board := cid.views(); board == nil || board.Cells[0] == 0 {
			t.Errorf("the board at the end: %v", board)
		}
		if cid.result() == nil || len(cid.result().Standings) != 2 {
			t.Errorf("result %+v", cid.result())
		}
		if info := r.Info(); info.Watchers != 1 || info.Players != 2 {
			t.Errorf("info %+v", info)
		}
		if err := r.Leave(t.Context(), cid); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if left := cid.left(); left == nil || left.Err != nil || r.Info().Watchers != 0 {
			t.Errorf("left %+v, %d look on", left, r.Info().Watchers)
		}
	})
}

func TestWhoLooksOnIsBehindAsTheGameAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		g := countingSpec(100, func(t *game.Tick) {
			if t.N == 430 {
				t.End(game.Win(0))
			}
		})
		r, stop := run(t, room.Config{Kind: g}, ann, bob)
		defer stop()
		time.Sleep(10 * time.Second)
		cid := looker(t, r, "cid") // a second ago
		if n, _ := cid.views(); n != 0 {
			t.Errorf("%d views before 5 s have passed", n)
		}
		time.Sleep(9 * time.Second)
		for _, u := range cid.updates() {
			if behind := u.Clock.Tick - u.Tick; u.View != nil && (behind < 99 || behind > 101) {
				t.Fatalf("a view of tick %d at tick %d, want 100 later", u.Tick, u.Clock.Tick)
			}
		}
		if n, board := cid.views(); n < 80 || n > 125 || board.Cells[1] != 0 {
			t.Errorf("%d views in 10 s, 5 s of delay and 20 ticks a second; the last %v", n, board)
		}
		dot := looker(t, r, "dot") // gets at once what others may see already
		if n, _ := dot.views(); n < 15 || n > 22 {
			t.Errorf("%d views in the first second of one who comes later", n)
		}
		time.Sleep(time.Second)
		_, last := ann.views()
		if _, board := cid.views(); board.Cells[0] != last.Cells[0] {
			t.Errorf("sees tick %d after the end at %d", board.Cells[0], last.Cells[0])
		}
	})
}

func TestViewsForThoseWhoLookOnAreMadeOnlyWhileSomebodyDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		g := toySpec(20, game.Exactly(1), func() logic { return &spied{asked: &asked} })
		g.Open = false
		r, stop := run(t, room.Config{Kind: g}, &person{id: "ann"})
		defer stop()
		time.Sleep(10 * time.Second)
		if public := asked.Load(); public != 0 {
			t.Errorf("%d public views with nobody to see them", public)
		}
		cid, dot := looker(t, r, "cid"), looker(t, r, "dot")
		time.Sleep(time.Second)
		if public := asked.Load(); public < 55 || public > 65 {
			t.Errorf("%d public views in 3 s for two who look on, want 60", public)
		}
		_ = r.Leave(t.Context(), cid)
		_ = r.Leave(t.Context(), dot)
		synctest.Wait()
		before := asked.Load()
		time.Sleep(time.Second)
		if public := asked.Load(); public > before {
			t.Errorf("%d public views after they left", public-before)
		}
	})
}

// spied counts its public views.
type spied struct {
	toy
	asked *atomic.Int64
}

func (s *spied) View(seat game.Seat) *pb.Board {
	if seat == game.Watcher {
		s.asked.Add(1)
	}
	return s.toy.View(seat)
}

func TestAGalleryHasItsLimitsAndAGameMayHaveNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := run(t, room.Config{Kind: tictactoe.Game}, &person{id: "ann"}, &person{id: "bob"})
		for i := range 64 {
			if left := looker(t, r, fmt.Sprint(i)).left(); left != nil {
				t.Fatalf("number %d: %v", i, left.Err)
			}
		}
		if left := looker(t, r, "late").left(); left == nil || !errors.Is(left.Err, room.ErrFull) {
			t.Errorf("number 64: %+v", left)
		}
		stop()
		closed, stop := run(t, room.Config{Kind: countingSpec(game.NoWatch, nil)}, &person{id: "ann"}, &person{id: "bob"})
		synctest.Wait()
		if left := looker(t, closed, "cid").left(); left == nil || !errors.Is(left.Err, room.ErrNoWatch) {
			t.Errorf("where nobody may: %+v", left)
		}
		stop()
	})
}

func TestWhoLooksOnKeepsNoRoomAwakeNorOpenAndIsForgottenWhenGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		r, stop := run(t, room.Config{Kind: toySpec(20, game.Exactly(2), idle)}, ann, bob)
		defer stop()
		synctest.Wait()
		cid, dot := looker(t, r, "cid"), looker(t, r, "dot")
		_ = r.Offline(t.Context(), dot)
		time.Sleep(95 * time.Second)
		if left := dot.left(); left == nil || !errors.Is(left.Err, room.ErrAway) {
			t.Errorf("away for 95 s: %+v", left)
		}
		_ = r.Offline(t.Context(), ann)
		_ = r.Offline(t.Context(), bob)
		time.Sleep(20 * time.Second)
		if !r.Info().Asleep {
			t.Error("the clock runs for one who only looks on")
		}
		time.Sleep(90 * time.Second)
		if left := cid.left(); left == nil || !errors.Is(left.Err, room.ErrClosed) {
			t.Errorf("when the players are gone: %+v", left)
		}
	})
}

func TestWhoLooksOnInALobbySeesTheMatchesThatFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: tictactoe.Game})
		defer stop()
		cid := looker(t, r, "cid")
		bob := seated(t, r, "bob")
		for match := range 2 {
			if match == 0 {
				if err := asks(r.Start, ann, false); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				win(t, r, ann, bob, 1)
			} else {
				_ = r.Rematch(t.Context(), ann)
				_ = r.Rematch(t.Context(), bob)
				synctest.Wait()
				win(t, r, bob, ann, 5)
			}
			if _, board := cid.views(); board == nil || board.Cells[0] == 0 {
				t.Fatalf("match %d: %v", match, board)
			}
		}
		if err := asks(r.Kick, ann, "cid"); err != nil {
			t.Fatal(err)
		}
		if left := cid.left(); left == nil || !errors.Is(left.Err, room.ErrKicked) {
			t.Errorf("kicked: %+v", left)
		}
		if left := looker(t, r, "cid").left(); left == nil || !errors.Is(left.Err, room.ErrKicked) {
			t.Errorf("back again: %+v", left)
		}
	})
}
