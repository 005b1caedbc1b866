package ws

import (
	"encoding/binary"
	"fmt"
	"runtime"

	"parlor/net/session"
)

// The ways in which the sockets of those in a room with a rate are served.
const (
	Auto       = "auto"       // the first of the others that this machine can
	URing      = "uring"      // by the room; all sends of a tick in one system call of Linux' io_uring
	Write      = "write"      // by the room, with a write that does not wait for each
	Goroutines = "goroutines" // by goroutines of their own, as all others are
)

// Ways are all of them.
var Ways = []string{Auto, URing, Write, Goroutines}

// Sender sends the frames of rooms' ticks. It is safe for concurrent use.
type Sender struct {
	rings chan *ring // nil: one write for each frame
}

// NewSender makes what sends in one of the ways, and says in which. For Goroutines it is nil: no room owns sockets.
func NewSender(way string) (sender *Sender, is string, err error) {
	seats := runtime.GOOS == "linux"
	if seats && (way == Auto || way == URing) {
		rings, err := newRings()
		if err == nil {
			return &Sender{rings}, URing, nil
		}
		if way == URing {
			return nil, "", fmt.Errorf("ws: io_uring: %w", err)
		}
	}
	switch {
	case seats && (way == Auto || way == Write):
		return &Sender{}, Write, nil
	case way == Auto || way == Goroutines:
		return nil, Goroutines, nil
	}
	return nil, "", fmt.Errorf("ws: %s cannot serve sockets by %q", runtime.GOOS, way)
}

// Close frees what the kernel holds for the sender. Nothing may be sent afterwards.
func (s *Sender) Close() {
	for range cap(s.rings) {
		(<-s.rings).close()
	}
}

// Send implements session.Sender.
func (s *Sender) Send(frames []session.Frame) {
	if s.rings == nil {
		for _, f := range frames {
			f.Conn.(*conn).socket.send(framed(f.Bytes))
		}
		return
	}
	r := <-s.rings // one for each processor: who gets here finds one
	r.send(frames)
	s.rings <- r
}

// framed puts the head of a WebSocket message into the space before it:
//
//	0x82         the only fragment of a binary message
//	n            its length; or 126 and two bytes of length; or 127 and eight
//
// A frame that is sent to several is given its head several times, the same.
func framed(b []byte) []byte {
	n := len(b) - session.HeadRoom
	at := session.HeadRoom
	switch {
	case n < long:
		at -= 2
		b[at+1] = byte(n)
	case n < 1<<16:
		at -= 4
		b[at+1] = long
		binary.BigEndian.PutUint16(b[at+2:], uint16(n))
	default:
		at -= 10
		b[at+1] = long + 1
		binary.BigEndian.PutUint64(b[at+2:], uint64(n))
	}
	b[at] = plain
	return b[at:]
}
