package game

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
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
	r := reader{b: checkpoint}
	if r.byte() != checkpointVersion {
		return nil, fmt.Errorf("restore %s: %w", s.info.Name, errCheckpoint)
	}
	s.seats = int(r.uvarint())
	tick := int64(r.uvarint())
	if s.seats < s.info.Seats.Min || s.seats > s.info.Seats.Max {
		return nil, fmt.Errorf("restore %s: %w", s.info.Name, errCheckpoint)
	}
	// New sees a fresh table; its dice and alarms are then put aside for the saved ones.
	s.table = k.start(&s.tick)
	u, ok := s.table.optional().(encoding.BinaryUnmarshaler)
	if !ok {
		return nil, ErrNoCheckpoint
	}
	s.tick.N = tick
	s.alarms = readList[int64](&r)
	s.left = readList[Seat](&r)
	dice := r.bytes()
	if r.byte() == 1 {
		s.result = &Result{Winners: readList[Seat](&r), Scores: readList[int64](&r)}
	}
	rules := r.bytes()
	if r.failed || len(r.b) != 0 {
		return nil, fmt.Errorf("restore %s: %w", s.info.Name, errCheckpoint)
	}
	if err := s.tick.Rand.UnmarshalBinary(dice); err != nil {
		return nil, fmt.Errorf("restore the dice of %s: %w", s.info.Name, err)
	}
	if err := u.UnmarshalBinary(rules); err != nil {
		return nil, fmt.Errorf("restore %s: %w", s.info.Name, err)
	}
	return s, nil
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
	for range n {
		list = append(list, T(r.varint()))
	}
	return list
}
