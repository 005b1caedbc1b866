package wire

import (
	"bytes"
	"slices"
	"sync"

	pb "parlor/proto/parlor/v1"
)

// Stream is what one audience sees, all whom the same bytes are sent to: a room where the game is
// open, else a seat. It makes the deltas between views, each once however many connections ask
// for it, and keeps no view longer than a Baseline holds it. Safe for concurrent use.
type Stream struct {
	plan *Plan
	keep uint32

	mu    sync.Mutex
	views []*seen // no two of one tick
	spare []*seen
	buf   []byte
}

// seen is a view that was sent, or is about to be.
type seen struct {
	tick          uint32
	bases, olders int   // baselines that hold it, as the one or the other
	flat          *Flat // nil: nobody can be told anything from it any more
	trail         *Flat // of an older that is no base: its linear columns
	packed        []byte
	made          []made // deltas that lead to it
}

// made is a delta, or with nil that there is none worth sending. Older is the base itself where
// there was none.
type made struct {
	older, base uint32
	delta       []byte
}

// Baseline is what the client of a connection understands, and the views that it holds, because
// they were sent last: WebSocket keeps the order. The zero value is a client that takes no deltas.
// Not for concurrent use.
type Baseline struct {
	Deltas  bool
	Schemas []uint32 // hashes of the plans that it has

	stream      *Stream
	base, older *seen // older is the one sent before; nil: none
	told        bool  // it has the stream's plan by now
}

// NewStream makes a stream in which a view can be the base of a delta for so many ticks.
func NewStream(p *Plan, keep uint32) *Stream { return &Stream{plan: p, keep: keep} }

// Forget lets go of what the client holds: the next view will be all of it.
func (b *Baseline) Forget() {
	if s := b.stream; s != nil {
		s.mu.Lock()
		s.letGo(b)
		s.mu.Unlock()
	}
	b.stream, b.told = nil, false
}

// put makes f the state frame of the snapshot, for the client of b, who holds it then. It answers
// false when the view does not keep to the plan: it must be sent as it is.
func (s *Stream) put(f *pb.ServerFrame, shot *Snapshot, b *Baseline) bool {
	if b.stream != s {
		b.Forget()
		b.stream = s
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	target := s.look(shot.Tick, shot.View)
	if target == nil {
		return false
	}
	if delta := s.delta(b, target, len(shot.View)); delta != nil {
		f.Delta = delta
		if step := shot.Tick - b.base.tick; step != shot.SendEvery {
			f.TickStep = step
		}
		target.bases++
		s.drop(b.older, 0, 1)
		b.older = b.base
		b.older.olders++
		s.drop(b.older, 1, 0)
		b.base = target
		return true
	}
	f.Tick, f.Packed, f.Schema = shot.Tick, s.pack(target), s.plan.hash
	if !b.told && !slices.Contains(b.Schemas, s.plan.hash) {
		f.Plan = s.plan.description
	}
	target.bases++
	s.letGo(b)
	b.base, b.told = target, true
	return true
}

// look finds the view of a tick, or reads it in.
func (s *Stream) look(tick uint32, view []byte) *seen {
	var v *seen
	for _, other := range s.views {
		if other.tick == tick {
			v = other
		} else if tick > other.tick && tick-other.tick > s.keep {
			s.spoil(other)
		}
	}
	if v != nil && v.flat != nil {
		return v
	}
	flat := s.plan.flats.take()
	if s.plan.Read(view, flat) != nil {
		s.plan.flats.put(flat)
		return nil
	}
	if v == nil {
		if n := len(s.spare); n > 0 {
			v, s.spare = s.spare[n-1], s.spare[:n-1]
		} else {
			v = new(seen)
		}
		v.tick = tick
		s.views = append(s.views, v)
	}
	v.flat = flat
	return v
}

// delta leads to the target from what the client holds. Nil: it holds nothing of use, or the
// delta is no shorter than the view. The bytes are shared and never change.
func (s *Stream) delta(b *Baseline, target *seen, size int) []byte {
	base, older := b.base, b.older
	if base == nil || base.flat == nil || base.tick >= target.tick || target.tick-base.tick > s.keep {
		return nil
	}
	from := made{older: base.tick, base: base.tick}
	var before *Flat
	if older != nil {
		from.older = older.tick
		if before = older.flat; before == nil {
			before = older.trail
		}
	}
	for _, m := range target.made {
		if m.older == from.older && m.base == from.base {
			return m.delta
		}
	}
	s.buf = s.plan.AppendDelta(s.buf[:0], before, base.flat, target.flat)
	if len(s.buf) < size {
		from.delta = bytes.Clone(s.buf)
	}
	target.made = append(target.made, from)
	return from.delta
}

func (s *Stream) pack(v *seen) []byte {
	if v.packed == nil {
		v.packed = s.plan.AppendPacked(nil, v.flat)
	}
	return v.packed
}

// letGo empties a baseline.
func (s *Stream) letGo(b *Baseline) {
	s.drop(b.base, 1, 0)
	s.drop(b.older, 0, 1)
	b.base, b.older = nil, nil
}

// drop takes holders off a view, and frees what nobody needs of it any more.
func (s *Stream) drop(v *seen, bases, olders int) {
	if v == nil {
		return
	}
	v.bases -= bases
	v.olders -= olders
	if v.bases > 0 {
		return
	}
	s.spoil(v)
	if v.olders > 0 {
		return
	}
	s.plan.trails.put(v.trail)
	i := slices.Index(s.views, v)
	s.views = slices.Delete(s.views, i, i+1)
	*v = seen{made: slices.Delete(v.made, 0, len(v.made))}
	s.spare = append(s.spare, v)
}

// spoil makes a view one that no delta can lead from. What is left is what an older is asked for.
func (s *Stream) spoil(v *seen) {
	if v.flat == nil {
		return
	}
	if v.olders > 0 && v.trail == nil {
		v.trail = s.plan.trails.take()
		s.plan.leaveTrail(v.flat, v.trail)
	}
	s.plan.flats.put(v.flat)
	v.flat, v.packed = nil, nil
}
