package session

import (
	"sync"
	"time"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// link is one connection of a session: its socket, and the writer who serves it.
type link struct {
	conn Conn
	wake chan struct{} // capacity 1: the writer looks at the outbox when it can

	mu  sync.Mutex
	why *wire.Error // why the connection is to be closed; nil: it is not
}

func newLink(c Conn) *link { return &link{conn: c, wake: make(chan struct{}, 1)} }

// signal wakes the writer. It never waits: a wake-up that is under way will see all there is.
func (l *link) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// fail makes the writer send what there is, tell the client why, and close. The first reason
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

// write serves the connection until it fails or is to be closed. One frame carries all that
// waits, so a tick costs one frame.
func (s *Session) write(l *link) {
	var buf []byte
	late := time.NewTicker(wire.AckWithin / 4)
	defer late.Stop()
	for {
		select {
		case <-l.wake:
		case now := <-late.C:
			if s.lateNow(l, now) {
				l.fail(errTooSlow)
			}
		}
		why := l.failed()
		var frame pb.ServerFrame
		if any := s.fill(l, &frame); any || why != nil {
			frame.Error = why.Proto()
			var err error
			if buf, err = wire.AppendServer(buf[:0], &frame); err != nil {
				s.server.cfg.Logger.Error("frame cannot be encoded", "session", s.id, "err", err)
				why = wire.ToError(err)
			} else if err = l.conn.Write(buf); err != nil {
				l.conn.Close(wire.CloseCode(pb.Code_CODE_TOO_SLOW), "too slow")
				return
			}
			s.server.cfg.Meter.Sent(len(buf))
		}
		if why != nil {
			l.conn.Close(wire.CloseCode(why.Code), why.Message)
			return
		}
	}
}

// fill takes what can be sent now out of the outbox, if l is still the session's connection.
func (s *Session) fill(l *link, f *pb.ServerFrame) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link == l && s.out.next(f, time.Now(), s.check)
}

func (s *Session) lateNow(l *link, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link == l && s.out.late(now)
}
