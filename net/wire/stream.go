package wire

import (
	"bytes"
	"sync"
)

// Stream has the recent views of one audience, all whom the same bytes are sent to: a room where
// the game is open, else a seat. It makes the deltas between them, each once however many
// connections ask for it. Safe for concurrent use.
type Stream struct {
	plan *Plan
	keep uint32

	mu    sync.Mutex
	views []kept // by tick
	free  []*Flat
	made  [maxMade]made
	next  int // of made: the one to be overwritten
	buf   []byte
}

// maxMade bounds the deltas that are remembered. One tick needs one for each lag that some
// connection has; most have none.
const maxMade = 16

// kept is a view that a delta can lead from or to.
type kept struct {
	tick uint32
	size int
	flat *Flat // nil: the view does not keep to the plan
}

// made is a delta, or with nil that there is none worth sending.
type made struct {
	older, base, target uint32
	set                 bool
	delta               []byte
}

// NewStream makes a stream that keeps a view for as many ticks after it; with 0, only the newest.
func NewStream(p *Plan, keep uint32) *Stream { return &Stream{plan: p, keep: keep} }

// Add takes in what was seen at a tick. Ticks rise; one that does not is ignored, so that each of
// several connections may add what it is about to send. The view is not kept.
func (s *Stream) Add(tick uint32, view []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.views); n > 0 && tick <= s.views[n-1].tick {
		return
	}
	old := 0
	for ; old < len(s.views) && tick-s.views[old].tick > s.keep; old++ {
		s.recycle(s.views[old].flat)
	}
	s.views = append(s.views[:0], s.views[old:]...)
	v := kept{tick: tick, size: len(view), flat: s.take()}
	if err := s.plan.Read(view, v.flat); err != nil {
		s.recycle(v.flat)
		v.flat = nil
	}
	s.views = append(s.views, v)
}

func (s *Stream) recycle(f *Flat) {
	if f != nil {
		s.free = append(s.free, f)
	}
}

func (s *Stream) take() *Flat {
	n := len(s.free)
	if n == 0 {
		return new(Flat)
	}
	f := s.free[n-1]
	s.free = s.free[:n-1]
	return f
}

// Delta leads from the view at base to the one at target; older is the tick of the one that was
// sent before base on the same connection, or base itself where there was none. Not ok: send the
// whole view. Then one of the three is not kept any more, or does not keep to the plan, or the
// delta is no shorter. The bytes are shared and never change.
func (s *Stream) Delta(older, base, target uint32) (delta []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.made {
		if m.set && m.older == older && m.base == base && m.target == target {
			return m.delta, m.delta != nil
		}
	}
	o, b, t := s.find(older), s.find(base), s.find(target)
	if o == nil || b == nil || t == nil {
		return nil, false // not remembered: what is gone is found out as soon
	}
	if older == base {
		o = &kept{}
	}
	s.buf = s.plan.AppendDelta(s.buf[:0], o.flat, b.flat, t.flat)
	if len(s.buf) < t.size {
		delta = bytes.Clone(s.buf)
	}
	s.made[s.next] = made{older, base, target, true, delta}
	s.next = (s.next + 1) % maxMade
	return delta, delta != nil
}

// find is the view of a tick, if it is kept and keeps to the plan.
func (s *Stream) find(tick uint32) *kept {
	for i := len(s.views) - 1; i >= 0; i-- {
		if v := &s.views[i]; v.tick == tick && v.flat != nil {
			return v
		}
	}
	return nil
}
