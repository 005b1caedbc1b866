package room

import (
	"testing"
	"time"
)

func TestRoomsAreSpreadEvenlyOverTheSlotsOfThePeriod(t *testing.T) {
	const rooms, period = 1000, 50 * time.Millisecond
	now := time.Unix(1000, 0)
	in := map[time.Duration]int{}
	for n := range uint64(rooms) {
		c := clock{period: period}
		c.start(now, n, 0)
		if wait := c.next.Sub(now); wait <= 0 || wait > period {
			t.Fatalf("room %d: first tick after %v", n, wait)
		}
		in[c.next.Sub(now.Truncate(period))%period]++
	}
	if len(in) != slots {
		t.Errorf("%d phases, want %d", len(in), slots)
	}
	for phase, n := range in {
		if phase%(period/slots) != 0 || n < rooms/slots-3 || n > rooms/slots+3 {
			t.Errorf("%d rooms at %v, want about %d", n, phase, rooms/slots)
		}
	}
}

func TestTheClockCatchesUpThenSlips(t *testing.T) {
	const period = 50 * time.Millisecond
	for _, test := range []struct {
		late    time.Duration
		cost    time.Duration
		steps   int
		slipped int64
		next    time.Duration // from the deadline missed
	}{
		{-time.Millisecond, 0, 0, 0, 0},
		{0, 0, 1, 0, 1 * period},
		{49 * time.Millisecond, 0, 1, 0, 1 * period},
		{50 * time.Millisecond, 0, 2, 0, 2 * period},
		{149 * time.Millisecond, 0, 3, 0, 3 * period},
		{150 * time.Millisecond, 0, 3, 1, 4 * period},
		{10 * time.Second, 0, 3, 198, 201 * period},
		{149 * time.Millisecond, 26 * time.Millisecond, 1, 2, 3 * period},
	} {
		due := time.Unix(1000, 0)
		c := clock{period: period, next: due, cost: test.cost}
		steps, _, slipped := c.due(due.Add(test.late))
		if steps != test.steps || slipped != test.slipped || c.next.Sub(due) != test.next {
			t.Errorf("late by %v: %d steps, %d slipped, next after %v; want %d, %d, %v",
				test.late, steps, slipped, c.next.Sub(due), test.steps, test.slipped, test.next)
		}
	}
}
