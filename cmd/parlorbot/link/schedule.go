package link

import (
	"math"
	"math/rand/v2"
	"time"
)

// What the profiles have in common.
const (
	recovery = 50 * time.Millisecond // of a lost chunk, besides 1.25 round trips: TCP's RACK
	maxStall = 5                     // times the mean: past it the phone would have found another cell
	silentOf = 3                     // one cut in so many is silent: nobody is told

	// How long a freeze takes: as likely 5 to 17 s as 17 to 60, so most are a look at a message. Between
	// two the player plays for a while, or he would not be there.
	leastFreeze = 5 * time.Second
	mostFreeze  = 60 * time.Second
	leastAwake  = 20 * time.Second
	unsaidOf    = 4 // one freeze in so many comes before the app could say that it goes away
)

// What dice are for. Each use has a stream of its own, so that how much a connection carries changes
// nothing about when the next one is cut.
const (
	stallDice = iota
	cutDice
	freezeDice
	pathDice // and those after it: one for each direction of each connection
)

func dice(seed uint64, use uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, use)) }

// exponential is a time with the given mean.
func exponential(d *rand.Rand, mean time.Duration) time.Duration {
	return time.Duration(d.ExpFloat64() * float64(mean))
}

// stalls are the times at which the radio carries nothing, one after another from start on. It is
// asked with times that hardly ever go back, and then by less than a stall is away from the next.
type stalls struct {
	profile    Profile
	dice       *rand.Rand
	began, end time.Time // the one that goes on, or comes next
	n          int
}

func newStalls(p Profile, seed uint64, start time.Time) stalls {
	s := stalls{profile: p, dice: dice(seed, stallDice), end: start}
	s.draw()
	return s
}

func (s *stalls) draw() {
	if s.profile.StallEvery == 0 {
		return
	}
	s.began = s.end.Add(exponential(s.dice, s.profile.StallEvery))
	s.end = s.began.Add(min(exponential(s.dice, s.profile.Stall), maxStall*s.profile.Stall))
}

// over is when what the phone has at the given time gets through: then, or when a stall ends.
func (s *stalls) over(at time.Time) time.Time {
	if s.profile.StallEvery == 0 {
		return at
	}
	for !at.Before(s.end) {
		s.draw()
		s.n++
	}
	if at.Before(s.began) {
		return at
	}
	return s.end
}

// path is one direction of one connection.
type path struct {
	profile Profile
	dice    *rand.Rand
	stalls  *stalls
	free    time.Time // when all before has arrived
}

func newPath(p Profile, seed, use uint64, s *stalls) *path {
	return &path{profile: p, dice: dice(seed, use), stalls: s}
}

// arrival is when a chunk that is sent now comes out at the other end: never before those that were
// sent earlier, because TCP hands nothing over out of order.
func (p *path) arrival(now time.Time) time.Time {
	at := p.stalls.over(now).Add(p.profile.Delay + exponential(p.dice, p.profile.Jitter))
	if p.dice.Float64() < p.profile.Loss {
		at = at.Add(recovery + 2*(p.profile.Delay+p.profile.Jitter)*5/4)
	}
	if at.Before(p.free) {
		at = p.free
	}
	p.free = at
	return at
}

// cut is the death of whatever connection there is.
type cut struct {
	at     time.Duration // since the start
	silent bool          // neither side is told; else both see a reset
}

// cuts draws one cut after another.
type cuts struct {
	every time.Duration
	dice  *rand.Rand
	last  time.Duration
}

func newCuts(p Profile, seed uint64) *cuts {
	return &cuts{every: p.CutEvery, dice: dice(seed, cutDice)}
}

func (c *cuts) next() cut {
	c.last += exponential(c.dice, c.every)
	return cut{c.last, c.dice.IntN(silentOf) == 0}
}

// Freeze is a time in which the app is hidden: its code does not run.
type Freeze struct {
	At   time.Duration // since the start
	For  time.Duration
	Said bool // the app gets to say that it goes away
}

// Freezes draws one freeze after another. One goroutine uses it.
type Freezes struct {
	every time.Duration
	dice  *rand.Rand
	last  time.Duration // end of the one before
}

// NewFreezes are those of the phone with that seed. A profile without any has no next one.
func NewFreezes(p Profile, seed uint64) *Freezes {
	return &Freezes{every: p.FreezeEvery, dice: dice(seed, freezeDice)}
}

// Next is the freeze after the last; ok is false where there is none.
func (f *Freezes) Next() (next Freeze, ok bool) {
	if f.every == 0 {
		return Freeze{}, false
	}
	next.At = f.last + leastAwake + exponential(f.dice, max(0, f.every-leastAwake))
	next.For = time.Duration(float64(leastFreeze) * math.Pow(float64(mostFreeze)/float64(leastFreeze), f.dice.Float64()))
	next.Said = f.dice.IntN(unsaidOf) != 0
	f.last = next.At + next.For
	return next, true
}
