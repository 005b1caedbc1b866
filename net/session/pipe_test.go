package session_test

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parlor/net/session"
	"parlor/net/wire"
)

var (
	errCut    = errors.New("the connection was cut")
	errSilent = errors.New("nothing came in time")
)

// pipe is a socket without a network. The server holds it as a session.Conn; the test puts frames
// into up and takes them out of down. What is under way when it ends may be lost, as on a socket.
type pipe struct {
	up, down chan []byte
	gone     chan struct{} // closed when either side has ended it
	linger   time.Duration // Close takes so long, and until then Read goes on
	seated   atomic.Bool   // a room owns it
	came     atomic.Int64  // when something was put into up, Unix nanoseconds
	odd      []byte        // a frame that a room could not take

	ending atomic.Bool
	mu     sync.Mutex // guards what follows
	code   int        // what the server closed it with; 0: it did not
	reason string
}

var _ session.Conn = (*pipe)(nil)

func newPipe() *pipe {
	return &pipe{up: make(chan []byte, 128), down: make(chan []byte, 64), gone: make(chan struct{})}
}

func (p *pipe) Read(limit int64, idle time.Duration) ([]byte, error) {
	p.alone()
	silence := time.NewTimer(idle)
	defer silence.Stop()
	if p.odd != nil {
		p.Close(1009, "")
		return nil, errCut
	}
	select {
	case b := <-p.up:
		if int64(len(b)) > limit {
			p.Close(1009, "")
			return nil, errCut
		}
		return b, nil
	case <-p.gone:
		return nil, errCut
	case <-silence.C:
		return nil, errSilent
	}
}

func (p *pipe) Write(frame []byte) error {
	p.alone()
	full := time.NewTimer(wire.WriteWithin)
	defer full.Stop()
	if p.closed() != 0 {
		return errCut
	}
	select {
	case p.down <- slices.Clone(frame): // the server uses its buffer again
		return nil
	case <-p.gone:
		return errCut
	case <-full.C:
		return errSilent
	}
}

func (p *pipe) Close(code int, reason string) {
	p.alone()
	if !p.ending.CompareAndSwap(false, true) {
		<-p.gone
		return
	}
	p.mu.Lock()
	p.code, p.reason = code, reason
	p.mu.Unlock()
	if p.linger > 0 {
		<-time.After(p.linger)
	}
	close(p.gone)
}

// cut ends the connection as a tunnel does: neither side hears of a reason.
func (p *pipe) cut() {
	if p.ending.CompareAndSwap(false, true) {
		close(p.gone)
	}
}

func (p *pipe) closed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.code
}
