package game

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

var errLog = errors.New("the match log is damaged or cut short")

// Log is the match log: with the rules, all that is needed to play the match again.
type Log struct {
	Game  string
	Seed  Seed
	Seats int
	Last  int64 // the last tick stepped to
	Steps []LogStep
}

// LogStep is what happened in one tick. Ticks of a game with a rate in which nothing happened
// are left out; every step of other games is in.
type LogStep struct {
	Tick   int64
	Inputs []Input
}

// Append notes one step. The inputs are kept: the caller must not change them afterwards.
func (l *Log) Append(rate int, tick int64, inputs []Input) {
	l.Last = tick
	if len(inputs) > 0 || rate == 0 {
		l.Steps = append(l.Steps, LogStep{tick, inputs})
	}
}

// Replay plays the match again, to its last tick or until watch, if not nil, answers false. It
// is called after every step.
func (l *Log) Replay(k Kind, watch func(*Sim) bool) (*Sim, error) {
	if got := k.Info().Name; got != l.Game {
		return nil, fmt.Errorf("replay a match of %s with the rules of %s", l.Game, got)
	}
	sim, err := Start(k, l.Seed, l.Seats)
	if err != nil {
		return nil, err
	}
	for _, step := range l.Steps {
		for sim.info.Rate > 0 && sim.Now()+1 < step.Tick {
			if sim.Step(sim.Now()+1, nil); watch != nil && !watch(sim) {
				return sim, nil
			}
		}
		if step.Tick <= sim.Now() {
			return nil, fmt.Errorf("replay %s: tick %d comes after %d", l.Game, step.Tick, sim.Now())
		}
		if sim.Step(step.Tick, step.Inputs); watch != nil && !watch(sim) {
			return sim, nil
		}
	}
	for sim.info.Rate > 0 && sim.Now() < l.Last {
		if sim.Step(sim.Now()+1, nil); watch != nil && !watch(sim) {
			return sim, nil
		}
	}
	return sim, nil
}

// A match log in bytes, all numbers varints:
//
//	"PLOG" version n(game) game seed[32] seats last
//	n(steps) { tick gap  n(inputs) { seat op seq n(body) body } }
const (
	logMagic   = "PLOG"
	logVersion = 1
)

// MarshalBinary is the log as a file.
func (l *Log) MarshalBinary() ([]byte, error) {
	b := append([]byte(logMagic), logVersion)
	b = appendBytes(b, []byte(l.Game))
	b = append(b, l.Seed[:]...)
	b = binary.AppendUvarint(b, uint64(l.Seats))
	b = binary.AppendUvarint(b, uint64(l.Last))
	b = binary.AppendUvarint(b, uint64(len(l.Steps)))
	var before int64
	for _, step := range l.Steps {
		b = appendStep(b, before, step.Tick, step.Inputs)
		before = step.Tick
	}
	return b, nil
}

func appendStep(b []byte, before, tick int64, inputs []Input) []byte {
	b = binary.AppendUvarint(b, uint64(tick-before))
	b = binary.AppendUvarint(b, uint64(len(inputs)))
	for _, in := range inputs {
		b = binary.AppendUvarint(b, uint64(in.Seat))
		b = append(b, byte(in.Op))
		b = binary.AppendUvarint(b, uint64(in.Seq))
		b = appendBytes(b, in.Body)
	}
	return b
}

// UnmarshalBinary reads what MarshalBinary wrote. The log aliases b.
func (l *Log) UnmarshalBinary(b []byte) error {
	if len(b) < len(logMagic)+1 || string(b[:len(logMagic)]) != logMagic || b[len(logMagic)] != logVersion {
		return fmt.Errorf("not a match log of version %d", logVersion)
	}
	r := reader{b: b[len(logMagic)+1:]}
	*l = Log{Game: string(r.bytes())}
	for i := range l.Seed {
		l.Seed[i] = r.byte()
	}
	l.Seats = int(r.uvarint())
	l.Last = r.tick()
	return l.readSteps(&r, r.uvarint())
}

func (l *Log) readSteps(r *reader, steps uint64) error {
	for before := int64(0); steps > 0 && !r.failed; steps-- {
		gap := r.tick()
		if gap < 1 || gap > math.MaxInt64-before {
			return errLog // ticks rise: nothing happens twice
		}
		before += gap
		step := LogStep{Tick: before}
		for n := r.uvarint(); n > 0 && !r.failed; n-- {
			step.Inputs = append(step.Inputs, Input{
				Seat: Seat(r.uvarint()), Op: Op(r.byte()), Seq: uint32(r.uvarint()), Body: r.bytes(),
			})
		}
		l.Steps = append(l.Steps, step)
	}
	if r.failed || len(r.b) != 0 || (len(l.Steps) > 0 && l.Steps[len(l.Steps)-1].Tick > l.Last) {
		return errLog
	}
	return nil
}

// Recording is a Log that is being written: as bytes, for a match has many inputs and a node many
// matches.
type Recording struct {
	Log // without its Steps

	steps  uint64
	before int64 // tick of the newest
	bytes  []byte
}

// Append notes one step. Nothing of the inputs is kept.
func (r *Recording) Append(rate int, tick int64, inputs []Input) {
	r.Last = tick
	if len(inputs) > 0 || rate == 0 {
		r.bytes = appendStep(r.bytes, r.before, tick, inputs)
		r.before = tick
		r.steps++
	}
}

// Size is how many bytes the steps take.
func (r *Recording) Size() int { return len(r.bytes) }

// Finish is what was recorded so far.
func (r *Recording) Finish() *Log {
	l := r.Log
	if err := l.readSteps(&reader{b: r.bytes}, r.steps); err != nil {
		panic(err) // we wrote it ourselves
	}
	return &l
}
