package game

import (
	"errors"
	"fmt"
	"hash/crc64"
)

// Sim is a match with its types folded away: bytes in, bytes out. The room drives one; so do
// replays, tests and bots. It does no I/O and starts no goroutine. Not for concurrent use.
type Sim struct {
	info   Info
	seats  int
	table  table
	tick   Tick
	alarms []int64 // ticks at which to step, rising
	result *Result
	scores []Score
	left   []Seat // seats given up in a game without a Leaver
}

// Op is what an [Input] does.
type Op uint8

const (
	Play  Op = iota // Body is a message of the game
	Join            // somebody takes the seat; only in games with a Joiner
	Leave           // the seat's player has given it up
)

// Input is one entry of a match log. Seq is the player's number for it; 0 for what the room did.
type Input struct {
	Seat Seat
	Op   Op
	Seq  uint32
	Body []byte
}

// Refusal is an input that the rules did not accept.
type Refusal struct {
	Input Input
	Err   error // its text is for the player
}

// Start sets the table for a match of the given number of seats. In a game with a [Joiner] that
// is always the maximum.
func Start(k Kind, seed Seed, seats int) (*Sim, error) {
	if err := k.Validate(); err != nil {
		return nil, err
	}
	s := &Sim{info: k.Info(), seats: seats}
	s.tick = Tick{Rand: NewRand(seed), sim: s}
	if lo, hi := s.info.Seats.Min, s.info.Seats.Max; seats < lo || seats > hi {
		return nil, fmt.Errorf("start %s: %d seats, not %d-%d", s.info.Name, seats, lo, hi)
	}
	s.table = k.start(&s.tick)
	if s.Joinable() && seats != s.info.Seats.Max {
		return nil, fmt.Errorf("start %s: players join it, so it has %d seats, not %d", s.info.Name, s.info.Seats.Max, seats)
	}
	return s, nil
}

// Step takes the match to tick: it applies the inputs in the order given and advances the rules
// by one step. In a game with a rate tick is one more than the last; in others it is later than
// the last. It answers with the inputs that were refused. After the end it refuses everything.
func (s *Sim) Step(tick int64, inputs []Input) []Refusal {
	if tick <= s.tick.N || (s.info.Rate > 0 && tick != s.tick.N+1) {
		panic(fmt.Sprintf("game: step to tick %d from %d", tick, s.tick.N))
	}
	s.tick.N = tick
	s.scores = s.scores[:0]
	for len(s.alarms) > 0 && s.alarms[0] <= tick {
		s.alarms = s.alarms[1:]
	}
	var refused []Refusal
	for _, in := range inputs {
		if err := s.apply(in); err != nil {
			refused = append(refused, Refusal{in, err})
		}
	}
	if s.result == nil {
		s.table.tick(&s.tick)
	}
	return refused
}

func (s *Sim) apply(in Input) error {
	switch {
	case s.result != nil:
		return ErrOver
	case in.Seat < 0 || int(in.Seat) >= s.seats:
		return ErrNoSeat
	case in.Op == Join:
		j, ok := joiner(s.table)
		if !ok {
			return ErrNoSeat
		}
		return j.Join(&s.tick, in.Seat)
	case in.Op == Leave:
		s.leave(in.Seat)
		return nil
	case in.Op == Play:
		return s.table.input(&s.tick, in.Seat, in.Body)
	}
	return ErrBadInput
}

// leave lets the rules go on without the seat, or else ends the match: the others have won.
func (s *Sim) leave(seat Seat) {
	if l, ok := leaver(s.table); ok {
		l.Leave(&s.tick, seat)
		return
	}
	var others []Seat
	for other := range Seat(s.seats) {
		if other != seat {
			others = append(others, other)
		}
	}
	s.left = append(s.left, seat)
	s.tick.End(Win(others...))
}

// AppendView appends what seat sees, in canonical bytes.
func (s *Sim) AppendView(buf []byte, seat Seat) ([]byte, error) {
	buf, err := s.table.appendView(buf, seat)
	if err != nil {
		return nil, fmt.Errorf("view of seat %d of %s: %w", seat, s.info.Name, err)
	}
	return buf, nil
}

// Bot asks the game's bot what seat does now. It answers nil for "wait", and in games without
// a bot.
func (s *Sim) Bot(seat Seat, r *Rand) ([]byte, error) { return s.table.bot(seat, r) }

// Info is the game's.
func (s *Sim) Info() Info { return s.info }

// Seats is the number of seats, taken or not.
func (s *Sim) Seats() int { return s.seats }

// Now is the last tick stepped to; 0 before the first.
func (s *Sim) Now() int64 { return s.tick.N }

// Joinable tells whether players can take seats while the match goes on.
func (s *Sim) Joinable() bool { _, ok := joiner(s.table); return ok }

// Leavable tells whether the match goes on when a player gives up his seat.
func (s *Sim) Leavable() bool { _, ok := leaver(s.table); return ok }

// Alarm is the next tick at which the rules want a step though no input came.
func (s *Sim) Alarm() (tick int64, ok bool) {
	if len(s.alarms) == 0 || s.result != nil {
		return 0, false
	}
	return s.alarms[0], true
}

// Scores are those posted in the last step. Valid until the next one.
func (s *Sim) Scores() []Score { return s.scores }

// Result is how the match ended; ok is false while it goes on.
func (s *Sim) Result() (r Result, ok bool) {
	if s.result == nil {
		return Result{}, false
	}
	return *s.result, true
}

// Forfeited tells whether the match ended because a player gave up his seat.
func (s *Sim) Forfeited() bool { return len(s.left) > 0 }

var crcTable = crc64.MakeTable(crc64.ECMA)

// Hash is a checksum of the whole match (CRC-64): equal states, equal hashes. It covers the
// checkpoint where the game has one, else the dice, the end and what every seat sees.
func (s *Sim) Hash() (uint64, error) {
	state, err := s.Save()
	if err == nil {
		return crc64.Checksum(state, crcTable), nil
	}
	if !errors.Is(err, ErrNoCheckpoint) {
		return 0, err
	}
	if state, err = s.appendCore(nil); err != nil {
		return 0, err
	}
	for seat := Watcher; int(seat) < s.seats; seat++ {
		if state, err = s.AppendView(state, seat); err != nil {
			return 0, err
		}
	}
	return crc64.Checksum(state, crcTable), nil
}
