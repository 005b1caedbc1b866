package tiles

import (
	"errors"
	"slices"

	pb "parlor/proto/arcade/tiles/v1"
)

// A checkpoint, a byte each:
//
//	version n(seats) top drew idle { last gone n(hand) { tile } } n(bag) { tile } clock
//
// but for the clock, which has its own form.
const checkpointVersion = 1

var errCheckpoint = errors.New("the checkpoint of tiles is damaged")

// MarshalBinary is the whole state.
func (tb *table) MarshalBinary() ([]byte, error) {
	b := append(make([]byte, 0, 128), checkpointVersion, byte(len(tb.players)), byte(tb.top), flag(tb.drew), byte(tb.idle))
	for i := range tb.players {
		p := &tb.players[i]
		b = appendTiles(append(b, byte(p.last), flag(p.gone)), p.hand)
	}
	return tb.clock.AppendBinary(appendTiles(b, tb.bag))
}

func appendTiles(b []byte, tiles []uint32) []byte {
	b = append(b, byte(len(tiles)))
	for _, tile := range tiles {
		b = append(b, byte(tile))
	}
	return b
}

func flag(on bool) byte {
	if on {
		return 1
	}
	return 0
}

// UnmarshalBinary takes the place of the whole state. What no match could have come to is
// refused, so that no later step can panic on it.
func (tb *table) UnmarshalBinary(b []byte) error {
	r := reader{b: b}
	if r.byte(checkpointVersion) != checkpointVersion || int(r.byte(len(tb.players))) != len(tb.players) {
		return errCheckpoint
	}
	made := table{sides: tb.sides, clock: tb.clock, players: make([]player, len(tb.players))}
	made.top = uint32(r.byte(all - 1))
	r.met[made.top] = true
	made.drew, made.idle = r.byte(1) == 1, int(r.byte(len(tb.players)))
	for i := range made.players {
		p := &made.players[i]
		p.last, p.gone = pb.Action(r.byte(int(pb.Action_ACTION_LATE))), r.byte(1) == 1
		p.hand = r.tiles()
		r.failed = r.failed || !slices.IsSorted(p.hand)
	}
	made.bag = r.tiles()
	if r.failed {
		return errCheckpoint
	}
	if err := tb.clock.UnmarshalBinary(r.b); err != nil {
		return err
	}
	*tb = made
	return nil
}

// reader takes a checkpoint apart. After the first fault it reads zeros, so that its caller checks
// once, at the end.
type reader struct {
	b      []byte
	met    [all]bool // tiles that have been read: there is one of each
	failed bool
}

// byte reads a number from 0 to limit.
func (r *reader) byte(limit int) byte {
	if len(r.b) == 0 || int(r.b[0]) > limit {
		r.b, r.failed = nil, true
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *reader) tiles() (tiles []uint32) {
	for n := r.byte(all); n > 0 && !r.failed; n-- {
		tile := r.byte(all - 1)
		r.failed = r.failed || r.met[tile]
		r.met[tile] = true
		tiles = append(tiles, uint32(tile))
	}
	return tiles
}
