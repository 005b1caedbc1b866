package dash

import (
	"encoding/binary"
	"errors"
)

// A checkpoint; all numbers are varints, those marked ± zigzag:
//
//	version n(seats) now
//	{ ±x ±y heading dashAt fireAt aim stunEnd wish going hurtBy points }
//	n(pellets) { id x/grid y/grid }
//	past
//
// wish is the heading that the player wants; dashes and shots wished for never outlast a tick. The
// players are by seat, the pellets by id.
const checkpointVersion = 1

var errCheckpoint = errors.New("the checkpoint of dash is damaged")

// MarshalBinary is the whole state.
func (a *arena) MarshalBinary() ([]byte, error) {
	b := append(make([]byte, 0, 1024), checkpointVersion)
	b = appendInt(appendInt(b, len(a.players)), a.now)
	for i := range a.players {
		b = a.players[i].appendTo(b)
	}
	lying := 0
	for i := range a.pellets {
		if a.pellets[i].there {
			lying++
		}
	}
	b = appendInt(b, lying)
	for i, p := range a.pellets {
		if p.there {
			b = appendSigned(appendSigned(appendInt(b, i), p.x/grid), p.y/grid)
		}
	}
	return a.past.AppendBinary(b)
}

func (p *player) appendTo(b []byte) []byte {
	b = appendSigned(appendSigned(b, p.x), p.y)
	going := 0
	if p.wants.going {
		going = 1
	}
	for _, v := range [...]int{
		p.heading, p.dashAt, p.fireAt, p.aim, p.stunEnd, p.wants.heading, going, p.hurtBy, p.points,
	} {
		b = appendInt(b, v)
	}
	return b
}

// UnmarshalBinary takes the place of the whole state. What no match could have come to is
// refused, so that no later step can panic on it.
func (a *arena) UnmarshalBinary(b []byte) error {
	r := reader{b: b}
	if r.int(1) != checkpointVersion || r.int(seats) != len(a.players) {
		return errCheckpoint
	}
	a.now = r.int(matchTicks)
	for i := range a.players {
		a.players[i] = r.player(a.now, len(a.players))
	}
	a.pellets = [maxPellets]pellet{}
	next := 0
	for n := r.int(maxPellets); n > 0 && !r.failed; n-- {
		id := r.int(maxPellets - 1)
		x, y := r.place(grid)
		r.failed = r.failed || id < next
		a.pellets[id], next = pellet{true, x, y}, id+1
	}
	if r.failed {
		return errCheckpoint
	}
	if err := a.past.UnmarshalBinary(r.b); err != nil {
		return err
	}
	if recorded, ok := a.past.Now(); !ok || recorded != int64(a.now) {
		return errCheckpoint
	}
	return nil
}

func appendInt(b []byte, v int) []byte    { return binary.AppendUvarint(b, uint64(v)) }
func appendSigned(b []byte, v int) []byte { return binary.AppendVarint(b, int64(v)) }

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

// place reads a place where an avatar's middle can be, given in so many units.
func (r *reader) place(unit int) (x, y int) {
	const limit = radius - body
	x, y = unit*r.signed(limit/unit), unit*r.signed(limit/unit)
	r.failed = r.failed || x*x+y*y > limit*limit
	return x, y
}

func (r *reader) player(now, players int) (p player) {
	p.x, p.y = r.place(1)
	p.heading, p.dashAt, p.fireAt = r.int(255), r.int(now+dashCooldown), r.int(now+reload)
	p.aim, p.stunEnd, p.wants.heading = r.int(255), r.int(now+1+stunTicks), r.int(255)
	p.wants.going, p.hurtBy = r.int(1) == 1, r.int(players)
	p.points = r.int(now * maxPellets) // more could not be eaten by now
	return p
}
