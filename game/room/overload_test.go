package room_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/game/room"
)

// Without a rate there was no limit: such a game could keep a core busy for as long as it was played.
func TestAGameWithoutARateThatDoesNothingButStepIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := &person{id: "ann"}
		began := time.Now()
		r, _ := run(t, room.Config{Kind: toySpec(0, game.Exactly(1), func() logic {
			return &toy{
				input: func(t *game.Tick, _ game.Seat, _ uint32) error { t.After(1); return nil },
				tick:  func(t *game.Tick) { t.After(1); time.Sleep(150 * time.Millisecond) },
			}
		})}, ann)
		if err := r.Inputs(t.Context(), ann, room.Batch{First: 1, Bodies: [][]byte{mark(0)}}); err != nil {
			t.Fatal(err)
		}
		<-r.Done()
		if took := time.Since(began); took < 5*time.Second || took > 6*time.Second {
			t.Errorf("given up after %v, want about 5 s", took)
		}
		if l := ann.left(); l == nil || !errors.Is(l.Err, room.ErrOverloaded) {
			t.Errorf("the player was told %v", l)
		}
	})
}

// The time of the stall itself was counted, so that one of five seconds was enough.
func TestOneStallIsNoOverload(t *testing.T) {
	for _, rate := range []int{0, 20} {
		synctest.Test(t, func(t *testing.T) {
			ann := &person{id: "ann"}
			r, stop := run(t, room.Config{Kind: toySpec(rate, game.Exactly(1), func() logic {
				stalled := false
				return &toy{
					input: func(t *game.Tick, _ game.Seat, _ uint32) error { t.After(1); return nil },
					tick: func(t *game.Tick) {
						t.After(1)
						if !stalled {
							stalled = true
							time.Sleep(20 * time.Second)
						}
					},
				}
			})}, ann)
			defer stop()
			if err := r.Inputs(t.Context(), ann, room.Batch{First: 1, Bodies: [][]byte{mark(0)}}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			if l := ann.left(); l != nil {
				t.Errorf("rate %d: given up after one stall: %v", rate, l.Err)
			}
		})
	}
}
