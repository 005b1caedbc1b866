// Package turnclock is the time of players who take turns: so long for a turn, and a bank for the
// whole match out of which comes what their turns take longer.
//
// Rules without a rate make a clock with the first turn, tell it of every next one, and ask it in
// every step; it wakes the match by itself when a turn is out of time:
//
//	c := turnclock.New(t, limits, first) // in New
//	c.Next(t, seat)                      // the turn is over, seat's begins
//	if c.Tick(t) { ... }                 // in Tick: who is to move is out of time
//
// A Clock is part of the state of a match: whole numbers only, saved and restored with it. It
// belongs to whoever runs the match.
package turnclock

import (
	"time"

	"parlor/game"
)

// Limits are how long players may take, each rounded down to ticks of [game.StepTime].
type Limits struct {
	Turn  time.Duration // for a turn
	Bank  time.Duration // for all that turns take longer, in the whole match
	Short time.Duration // for a turn of who has used up his bank. 0: Turn
}

// maxTick is where time ends: in 1,700 years. Later turns have none.
const maxTick = 1 << 40

// Clock is the time of one match. It is not for concurrent use.
type Clock struct {
	limits Limits
	turn   game.Seat
	end    int64   // the tick with which the turn's own time is used up
	alarm  int64   // the next tick for which the match is to be woken; none if it is past
	banks  []int64 // by seat, in ticks; as they were when the turn began
}

// New starts the clock, with the turn of first.
func New(t *game.Tick, limits Limits, first game.Seat) *Clock {
	c := &Clock{limits: limits, banks: make([]int64, t.Seats())}
	for seat := range c.banks {
		c.banks[seat] = ticks(limits.Bank)
	}
	c.start(t, first)
	return c
}

// Next ends the turn and starts that of seat.
func (c *Clock) Next(t *game.Tick, seat game.Seat) {
	if over := t.N - c.end; over > 0 {
		c.banks[c.turn] = max(0, c.banks[c.turn]-over)
	}
	c.start(t, seat)
}

// Tick tells whether who is to move is out of time, and sees to it that the match is stepped when
// he will be. To be called in every step.
func (c *Clock) Tick(t *game.Tick) bool {
	if c.Late(t) {
		return true
	}
	c.wake(t)
	return false
}

// Late tells whether who is to move is out of time: what he wants now comes too late.
func (c *Clock) Late(t *game.Tick) bool { return t.N >= c.due() }

// Turn is the seat to move.
func (c *Clock) Turn() game.Seat { return c.turn }

// End is the tick with which the turn's own time is used up, and the bank begins to run.
func (c *Clock) End() int64 { return c.end }

// Bank is how many ticks seat had left in its bank when the turn began.
func (c *Clock) Bank(seat game.Seat) int64 { return c.banks[seat] }

func (c *Clock) due() int64 { return c.end + c.banks[c.turn] }

func (c *Clock) start(t *game.Tick, seat game.Seat) {
	length := c.limits.Turn
	if c.banks[seat] == 0 && c.limits.Short > 0 {
		length = c.limits.Short
	}
	c.turn, c.end = seat, min(t.N, maxTick)+ticks(length)
	c.wake(t)
}

// wake sets an alarm, unless one rings by then that was set for a turn before: alarms are never taken back,
// so one for each turn would be too many.
func (c *Clock) wake(t *game.Tick) {
	due := c.due()
	if due <= t.N || c.alarm > t.N && c.alarm <= due {
		return
	}
	t.After(due - t.N)
	c.alarm = due
}

func ticks(d time.Duration) int64 { return int64(d / game.StepTime) }
