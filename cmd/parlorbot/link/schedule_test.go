package link

import (
	"math"
	"testing"
	"time"
)

var midnight = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func named(t *testing.T, name string) Profile {
	t.Helper()
	p, ok := Named(name)
	if !ok {
		t.Fatalf("no profile %s", name)
	}
	return p
}

// within tells whether got is want, give or take a tenth.
func within(got, want float64) bool { return math.Abs(got-want) <= want/10 }

func TestChunksArriveInOrderAndNeverEarly(t *testing.T) {
	for _, p := range Profiles {
		s := newStalls(p, 1, midnight)
		path := newPath(p, 1, pathDice, &s)
		now, last := midnight, midnight
		for range 20_000 {
			now = now.Add(7 * time.Millisecond)
			at := path.arrival(now)
			if at.Before(last) || at.Before(now.Add(p.Delay)) {
				t.Fatalf("%s: sent %v, arrives %v, the one before %v", p.Name, now, at, last)
			}
			last = at
		}
	}
}

// TestDelaysAreThoseOfTheProfile sends so rarely that no chunk waits for one before it.
func TestDelaysAreThoseOfTheProfile(t *testing.T) {
	p := Profile{Delay: 40 * time.Millisecond, Jitter: 10 * time.Millisecond, Loss: 0.02}
	path := newPath(p, 7, pathDice, new(stalls))
	const chunks = 50_000
	var sum time.Duration
	lost := 0
	for i := range chunks {
		now := midnight.Add(time.Duration(i) * time.Minute)
		took := path.arrival(now).Sub(now)
		sum += took
		if took > 165*time.Millisecond { // 40, 50 of recovery, 125 for the round trip; jitter of 125 is rare
			lost++
		}
	}
	want := 0.050 + 0.02*(0.050+0.125)
	if got := sum.Seconds() / chunks; !within(got, want) {
		t.Errorf("%.4f s in the mean, want %.4f", got, want)
	}
	if share := float64(lost) / chunks; !within(share, p.Loss) {
		t.Errorf("%.4f of all are lost once, want %v", share, p.Loss)
	}
}

func TestAStallHoldsBothDirections(t *testing.T) {
	p := Profile{StallEvery: 10 * time.Second, Stall: 700 * time.Millisecond}
	s := newStalls(p, 3, midnight)
	up, down := newPath(p, 3, pathDice, &s), newPath(p, 3, pathDice+1, &s)
	const step, steps = 10 * time.Millisecond, 360_000
	held := 0
	for i := range steps {
		now := midnight.Add(time.Duration(i) * step)
		there, back := up.arrival(now), down.arrival(now)
		if !there.Equal(back) {
			t.Fatalf("at %v one direction is held until %v, the other until %v", now, there, back)
		}
		if wait := there.Sub(now); wait > 0 {
			held++
			if wait > maxStall*p.Stall {
				t.Fatalf("held for %v", wait)
			}
		}
	}
	if got, want := float64(held)/steps, 0.7/10.7; !within(got, want) {
		t.Errorf("%.4f of the time is held, want %.4f", got, want)
	}
	if got, want := float64(s.n), 3600/10.7; !within(got, want) {
		t.Errorf("%v stalls in an hour, want %v", got, want)
	}
}

func TestCutsComeAsOftenAsTheProfileSays(t *testing.T) {
	c := newCuts(named(t, "subway"), 5)
	const n = 3000
	silent := 0
	var last cut
	for range n {
		next := c.next()
		if next.at < last.at {
			t.Fatalf("a cut at %v after one at %v", next.at, last.at)
		}
		if next.silent {
			silent++
		}
		last = next
	}
	if got := last.at.Seconds() / n; !within(got, 60) {
		t.Errorf("%.1f s between two cuts, want 60", got)
	}
	if got := float64(silent) / n; !within(got, 1.0/silentOf) {
		t.Errorf("%.3f of all are silent", got)
	}
}

func TestFreezesLeaveTimeToPlay(t *testing.T) {
	f := NewFreezes(named(t, "busy4g"), 5)
	const n = 3000
	unsaid := 0
	var end, awake time.Duration
	for range n {
		next, ok := f.Next()
		if !ok || next.For < leastFreeze || next.For > mostFreeze || next.At-end < leastAwake {
			t.Fatalf("%+v after one that ended at %v", next, end)
		}
		if !next.Said {
			unsaid++
		}
		awake += next.At - end
		end = next.At + next.For
	}
	if got := awake.Seconds() / n; !within(got, 240) {
		t.Errorf("%.1f s between two freezes, want 240", got)
	}
	if got := float64(unsaid) / n; !within(got, 1.0/unsaidOf) {
		t.Errorf("%.3f of all are not announced", got)
	}
}

func TestAPerfectLinkHasNoFreezes(t *testing.T) {
	if next, ok := NewFreezes(named(t, "wifi"), 1).Next(); ok {
		t.Errorf("a freeze: %+v", next)
	}
	for _, p := range Profiles {
		if p.Perfect() != (p.Name == "none") {
			t.Errorf("%s: perfect is %v", p.Name, p.Perfect())
		}
	}
}

// TestTheSameSeedBringsTheSameFaults also when one phone sends twice as much as the other.
func TestTheSameSeedBringsTheSameFaults(t *testing.T) {
	p := named(t, "subway")
	type life struct {
		cuts    [20]cut
		freezes [20]Freeze
		stalled [600]bool
		arrival [600]time.Duration
	}
	live := func(seed uint64, twice bool) (l life) {
		c, f := newCuts(p, seed), NewFreezes(p, seed)
		for i := range l.cuts {
			l.cuts[i] = c.next()
			l.freezes[i], _ = f.Next()
		}
		s := newStalls(p, seed, midnight)
		path, other := newPath(p, seed, pathDice, &s), newPath(p, seed, pathDice+1, &s)
		for i := range l.stalled {
			now := midnight.Add(time.Duration(i) * 100 * time.Millisecond)
			if twice {
				other.arrival(now)
			}
			l.stalled[i] = s.over(now) != now
			l.arrival[i] = path.arrival(now).Sub(now)
		}
		return l
	}
	if live(1, false) != live(1, true) {
		t.Error("the same seed brought other faults")
	}
	if live(1, false) == live(2, false) {
		t.Error("another seed brought the same faults")
	}
}
