package room

import (
	"time"

	"parlor/game"
)

// The token bucket of a seat's inputs: one a tick, so that a burst of TCP is no speed hack.
const (
	inputBurst   = 8  // applied in one tick at most
	inputWaiting = 64 // kept for later ticks; past that an input is refused
)

// seat is a place at the table, and who holds it.
type seat struct {
	at     game.Seat
	player Player // nil: a bot or nobody
	id     string // of the player; results are credited to it, until the rules know that he left
	name   string
	bot    bool // a bot plays it: its own, or standing in
	joined bool // the rules know that the seat is taken; in a game without a Joiner all are

	online  bool
	awayAt  time.Time
	leaving bool // given up; the rules hear of it in the next step
	voted   bool // for a rematch
	fresh   bool // must be sent the room and a view though nothing happened

	tokens int64
	queue  []game.Input
	acked  uint32
	told   uint32 // acked, as last sent
	out    Update // what the next send has for him
}

func (s *seat) free() bool { return s.player == nil && !s.bot && !s.joined && !s.leaving }

// queueInputs keeps inputs until the bucket lets them through.
func (s *seat) queueInputs(first uint32, bodies [][]byte) {
	for i, body := range bodies {
		seq := first + uint32(i)
		if len(s.queue) >= inputWaiting {
			s.refuse(seq, "too many inputs")
			continue
		}
		s.queue = append(s.queue, game.Input{Seat: s.at, Seq: seq, Body: body})
	}
}

// takeInputs appends the inputs that may be applied after ticks more ticks.
func (s *seat) takeInputs(to []game.Input, ticks int64) []game.Input {
	s.tokens = min(inputBurst, s.tokens+ticks)
	n := int(min(s.tokens, int64(len(s.queue))))
	if n == 0 {
		return to
	}
	s.tokens -= int64(n)
	s.acked = max(s.acked, s.queue[n-1].Seq)
	to = append(to, s.queue[:n]...)
	s.queue = append(s.queue[:0], s.queue[n:]...)
	return to
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

func (r *Room) seatOf(p Player) *seat {
	for _, s := range r.seats {
		if s.player == p {
			return s
		}
	}
	return nil
}
