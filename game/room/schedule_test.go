package room_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/game/room"
)

const rate, period = 20, 50 * time.Millisecond

// noting is a game that writes down in which tick each input was applied.
func noting(at *[]int64) spec {
	return toySpec(rate, game.Exactly(1), func() logic {
		return &toy{input: func(t *game.Tick, _ game.Seat, _ uint32) error { *at = append(*at, t.N); return nil }}
	})
}

// clock is the newest schedule that a player was told.
func (p *person) clock() (s room.Schedule) {
	all := p.updates()
	return all[len(all)-1].Clock
}

// leads are of the updates that brought one.
func (p *person) leads() (quarters []int) {
	for _, u := range p.updates() {
		if u.Lead.Known {
			quarters = append(quarters, u.Lead.Quarters)
		}
	}
	return quarters
}

func TestAnInputWaitsForTheTickThatItIsMeantFor(t *testing.T) {
	for name, test := range map[string]struct {
		meant []int64 // from the tick that has passed on; 0: the next
		want  []int64
	}{
		"the next tick":                   {[]int64{0, 1}, []int64{1, 1}},
		"a later tick":                    {[]int64{3, 5}, []int64{3, 5}},
		"those behind it wait too":        {[]int64{4, 0, 2, 6}, []int64{4, 4, 4, 6}},
		"a tick that is past":             {[]int64{-9, -1}, []int64{1, 1}},
		"a second ahead, and farther":     {[]int64{rate, rate + 1}, []int64{rate, rate}},
		"farther than a second, at first": {[]int64{rate + 1, 2}, []int64{1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var applied []int64
				ann := &person{id: "ann"}
				r, stop := run(t, room.Config{Kind: noting(&applied)}, ann)
				time.Sleep(time.Second + period/2)
				passed := ann.clock().Tick
				for i, tick := range test.meant {
					b := room.Batch{First: uint32(i + 1), Bodies: [][]byte{mark(0)}, At: time.Now()}
					if tick != 0 {
						b.Tick = passed + tick
					}
					if err := r.Inputs(t.Context(), ann, b); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(2 * time.Second)
				stop()
				for i := range applied {
					applied[i] -= passed
				}
				if !slices.Equal(applied, test.want) {
					t.Errorf("meant for %v, applied in %v, want %v", test.meant, applied, test.want)
				}
			})
		})
	}
}

func TestWithoutARateNoInputWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		r, stop := run(t, room.Config{Kind: toySpec(0, game.Exactly(2), idle)}, ann, bob)
		defer stop()
		b := room.Batch{First: 1, Bodies: [][]byte{mark(1)}, Tick: 10, At: time.Now()}
		if err := r.Inputs(t.Context(), ann, b); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if _, v := ann.views(); len(v.Cells) == 0 {
			t.Error("it was not applied at once")
		}
		if tick, _ := ann.clock().At(time.Now().Add(time.Second)); tick != 20 || ann.leads() != nil {
			t.Errorf("told tick %d in a second and leads %v; time passes in ticks of 50 ms, and nothing is early or late", tick, ann.leads())
		}
	})
}

func TestTheScheduleSaysWhichTickIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := &person{id: "ann"}
		_, stop := run(t, room.Config{Kind: toySpec(rate, game.Exactly(1), idle)}, ann)
		time.Sleep(time.Second)
		for _, u := range ann.updates() {
			if u.View != nil && u.Tick > 0 && (u.Clock.Tick != u.Tick || u.Clock.Period != period) {
				t.Fatalf("the view of tick %d came with %+v", u.Tick, u.Clock)
			}
		}
		s := ann.clock()
		for range 3 {
			time.Sleep(7 * period / 8)
			tick, part := s.At(time.Now())
			passed := time.Since(s.Due)
			if tick != s.Tick+int64(passed/period) || part != int(passed%period*256/period) {
				t.Errorf("%v after tick %d it says %d and %d/256", passed, s.Tick, tick, part)
			}
		}
		stop()
		if s := ann.clock(); s != (room.Schedule{}) {
			t.Errorf("after the match it says %+v", s)
		}
	})
}

func TestASlipMovesTheScheduleAndIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := &person{id: "ann"}
		var stall atomic.Bool
		g := toySpec(rate, game.Exactly(1), func() logic {
			return &toy{tick: func(*game.Tick) {
				if stall.CompareAndSwap(true, false) {
					time.Sleep(10*period + period/2)
				}
			}}
		})
		_, stop := run(t, room.Config{Kind: g}, ann)
		defer stop()
		time.Sleep(time.Second)
		before := ann.clock()
		stall.Store(true)
		time.Sleep(2 * time.Second)
		after := ann.clock()
		// The step after the stall may be the only one of its turn: the game is slow. 10 are due.
		if after.Slipped < 7 || after.Slipped > 9 {
			t.Fatalf("%d ticks slipped, want 10 less what was caught up", after.Slipped)
		}
		late := after.Due.Sub(before.Due) - time.Duration(after.Tick-before.Tick)*period
		if late != time.Duration(after.Slipped)*period {
			t.Errorf("the schedule is %v later, want that of %d ticks", late, after.Slipped)
		}
	})
}

func TestLeadTellsHowEarlyInputsCame(t *testing.T) {
	for name, test := range map[string]struct {
		meant []int64 // from the tick that has passed on, at a quarter of its period; 0: for none
		want  []int
	}{
		"for no tick: until the next":     {[]int64{0}, []int{3}},
		"for the next":                    {[]int64{1}, []int{3}},
		"for a later one":                 {[]int64{3}, []int{11}},
		"too late":                        {[]int64{-1}, []int{-5}},
		"the least of those of one tick":  {[]int64{1, -2}, []int{-9}},
		"those of different ticks, apart": {[]int64{1, 3}, []int{3, 11}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var applied []int64
				ann := &person{id: "ann"}
				r, stop := run(t, room.Config{Kind: noting(&applied)}, ann)
				time.Sleep(time.Second)
				s := ann.clock()
				for passed := s.Due.Add(period / 4); !time.Now().Equal(passed); {
					passed = passed.Add(period)
					s.Tick++
					if passed.After(time.Now()) {
						time.Sleep(time.Until(passed))
					}
				}
				for i, tick := range test.meant {
					b := room.Batch{First: uint32(i + 1), Bodies: [][]byte{mark(0)}, At: time.Now()}
					if tick != 0 {
						b.Tick = s.Tick + tick
					}
					if err := r.Inputs(t.Context(), ann, b); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(time.Second)
				stop()
				if got := ann.leads(); !slices.Equal(got, test.want) {
					t.Errorf("leads %v quarters, want %v", got, test.want)
				}
			})
		})
	}
}
