package session

import (
	"sync"
	"time"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// link is one connection of a session: its socket, and who serves it. Mostly that is a goroutine that
// reads, and another one for as long as there is something to write. While the session sits in
// a room with a rate it is that room, at its ticks; see sockets.
type link struct {
	conn    Conn
	session *Session // nil until hello

	// These belong to the one who reads.
	frames, bytes wire.Bucket
	heard         time.Time // when a frame came last, while it is seated
	rooted        bool      // no room can have it

	writers sync.WaitGroup

	mu      sync.Mutex
	why     *wire.Error // why the connection is to be closed; nil: it is not
	seated  bool        // a room reads and writes it, or is about to
	owned   bool        // the room has taken it
	waiting bool        // there is something to write
	writing bool        // a goroutine writes
	closed  bool
}

func newLink(c Conn) *link {
	return &link{
		conn:   c,
		frames: wire.Bucket{Rate: wire.FramesPerSecond, Burst: wire.FramesBurst},
		bytes:  wire.Bucket{Rate: wire.BytesPerSecond, Burst: wire.BytesBurst},
	}
}

// signal makes somebody look at the outbox: at once, or where a room writes, at its tick. It never
// waits.
func (l *link) signal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = true
	if l.writing || !l.free() {
		return
	}
	l.writing = true
	l.writers.Go(l.write)
}

// more tells the goroutine that writes whether it is still wanted.
func (l *link) more() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writing = l.waiting && l.free(); l.writing {
		l.waiting = false
	}
	return l.writing
}

// free tells whether a goroutine may write: what is to be closed does not wait for a room, whose
// rules may never return. The mutex is held.
func (l *link) free() bool {
	return !l.closed && !l.owned && (!l.seated || l.why != nil)
}

// fail makes who writes send what there is, tell the client why, and close. The first reason
// counts.
func (l *link) fail(why *wire.Error) {
	l.mu.Lock()
	if l.why == nil {
		l.why = why
	}
	l.mu.Unlock()
	l.signal()
}

func (l *link) failed() *wire.Error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.why
}

func (l *link) close(code int, reason string) {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.conn.Close(code, reason)
}

// write sends what waits until nothing does. One frame carries all of it.
func (l *link) write() {
	var buf []byte
	for l.more() {
		why := l.failed()
		var frame pb.ServerFrame
		if l.session.fill(l, &frame, time.Now()) == 0 && why == nil {
			l.flush()
			continue
		}
		frame.Error = why.Proto()
		var err error
		if buf, err = wire.AppendServer(buf[:0], &frame); err != nil {
			l.session.server.cfg.Logger.Error("frame cannot be encoded", "session", l.session.id, "err", err)
			why = wire.ToError(err)
		} else if err = l.conn.Write(buf); err != nil {
			l.close(wire.CloseCode(pb.Code_CODE_TOO_SLOW), "too slow")
			continue
		}
		l.session.server.cfg.Meter.Sent(len(buf))
		if why != nil {
			l.close(wire.CloseCode(why.Code), why.Message)
		}
	}
}

// flush sends what a room has begun to send: no other frame may come that takes it along.
func (l *link) flush() {
	if c, ok := l.conn.(RoomConn); ok && c.Flush() != nil {
		l.close(wire.CloseCode(pb.Code_CODE_TOO_SLOW), "too slow")
	}
}

// seat says who writes from now on: the room, or whoever is started for it.
func (l *link) seat(seated bool) {
	l.mu.Lock()
	l.seated, l.owned = seated, false
	waiting := l.waiting
	l.mu.Unlock()
	if !seated && waiting {
		l.signal()
	}
}

// own is for the room that a link was handed to. It answers false while a goroutine writes still.
func (l *link) own() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.owned = !l.writing
	return l.owned
}

// decode reads a frame of the client, if it keeps to its rate.
func (l *link) decode(b []byte, now time.Time) (*pb.ClientFrame, error) {
	meter := l.session.server.cfg.Meter
	if !l.frames.Take(now, 1) || !l.bytes.Take(now, float64(len(b))) {
		meter.Dropped("rate")
		return nil, wire.ErrFlood
	}
	f, err := wire.DecodeClient(b)
	if err != nil {
		meter.Dropped("bad")
	}
	return f, err
}

// fill takes what can be sent now out of the outbox, if l is still the session's connection, and
// tells how many things that are.
func (s *Session) fill(l *link, f *pb.ServerFrame, now time.Time) (parts int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != l {
		return 0
	}
	s.pushStale()
	return s.out.next(f, now, s.check)
}
