package ws

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"

	"parlor/net/session"
)

// The ways in which the sockets of those in a room with a rate are served.
const (
	Auto       = "auto"       // the first of the others that this machine can
	URing      = "uring"      // by the room; all that a tick reads, and all that it sends, in a system call of Linux' io_uring each
	Write      = "write"      // by the room, with a read and a write for each that do not wait
	Goroutines = "goroutines" // by goroutines of their own, as all others are
)

// Ways are all of them.
var Ways = []string{Auto, URing, Write, Goroutines}

// Carrier carries what comes and goes at rooms' ticks. It is safe for concurrent use.
type Carrier struct {
	rings chan *ring // nil: a system call for each socket

	mu   sync.Mutex
	open *batch // what rooms that are due together add to; nil: there is none
}

// batch is the frames of several rooms, on their way through a ring.
type batch struct {
	frames []session.Frame // guarded by the Carrier's mutex until sent is locked

	sent sync.Mutex
	done bool
}

// NewCarrier makes what carries in one of the ways, and says in which. For Goroutines it is nil: no
// room owns sockets.
func NewCarrier(way string) (carrier *Carrier, is string, err error) {
	seats := runtime.GOOS == "linux"
	if seats && (way == Auto || way == URing) {
		rings, err := newRings()
		if err == nil {
			return &Carrier{rings: rings}, URing, nil
		}
		if way == URing {
			return nil, "", fmt.Errorf("ws: io_uring: %w", err)
		}
	}
	switch {
	case seats && (way == Auto || way == Write):
		return &Carrier{}, Write, nil
	case way == Auto || way == Goroutines:
		return nil, Goroutines, nil
	}
	return nil, "", fmt.Errorf("ws: %s cannot serve sockets by %q", runtime.GOOS, way)
}

// Close frees what the kernel holds for the carrier. Nothing may be sent afterwards.
func (c *Carrier) Close() {
	for range cap(c.rings) {
		(<-c.rings).close()
	}
}

// Receive implements session.Carrier.
func (c *Carrier) Receive(conns []session.RoomConn) {
	if c.rings == nil {
		return // each socket is read when it is polled
	}
	r := <-c.rings // one for each processor: who gets here finds one
	r.receive(conns)
	c.rings <- r
}

// Send implements session.Carrier.
func (c *Carrier) Send(frames []session.Frame) {
	if c.rings == nil {
		for _, f := range frames {
			f.Conn.(*conn).socket.send(framed(f.Bytes))
		}
		return
	}
	b, full := c.add(frames)
	if !full {
		runtime.Gosched() // rooms that are due by now add theirs
	}
	c.flush(b)
}

// add puts frames into the open batch. It answers whether that is full.
func (c *Carrier) add(frames []session.Frame) (b *batch, full bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil {
		c.open = new(batch)
	}
	b = c.open
	b.frames = append(b.frames, frames...)
	if full = len(b.frames) >= ringSize; full {
		c.open = nil
	}
	return b, full
}

// flush returns when the batch is sent, by whoever comes first.
func (c *Carrier) flush(b *batch) {
	b.sent.Lock()
	defer b.sent.Unlock()
	if b.done {
		return
	}
	b.done = true
	c.mu.Lock()
	if c.open == b {
		c.open = nil
	}
	c.mu.Unlock()
	r := <-c.rings
	r.send(b.frames)
	c.rings <- r
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
