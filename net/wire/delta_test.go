package wire_test

import (
	"bytes"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"parlor/game/arcade/snakes"
	"parlor/game/arcade/tictactoe"
	"parlor/net/wire"
	snakesv1 "parlor/proto/arcade/snakes/v1"
	tictactoev1 "parlor/proto/arcade/tictactoe/v1"
)

// roundTrip leads from base to target over a delta, and fails if anything gets lost.
func roundTrip(t testing.TB, p *wire.Plan, older, base, target *wire.Flat, view []byte) (delta []byte) {
	t.Helper()
	delta = p.AppendDelta(nil, older, base, target)
	var into wire.Flat
	if err := p.Apply(delta, older, base, &into); err != nil {
		t.Fatalf("%x: %v", delta, err)
	}
	if got := p.Append(nil, &into); !bytes.Equal(got, view) {
		t.Fatalf("after the delta %x:\n%x, want\n%x", delta, got, view)
	}
	if again := p.AppendDelta(nil, older, base, &into); !bytes.Equal(again, delta) {
		t.Fatalf("the same views gave the deltas %x and %x", delta, again)
	}
	return delta
}

func checkGaps(t *testing.T, md protoreflect.MessageDescriptor, views [][]byte) {
	t.Helper()
	p := planOf(t, md)
	var flats []*wire.Flat
	for _, view := range views {
		f := read(t, p, view)
		if got := p.Append(nil, f); !bytes.Equal(got, view) {
			t.Fatalf("read and written, %x became %x", view, got)
		}
		flats = append(flats, f)
	}
	for gap := 1; gap <= 60 && gap < len(views); gap++ {
		for i := gap; i < len(views); i += 1 + gap/4 {
			roundTrip(t, p, nil, flats[i-gap], flats[i], views[i])
			for _, older := range []int{i - gap - 1, i - 2*gap} {
				if older >= 0 {
					roundTrip(t, p, flats[older], flats[i-gap], flats[i], views[i])
				}
			}
		}
	}
}

func TestDeltasLeadFromAnyViewOfAMatchToAnyOther(t *testing.T) {
	checkGaps(t, (&snakesv1.World{}).ProtoReflect().Descriptor(), match(t, snakes.Game, 12, 100, 150))
	checkGaps(t, (&tictactoev1.Board{}).ProtoReflect().Descriptor(), match(t, tictactoe.Game, 2, 0, 20))
}

func TestDeltasLeadFromAnyRandomViewToAnyOther(t *testing.T) {
	md := sampleView(t)
	for seed := range uint64(5) {
		w := newWalk(md, seed+100)
		var views [][]byte
		for range 80 {
			views = append(views, w.next(t))
		}
		checkGaps(t, md, views)
	}
}
