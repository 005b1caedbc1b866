package room

import (
	"iter"
	"time"

	"parlor/game"
)

// The token bucket of a seat's inputs: one a tick, so that a burst of TCP is no speed hack.
const (
	inputBurst   = 8  // applied in one tick at most
	inputWaiting = 64 // kept for later ticks; past that an input is refused
)

// seat is a place at the table, and who holds it; or the place of somebody who looks on.
type seat struct {
	at     game.Seat // game.Watcher: he looks on
	player Player    // nil: a bot or nobody
	id     string    // of the player; results are credited to it, until the rules know that he left
	name   string
	bot    bool // a bot plays it: its own, or standing in
	joined bool // the rules know that the seat is taken; in a game without a Joiner all are

	online  bool
	awayAt  time.Time
	leaving bool // given up; the rules hear of it in the next step
	voted   bool // for a rematch
	ready   bool // in a lobby
	fresh   bool // must be sent the room and a view though nothing happened

	tokens int64
	queue  []waiting
	acked  uint32
	told   uint32 // acked, as last sent
	slips  int64  // of the match, as last sent
	out    Update // what the next send has for him
}

// waiting is an input that is to be applied, and the tick that it is meant for; 0: the next.
type waiting struct {
	game.Input
	tick int64
	at   time.Time // it came
}

func (s *seat) free() bool { return s.player == nil && !s.bot && !s.joined && !s.leaving }

// onlyBot tells whether nobody but a bot has to do with the seat, or has had.
func (s *seat) onlyBot() bool { return s.player == nil && s.id == "" && (s.bot || s.leaving) }

// queueInputs keeps inputs until the bucket lets them through.
func (s *seat) queueInputs(b Batch) {
	for i, body := range b.Bodies {
		seq := b.First + uint32(i)
		if len(s.queue) >= inputWaiting {
			s.refuse(seq, "too many inputs")
			continue
		}
		s.queue = append(s.queue, waiting{game.Input{Seat: s.at, Seq: seq, Body: body}, b.Tick, b.At})
	}
}

// takeInputs appends the inputs that may be applied in tick, after ticks more ticks. One that is
// meant for a later tick holds up those behind it: inputs stay in order.
func (s *seat) takeInputs(to []game.Input, tick, ticks int64, c *clock) []game.Input {
	s.tokens = min(inputBurst, s.tokens+ticks)
	n := 0
	for ; n < len(s.queue) && s.tokens > 0 && s.queue[n].tick <= tick; n++ {
		in := &s.queue[n]
		s.tokens--
		s.acked = max(s.acked, in.Seq)
		s.out.Lead = s.out.Lead.And(in.lead(tick, c))
		to = append(to, in.Input)
	}
	s.queue = append(s.queue[:0], s.queue[n:]...)
	return to
}

// lead is how long before its time an input came that is applied in tick.
func (w *waiting) lead(tick int64, c *clock) Lead {
	if w.tick != 0 {
		tick = w.tick
	}
	early := c.deadline(tick).Sub(w.at) * 4
	quarters := early / c.period
	if early < 0 && early%c.period != 0 {
		quarters-- // late is late
	}
	return Lead{Known: true, Quarters: int(quarters)}
}

// flushInputs refuses what still waits when there is no match to apply it to.
func (s *seat) flushInputs(why string) {
	for _, in := range s.queue {
		s.refuse(in.Seq, why)
	}
	s.queue = s.queue[:0]
}

func (s *seat) refuse(seq uint32, why string) {
	s.acked = max(s.acked, seq)
	if s.player != nil {
		s.out.Refused = append(s.out.Refused, Refused{seq, why})
	}
}

// seatOf is where a player is; nil: he is not in the room.
func (r *Room) seatOf(p Player) *seat {
	for s := range r.everybody() {
		if s.player == p {
			return s
		}
	}
	return nil
}

// everybody are the people in the room: at the table, then those who look on.
func (r *Room) everybody() iter.Seq[*seat] {
	return func(yield func(*seat) bool) {
		for _, s := range r.seats {
			if s.player != nil && !yield(s) {
				return
			}
		}
		for _, s := range r.gallery {
			if !yield(s) {
				return
			}
		}
	}
}
