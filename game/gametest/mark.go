package gametest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc64"
	"slices"
	"testing"

	"parlor/game"
)

var crcTable = crc64.MakeTable(crc64.ECMA)

// mark is a checksum of the match and of what is seen of it. The hash alone is not enough: in a
// game with checkpoints it covers only these, and what a checkpoint forgets is what is sought.
func mark(t testing.TB, sim *game.Sim) uint64 {
	t.Helper()
	h, err := sim.Hash()
	if err != nil {
		t.Fatal(err)
	}
	b := binary.BigEndian.AppendUint64(nil, h)
	var public []byte
	for i, seat := range onlookers(sim) {
		view, err := sim.AppendView(nil, seat)
		if err != nil {
			t.Fatal(err)
		}
		if sim.Info().Open && i > 0 && !bytes.Equal(view, public) {
			t.Fatalf("%s is Open, but at tick %d seat %d sees something else than a watcher", sim.Info().Name, sim.Now(), seat)
		}
		public = view
		b = append(b, view...)
	}
	return crc64.Checksum(b, crcTable)
}

// onlookers are the seats whose views tell all there is to see: everybody's, or in an Open game
// a watcher's, and another's to prove that it is Open.
func onlookers(sim *game.Sim) []game.Seat {
	if sim.Info().Open {
		return []game.Seat{game.Watcher, game.Seat(sim.Now() % int64(sim.Seats()))}
	}
	var all []game.Seat
	for seat := game.Watcher; int(seat) < sim.Seats(); seat++ {
		all = append(all, seat)
	}
	return all
}

// same compares two matches by what is seen of them, and names the seat that sees a difference;
// then by hash.
func same(a, b *game.Sim) error {
	for _, seat := range onlookers(a) {
		va, errA := a.AppendView(nil, seat)
		vb, errB := b.AppendView(nil, seat)
		if errA != nil || errB != nil {
			return fmt.Errorf("view of seat %d: %v, %v", seat, errA, errB)
		}
		if !bytes.Equal(va, vb) {
			return fmt.Errorf("at tick %d seat %d sees something else", a.Now(), seat)
		}
	}
	ha, err := a.Hash()
	if err != nil {
		return err
	}
	hb, err := b.Hash()
	if err != nil {
		return err
	}
	if ha != hb {
		return fmt.Errorf("at tick %d the hashes are %016x and %016x, though all views agree", a.Now(), ha, hb)
	}
	return nil
}

// twin is a match beside another, with the same inputs but for those that were refused. As a
// refused input leaves no trace, the two stay the same for ever.
type twin struct {
	sim     *game.Sim
	refused *game.Refusal // the last one
}

// step follows the match, which has just stepped; the inputs of a step have different numbers
// where any was refused. It answers how the two differ, if they do.
func (w *twin) step(match *game.Sim, inputs []game.Input, refused []game.Refusal) error {
	accepted := slices.Clone(inputs)
	for _, r := range refused {
		at := slices.IndexFunc(accepted, func(in game.Input) bool { return in.Seq == r.Input.Seq && in.Seat == r.Input.Seat })
		accepted = slices.Delete(accepted, at, at+1)
		w.refused = &r
	}
	w.sim.Step(match.Now(), accepted)
	if w.refused == nil {
		return nil
	}
	if err := same(match, w.sim); err != nil {
		in := w.refused.Input
		return fmt.Errorf("a refused input (%v; seat %d, op %d, %x) changed the match: %w", w.refused.Err, in.Seat, in.Op, in.Body, err)
	}
	return nil
}
