package room

import "time"

// A match that has taken longer than it may for this long is given up: it would only take the
// node's other rooms down with it.
const overloadedAfter = 5 * time.Second

// watchTicks gives a match up whose ticks, on average, have needed more than their period.
func (r *Room) watchTicks(now time.Time) {
	switch {
	case r.clock.cost <= r.clock.period:
		r.overSince = time.Time{}
	case r.overSince.IsZero():
		r.overSince = now
	case now.Sub(r.overSince) >= overloadedAfter:
		r.overloaded(r.clock.cost)
	}
}

// overloaded gives the match up.
func (r *Room) overloaded(step time.Duration) {
	if r.closing != nil {
		return // it has failed already
	}
	r.cfg.Logger.Warn("room overloaded", "room", r.cfg.ID, "game", r.info.Name, "match", r.matchID, "step", step)
	r.closing = ErrOverloaded
}

// load is what the steps of a game without a rate have cost lately. Such a game may think for
// long about a move; it may not do nothing else.
type load struct {
	since   time.Time // when the first of these steps began
	steps   int
	spent   time.Duration // in them
	longest time.Duration
}

// add takes note of a step. Every five seconds or more it looks back, and tells whether the match
// is to be given up: steps that took longer than a period on average have filled more than half of
// the time. The longest is left out: it may be the machine that stood still.
func (l *load) add(began, ended time.Time, period time.Duration) (mean time.Duration, over bool) {
	if l.steps == 0 {
		l.since = began
	}
	took := ended.Sub(began)
	l.steps++
	l.spent += took
	l.longest = max(l.longest, took)
	lasted := ended.Sub(l.since)
	if lasted < overloadedAfter || l.steps < 3 {
		return 0, false
	}
	spent := l.spent - l.longest
	mean = spent / time.Duration(l.steps-1)
	over = mean > period && spent > (lasted-l.longest)/2
	*l = load{}
	return mean, over
}
