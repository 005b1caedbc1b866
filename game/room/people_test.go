package room_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/game/arcade/tictactoe"
	"parlor/game/room"
	pb "parlor/proto/arcade/tictactoe/v1"
)

func openSpec(seats game.Seats) spec {
	return toySpec(20, seats, func() game.Logic[*pb.Mark, *pb.Board] { return &open{} })
}

// withBot gives a game a bot that does nothing but hold its seat.
func withBot(s spec) spec {
	s.Bot = func(game.Seat, *pb.Board, *game.Rand) *pb.Mark { return nil }
	return s
}

func TestAGameWithoutARateTakesAStepAMoveAndNoneBetween(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		steps := 0
		g := toySpec(0, game.Exactly(2), func() game.Logic[*pb.Mark, *pb.Board] {
			return &toy{tick: func(*game.Tick) { steps++ }}
		})
		r, stop := run(t, room.Config{Kind: g}, ann, bob)
		for seq := range uint32(5) {
			time.Sleep(time.Hour)
			if err := r.Inputs(t.Context(), ann, room.Batch{First: seq + 1, Bodies: [][]byte{mark(seq)}}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		stop()
		if n, _ := bob.views(); steps != 5 || n != 6 {
			t.Errorf("%d steps and %d views for 5 moves, want 5 and 6", steps, n)
		}
		if got, want := r.Info().Tick, int64(5*time.Hour/game.StepTime); got != want {
			t.Errorf("the last move was at tick %d, want %d: time is what the log says", got, want)
		}
	})
}

func TestATurnClockStepsThoughNobodyMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		g := toySpec(0, game.Exactly(2), func() game.Logic[*pb.Mark, *pb.Board] {
			return &toy{
				input: func(t *game.Tick, _ game.Seat, _ uint32) error { t.After(300); return nil },
				tick: func(t *game.Tick) {
					if t.Now() >= 15*time.Second {
						t.End(game.Win(0))
					}
				},
			}
		})
		r, stop := run(t, room.Config{Kind: g}, ann, bob)
		defer stop()
		if err := r.Inputs(t.Context(), ann, room.Batch{First: 1, Bodies: [][]byte{mark(0)}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(14 * time.Second)
		if ann.result() != nil {
			t.Fatal("over before the clock ran out")
		}
		time.Sleep(2 * time.Second)
		if o := ann.result(); o == nil || !o.Standings[0].Won {
			t.Errorf("result %+v, want a win by the clock", o)
		}
	})
}

func TestARoomWithNobodyConnectedStopsItsClockUntilSomebodyIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := &person{id: "ann"}
		g := toySpec(20, game.Exactly(1), func() game.Logic[*pb.Mark, *pb.Board] { return &toy{} })
		r, stop := run(t, room.Config{Kind: g}, ann)
		defer stop()
		time.Sleep(time.Second)
		if err := r.Offline(t.Context(), ann); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Second)
		if c := r.Info(); !c.Asleep || c.Tick < 200 || c.Tick > 225 {
			t.Fatalf("30 s after everyone was gone: %+v, want asleep since tick 220", c)
		}
		if err := r.Online(t.Context(), ann); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if c := r.Info(); c.Asleep || c.Tick < 239 || c.Tick > 262 {
			t.Errorf("2 s after he was back: %+v, want tick 240 to 260", c)
		}
	})
}

// TestAMoveAfterASleepIsApplied lets a bot look at the board, which takes no step, before the room
// falls asleep: the clock that starts again must not count back what the seats had been granted.
func TestAMoveAfterASleepIsApplied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := &person{id: "ann"}
		r, stop := run(t, room.Config{Kind: withBot(toySpec(0, game.Exactly(2), idle))}, ann)
		defer stop()
		for seq := uint32(1); seq <= 3; seq++ {
			if err := r.Inputs(t.Context(), ann, room.Batch{First: seq, Bodies: [][]byte{mark(seq)}}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Second) // the bot has looked
			if err := r.Offline(t.Context(), ann); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			if err := r.Online(t.Context(), ann); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if o := ann.result(); o != nil {
			t.Fatalf("the match has ended: %+v", o)
		}
		if _, v := ann.views(); len(v.Cells) != 6 {
			t.Errorf("the board is %v, want three moves", v.Cells)
		}
	})
}

func TestASeatIsHeldABotStandsInAndThePlayerTakesItBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		g := withBot(toySpec(20, game.Exactly(2), func() game.Logic[*pb.Mark, *pb.Board] { return &toy{} }))
		r, stop := run(t, room.Config{Kind: g}, ann, bob)
		defer stop()
		synctest.Wait()
		if err := r.Offline(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if m := ann.state().Members[1]; !m.Away || m.StandIn {
			t.Errorf("after 1 s: %+v, want away and no bot yet", m)
		}
		time.Sleep(9 * time.Second)
		if m := ann.state().Members[1]; !m.StandIn {
			t.Errorf("after 10 s: %+v, want a bot standing in", m)
		}
		before, _ := bob.views()
		if err := r.Online(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if m := ann.state().Members[1]; m.Away || m.StandIn || m.Player != "bob" {
			t.Errorf("back: %+v", m)
		}
		if after, _ := bob.views(); before > 2 || after < before+19 {
			t.Errorf("%d views before he was back and %d after", before, after)
		}
	})
}

func TestAfterTheHoldTheSeatIsGivenUpAndTheOtherHasWon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		var outcome room.Outcome
		g := withBot(toySpec(20, game.Exactly(2), func() game.Logic[*pb.Mark, *pb.Board] { return &toy{} }))
		r, stop := run(t, room.Config{Kind: g, Outcome: func(o room.Outcome) { outcome = o }}, ann, bob)
		defer stop()
		synctest.Wait()
		if err := r.Offline(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		time.Sleep(89 * time.Second)
		if bob.left() != nil {
			t.Fatal("given up before the hold was over")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if l := bob.left(); l == nil || !errors.Is(l.Err, room.ErrAway) || outcome.Ending != room.Forfeit {
			t.Fatalf("left %v, outcome %+v", bob.left(), outcome)
		}
		if a, b := outcome.Standings[0], outcome.Standings[1]; !a.Won || a.Player != "ann" || b.Won || b.Player != "bob" || b.Place != 2 {
			t.Errorf("standings %+v", outcome.Standings)
		}
	})
}

func TestNewcomersTakeBotsSeatsWhileTheMatchGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := &person{id: "ann"}
		var free int
		r, stop := run(t, room.Config{
			Kind: withBot(openSpec(game.Between(1, 5))), Bots: 3, Free: func(n int) bool { free = n; return true },
		}, ann)
		defer stop()
		time.Sleep(time.Second)
		synctest.Wait()
		if c := r.Info(); c.Players != 1 || c.Bots != 2 || free != 4 {
			t.Fatalf("at first: %+v, %d free", c, free)
		}
		var others []*person
		for _, id := range []string{"b", "c", "d", "e", "f"} {
			p := &person{id: id}
			others = append(others, p)
			if err := r.TryJoin(p); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if c := r.Info(); c.Players != 5 || c.Bots != 0 || free != 0 {
			t.Errorf("full: %+v, %d free", c, free)
		}
		if l := others[4].left(); l == nil || !errors.Is(l.Err, room.ErrFull) {
			t.Errorf("the sixth was told %v", l)
		}
		for i, p := range others[:4] {
			if n, _ := p.views(); n < 15 {
				t.Errorf("newcomer %d got %d views in a second", i, n)
			}
		}
	})
}

func TestWhoLeavesAnEndlessGameIsScoredAndTheRoomClosesBehindTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		var scored []room.Scored
		g := openSpec(game.Between(1, 5))
		r, _ := run(t, room.Config{Kind: g, Scored: func(s room.Scored) { scored = append(scored, s) }}, ann, bob)
		time.Sleep(time.Second)
		if err := r.Leave(t.Context(), ann); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if err := r.Leave(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		<-r.Done()
		if len(scored) != 2 || scored[0].Player != "ann" || scored[0].Score != 100 || scored[1].Player != "bob" || scored[1].Number != 2 {
			t.Errorf("scored %+v", scored)
		}
	})
}

func TestARoomThatIsStoppedScoresAndTellsItsPlayersWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := &person{id: "ann"}
		var scored []room.Scored
		g := openSpec(game.Between(1, 5))
		_, stop := run(t, room.Config{Kind: g, Scored: func(s room.Scored) { scored = append(scored, s) }}, ann)
		time.Sleep(time.Second)
		stop()
		if len(scored) != 1 {
			t.Errorf("scored %+v, want what she had reached", scored)
		}
		if l := ann.left(); l == nil || l.Err == nil {
			t.Errorf("she was told %v", l)
		}
	})
}

func TestABotPlaysAgainstALonePlayer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := &person{id: "ann"}
		r, stop := run(t, room.Config{Kind: tictactoe.Game}, ann)
		defer stop()
		dice := game.NewRand(game.Seed{3})
		for seq := uint32(1); ann.result() == nil && seq < 20; {
			time.Sleep(2 * time.Second)
			_, v := ann.views()
			for _, cell := range dice.Perm(9) {
				if v.Turn == 0 && (len(v.Cells) == 0 || v.Cells[cell] == 0) {
					if err := r.Inputs(t.Context(), ann, room.Batch{First: seq, Bodies: [][]byte{mark(uint32(cell))}}); err != nil {
						t.Fatal(err)
					}
					seq++
					break
				}
			}
		}
		time.Sleep(time.Second)
		o := ann.result()
		if o == nil || o.Ending != room.Finished || o.Standings[1].Player != "" || o.Standings[1].Name == "" {
			t.Fatalf("result %+v", o)
		}
	})
}

func TestAPlayerWhoIsGoneBeforeHeIsSeatedIsHeldToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob", offline: true}
		r, stop := run(t, room.Config{Kind: tictactoe.Game}, ann, bob)
		defer stop()
		synctest.Wait()
		if m := ann.state().Members[1]; !m.Away {
			t.Errorf("%+v, want away", m)
		}
		if n, _ := bob.views(); n != 0 || bob.state() != nil {
			t.Errorf("he got %d views and %v while away", n, bob.state())
		}
		if err := r.Online(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n, _ := bob.views(); n != 1 || bob.state() == nil {
			t.Errorf("back, he got %d views and %v", n, bob.state())
		}
	})
}

func TestInputsOfSomebodyWhoHasLeftAreAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		r, stop := run(t, room.Config{Kind: openSpec(game.Between(1, 5))}, ann, bob)
		defer stop()
		time.Sleep(time.Second)
		if err := r.Inputs(t.Context(), ann, room.Batch{First: 1, Bodies: [][]byte{mark(1), mark(2)}}); err != nil {
			t.Fatal(err)
		}
		if err := r.Leave(t.Context(), ann); err != nil {
			t.Fatal(err)
		}
		if err := r.Inputs(t.Context(), ann, room.Batch{First: 3, Bodies: [][]byte{mark(3), mark(4)}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		all := ann.updates()
		if last := all[len(all)-1]; last.Acked != 4 || len(ann.refusals()) != 4 {
			t.Errorf("acked %d, refused %v", last.Acked, ann.refusals())
		}
	})
}
