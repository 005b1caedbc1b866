package wire_test

import (
	"bytes"
	"sync"
	"testing"

	"parlor/game/arcade/snakes"
	"parlor/net/wire"
	snakesv1 "parlor/proto/arcade/snakes/v1"
)

func snakesPlan(t testing.TB) *wire.Plan {
	t.Helper()
	return planOf(t, (&snakesv1.World{}).ProtoReflect().Descriptor())
}

// follow applies a delta to what a client holds.
func follow(t *testing.T, p *wire.Plan, older, base, delta []byte) []byte {
	t.Helper()
	var before *wire.Flat
	if older != nil {
		before = read(t, p, older)
	}
	var into wire.Flat
	if err := p.Apply(delta, before, read(t, p, base), &into); err != nil {
		t.Fatal(err)
	}
	return p.Append(nil, &into)
}

func TestAStreamLeadsFromWhatItKeeps(t *testing.T) {
	p, views := snakesPlan(t), match(t, snakes.Game, 8, 50, 100)
	s := wire.NewStream(p, 60)
	for i, view := range views {
		tick := uint32(i)
		s.Add(tick, view)
		s.Add(tick, nil) // the first that comes counts
		for _, base := range []int{i - 1, i - 20, i - 60} {
			if base < 1 {
				continue
			}
			delta, ok := s.Delta(uint32(base), uint32(base), tick)
			if !ok {
				t.Fatalf("no delta from %d to %d", base, i)
			}
			if got := follow(t, p, nil, views[base], delta); !bytes.Equal(got, view) {
				t.Fatalf("the delta from %d to %d leads elsewhere", base, i)
			}
			if i-base < 60 {
				if delta, ok = s.Delta(uint32(base-1), uint32(base), tick); !ok {
					t.Fatalf("no delta from %d and %d to %d", base-1, base, i)
				}
				if got := follow(t, p, views[base-1], views[base], delta); !bytes.Equal(got, view) {
					t.Fatalf("the delta from %d and %d to %d leads elsewhere", base-1, base, i)
				}
			}
		}
		if i > 61 {
			for _, ticks := range [][3]int{{i - 61, i - 61, i}, {i - 61, i - 60, i}, {i - 1, i - 1, i + 1}, {i + 1, i - 1, i}} {
				if _, ok := s.Delta(uint32(ticks[0]), uint32(ticks[1]), uint32(ticks[2])); ok {
					t.Fatalf("at tick %d, there is a delta for %v", i, ticks)
				}
			}
		}
	}
}

func TestAStreamMakesADeltaOnce(t *testing.T) {
	views := match(t, snakes.Game, 8, 50, 40)
	s := wire.NewStream(snakesPlan(t), 60)
	for i, view := range views {
		s.Add(uint32(i), view)
	}
	one, ok := s.Delta(37, 38, 39)
	if !ok {
		t.Fatal("no delta")
	}
	for range 3 {
		again, ok := s.Delta(37, 38, 39)
		if !ok || &again[0] != &one[0] {
			t.Fatal("the same delta was made again")
		}
	}
	was := bytes.Clone(one)
	for base := range uint32(38) {
		s.Delta(base, base, 39)
	}
	if again, _ := s.Delta(37, 38, 39); !bytes.Equal(one, was) || !bytes.Equal(again, was) {
		t.Error("the bytes have changed")
	}
}

func TestAStreamSendsWholeWhatADeltaWouldNotShorten(t *testing.T) {
	p, views := snakesPlan(t), match(t, snakes.Game, 8, 50, 3)
	s := wire.NewStream(p, 60)
	s.Add(1, views[0])
	s.Add(2, []byte("\x08\x01\x08\x01")) // a field that comes twice
	s.Add(3, nil)
	s.Add(4, views[1])
	s.Add(5, views[2])
	for _, ticks := range [][3]uint32{{1, 1, 2}, {2, 2, 4}, {2, 4, 5}, {1, 1, 3}, {4, 4, 3}} {
		if delta, ok := s.Delta(ticks[0], ticks[1], ticks[2]); ok {
			t.Errorf("%v: there is a delta, %x", ticks, delta)
		}
	}
	if _, ok := s.Delta(1, 4, 5); !ok {
		t.Error("what the plan cannot take apart got into the way of the others")
	}
}

func TestAStreamServesManyAtOnce(t *testing.T) {
	p, views := snakesPlan(t), match(t, snakes.Game, 4, 50, 120)
	s := wire.NewStream(p, 30)
	var all sync.WaitGroup
	for lag := range 6 {
		all.Go(func() {
			for i, view := range views {
				s.Add(uint32(i), view)
				base := i - 1 - lag
				if base < 1 {
					continue
				}
				delta, ok := s.Delta(uint32(base-1), uint32(base), uint32(i))
				if !ok {
					continue // another is so far ahead that it is gone
				}
				if got := follow(t, p, views[base-1], views[base], delta); !bytes.Equal(got, view) {
					t.Errorf("the delta from %d to %d leads elsewhere", base, i)
					return
				}
			}
		})
	}
	all.Wait()
}

func TestAStreamAllocatesOnlyWhatItGivesAway(t *testing.T) {
	views := match(t, snakes.Game, 8, 50, 200)
	s := wire.NewStream(snakesPlan(t), 20)
	i := 0
	step := func() {
		s.Add(uint32(i), views[i%len(views)])
		s.Delta(uint32(i-2), uint32(i-1), uint32(i))
		i++
	}
	for range 2 * len(views) {
		step()
	}
	if got := testing.AllocsPerRun(len(views), step); got > 1 {
		t.Errorf("%v allocations a tick, want 1: the delta's bytes", got)
	}
}
