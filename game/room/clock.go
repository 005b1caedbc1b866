package room

import "time"

// maxCatchUp is how many steps one turn takes at most. Past it the schedule slips: the match
// runs late, but never faster than people can play, and never in a death spiral.
const maxCatchUp = 3

// clock is the schedule of a match: tick n is due at start + n periods, on absolute deadlines,
// so it does not drift. It is handed the time and does nothing by itself.
type clock struct {
	period time.Duration
	coming int64     // the tick that is due next; what a game with a rate lives by
	next   time.Time // deadline of coming
	origin time.Time // when tick 0 was; what a game without a rate lives by
	cost   time.Duration
}

// slots are the phases that a room can have. Rooms of one slot are due together, so that they are woken,
// and what they send goes out, together; the more slots, the less they are in each other's way.
const slots = 16

// start sets the schedule so that the tick after last is due within one period, at the phase of
// the room with this number. Phases of rooms that start one after another are spread evenly
// over the period (the golden ratio's fractional parts are).
func (c *clock) start(now time.Time, number uint64, last int64) {
	const golden = 0x9E3779B97F4A7C15 // 2^64 / phi
	phase := time.Duration(number*golden>>32*slots>>32) * c.period / slots
	grid := now.Truncate(c.period).Add(phase)
	if !grid.After(now) {
		grid = grid.Add(c.period)
	}
	c.coming, c.next = last+1, grid
	c.origin = now.Add(-time.Duration(last) * c.period)
	c.cost = 0
}

// due tells how many steps to take now, how late the first of them is, and how many ticks the
// schedule slips because there is no time for them.
func (c *clock) due(now time.Time) (steps int, late time.Duration, slipped int64) {
	late = now.Sub(c.next)
	if late < 0 {
		return 0, 0, 0
	}
	behind := int64(late/c.period) + 1
	steps = int(min(behind, maxCatchUp))
	if c.cost > c.period/2 {
		steps = 1 // a game this slow would only fall further behind
	}
	c.coming += int64(steps)
	c.next = c.next.Add(time.Duration(behind) * c.period)
	return steps, late, behind - int64(steps)
}

// deadline is when a tick of a game with a rate is due, or was, as the schedule is now.
func (c *clock) deadline(tick int64) time.Time {
	return c.next.Add(time.Duration(tick-c.coming) * c.period)
}

// spent takes note of what a step cost: a moving average over about eight.
func (c *clock) spent(took time.Duration) { c.cost += (took - c.cost) / 8 }

// tick is the number of the tick that is due now in a game without a rate, at least one more
// than the last.
func (c *clock) tick(now time.Time, last int64) int64 {
	return max(last+1, int64(now.Sub(c.origin)/c.period))
}

// at is when a tick of a game without a rate is due.
func (c *clock) at(tick int64) time.Time {
	return c.origin.Add(time.Duration(tick) * c.period)
}
