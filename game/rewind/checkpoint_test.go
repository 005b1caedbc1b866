package rewind_test

import (
	"bytes"
	"testing"

	"parlor/game"
	"parlor/game/rewind"
)

func saved(t testing.TB, h *rewind.History) []byte {
	t.Helper()
	b, err := h.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAHistoryOfOtherMeasuresIsRefusedAndChangesNothing(t *testing.T) {
	b := saved(t, walk(20, 9))
	for name, h := range map[string]*rewind.History{
		"ids": rewind.New(3, 20), "rate": rewind.New(2, 30),
	} {
		before := saved(t, h)
		if err := h.UnmarshalBinary(b); err == nil {
			t.Errorf("a history of other %s was taken", name)
		}
		if !bytes.Equal(saved(t, h), before) {
			t.Errorf("a refused history of other %s left a trace", name)
		}
	}
}

func TestAnEmptyHistoryIsSavedToo(t *testing.T) {
	h := rewind.New(2, 20)
	if err := h.UnmarshalBinary(saved(t, rewind.New(2, 20))); err != nil {
		t.Fatal(err)
	}
	if _, ok := h.Now(); ok {
		t.Error("it is not empty any more")
	}
}

func TestASavedHistoryIsBounded(t *testing.T) {
	h := rewind.New(8, 20)
	for tick := range int64(3000) {
		spots := make([]rewind.Spot, 8)
		for i := range spots {
			spots[i] = rewind.Spot{X: -1600, Y: 1600}
		}
		h.Record(tick, spots)
	}
	if n := len(saved(t, h)); n > 300 {
		t.Errorf("%d bytes for 6 ticks of 8", n)
	}
}

// What was accepted must not panic later, whatever it was.
func FuzzDamagedHistory(f *testing.F) {
	b := saved(f, walk(20, 12))
	f.Add(b)
	dice := game.NewRand(game.Seed{6})
	for range 200 {
		damaged := bytes.Clone(b)
		damaged[dice.IntN(len(damaged))] ^= byte(1 << dice.IntN(8))
		f.Add(damaged[:len(damaged)-dice.IntN(2)*dice.IntN(len(damaged))])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h := rewind.New(2, 20)
		if err := h.UnmarshalBinary(b); err != nil {
			return
		}
		if err := rewind.New(2, 20).UnmarshalBinary(saved(t, h)); err != nil {
			t.Errorf("what was restored cannot be saved and restored: %v", err)
		}
		now, _ := h.Now()
		for tick := now; tick < min(now+10, 1<<48); tick++ {
			for view := tick*unit - 100; view < tick*unit+20; view += 7 {
				h.At(0, view).Pos(1)
				h.At(1, view).Pos(0)
			}
			h.Record(tick+1, make([]rewind.Spot, 2))
		}
	})
}
