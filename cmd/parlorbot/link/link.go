package link

import (
	"context"
	"net"
	"sync"
	"time"
)

// Link is one phone on a bad network. It delays from the first connection on; stalls and cuts begin
// with Start. Its methods may be called from any goroutine.
type Link struct {
	profile Profile
	seed    uint64
	pumps   sync.WaitGroup

	mu      sync.Mutex
	stalls  stalls // none before Start
	use     uint64 // of the next pair of dice for paths
	conns   map[*conn]struct{}
	current *conn // the newest; nil: none was dialed
	start   time.Time
	cuts    *cuts
	timer   *time.Timer   // of the next cut; nil: none
	thawed  chan struct{} // closed by Thaw; nil: not frozen
	closed  bool
	stats   Stats
}

// Stats counts what the link has done to connections.
type Stats struct {
	Resets, Silences int
	CutAt            time.Time // when the last of them was; zero: none
}

// New is a phone on a network of the profile. The same seed brings the same cuts at the same times
// after Start.
func New(p Profile, seed uint64) *Link {
	return &Link{profile: p, seed: seed, use: pathDice, conns: map[*conn]struct{}{}, cuts: newCuts(p, seed)}
}

// Dial connects as net.Dialer does, and takes a round trip for it. A frozen app does not dial.
func (l *Link) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	l.awake()
	raw, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c := l.adopt(raw)
	if c == nil {
		_ = raw.Close()
		return nil, net.ErrClosed
	}
	there := l.arrival(c.outward)
	back := time.NewTimer(time.Until(there) + l.profile.Delay)
	defer back.Stop()
	select {
	case <-back.C:
		return c, nil
	case <-ctx.Done():
		_ = c.Close()
		return nil, ctx.Err()
	}
}

// adopt puts a connection behind the link; nil when the link is closed.
func (l *Link) adopt(raw net.Conn) *conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	c := &conn{
		Conn: raw, link: l, down: newPipe(), up: newPipe(),
		inward: newPath(l.profile, l.seed, l.use, &l.stalls), outward: newPath(l.profile, l.seed, l.use+1, &l.stalls),
	}
	l.use += 2
	l.conns[c], l.current = struct{}{}, c
	l.pumps.Go(c.receive)
	l.pumps.Go(c.send)
	return c
}

// Start begins the stalls and the cuts.
func (l *Link) Start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.start = time.Now()
	l.stalls = newStalls(l.profile, l.seed, l.start)
	if l.profile.CutEvery > 0 {
		l.schedule()
	}
}

// schedule sets the timer to the next cut. The mutex is held.
func (l *Link) schedule() {
	next := l.cuts.next()
	l.timer = time.AfterFunc(time.Until(l.start.Add(next.at)), func() { l.cut(next.silent) })
}

func (l *Link) cut(silent bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.schedule()
	if _, open := l.conns[l.current]; !open || l.current.closed.Load() || l.current.silent.Load() {
		return // there is nothing to cut
	}
	l.stats.CutAt = time.Now()
	if silent {
		l.stats.Silences++
	} else {
		l.stats.Resets++
	}
	l.current.cut(silent)
}

// Freeze stops the app: its reads, writes and dials do not return before Thaw. The network goes on.
func (l *Link) Freeze() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.thawed == nil {
		l.thawed = make(chan struct{})
	}
}

// Thaw ends a freeze, if there is one.
func (l *Link) Thaw() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.thawed != nil {
		close(l.thawed)
		l.thawed = nil
	}
}

// awake waits while the app is frozen.
func (l *Link) awake() {
	for {
		l.mu.Lock()
		thawed := l.thawed
		l.mu.Unlock()
		if thawed == nil {
			return
		}
		<-thawed
	}
}

// arrival is when what is sent now gets to the end of the path.
func (l *Link) arrival(p *path) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return p.arrival(time.Now())
}

// forget lets go of a connection that the other side has ended.
func (l *Link) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
}

// Stats are the counts so far.
func (l *Link) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stats
}

// Close ends all connections, and returns when nothing of the link runs any more.
func (l *Link) Close() {
	l.Thaw()
	l.mu.Lock()
	l.closed = true
	if l.timer != nil {
		l.timer.Stop()
	}
	for c := range l.conns {
		c.kill(net.ErrClosed)
	}
	l.mu.Unlock()
	l.pumps.Wait()
}
