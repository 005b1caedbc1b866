package wire_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/arcade/snakes"
	"parlor/game/gametest"
	"parlor/net/wire"
	syncv1 "parlor/proto/parlor/sync/v1"
	pb "parlor/proto/parlor/v1"
)

// arena is 8 players who steer over a field of 1/4 units and never meet, and 40 pieces of food:
// the workload of the study that led to the grammar.
func arena(t testing.TB, ticks int) (*wire.Plan, [][]byte) {
	t.Helper()
	linear := func(wrap uint32) *syncv1.Sync {
		return &syncv1.Sync{Predict: syncv1.Predict_PREDICT_LINEAR, Wrap: wrap}
	}
	md := linkSample(t,
		messageOf("View", repeated(typed(optioned("players", 1, "MESSAGE", nil), ".sample.Player")),
			repeated(typed(optioned("foods", 2, "MESSAGE", nil), ".sample.Food"))),
		keyedBy("id", messageOf("Player", optioned("id", 1, "UINT32", nil), optioned("x", 2, "SINT32", linear(0)), optioned("y", 3, "SINT32", linear(0)),
			optioned("dir", 4, "UINT32", linear(256)), optioned("hp", 5, "UINT32", nil), optioned("score", 6, "UINT32", nil), optioned("name", 7, "STRING", nil))),
		keyedBy("id", messageOf("Food", optioned("id", 1, "UINT32", nil), optioned("x", 2, "UINT32", nil), optioned("y", 3, "UINT32", nil))))
	view := dynamicpb.NewMessage(md)
	dice := rand.New(rand.NewPCG(8, 40))
	players, foods := view.Mutable(md.Fields().Get(0)).List(), view.Mutable(md.Fields().Get(1)).List()
	set := func(m protoreflect.Message, number protoreflect.FieldNumber, v any) {
		m.Set(m.Descriptor().Fields().ByNumber(number), protoreflect.ValueOf(v))
	}
	food := func(m protoreflect.Message, id int) {
		set(m, 1, uint32(id))
		set(m, 2, dice.Uint32N(8000))
		set(m, 3, dice.Uint32N(8000))
	}
	type player struct{ x, y, heading int32 }
	var all [8]player
	for i := range all {
		all[i] = player{dice.Int32N(8000 << 10), dice.Int32N(8000 << 10), dice.Int32N(256)}
		m := players.AppendMutable().Message()
		set(m, 1, uint32(i))
		set(m, 5, uint32(100))
		set(m, 7, "player")
	}
	for i := range 40 {
		food(foods.AppendMutable().Message(), i)
	}
	var views [][]byte
	for tick := range ticks {
		for i := range all {
			p := &all[i]
			p.heading = (p.heading + dice.Int32N(11) - 5) & 255
			sin, cos := math.Sincos(float64(p.heading) / 128 * math.Pi)
			p.x, p.y = p.x+int32(40*1024*cos), p.y+int32(40*1024*sin)
			m := players.Get(i).Message()
			set(m, 2, p.x>>10)
			set(m, 3, p.y>>10)
			set(m, 4, uint32(p.heading))
		}
		if tick%20 == 0 {
			food(foods.Get(tick/20%40).Message(), tick/20%40)
		}
		b, err := proto.MarshalOptions{Deterministic: true}.Marshal(view)
		if err != nil {
			t.Fatal(err)
		}
		views = append(views, b)
	}
	return planOf(t, md), views
}

// workload is a recorded trace, with the views before each at hand.
type workload struct {
	name  string
	p     *wire.Plan
	views [][]byte
	flats []*wire.Flat
}

func workloads(t testing.TB) []workload {
	t.Helper()
	all := []workload{
		{name: "arena of 8"},
		{name: "30 snakes", p: snakesPlan(t), views: match(t, snakes.Game, 30, 400, 600)},
		{name: "in sight of one", p: snakesPlan(t), views: matchOf(t, snakes.Game, 30, 400, 600, 0)},
		{name: "dash of 8", p: planOf(t, dash.Game.ViewType()), views: match(t, dash.Game, 8, 100, 600)},
	}
	all[0].p, all[0].views = arena(t, 600)
	for i := range all {
		for _, view := range all[i].views {
			all[i].flats = append(all[i].flats, read(t, all[i].p, view))
		}
	}
	return all
}

// frames is the mean size of the state frames of a connection that gets every view: as they
// are, and with deltas.
func (w *workload) frames() (whole, delta float64) {
	for i := 2; i < len(w.flats); i++ {
		d := w.p.AppendDelta(nil, w.flats[i-2], w.flats[i-1], w.flats[i])
		whole += float64(proto.Size(&pb.ServerFrame{Tick: uint32(1000 + i), View: w.views[i]}))
		delta += float64(proto.Size(&pb.ServerFrame{Delta: d}))
	}
	n := float64(len(w.flats) - 2)
	return whole / n, delta / n
}

// The bounds are what the format was chosen for; a change that makes it larger should be seen.
func TestDeltasAreSmall(t *testing.T) {
	most := map[string]struct{ delta, packed float64 }{
		"arena of 8": {24, 400}, "30 snakes": {62, 2800}, "in sight of one": {25, 700}, "dash of 8": {24, 400},
	}
	for _, w := range workloads(t) {
		whole, delta := w.frames()
		packed := 0.0
		for _, f := range w.flats {
			packed = max(packed, float64(len(w.p.AppendPacked(nil, f))))
		}
		t.Logf("%s: %.1f bytes a frame, whole %.0f, packed %.0f at most", w.name, delta, whole, packed)
		if limit := most[w.name]; delta > limit.delta || packed > limit.packed {
			t.Errorf("%s: %.1f bytes a frame and %.0f packed, want %v at most", w.name, delta, packed, limit)
		}
	}
}

func TestTheCodecAllocatesNothing(t *testing.T) {
	for _, w := range workloads(t) {
		var f, into wire.Flat
		var delta, view []byte
		i := 2
		step := func() {
			if err := w.p.Read(w.views[i], &f); err != nil {
				t.Fatal(err)
			}
			delta = w.p.AppendDelta(delta[:0], w.flats[i-2], w.flats[i-1], &f)
			if err := w.p.Apply(delta, w.flats[i-2], w.flats[i-1], &into); err != nil {
				t.Fatal(err)
			}
			view = w.p.Append(view[:0], &into)
			i = max(2, (i+1)%len(w.views))
		}
		for range w.views {
			step()
		}
		if n := testing.AllocsPerRun(len(w.views), step); n != 0 {
			t.Errorf("%s: %v allocations a view", w.name, n)
		}
	}
}

// each benchmarks a step over a trace, beside the size of what it is about.
func each(b *testing.B, do func(w *workload, i int)) {
	for _, w := range workloads(b) {
		b.Run(w.name, func(b *testing.B) {
			whole, delta := w.frames()
			b.ReportAllocs()
			i := 2
			for b.Loop() {
				do(&w, i)
				i = max(2, (i+1)%len(w.views))
			}
			b.ReportMetric(delta, "bytes/tick")
			b.ReportMetric(whole, "whole-bytes/tick")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	var f wire.Flat
	each(b, func(w *workload, i int) {
		if err := w.p.Read(w.views[i], &f); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkDelta(b *testing.B) {
	var buf []byte
	each(b, func(w *workload, i int) {
		buf = w.p.AppendDelta(buf[:0], w.flats[i-2], w.flats[i-1], w.flats[i])
	})
}

func BenchmarkApply(b *testing.B) {
	var into wire.Flat
	var deltas [][]byte
	var of *workload
	each(b, func(w *workload, i int) {
		if of != w {
			of, deltas = w, deltas[:0]
			for k := range w.flats {
				deltas = append(deltas, w.p.AppendDelta(nil, w.flats[max(0, k-2)], w.flats[max(0, k-1)], w.flats[k]))
			}
			b.ResetTimer()
		}
		if err := w.p.Apply(deltas[i], w.flats[i-2], w.flats[i-1], &into); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkAppend is the way back to canonical bytes, which a client needs to check a view.
func BenchmarkAppend(b *testing.B) {
	var buf []byte
	each(b, func(w *workload, i int) { buf = w.p.Append(buf[:0], w.flats[i]) })
}

// BenchmarkARoomOf30 is what a tick of snakes costs beyond its rules until the frames of all are
// made: with what each sees, and beside it what it would be if all saw the whole world.
func BenchmarkARoomOf30(b *testing.B) {
	log := gametest.Record(b, snakes.Game, 30, game.Seed{4}, 600)
	p := snakesPlan(b)
	for _, open := range []bool{false, true} {
		b.Run(map[bool]string{false: "in sight of each", true: "the whole world"}[open], func(b *testing.B) {
			var spent time.Duration
			var ticks, bytes int
			for b.Loop() {
				streams, held := make([]*wire.Stream, 30), make([]*connection, 30)
				for seat := range held {
					streams[seat], held[seat] = wire.NewStream(p, 60), newConnection()
				}
				if _, err := log.Replay(snakes.Game, func(sim *game.Sim) bool {
					began := time.Now()
					var view []byte
					for seat, c := range held {
						s := streams[0]
						if open && seat == 0 {
							view, _ = sim.AppendView([]byte{}, game.Watcher)
						} else if !open {
							view, _ = sim.AppendView([]byte{}, game.Seat(seat))
							s = streams[seat]
						}
						bytes += proto.Size(put(s, &c.Baseline, uint32(sim.Now()), view))
					}
					spent += time.Since(began)
					ticks++
					return true
				}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(spent.Microseconds())/float64(ticks), "us/tick")
			b.ReportMetric(float64(bytes)/float64(30*ticks), "bytes/frame")
		})
	}
}
