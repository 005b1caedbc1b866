package link

import (
	"net"
	"os"
	"sync"
	"time"
)

// pipe is one direction of a connection: bytes wait in it until they arrive. One goroutine takes;
// the other methods are for any. It has no bound of its own: a server that stops sending to who does
// not acknowledge bounds it, and one that does not is what a run is to find.
type pipe struct {
	wake *time.Timer // the taker's; whoever changes what it waits for arms it

	mu       sync.Mutex
	bytes    []byte
	chunks   []chunk // of bytes, in order
	end      error   // after the last of them; nil: more may come
	failed   error   // at once: what is on the way is lost
	mute     bool    // nothing comes out any more, not even an end
	deadline time.Time
}

type chunk struct {
	size int
	at   time.Time // when it arrives
}

func newPipe() *pipe { return &pipe{wake: time.NewTimer(time.Hour)} }

// put sends bytes that arrive at the given time.
func (p *pipe) put(b []byte, at time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.failed != nil:
		return p.failed
	case p.end != nil:
		return net.ErrClosed
	case p.mute:
		return nil
	}
	p.bytes = append(p.bytes, b...)
	p.chunks = append(p.chunks, chunk{len(b), at})
	if len(p.chunks) == 1 {
		p.arm()
	}
	return nil
}

// finish ends the pipe once all that is in it has been taken.
func (p *pipe) finish(why error) {
	p.change(func() {
		if !p.mute {
			p.end = why
		}
	})
}

// fail ends it at once.
func (p *pipe) fail(why error) { p.change(func() { p.failed = why }) }

// silence loses what is on the way and all that comes. The taker waits on.
func (p *pipe) silence() {
	p.change(func() { p.mute, p.bytes, p.chunks, p.end = true, nil, nil, nil })
}

func (p *pipe) setDeadline(t time.Time) { p.change(func() { p.deadline = t }) }

func (p *pipe) change(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
	p.arm()
}

// take waits for bytes that have arrived.
func (p *pipe) take(b []byte) (n int, err error) {
	for {
		if n, err := p.arrived(b, time.Now()); n > 0 || err != nil || len(b) == 0 {
			return n, err
		}
		<-p.wake.C
	}
}

// arrived copies what is there. When that is nothing, it has set the taker's timer.
func (p *pipe) arrived(b []byte, now time.Time) (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.failed != nil:
		return 0, p.failed
	case !p.deadline.IsZero() && !now.Before(p.deadline):
		return 0, os.ErrDeadlineExceeded
	case len(p.chunks) > 0 && !now.Before(p.chunks[0].at):
		head := &p.chunks[0]
		n = copy(b, p.bytes[:head.size])
		p.bytes = p.bytes[n:]
		if head.size -= n; head.size == 0 {
			p.chunks = p.chunks[1:]
		}
		return n, nil
	case len(p.chunks) == 0 && p.end != nil:
		return 0, p.end
	}
	p.arm()
	return 0, nil
}

// arm sets the timer to when the taker has something to do, as far as is known. The mutex is held.
func (p *pipe) arm() {
	next := p.deadline
	switch {
	case p.failed != nil || len(p.chunks) == 0 && p.end != nil:
		next = time.Unix(0, 0)
	case len(p.chunks) > 0 && (next.IsZero() || p.chunks[0].at.Before(next)):
		next = p.chunks[0].at
	}
	if next.IsZero() {
		p.wake.Stop()
		return
	}
	p.wake.Reset(time.Until(next))
}
