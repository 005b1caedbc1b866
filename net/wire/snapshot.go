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
	Stream    *Stream // that the view is in; nil: it is sent as it is
}

// Put makes f the state frame of the snapshot, and notes in b that it is sent. Here, and nowhere
// else, it is decided what of a view travels: to a client that takes deltas what has changed, if that
// is shorter and there is a view that it can be told from, else all of it, packed; to others all of
// it, as it is.
func (s Snapshot) Put(f *pb.ServerFrame, b *Baseline, check bool) {
	f.Step = s.Step
	if check {
		f.Hash = ViewHash(s.View)
	}
	if b.Deltas && s.Stream != nil && s.Stream.put(f, &s, b) {
		return
	}
	b.Forget()
	f.Tick, f.View = s.Tick, s.View
}

// ViewHash is the checksum of a view's canonical bytes: CRC-32, IEEE polynomial. It is never 0,
// which on the wire means that there is none.
func ViewHash(view []byte) uint32 { return max(1, crc32.ChecksumIEEE(view)) }
