package game

import (
	"fmt"
	"slices"
	"time"
)

// Tick is one step of a match as its [Logic] sees it. It is not to be kept.
type Tick struct {
	N    int64 // number of this tick; the match begins at 0, and the first step is 1
	Rand *Rand // the match's own dice

	sim *Sim
}

// Now is the time played: N periods. It stands still during a step and knows no wall clock.
func (t *Tick) Now() time.Duration { return time.Duration(t.N) * t.sim.info.Period() }

// Seats is the number of seats in this match, taken or not.
func (t *Tick) Seats() int { return t.sim.seats }

// After makes the match step n ticks from now even if no input arrives by then: the turn clock
// of a game without a rate, whose tick is [StepTime]. An alarm is never taken back: rules that
// no longer care do nothing in that step. It panics if n < 1 or [MaxAlarms] are set.
func (t *Tick) After(n int64) {
	due := t.N + n
	if n < 1 || due < t.N || len(t.sim.alarms) >= MaxAlarms {
		panic(fmt.Sprintf("game: After(%d) with %d alarms set", n, len(t.sim.alarms)))
	}
	if at, found := slices.BinarySearch(t.sim.alarms, due); !found {
		t.sim.alarms = slices.Insert(t.sim.alarms, at, due)
	}
}

// Score posts what seat has reached while the match goes on: how games that never end are
// ranked. A finished life, a finished lap; not every pellet. It panics on a seat that the match
// does not have, and on a score over [MaxScore].
func (t *Tick) Score(seat Seat, score int64) {
	if seat < 0 || int(seat) >= t.sim.seats || score > MaxScore || score < -MaxScore {
		panic(fmt.Sprintf("game: Score(%d, %d) in a match of %d seats", seat, score, t.sim.seats))
	}
	t.sim.scores = append(t.sim.scores, Score{seat, score})
}

// End ends the match. A second End in the same match panics.
func (t *Tick) End(r Result) {
	if t.sim.result != nil {
		panic("game: the match has ended already")
	}
	if err := r.check(t.sim.seats); err != nil {
		panic(err)
	}
	t.sim.result = &r
}

// Score is what one seat posted with [Tick.Score].
type Score struct {
	Seat  Seat
	Score int64
}
