package wire

import (
	"hash/crc32"

	pb "parlor/proto/parlor/v1"
)

// Snapshot is a view on its way to one seat. View is shared by all who see the same.
type Snapshot struct {
	Tick uint32
	Step uint32 // in games without a rate
	View []byte // canonical bytes
}

// Put makes f the state frame of the snapshot. Here, and nowhere else, it is decided what of a
// view travels: for now all of it.
func (s Snapshot) Put(f *pb.ServerFrame, check bool) {
	f.Tick, f.Step, f.View = s.Tick, s.Step, s.View
	if check {
		f.Hash = ViewHash(s.View)
	}
}

// ViewHash is the checksum of a view's canonical bytes: CRC-32, IEEE polynomial. It is never 0,
// which on the wire means that there is none.
func ViewHash(view []byte) uint32 { return max(1, crc32.ChecksumIEEE(view)) }
