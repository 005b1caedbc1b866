// Package rewind remembers where things were a moment ago, so that rules can judge a shot by what
// its shooter saw: the others, as they were drawn for him when he fired.
//
// Rules record every tick, ask [History.At] for the moment that a shooter names, and [View.Pos]
// for where somebody was then:
//
//	past := rewind.New(t.Seats(), 20)
//	past.Record(tick, spots)            // each tick, once all have moved
//	x, y, ok := past.At(seat, in.View).Pos(target)
//
// What a shooter claims is not believed for more than it can do: it is held to the last 250 ms, and
// to go forward only.
//
// A History is part of the state of a match: whole numbers only, no clock, saved and restored with
// it. It belongs to whoever runs the match, and allocates nothing once it is made.
package rewind

import "fmt"

// Unit is a tick in the fixed point of times: time t is t/Unit ticks from the start of the match.
const Unit = 16

// Limits that hold for every history.
const (
	perSecond = 4  // history is kept for a second / perSecond: 250 ms
	maxRate   = 60 // ticks a second
	maxIDs    = 1024
	maxTick   = 1 << 48
)

// Spot is where somebody is in one tick.
type Spot struct {
	X, Y   int32
	Gone   bool // not to be hit: dead, protected, or nobody's
	Jumped bool // came here since the last tick without passing between: reborn, or teleported
}

// History is where everybody was in each of the last ticks. Ids are 0, 1, 2, ...: seats, for
// instance. It is not for concurrent use.
type History struct {
	ids   int
	slots int     // ticks that there is room for
	now   int64   // the last tick recorded
	kept  int     // ticks recorded without a gap up to now, now itself included
	spots []Spot  // of tick n: ids of them, from n % slots * ids
	seen  []int64 // by shooter: the latest time he was shown
}

// New returns an empty history of ids things in a game of rate ticks a second. It panics unless
// 1 <= ids <= 1024 and 1 <= rate <= 60.
func New(ids, rate int) *History {
	if ids < 1 || ids > maxIDs || rate < 1 || rate > maxRate {
		panic(fmt.Sprintf("rewind: New(%d, %d)", ids, rate))
	}
	slots := rate/perSecond + 1
	return &History{ids: ids, slots: slots, spots: make([]Spot, ids*slots), seen: make([]int64, ids)}
}

// MaxRewind is how many ticks before the last one a view can lie.
func (h *History) MaxRewind() int { return h.slots - 1 }

// Now is the last tick recorded; ok is false before the first.
func (h *History) Now() (tick int64, ok bool) { return h.now, h.kept > 0 }

// Record notes where everybody is in tick, by id. Ticks rise; where one is left out, all before it
// is forgotten. It panics on a tick that does not rise, and on a wrong number of spots.
func (h *History) Record(tick int64, spots []Spot) {
	if tick < 0 || tick > maxTick || (h.kept > 0 && tick <= h.now) || len(spots) != h.ids {
		panic(fmt.Sprintf("rewind: Record of %d spots for tick %d after tick %d", len(spots), tick, h.now))
	}
	if h.kept > 0 && tick != h.now+1 {
		h.kept = 0
	}
	h.now, h.kept = tick, min(h.kept+1, h.slots)
	copy(h.at(tick), spots)
}

// at is where everybody was in a tick that is kept.
func (h *History) at(tick int64) []Spot {
	from := int(tick%int64(h.slots)) * h.ids
	return h.spots[from : from+h.ids]
}

// At is the world as shooter saw it at the time view, in 1/[Unit] ticks. A client draws the others
// some ticks behind the newest state it has, so view = Unit x (tick of that state) - delay.
//
// A time before MaxRewind or in the future, or before one that the shooter was shown earlier, is
// moved to the nearest that is allowed: nobody sees farther back, and nobody goes back.
func (h *History) At(shooter int, view int64) View {
	oldest, newest := (h.now-int64(h.kept)+1)*Unit, h.now*Unit
	view = min(max(view, oldest, h.seen[shooter]), newest)
	if h.kept > 0 {
		h.seen[shooter] = view
	}
	return View{history: h, time: view}
}

// View is the world at one moment. It is valid until the next Record.
type View struct {
	history *History
	time    int64
}

// Time is the moment that the shooter was granted, in 1/[Unit] ticks.
func (v View) Time() int64 { return v.time }

// Pos is where id was, between two ticks on the straight line from one to the other, rounded to
// the nearest whole number (halves up). ok is false where it could not be hit: it was gone in one of the two, or
// jumped from one to the other, or nothing is recorded.
func (v View) Pos(id int) (x, y int, ok bool) {
	h := v.history
	if h.kept == 0 {
		return 0, 0, false
	}
	tick, part := v.time/Unit, v.time%Unit
	a := h.at(tick)[id]
	if part == 0 {
		return int(a.X), int(a.Y), !a.Gone
	}
	b := h.at(tick + 1)[id]
	if a.Gone || b.Gone || b.Jumped {
		return 0, 0, false
	}
	return between(a.X, b.X, part), between(a.Y, b.Y, part), true
}

// between is the number at part/Unit of the way from a to b.
func between(a, b int32, part int64) int {
	return int(a) + int(((int64(b)-int64(a))*part+Unit/2)>>4)
}
