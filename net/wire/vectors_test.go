package wire_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"parlor/game"
	"parlor/game/arcade/snakes"
	"parlor/game/arcade/tictactoe"
	"parlor/net/wire"
	snakesv1 "parlor/proto/arcade/snakes/v1"
	tictactoev1 "parlor/proto/arcade/tictactoe/v1"
)

const goldenDeltas = "../../client/testdata/delta.json"

// deltaVector is one connection: a whole view, and the deltas that follow on it. Views are
// numbered from 0, the whole one.
type deltaVector struct {
	Message string       `json:"message"`
	Plan    string       `json:"plan"` // docs/DELTA.md, section 6
	Hash    uint32       `json:"hash"`
	Packed  string       `json:"packed"`
	Whole   string       `json:"whole"` // canonical bytes, as all views here
	Deltas  []deltaOfOne `json:"deltas"`
}

type deltaOfOne struct {
	Older int    `json:"older"` // -1: none
	Base  int    `json:"base"`
	Delta string `json:"delta"`
	View  string `json:"view"`
}

func TestDeltaVectorsAreWhatGoWrites(t *testing.T) {
	md := sampleView(t)
	all := []deltaVector{
		vectorOf(t, (&snakesv1.World{}).ProtoReflect().Descriptor(), matchOf(t, snakes.Game, 12, 90, 12, 1)),
		vectorOf(t, (&snakesv1.World{}).ProtoReflect().Descriptor(), match(t, snakes.Game, 6, 60, 12)),
		vectorOf(t, (&tictactoev1.Board{}).ProtoReflect().Descriptor(), match(t, tictactoe.Game, 2, 0, 9)),
	}
	for seed := range uint64(6) {
		w := newWalk(md, seed)
		var views [][]byte
		for range 25 {
			views = append(views, w.next(t))
		}
		all = append(all, vectorOf(t, md, views))
	}
	var now bytes.Buffer
	out := json.NewEncoder(&now)
	out.SetIndent("", " ")
	if err := out.Encode(all); err != nil {
		t.Fatal(err)
	}
	if *record {
		writeGolden(t, goldenDeltas, now.Bytes())
		return
	}
	golden, err := os.ReadFile(goldenDeltas)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(golden, now.Bytes()) {
		t.Error("client/testdata/delta.json is stale: record it with `go test ./net/wire -run DeltaVectors -record`")
	}
}

// vectorOf sends the views on one connection: mostly each, at times one is left out.
func vectorOf(t *testing.T, md protoreflect.MessageDescriptor, views [][]byte) deltaVector {
	t.Helper()
	p := planOf(t, md)
	v := deltaVector{
		Message: string(md.FullName()), Plan: hex.EncodeToString(p.Description()), Hash: p.Hash(),
		Packed: hex.EncodeToString(p.AppendPacked(nil, read(t, p, views[0]))), Whole: hex.EncodeToString(views[0]),
	}
	older, base := -1, 0
	for i := 1; i < len(views); i++ {
		if i%7 == 5 && i+1 < len(views) {
			views = append(views[:i], views[i+1:]...)
		}
		flats := make([]*wire.Flat, 3)
		for k, at := range []int{older, base, i} {
			if at >= 0 {
				flats[k] = read(t, p, views[at])
			}
		}
		delta := p.AppendDelta(nil, flats[0], flats[1], flats[2])
		v.Deltas = append(v.Deltas, deltaOfOne{older, base, hex.EncodeToString(delta), hex.EncodeToString(views[i])})
		older, base = base, i
	}
	return v
}

func read(t testing.TB, p *wire.Plan, view []byte) *wire.Flat {
	t.Helper()
	f := new(wire.Flat)
	if err := p.Read(view, f); err != nil {
		t.Fatalf("%x: %v", view, err)
	}
	return f
}

// match is what a watcher sees of a match among bots, once it has run for some ticks.
func match(t testing.TB, k game.Kind, players, from, views int) [][]byte {
	t.Helper()
	return matchOf(t, k, players, from, views, game.Watcher)
}

// matchOf is what a seat sees of it.
func matchOf(t testing.TB, k game.Kind, players, from, views int, seat game.Seat) (list [][]byte) {
	t.Helper()
	seats := k.Info().Seats.Max
	sim, err := game.Start(k, game.Seed{4}, seats)
	if err != nil {
		t.Fatal(err)
	}
	var inputs []game.Input
	for at := range game.Seat(players) {
		if sim.Joinable() {
			inputs = append(inputs, game.Input{Seat: at, Op: game.Join})
		}
	}
	dice := game.NewRand(game.Seed{4})
	for len(list) < views {
		if _, over := sim.Result(); over {
			break
		}
		sim.Step(sim.Now()+1, inputs)
		inputs = inputs[:0]
		if sim.Now() > int64(from) {
			view, err := sim.AppendView(nil, seat)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, view)
		}
		for at := range game.Seat(players) {
			body, err := sim.Bot(at, dice)
			if err != nil {
				t.Fatal(err)
			}
			if body != nil {
				inputs = append(inputs, game.Input{Seat: at, Body: body})
			}
		}
	}
	return list
}
