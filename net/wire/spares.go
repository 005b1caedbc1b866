package wire

import "sync"

// maxSpares bounds the Flats that wait to be used again: as many as streams may need at a moment.
const maxSpares = 16

// spares are Flats that the streams of a plan have done with. The plan has them and not each
// stream, which needs a second one only for as long as it makes a delta.
type spares struct {
	mu    sync.Mutex
	flats []*Flat
}

func (s *spares) take() *Flat {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.flats)
	if n == 0 {
		return new(Flat)
	}
	f := s.flats[n-1]
	s.flats = s.flats[:n-1]
	return f
}

func (s *spares) put(f *Flat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f != nil && len(s.flats) < maxSpares {
		s.flats = append(s.flats, f)
	}
}
