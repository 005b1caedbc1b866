package snakes

import (
	"encoding/binary"
	"errors"
)

// A checkpoint; all numbers are varints, those marked ± zigzag:
//
//	version
//	n(seats) { 0 | seat }
//	n(food)  pieces { id-after x/grid y/grid value }
//	n(blips) { seat-after x/blipGrid y/blipGrid score }
//
//	seat: flags heading wish burnt score best reborn ±x ±y n(body) { ±dx ±dy }
//
// x and y are the head in 1/1024 of a unit. The body begins there, with n-1 dx, dy that lead from one
// point to the next. seat-after is how many seats lie between. id-after is how many ids lie between a piece's and the one before, at first
// 0; the sum of all that were given is pieces.
const checkpointVersion = 3

const (
	flagSeated = 1 << iota
	flagRush
	flagBoost
)

var errCheckpoint = errors.New("the checkpoint of snakes is damaged")

// MarshalBinary is the whole state.
func (a *arena) MarshalBinary() ([]byte, error) {
	b := append(make([]byte, 0, 2048), checkpointVersion)
	b = appendInt(b, len(a.snakes))
	for i := range a.snakes {
		b = a.snakes[i].appendTo(b)
	}
	b = appendInt(b, len(a.food))
	b = appendInt(b, int(a.pieces))
	last := uint32(0)
	for _, f := range a.food {
		b = appendInt(appendInt(appendInt(appendInt(b, int(f.id-last-1)), f.x/grid), f.y/grid), f.value)
		last = f.id
	}
	b = appendInt(b, len(a.blips))
	next := 0
	for _, p := range a.blips {
		b = appendInt(appendInt(appendInt(appendInt(b, p.seat-next), p.x/blipGrid), p.y/blipGrid), p.score)
		next = p.seat + 1
	}
	return b, nil
}

func (s *snake) appendTo(b []byte) []byte {
	if !s.seated {
		return append(b, 0)
	}
	flags := flagSeated
	if s.rush {
		flags |= flagRush
	}
	if s.boost {
		flags |= flagBoost
	}
	b = append(b, byte(flags))
	for _, v := range [...]int{s.heading, s.wish, s.burnt, s.score, s.best, s.reborn} {
		b = appendInt(b, v)
	}
	b = binary.AppendVarint(b, int64(s.x))
	b = binary.AppendVarint(b, int64(s.y))
	b = appendInt(b, len(s.body))
	for i := 1; i < len(s.body); i++ {
		b = binary.AppendVarint(b, int64(s.body[i].x-s.body[i-1].x))
		b = binary.AppendVarint(b, int64(s.body[i].y-s.body[i-1].y))
	}
	return b
}

// UnmarshalBinary takes the place of the whole state. What no match could have come to is
// refused, so that no later step can panic on it.
func (a *arena) UnmarshalBinary(b []byte) error {
	r := reader{b: b}
	if r.int(checkpointVersion) != checkpointVersion || r.int(seats) != len(a.snakes) {
		return errCheckpoint
	}
	for i := range a.snakes {
		a.snakes[i] = r.snake()
	}
	a.food = a.food[:0]
	n := r.int(maxFood)
	a.pieces = uint32(r.int(maxPieces))
	for id := uint32(0); n > 0 && !r.failed; n-- {
		r.failed = r.failed || id >= a.pieces
		id += 1 + uint32(r.int(max(0, int(a.pieces)-int(id)-1)))
		p := point{grid * r.int((size-1)/grid), grid * r.int((size-1)/grid)}
		a.food = append(a.food, piece{id, p, r.int(maxScore)})
	}
	a.blips = a.blips[:0]
	next := 0
	for n := r.int(len(a.snakes)); n > 0 && !r.failed; n-- {
		seat := next + r.int(max(0, len(a.snakes)-1-next))
		r.failed = r.failed || seat >= len(a.snakes)
		a.blips = append(a.blips, blip{seat, point{blipGrid * r.int((size-1)/blipGrid), blipGrid * r.int((size-1)/blipGrid)}, r.int(maxScore)})
		next = seat + 1
	}
	if r.failed || len(r.b) != 0 {
		return errCheckpoint
	}
	return nil
}

func appendInt(b []byte, v int) []byte { return binary.AppendUvarint(b, uint64(v)) }

// reader takes a checkpoint apart. After the first fault it reads zeros, so that its caller
// checks once, at the end.
type reader struct {
	b      []byte
	failed bool
}

// int reads a number from 0 to limit.
func (r *reader) int(limit int) int {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > uint64(limit) {
		r.b, r.failed = nil, true
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

// signed reads a number from -limit to limit.
func (r *reader) signed(limit int) int {
	v, n := binary.Varint(r.b)
	if n <= 0 || v > int64(limit) || v < -int64(limit) {
		r.b, r.failed = nil, true
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

func (r *reader) snake() snake {
	flags := r.int(flagSeated | flagRush | flagBoost)
	if flags&flagSeated == 0 {
		r.failed = r.failed || flags != 0
		return snake{}
	}
	s := snake{seated: true, rush: flags&flagRush != 0, boost: flags&flagBoost != 0}
	s.heading, s.wish, s.burnt = r.int(255), r.int(255), r.int(boostTicks-1)
	s.score, s.best, s.reborn = r.int(maxScore), r.int(maxScore), r.int(rebornTicks)
	s.x, s.y = r.signed((size+2*spacing)*one), r.signed((size+2*spacing)*one) // who died at a wall is a step beyond it
	points := r.int(maxLength)
	if points == 0 {
		return s
	}
	for p := s.head(); ; p = (point{p.x + r.signed(spacing), p.y + r.signed(spacing)}) {
		r.failed = r.failed || !p.inside()
		if s.body = append(s.body, p); len(s.body) == points {
			return s
		}
	}
}
