package wire

import (
	"hash/crc32"

	pb "parlor/proto/parlor/v1"
)

// Snapshot is a view on its way to one seat. View is shared by all who see the same.
type Snapshot struct {
	Tick      uint32
	Step      uint32  // in games without a rate
	SendEvery uint32  // ticks from one snapshot to the next, where none is left out
	View      []byte  // canonical bytes
	Stream    *Stream // that the view is in; nil: it is sent whole
}

// Baseline is the view that the client of a connection holds, because it was sent last: WebSocket
// keeps the order. The zero value is a client that holds none. Not for concurrent use.
type Baseline struct {
	held        bool
	tick, older uint32 // older is the one sent before; tick itself where there was none
}

// Put makes f the state frame of the snapshot, and notes in b that it is sent. Here, and nowhere
// else, it is decided what of a view travels: what has changed, if that is shorter and the client
// holds a view that it can be told from, else all of it.
func (s Snapshot) Put(f *pb.ServerFrame, b *Baseline, check bool) {
	f.Step = s.Step
	if check {
		f.Hash = ViewHash(s.View)
	}
	if delta, ok := s.delta(b); ok {
		f.Delta = delta
		if step := s.Tick - b.tick; step != s.SendEvery {
			f.TickStep = step
		}
		b.older, b.tick = b.tick, s.Tick
		return
	}
	f.Tick, f.View = s.Tick, s.View
	if s.Stream != nil {
		f.Schema = s.Stream.plan.Hash()
	}
	*b = Baseline{held: true, tick: s.Tick, older: s.Tick}
}

func (s Snapshot) delta(b *Baseline) ([]byte, bool) {
	if s.Stream == nil || !b.held || s.Tick <= b.tick {
		return nil, false
	}
	return s.Stream.Delta(b.older, b.tick, s.Tick)
}

// ViewHash is the checksum of a view's canonical bytes: CRC-32, IEEE polynomial. It is never 0,
// which on the wire means that there is none.
func ViewHash(view []byte) uint32 { return max(1, crc32.ChecksumIEEE(view)) }
