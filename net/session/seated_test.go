package session_test

import (
	"slices"
	"time"

	"parlor/net/session"
)

var (
	_ session.RoomConn = (*pipe)(nil)
	_ session.Carrier  = pipes{}
)

// Seat and the methods after it make the pipe one that a room can own. Reader, writer and Close
// have no business with it then, and fail the test.
func (p *pipe) Seat() bool {
	p.seated.Store(true)
	return true
}

func (p *pipe) Unseat() error {
	p.seated.Store(false)
	return nil
}

func (p *pipe) Flush() error {
	p.alone()
	return nil
}

func (p *pipe) Poll(limit int64) ([]byte, error) {
	select {
	case b := <-p.up:
		if int64(len(b)) > limit {
			p.odd = b
			return nil, session.ErrWaits
		}
		return b, nil
	default:
	}
	select {
	case <-p.gone:
		return nil, errCut
	default:
		return nil, nil
	}
}

func (p *pipe) Came(time.Time) time.Time { return time.Unix(0, p.came.Load()) }

func (p *pipe) Writable(time.Time) (bool, error) { return len(p.down) < cap(p.down), nil }

// pipes carries frames of rooms.
type pipes struct{}

func (pipes) Receive([]session.RoomConn) {}

func (pipes) Send(frames []session.Frame) {
	for _, f := range frames {
		p := f.Conn.(*pipe)
		select {
		case p.down <- slices.Clone(f.Bytes[session.HeadRoom:]):
		case <-p.gone:
		default:
			panic("a frame for a pipe that is full")
		}
	}
}

// alone panics where a room owns the pipe.
func (p *pipe) alone() {
	if p.seated.Load() {
		panic("somebody else uses a pipe that a room owns")
	}
}
