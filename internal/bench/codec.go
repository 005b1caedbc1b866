package main

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoregistry"

	"parlor/game"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// canonical is how a room encodes views.
var canonical = proto.MarshalOptions{Deterministic: true}

// encoding is a way to send a trace: what it costs a tick, and what somebody costs who joins.
type encoding struct {
	name   string
	Bytes  float64 `json:"bytes"` // of a state frame, on average
	Join   float64 `json:"join"`  // of the first one of somebody who comes in the middle
	Nanos  float64 `json:"ns"`    // a tick
	allocs float64 // a tick
}

// encoder makes the state frame of a tick. The bytes are good until the next call.
type encoder func(tick uint32, view proto.Message) []byte

// encoders are fresh ones, as a connection begins with them.
func encoders(k game.Kind) map[string]func() encoder {
	return map[string]func() encoder{
		"Parlor":              func() encoder { return parlorEncoder(k) },
		"protobuf":            func() encoder { return protobufEncoder },
		"protobuf, deflate 1": deflateEncoder,
		"JSON":                func() encoder { return jsonEncoder },
	}
}

var encoderNames = []string{"Parlor", "protobuf", "protobuf, deflate 1", "JSON"}

// parlorEncoder does what a room and its connections do with a view: canonical bytes, a delta, a frame.
func parlorEncoder(k game.Kind) encoder {
	plan, ok := wire.NewPlan(k.ViewType())
	if !ok {
		panic("bench: " + k.Info().Name + " has no plan")
	}
	stream := wire.NewStream(plan, 3*rate)
	base := wire.Baseline{Deltas: true, Schemas: []uint32{plan.Hash()}}
	var view, frame []byte
	return func(tick uint32, v proto.Message) []byte {
		view = must(canonical.MarshalAppend(view[:0], v))
		f := new(pb.ServerFrame)
		wire.Snapshot{Tick: tick, SendEvery: 1, View: view, Stream: stream}.Put(f, &base, false)
		frame = must(wire.AppendServer(frame[:0], f))
		return frame
	}
}

func protobufEncoder(tick uint32, v proto.Message) []byte {
	return must(wire.AppendServer(nil, &pb.ServerFrame{Tick: tick, View: must(canonical.Marshal(v))}))
}

// deflateEncoder is what permessage-deflate does without context takeover, which is all that gorilla has.
func deflateEncoder() encoder {
	var to bytes.Buffer
	w := must(flate.NewWriter(&to, flate.BestSpeed))
	return func(tick uint32, v proto.Message) []byte {
		to.Reset()
		w.Reset(&to)
		must(w.Write(protobufEncoder(tick, v)))
		if err := w.Flush(); err != nil {
			panic(err)
		}
		return to.Bytes()[:to.Len()-4] // the end of a flush does not travel
	}
}

func jsonEncoder(_ uint32, v proto.Message) []byte { return must(json.Marshal(v)) }

// must is for what cannot fail in memory.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// firstTick is where a trace's ticks begin: in the middle of a match they have two bytes.
const firstTick = 600

// measureEncoding sends the trace as one connection gets it, and then again and again for the time.
func measureEncoding(t trace, name string, fresh func() encoder) encoding {
	e := encoding{name: name}
	middle := len(t.views) / 2
	e.Join = float64(len(fresh()(firstTick+uint32(middle), t.views[middle])))
	send := fresh()
	for i, v := range t.views {
		if n := len(send(firstTick+uint32(i), v)); i > 0 {
			e.Bytes += float64(n) / float64(len(t.views)-1)
		}
	}
	e.Nanos, e.allocs = timed(len(t.views), func() {
		send := fresh()
		for i, v := range t.views {
			send(firstTick+uint32(i), v)
		}
	})
	return e
}

// timed is the least time that one of n steps took of those that do makes, and its allocations. The
// least is the one that others disturbed least.
func timed(n int, do func()) (nanos, allocs float64) {
	var before, after runtime.MemStats
	least := time.Duration(1 << 62)
	for began := time.Now(); time.Since(began) < 500*time.Millisecond; {
		runtime.ReadMemStats(&before)
		start := time.Now()
		do()
		least = min(least, time.Since(start))
		runtime.ReadMemStats(&after)
	}
	return float64(least.Nanoseconds()) / float64(n), float64(after.Mallocs-before.Mallocs) / float64(n)
}

// codec sends every trace in every way.
func (b *bench) codec(ctx context.Context) error {
	all, err := traces(b.tools)
	if err != nil {
		return err
	}
	colyseus := b.installColyseus(ctx)
	for _, t := range all {
		var table []encoding
		ways := encoders(t.kind)
		for _, name := range encoderNames {
			table = append(table, measureEncoding(t, name, ways[name]))
		}
		if colyseus && !t.seat { // theirs culls in another way, with a StateView
			theirs, err := b.colyseus(ctx, t)
			if err != nil {
				return err
			}
			table = append(table, theirs...)
		}
		b.tellCodec(t, table)
		b.codecGoals(t, table)
	}
	return nil
}

func (b *bench) tellCodec(t trace, table []encoding) {
	fmt.Fprintf(b.out, "%s: %d ticks; %s\n\n", t.name, len(t.views), describe(t))
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "state frame\tbytes\tx Parlor\tus\tallocs\tjoin bytes\t")
	for _, e := range table {
		allocs := "-"
		if e.allocs >= 0 {
			allocs = fmt.Sprintf("%.1f", e.allocs)
		}
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t%s\t%.0f\t\n", e.name, e.Bytes, e.Bytes/table[0].Bytes, e.Nanos/1000, allocs, e.Join)
	}
	_ = w.Flush()
	fmt.Fprintln(b.out)
}

// codecGoals holds our figures against the goals: those of dash, of snakes in its longest form, and
// of snakes as one of them sees it.
func (b *bench) codecGoals(t trace, table []encoding) {
	ours := table[0]
	switch {
	case t.name == "dash":
		b.atMost("dash: bytes of a state frame", ours.Bytes, 24)
		best := 0.
		for _, e := range table {
			if strings.HasPrefix(e.name, colyseusName) && (best == 0 || e.Bytes < best) {
				best = e.Bytes
			}
		}
		if best > 0 {
			b.atMost("dash: bytes, part of Colyseus' best", ours.Bytes/best, 1./3)
		}
		nanos, allocs := encoderAlone(t)
		fmt.Fprintf(b.out, "the encoder by itself, from a view's bytes to a delta's: %.1f us, %.1f allocations\n\n", nanos/1000, allocs)
		b.atMost("dash: encoder, us a tick", nanos/1000, 10)
		b.atMost("dash: encoder, allocations a tick", allocs, 0)
	case strings.Contains(t.name, "bodies"):
		b.atMost(t.name+": bytes of a state frame", ours.Bytes, 60)
		b.atMost(t.name+": bytes of a joiner's first", ours.Join, 2800)
	case strings.Contains(t.name, "seat"):
		b.atMost(t.name+": bytes of a state frame", ours.Bytes, 25)
	}
}

// encoderAlone is the codec without what surrounds it.
func encoderAlone(t trace) (nanos, allocs float64) {
	plan, _ := wire.NewPlan(t.kind.ViewType())
	views := make([][]byte, len(t.views))
	for i, v := range t.views {
		views[i] = must(canonical.Marshal(v))
	}
	flats := [3]*wire.Flat{new(wire.Flat), new(wire.Flat), new(wire.Flat)}
	var delta []byte
	return timed(len(views), func() {
		for i, view := range views {
			if err := plan.Read(view, flats[i%3]); err != nil {
				panic(err)
			}
			if i >= 2 {
				delta = plan.AppendDelta(delta[:0], flats[(i-2)%3], flats[(i-1)%3], flats[i%3])
			}
		}
	})
}

// messageOf is an empty view of the game.
func messageOf(k game.Kind) proto.Message {
	return must(protoregistry.GlobalTypes.FindMessageByName(k.ViewType().FullName())).New().Interface()
}
