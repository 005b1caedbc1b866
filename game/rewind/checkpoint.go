package rewind

import (
	"encoding/binary"
	"errors"
)

// A history in bytes; all numbers are varints, those marked ± zigzag:
//
//	version ids slots now kept {seen} { flags ±x ±y }
//
// seen is by id. The spots are by tick from the oldest kept to now, in each by id.
const version = 1

const (
	flagGone = 1 << iota
	flagJumped
)

var errDamaged = errors.New("the history is damaged")

// AppendBinary appends the history, for a checkpoint.
func (h *History) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, version)
	b = binary.AppendUvarint(b, uint64(h.ids))
	b = binary.AppendUvarint(b, uint64(h.slots))
	b = binary.AppendUvarint(b, uint64(h.now))
	b = binary.AppendUvarint(b, uint64(h.kept))
	for _, seen := range h.seen {
		b = binary.AppendUvarint(b, uint64(seen))
	}
	for back := h.kept - 1; back >= 0; back-- {
		for _, s := range h.at(h.now - int64(back)) {
			flags := byte(0)
			if s.Gone {
				flags |= flagGone
			}
			if s.Jumped {
				flags |= flagJumped
			}
			b = append(b, flags)
			b = binary.AppendVarint(b, int64(s.X))
			b = binary.AppendVarint(b, int64(s.Y))
		}
	}
	return b, nil
}

// UnmarshalBinary takes the history that AppendBinary gave, all of b. It must be one of as many
// ids and the same rate; what was damaged is refused, and then the history is as it was.
func (h *History) UnmarshalBinary(b []byte) error {
	r := reader{b: b}
	if r.int(version) != version || r.int(maxIDs) != int64(h.ids) || r.int(maxRate) != int64(h.slots) {
		return errDamaged
	}
	now, kept := r.int(maxTick), r.int(int64(h.slots))
	if kept > now+1 {
		return errDamaged
	}
	read := History{
		ids: h.ids, slots: h.slots, now: now, kept: int(kept),
		spots: make([]Spot, len(h.spots)), seen: make([]int64, len(h.seen)),
	}
	for i := range read.seen {
		read.seen[i] = r.int(now * Unit)
	}
	for tick := now - kept + 1; tick <= now; tick++ {
		spots := read.at(tick)
		for i := range spots {
			flags := r.int(flagGone | flagJumped)
			spots[i] = Spot{X: r.coordinate(), Y: r.coordinate(), Gone: flags&flagGone != 0, Jumped: flags&flagJumped != 0}
		}
	}
	if r.failed || len(r.b) != 0 {
		return errDamaged
	}
	*h = read
	return nil
}

// reader takes a history apart. After the first fault it reads zeros, so that its caller checks
// once, at the end.
type reader struct {
	b      []byte
	failed bool
}

// int reads a number from 0 to limit.
func (r *reader) int(limit int64) int64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > uint64(limit) {
		r.b, r.failed = nil, true
		return 0
	}
	r.b = r.b[n:]
	return int64(v)
}

func (r *reader) coordinate() int32 {
	v, n := binary.Varint(r.b)
	if n <= 0 || v != int64(int32(v)) {
		r.b, r.failed = nil, true
		return 0
	}
	r.b = r.b[n:]
	return int32(v)
}
