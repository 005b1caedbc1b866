package wire_test

import (
	"bytes"
	"testing"

	"parlor/game/arcade/snakes"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// put sends a snapshot on a connection.
func put(s *wire.Stream, b *wire.Baseline, tick uint32, view []byte) *pb.ServerFrame {
	s.Add(tick, view)
	f := new(pb.ServerFrame)
	wire.Snapshot{Tick: tick, SendEvery: 1, View: view, Stream: s}.Put(f, b, false)
	return f
}

func TestASnapshotIsToldFromTheOneThatWasSentBefore(t *testing.T) {
	p, views := snakesPlan(t), match(t, snakes.Game, 8, 50, 20)
	s := wire.NewStream(p, 60)
	var ann, bob wire.Baseline
	first := put(s, &ann, 1, views[1])
	if first.View == nil || first.Delta != nil || first.Tick != 1 || first.Schema != p.Hash() {
		t.Fatalf("the first is not whole: %v", first)
	}
	put(s, &bob, 1, views[1])
	second, same := put(s, &ann, 2, views[2]), put(s, &bob, 2, views[2])
	if second.View != nil || second.TickStep != 0 || second.Tick != 0 {
		t.Fatalf("the second is not a delta: %v", second)
	}
	if &second.Delta[0] != &same.Delta[0] {
		t.Error("the same delta was made twice")
	}
	if got := follow(t, p, nil, views[1], second.Delta); !bytes.Equal(got, views[2]) {
		t.Error("the second does not follow from the first")
	}
	late := put(s, &ann, 9, views[9])
	if late.TickStep != 7 {
		t.Errorf("seven ticks later the step is %d", late.TickStep)
	}
	if got := follow(t, p, views[1], views[2], late.Delta); !bytes.Equal(got, views[9]) {
		t.Error("after a pause the third does not follow from the second")
	}
}

func TestASnapshotIsWholeWhereNothingItCouldBeToldFromIsHeld(t *testing.T) {
	views := match(t, snakes.Game, 8, 50, 20)
	s := wire.NewStream(snakesPlan(t), 3)
	var b wire.Baseline
	put(s, &b, 1, views[1])
	if f := put(s, &b, 1, views[1]); f.View == nil {
		t.Error("the same tick once more, for a client that is back, must be whole")
	}
	for tick := uint32(2); tick < 9; tick++ {
		s.Add(tick, views[tick])
	}
	if f := put(s, &b, 9, views[9]); f.View == nil {
		t.Error("its base is kept no more")
	}
	var f pb.ServerFrame
	if (wire.Snapshot{Tick: 10, View: views[10]}).Put(&f, &b, false); f.View == nil || f.Schema != 0 {
		t.Errorf("without a stream: %v", &f)
	}
}
