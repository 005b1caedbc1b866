package game

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// A checkpoint, all numbers varints:
//
//	version seats tick n(alarms){alarm} n(left){seat} n(dice) dice
//	over [n(winners){seat} n(scores){zigzag score}] n(rules) rules
//
// rules are what the Logic's MarshalBinary gave.
const checkpointVersion = 1

// ErrNoCheckpoint is answered by Save and Restore for a game whose Logic is no
// encoding.BinaryMarshaler and BinaryUnmarshaler.
var ErrNoCheckpoint = errors.New("the game makes no checkpoints")

var errCheckpoint = errors.New("the checkpoint is damaged")

// Save is the whole match in bytes. What was posted in the last step is not in it.
func (s *Sim) Save() ([]byte, error) {
	m, ok := saver(s.table)
	if !ok {
		return nil, ErrNoCheckpoint
	}
	rules, err := m.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("save %s: %w", s.info.Name, err)
	}
	b, err := s.appendCore(nil)
	if err != nil {
		return nil, err
	}
	return appendBytes(b, rules), nil
}

func (s *Sim) appendCore(b []byte) ([]byte, error) {
	dice, err := s.tick.Rand.AppendBinary(nil)
	if err != nil {
		return nil, err
	}
	b = append(b, checkpointVersion)
	b = binary.AppendUvarint(b, uint64(s.seats))
	b = binary.AppendUvarint(b, uint64(s.tick.N))
	b = appendList(b, s.alarms)
	b = appendList(b, s.left)
	b = appendBytes(b, dice)
	if s.result == nil {
		return append(b, 0), nil
	}
	b = append(b, 1)
	b = appendList(b, s.result.Winners)
	return appendList(b, s.result.Scores), nil
}

// Restore continues a match of k from what Save gave.
func Restore(k Kind, checkpoint []byte) (*Sim, error) {
	if err := k.Validate(); err != nil {
		return nil, err
	}
	s := &Sim{info: k.Info()}
	s.tick = Tick{Rand: NewRand(Seed{}), sim: s}
	c := core{reader: reader{b: checkpoint}}
	if err := c.read(s.info); err != nil {
		return nil, fmt.Errorf("restore %s: %w", s.info.Name, err)
	}
	// New sees a fresh table; what it rolled, set or ended is then put aside for what was saved.
	s.seats = c.seats
	s.table = k.start(&s.tick)
	rules, ok := saver(s.table)
	if !ok {
		return nil, ErrNoCheckpoint
	}
	if s.Joinable() && s.seats != s.info.Seats.Max {
		return nil, fmt.Errorf("restore %s: %w", s.info.Name, errCheckpoint)
	}
	s.tick.N, s.alarms, s.left, s.result, s.scores = c.now, c.alarms, c.left, c.result, nil
	if err := s.tick.Rand.UnmarshalBinary(c.dice); err != nil {
		return nil, fmt.Errorf("restore the dice of %s: %w", s.info.Name, err)
	}
	if err := rules.UnmarshalBinary(c.rules); err != nil {
		return nil, fmt.Errorf("restore %s: %w", s.info.Name, err)
	}
	return s, nil
}

// core is a checkpoint taken apart.
type core struct {
	reader
	seats       int
	now         int64
	alarms      []int64
	left        []Seat
	result      *Result
	dice, rules []byte
}

// read refuses what no match of the game could have saved, so that nothing panics on it later.
func (c *core) read(info Info) error {
	if c.byte() != checkpointVersion {
		return errCheckpoint
	}
	seats := c.uvarint()
	c.now = c.tick()
	c.alarms = readList[int64](&c.reader)
	c.left = readList[Seat](&c.reader)
	c.dice = c.bytes()
	over := c.byte()
	if over == 1 {
		c.result = &Result{Winners: readList[Seat](&c.reader), Scores: readList[int64](&c.reader)}
	}
	c.rules = c.bytes()
	if c.failed || len(c.b) != 0 || over > 1 || len(c.alarms) > MaxAlarms ||
		seats < uint64(info.Seats.Min) || seats > uint64(info.Seats.Max) {
		return errCheckpoint
	}
	c.seats = int(seats)
	before := c.now
	for _, due := range c.alarms {
		if due <= before {
			return errCheckpoint
		}
		before = due
	}
	if len(c.left) > 0 && c.result == nil {
		return errCheckpoint
	}
	if c.result != nil && c.result.check(c.seats) != nil {
		return errCheckpoint
	}
	return nil
}

func appendBytes(b, data []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(data))), data...)
}

func appendList[T ~int | ~int64](b []byte, list []T) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, v := range list {
		b = binary.AppendVarint(b, int64(v))
	}
	return b
}

// reader takes checkpoints and logs apart. After the first fault it reads zeros, so that callers
// check once, at the end.
type reader struct {
	b      []byte
	failed bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

// tick reads the number of a tick, which is never negative.
func (r *reader) tick() int64 {
	v := r.uvarint()
	if v > math.MaxInt64 {
		r.fail()
		return 0
	}
	return int64(v)
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.fail()
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *reader) bytes() []byte {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) fail() { r.b, r.failed = nil, true }

// readList reads no more elements than there are bytes, so a damaged count costs nothing.
func readList[T ~int | ~int64](r *reader) []T {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	var list []T
	for n > 0 && !r.failed {
		n--
		list = append(list, T(r.varint()))
	}
	return list
}
