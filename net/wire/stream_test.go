package wire_test

import (
	"bytes"
	"runtime"
	"sync"
	"testing"

	"parlor/game/arcade/dash"
	"parlor/game/arcade/snakes"
	"parlor/net/wire"
	snakesv1 "parlor/proto/arcade/snakes/v1"
	pb "parlor/proto/parlor/v1"
)

func snakesPlan(t testing.TB) *wire.Plan {
	t.Helper()
	return planOf(t, (&snakesv1.World{}).ProtoReflect().Descriptor())
}

// connection is a client that takes deltas, with what the server knows of it.
type connection struct {
	wire.Baseline
	held, older *wire.Flat
}

func newConnection() *connection { return &connection{Baseline: wire.Baseline{Deltas: true}} }

// put sends a view on a connection.
func put(s *wire.Stream, b *wire.Baseline, tick uint32, view []byte) *pb.ServerFrame {
	f := new(pb.ServerFrame)
	wire.Snapshot{Tick: tick, SendEvery: 1, View: view, Stream: s}.Put(f, b, false)
	return f
}

// take sends a view and holds what the client makes of it against it. It answers the frame.
func (c *connection) take(t *testing.T, p *wire.Plan, s *wire.Stream, tick uint32, view []byte) *pb.ServerFrame {
	t.Helper()
	f := put(s, &c.Baseline, tick, view)
	into := new(wire.Flat)
	var err error
	if f.Delta != nil {
		err = p.Apply(f.Delta, c.older, c.held, into)
		c.older = c.held
	} else {
		err = p.Unpack(f.Packed, into)
		c.older = nil
	}
	if c.held = into; err != nil {
		t.Fatalf("tick %d: %v", tick, err)
	}
	if !bytes.Equal(p.Append(nil, into), view) {
		t.Fatalf("tick %d: the client holds something else", tick)
	}
	return f
}

func TestAStreamServesConnectionsOfAnyLag(t *testing.T) {
	p, views := snakesPlan(t), match(t, snakes.Game, 8, 50, 130)
	s := wire.NewStream(p, 60)
	gaps := []int{1, 1, 2, 3, 7, 20, 60, 61} // ticks between two views of a connection
	var all []*connection
	for range gaps {
		all = append(all, newConnection())
	}
	for i, view := range views {
		for k, c := range all {
			if i%gaps[k] != 0 {
				continue
			}
			f := c.take(t, p, s, uint32(i), view)
			if delta := i > 0 && gaps[k] <= 60; delta != (f.Delta != nil) {
				t.Fatalf("every %d ticks: tick %d came as %v", gaps[k], i, f)
			}
		}
	}
}

func TestAStreamMakesADeltaOnceForAll(t *testing.T) {
	views := match(t, snakes.Game, 8, 50, 40)
	s := wire.NewStream(snakesPlan(t), 60)
	ann, bob := newConnection(), newConnection()
	for i, view := range views {
		one, same := put(s, &ann.Baseline, uint32(i), view), put(s, &bob.Baseline, uint32(i), view)
		if i == 0 && &one.Packed[0] != &same.Packed[0] || i > 0 && &one.Delta[0] != &same.Delta[0] {
			t.Fatalf("tick %d was made twice", i)
		}
		if was := bytes.Clone(one.Delta); i > 0 {
			put(s, &newConnection().Baseline, uint32(i), view)
			if !bytes.Equal(one.Delta, was) {
				t.Fatal("the bytes have changed")
			}
		}
	}
}

func TestWhatDoesNotKeepToThePlanIsSentAsItIs(t *testing.T) {
	p, views := snakesPlan(t), match(t, snakes.Game, 8, 50, 4)
	s, c := wire.NewStream(p, 60), newConnection()
	c.take(t, p, s, 1, views[0])
	if f := put(s, &c.Baseline, 2, []byte("\x08\x01\x08\x01")); f.View == nil || f.Packed != nil || f.Schema != 0 { // a field that comes twice
		t.Errorf("it was sent as %v", f)
	}
	if f := c.take(t, p, s, 3, views[1]); f.Packed == nil {
		t.Error("a delta led from it")
	}
	if f := c.take(t, p, s, 4, views[2]); f.Delta == nil {
		t.Error("it got into the way of the others")
	}
}

func TestAViewThatADeltaWouldNotShortenIsPacked(t *testing.T) {
	p := snakesPlan(t)
	s, c := wire.NewStream(p, 60), newConnection()
	c.take(t, p, s, 1, []byte("\x08\x05"))
	if f := c.take(t, p, s, 2, nil); f.Packed == nil {
		t.Errorf("nothing was sent as %v", f)
	}
}

func TestAStreamServesManyAtOnce(t *testing.T) {
	p, views := snakesPlan(t), match(t, snakes.Game, 4, 50, 120)
	s := wire.NewStream(p, 30)
	var all sync.WaitGroup
	for lag := range 6 {
		all.Go(func() {
			c := newConnection()
			for i := lag; i < len(views); i += 1 + lag {
				c.take(t, p, s, uint32(i), views[i])
				if i%50 == 49 {
					c.Forget()
				}
			}
		})
	}
	all.Wait()
}

func TestAStreamAllocatesOnlyWhatItGivesAway(t *testing.T) {
	views := match(t, snakes.Game, 8, 50, 200)
	s := wire.NewStream(snakesPlan(t), 20)
	c := newConnection()
	var f pb.ServerFrame
	i := 0
	step := func() {
		f.Delta = nil
		wire.Snapshot{Tick: uint32(i), SendEvery: 1, View: views[i%len(views)], Stream: s}.Put(&f, &c.Baseline, false)
		i++
	}
	for range 2 * len(views) {
		step()
	}
	if got := testing.AllocsPerRun(len(views), step); got > 1 {
		t.Errorf("%v allocations a tick, want 1: the delta's bytes", got)
	}
}

// A room of many streams must stay small: see docs/DELTA.md. Dash is one stream for eight, snakes
// one for each.
func TestAStreamKeepsOnlyWhatSomebodyHolds(t *testing.T) {
	for _, c := range []struct {
		name           string
		views          [][]byte
		p              *wire.Plan
		streams, seats int
		most           uint64 // bytes for a connection
	}{
		{"dash", match(t, dash.Game, 8, 60, 120), planOf(t, dash.Game.ViewType()), 40, 8, 1 << 10},
		{"snakes", matchOf(t, snakes.Game, 30, 100, 120, 3), snakesPlan(t), 300, 1, 8 << 10},
	} {
		before := heap()
		var all []*wire.Stream
		var held []*connection
		for range c.streams {
			s := wire.NewStream(c.p, 60)
			all = append(all, s)
			var seats []*connection
			for range c.seats {
				seats = append(seats, newConnection())
			}
			for i, view := range c.views {
				for _, seat := range seats {
					put(s, &seat.Baseline, uint32(i), view)
				}
			}
			held = append(held, seats...)
		}
		each := (heap() - before) / uint64(len(held))
		t.Logf("%s: %d bytes a connection, views of %d", c.name, each, len(c.views[len(c.views)-1]))
		if each > c.most {
			t.Errorf("%s: %d bytes a connection, want %d at most", c.name, each, c.most)
		}
		for _, one := range held {
			one.Forget()
		}
		if left := int64(heap()-before) / int64(len(held)); left > 2<<10 {
			t.Errorf("%s: %d bytes a connection are left when nobody holds anything", c.name, left)
		}
		runtime.KeepAlive(all)
		runtime.KeepAlive(held)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
