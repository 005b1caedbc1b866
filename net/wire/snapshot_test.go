package wire_test

import (
	"bytes"
	"testing"

	"parlor/game/arcade/snakes"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

func TestASnapshotIsToldFromTheOneThatWasSentBefore(t *testing.T) {
	p, views := snakesPlan(t), match(t, snakes.Game, 8, 50, 20)
	s, c := wire.NewStream(p, 60), newConnection()
	first := c.take(t, p, s, 1, views[1])
	if first.Packed == nil || first.View != nil || first.Delta != nil || first.Tick != 1 || first.Schema != p.Hash() {
		t.Fatalf("the first is not packed: %v", first)
	}
	if len(first.Packed) > len(views[1])/2 {
		t.Errorf("packed, %d bytes are %d", len(views[1]), len(first.Packed))
	}
	second := c.take(t, p, s, 2, views[2])
	if second.View != nil || second.Packed != nil || second.Delta == nil || second.TickStep != 0 || second.Tick != 0 || second.Schema != 0 {
		t.Fatalf("the second is not a delta: %v", second)
	}
	if late := c.take(t, p, s, 9, views[9]); late.TickStep != 7 {
		t.Errorf("seven ticks later the step is %d", late.TickStep)
	}
}

func TestASnapshotIsPackedWhereNothingItCouldBeToldFromIsHeld(t *testing.T) {
	p, views := snakesPlan(t), match(t, snakes.Game, 8, 50, 20)
	s, c := wire.NewStream(p, 3), newConnection()
	c.take(t, p, s, 1, views[1])
	if f := c.take(t, p, s, 1, views[1]); f.Packed == nil {
		t.Error("the same tick once more must be all of it")
	}
	if f := c.take(t, p, s, 5, views[5]); f.Packed == nil {
		t.Error("a base was held too long")
	}
	if f := c.take(t, p, s, 6, views[6]); f.Delta == nil {
		t.Error("it did not begin again")
	}
	c.Forget()
	if f := c.take(t, p, s, 7, views[7]); f.Packed == nil {
		t.Error("what was forgotten was told from")
	}
	if f := c.take(t, p, wire.NewStream(p, 3), 8, views[8]); f.Packed == nil {
		t.Error("another stream goes on from this one")
	}
}

func TestASnapshotIsSentAsItIsToWhomTakesNoDeltas(t *testing.T) {
	views := match(t, snakes.Game, 8, 50, 3)
	s := wire.NewStream(snakesPlan(t), 60)
	var plain wire.Baseline
	var f pb.ServerFrame
	wire.Snapshot{Tick: 3, View: views[0]}.Put(&f, &newConnection().Baseline, true)
	for i, f := range []*pb.ServerFrame{&f, put(s, &plain, 3, views[0]), put(s, &plain, 3, views[0])} {
		if !bytes.Equal(f.View, views[0]) || f.Packed != nil || f.Delta != nil || f.Schema != 0 || f.Plan != nil || f.Tick != 3 {
			t.Errorf("case %d: %v", i, f)
		}
	}
}

func TestAPlanIsDescribedOnceToWhoDoesNotHaveIt(t *testing.T) {
	p, views := snakesPlan(t), match(t, snakes.Game, 8, 50, 5)
	for _, known := range []bool{false, true} {
		s, c := wire.NewStream(p, 60), newConnection()
		if c.Schemas = []uint32{1}; known {
			c.Schemas = []uint32{1, p.Hash()}
		}
		for round := range 2 {
			f := c.take(t, p, s, 1, views[1])
			if known == bytes.Equal(f.Plan, p.Description()) {
				t.Errorf("known: %t, round %d: described as %x", known, round, f.Plan)
			}
			if f = c.take(t, p, s, 1, views[1]); f.Packed == nil || f.Plan != nil {
				t.Errorf("described again: %v", f)
			}
			c.Forget() // another connection, or another match
		}
	}
}
