package rewind_test

import (
	"math"
	"testing"

	"parlor/game"
	"parlor/game/rewind"
)

const unit = rewind.Unit

// walk is a history of two: one goes 160 to the right in each of the ticks 0 to last, the other
// stands at (-7, 7).
func walk(rate int, last int64) *rewind.History {
	h := rewind.New(2, rate)
	for tick := range last + 1 {
		h.Record(tick, []rewind.Spot{{X: int32(160 * tick)}, {X: -7, Y: 7}})
	}
	return h
}

func TestAPlaceBetweenTwoTicksLiesOnTheLineBetween(t *testing.T) {
	h := walk(20, 10)
	for view := int64(5 * unit); view <= 10*unit; view++ {
		v := h.At(0, view)
		if x, y, ok := v.Pos(0); !ok || x != int(10*view) || y != 0 {
			t.Errorf("at %d/16: (%d, %d) %v, want (%d, 0)", view, x, y, ok, 10*view)
		}
		if x, y, ok := v.Pos(1); !ok || x != -7 || y != 7 {
			t.Errorf("at %d/16: (%d, %d) %v, want (-7, 7)", view, x, y, ok)
		}
	}
}

func TestAPlaceIsRoundedToTheNearest(t *testing.T) {
	h := rewind.New(1, 20)
	h.Record(0, []rewind.Spot{{X: 0, Y: 0}})
	h.Record(1, []rewind.Spot{{X: 3, Y: -3}})
	right := []int{0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3}
	left := []int{0, 0, 0, -1, -1, -1, -1, -1, -1, -2, -2, -2, -2, -2, -3, -3, -3} // halves go up
	for part := range right {
		if x, y, _ := h.At(0, int64(part)).Pos(0); x != right[part] || y != left[part] {
			t.Errorf("at %d/16 of the way: (%d, %d), want (%d, %d)", part, x, y, right[part], left[part])
		}
	}
}

func TestTheFarthestPlacesDoNotOverflow(t *testing.T) {
	h := rewind.New(1, 20)
	h.Record(0, []rewind.Spot{{X: math.MinInt32, Y: math.MaxInt32}})
	h.Record(1, []rewind.Spot{{X: math.MaxInt32, Y: math.MinInt32}})
	if x, y, ok := h.At(0, unit/2).Pos(0); !ok || x != 0 || y != 0 {
		t.Errorf("half way: (%d, %d) %v, want the middle", x, y, ok)
	}
}

func TestAViewIsHeldToTheLastQuarterOfASecond(t *testing.T) {
	for rate, back := range map[int]int64{1: 0, 3: 0, 4: 1, 10: 2, 20: 5, 30: 7, 60: 15} {
		for _, c := range []struct{ view, want int64 }{
			{math.MinInt64, (100 - back) * unit}, {0, (100 - back) * unit}, {(100-back)*unit - 1, (100 - back) * unit},
			{(100-back)*unit + min(back, 1), (100-back)*unit + min(back, 1)},
			{100*unit + 1, 100 * unit}, {math.MaxInt64, 100 * unit},
		} {
			h := walk(rate, 100)
			if got := h.At(0, c.view).Time(); got != c.want || h.MaxRewind() != int(back) {
				t.Errorf("rate %d: view %d is held to %d, want %d", rate, c.view, got, c.want)
			}
		}
	}
}

func TestAViewIsNotOlderThanTheHistory(t *testing.T) {
	h := rewind.New(1, 20)
	h.Record(40, []rewind.Spot{{X: 1}})
	h.Record(41, []rewind.Spot{{X: 2}})
	if v := h.At(0, 38*unit); v.Time() != 40*unit {
		t.Errorf("held to %d, want tick 40", v.Time())
	}
}

func TestAShooterDoesNotGoBackInTime(t *testing.T) {
	h := walk(20, 20)
	h.At(0, 18*unit+5)
	if got := h.At(0, 17*unit).Time(); got != 18*unit+5 {
		t.Errorf("seat 0 went back to %d", got)
	}
	if got := h.At(1, 17*unit).Time(); got != 17*unit {
		t.Errorf("seat 1 is held to %d by what seat 0 saw", got)
	}
	// A claim from the future binds to no more than the present.
	h.At(1, 99*unit)
	h.Record(21, []rewind.Spot{{}, {}})
	if got := h.At(1, 20*unit+3).Time(); got != 20*unit+3 {
		t.Errorf("seat 1 is held to %d", got)
	}
}

func TestWhoIsGoneCannotBeHit(t *testing.T) {
	h := rewind.New(1, 20)
	for tick, gone := range []bool{false, true, true, false, false} {
		h.Record(int64(tick), []rewind.Spot{{Gone: gone}})
	}
	for _, c := range []struct {
		view int64
		want bool
	}{{0, true}, {1, false}, {unit, false}, {2*unit - 1, false}, {2 * unit, false}, {3*unit - 1, false}, {3 * unit, true}, {3*unit + 1, true}, {4 * unit, true}} {
		if _, _, ok := h.At(0, c.view).Pos(0); ok != c.want {
			t.Errorf("at %d/16: hittable %v, want %v", c.view, ok, c.want)
		}
	}
}

func TestNobodyIsHitBetweenTwoPlacesHeJumpedBetween(t *testing.T) {
	h := rewind.New(1, 20)
	h.Record(0, []rewind.Spot{{X: 0}})
	h.Record(1, []rewind.Spot{{X: 500, Jumped: true}})
	h.Record(2, []rewind.Spot{{X: 516}})
	for _, c := range []struct {
		view int64
		x    int
		ok   bool
	}{{0, 0, true}, {1, 0, false}, {15, 0, false}, {16, 500, true}, {17, 501, true}, {32, 516, true}} {
		if x, _, ok := h.At(0, c.view).Pos(0); x != c.x || ok != c.ok {
			t.Errorf("at %d/16: %d %v, want %d %v", c.view, x, ok, c.x, c.ok)
		}
	}
}

func TestAnEmptyHistoryHasNobody(t *testing.T) {
	h := rewind.New(3, 20)
	if _, ok := h.Now(); ok {
		t.Error("it has a last tick")
	}
	if _, _, ok := h.At(2, 100).Pos(1); ok {
		t.Error("somebody is there")
	}
	h.Record(0, make([]rewind.Spot, 3))
	if got := h.At(2, 0).Time(); got != 0 {
		t.Errorf("a view before the first tick binds to %d", got)
	}
}

func TestATickLeftOutForgetsAllBefore(t *testing.T) {
	h := walk(20, 8)
	h.Record(10, []rewind.Spot{{X: 5}, {}})
	v := h.At(0, 8*unit)
	if x, _, ok := v.Pos(0); v.Time() != 10*unit || x != 5 || !ok {
		t.Errorf("at %d/16: %d %v, want tick 10 alone", v.Time(), x, ok)
	}
}

func TestMisuseIsNamed(t *testing.T) {
	two := make([]rewind.Spot, 2)
	for name, misuse := range map[string]func(){
		"no ids":           func() { rewind.New(0, 20) },
		"too many ids":     func() { rewind.New(1025, 20) },
		"no rate":          func() { rewind.New(2, 0) },
		"too high a rate":  func() { rewind.New(2, 61) },
		"a tick twice":     func() { walk(20, 3).Record(3, two) },
		"a tick before":    func() { walk(20, 3).Record(2, two) },
		"a negative tick":  func() { rewind.New(2, 20).Record(-1, two) },
		"an endless tick":  func() { rewind.New(2, 20).Record(math.MaxInt64, two) },
		"too few spots":    func() { rewind.New(2, 20).Record(0, two[:1]) },
		"too many spots":   func() { rewind.New(1, 20).Record(0, two) },
		"a shooter beside": func() { walk(20, 3).At(2, 0) },
		"a target beside":  func() { walk(20, 3).At(0, 0).Pos(2) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			misuse()
		}()
	}
}

func TestATickAllocatesNothing(t *testing.T) {
	h := rewind.New(8, 20)
	spots := make([]rewind.Spot, 8)
	tick := int64(0)
	if n := testing.AllocsPerRun(100, func() {
		h.Record(tick, spots)
		v := h.At(3, tick*unit-20)
		v.Pos(4)
		tick++
	}); n != 0 {
		t.Errorf("%v allocations a tick", n)
	}
}

func BenchmarkTick(b *testing.B) {
	h := rewind.New(8, 20)
	spots := make([]rewind.Spot, 8)
	tick, sum := int64(0), 0
	b.ReportAllocs()
	for b.Loop() {
		h.Record(tick, spots)
		for shooter := range 8 {
			v := h.At(shooter, tick*unit-37)
			for target := range 8 {
				x, _, _ := v.Pos(target)
				sum += x
			}
		}
		tick++
	}
}

// model is the same said the slow way: every tick is kept, and looked for by its number.
type model struct {
	ticks map[int64][]rewind.Spot
	first int64 // of those since the last gap
	now   int64
	seen  map[int]int64
}

func (m *model) record(tick int64, spots []rewind.Spot) {
	if tick != m.now+1 {
		m.first = tick
	}
	m.now = tick
	m.ticks[tick] = append([]rewind.Spot(nil), spots...)
}

func (m *model) at(shooter int, view int64, back int64) int64 {
	view = max(view, 16*m.first, 16*(m.now-back), m.seen[shooter])
	m.seen[shooter] = min(view, 16*m.now)
	return m.seen[shooter]
}

// pos answers in 1/16, not yet rounded.
func (m *model) pos(view int64, id int) (x, y int64, ok bool) {
	a, part := m.ticks[view/16][id], view%16
	if part == 0 {
		return 16 * int64(a.X), 16 * int64(a.Y), !a.Gone
	}
	b := m.ticks[view/16+1][id]
	return int64(a.X)*(16-part) + int64(b.X)*part, int64(a.Y)*(16-part) + int64(b.Y)*part, !a.Gone && !b.Gone && !b.Jumped
}

func near(got int, want16 int64) bool { d := 16*int64(got) - want16; return d >= -8 && d <= 8 }

func TestAHistoryIsAsTheSlowWaySays(t *testing.T) {
	dice := game.NewRand(game.Seed{9})
	hits := 0
	for round := range 200 {
		ids, rate := 1+dice.IntN(12), 1+dice.IntN(60)
		h := rewind.New(ids, rate)
		m := model{ticks: map[int64][]rewind.Spot{}, now: -9, seen: map[int]int64{}}
		tick := int64(dice.IntN(5))
		for range 60 {
			spots := make([]rewind.Spot, ids)
			for i := range spots {
				spots[i] = rewind.Spot{
					X: int32(dice.Uint64()), Y: int32(dice.IntN(4000) - 2000), Gone: dice.IntN(8) == 0, Jumped: dice.IntN(8) == 0,
				}
			}
			h.Record(tick, spots)
			m.record(tick, spots)
			if dice.IntN(4) == 0 {
				h = again(t, h, ids, rate)
			}
			for range 3 {
				shooter := dice.IntN(ids)
				view := 16*tick - int64(dice.IntN(400)) + 20
				v, want := h.At(shooter, view), m.at(shooter, view, int64(rate/4))
				if v.Time() != want {
					t.Fatalf("round %d, tick %d: view %d is held to %d, want %d", round, tick, view, v.Time(), want)
				}
				for id := range ids {
					x, y, ok := v.Pos(id)
					x16, y16, there := m.pos(want, id)
					if ok != there || ok && !(near(x, x16) && near(y, y16)) {
						t.Fatalf("round %d, tick %d, view %d: (%d, %d) %v, want (%d, %d)/16 %v", round, tick, want, x, y, ok, x16, y16, there)
					}
					if ok {
						hits++
					}
				}
			}
			tick++
			if dice.IntN(20) == 0 {
				tick += int64(dice.IntN(3))
			}
		}
	}
	if hits < 10000 {
		t.Errorf("only %d places compared: the test is weak", hits)
	}
}

func again(t *testing.T, h *rewind.History, ids, rate int) *rewind.History {
	t.Helper()
	b, err := h.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	restored := rewind.New(ids, rate)
	if err := restored.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	return restored
}
