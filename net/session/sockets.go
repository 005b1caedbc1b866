package session

import (
	"errors"
	"sync"
	"time"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// ErrWaits is what RoomConn.Poll answers when what has come must be read by somebody who can wait
// for the rest of it.
var ErrWaits = errors.New("session: half a frame, or an unusual one")

// RoomConn is a Conn whose socket a room can own. While it does, only these methods may be called,
// by the room's goroutine, and none of them waits.
type RoomConn interface {
	Conn
	// Seat hands the socket over to the room. It answers false where that is impossible.
	Seat() bool
	// Poll is the next frame that has come, valid until the next Poll; nil if no more has.
	Poll(limit int64) ([]byte, error)
	// Came is when the newest bytes did, at most a few milliseconds off.
	Came(now time.Time) time.Time
	// Writable tells whether the frame before has gone out; an error, that the socket is stuck.
	Writable(now time.Time) (bool, error)
	// Unseat hands the socket back: the Conn is as it was.
	Unseat() error
	// Flush is for who writes after that: it sends what is left of the room's last frame, and waits
	// as Write does.
	Flush() error
}

// Carrier carries what comes and goes at a tick on the connections of a room, without waiting. It is
// safe for concurrent use.
type Carrier interface {
	// Receive may take in what has come on all of them, so that Poll need not ask for each.
	Receive([]RoomConn)
	Send([]Frame)
}

// Frame is one for a connection. The Bytes begin with HeadRoom bytes that are the Carrier's, and may be
// shared by several.
type Frame struct {
	Conn  RoomConn
	Bytes []byte
}

// HeadRoom is the most that a transport puts before a frame.
const HeadRoom = 10

// slowest is the rate from which on a room reads and writes its players' sockets itself: what comes
// waits for a tick, which must not be long.
const slowest = 10

var (
	errTaken  = errors.New("session: a room reads it from now on")
	errSilent = errors.New("session: nothing has come for too long")
)

// sockets are the connections that a room with a rate owns: read before a tick, and written after
// it. That spares a wake-up for each frame that comes and each one that goes, and the goroutines
// for it. It is a room.Sockets.
type sockets struct {
	place *place

	mu     sync.Mutex
	open   bool    // the room ticks
	coming []*link // handed over since the last tick

	// These belong to the room's goroutine.
	links  []*link
	conns  []RoomConn // of links, while they are read
	frames []Frame
	places []span // of frames, in buf
	buf    []byte
	frame  pb.ServerFrame
	shared shared
}

// span is a part of a buffer.
type span struct{ from, to int }

// shared is the newest frame of this tick that has a delta and nothing else: whoever gets the same
// delta gets the same frame.
type shared struct {
	delta *byte // its first one; nil: there is no such frame
	step  uint32
	at    span
}

// offer hands a connection over to the room, by the goroutine that has read it so far. It answers
// false if the room does not want it.
func (k *sockets) offer(l *link) bool {
	if _, ok := l.conn.(RoomConn); !ok || l.rooted || k.place.server.cfg.Carrier == nil || k.place.kind.Info().Rate < slowest {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.open {
		k.coming = append(k.coming, l)
		l.seat(true)
	}
	return k.open
}

// Read implements room.Sockets.
func (k *sockets) Read(now time.Time) {
	k.conns = k.conns[:0]
	for _, l := range k.links {
		k.conns = append(k.conns, l.conn.(RoomConn))
	}
	if len(k.conns) > 0 {
		k.place.server.cfg.Carrier.Receive(k.conns)
	}
	keep := k.links[:0]
	for _, l := range k.links {
		if k.read(l, now) {
			keep = append(keep, l)
		}
	}
	clear(k.links[len(keep):])
	k.links = keep
}

// admit takes those that were handed over, unless somebody still writes to them. What they have sent
// so far is in the room's inbox by now, which the room empties before it reads their sockets.
func (k *sockets) admit(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.open = true
	wait := k.coming[:0]
	for _, l := range k.coming {
		switch {
		case !l.own():
			wait = append(wait, l)
		case l.conn.(RoomConn).Seat():
			l.heard = now
			k.links = append(k.links, l)
			k.place.server.seated.Add(1)
		default:
			l.rooted = true
			k.goOn(l, nil)
		}
	}
	clear(k.coming[len(wait):])
	k.coming = wait
}

// read does what has come on one connection. It answers false if the room has it no more.
func (k *sockets) read(l *link, now time.Time) (keep bool) {
	var left *pb.ClientFrame // what somebody else must do
	err := k.place.server.contain(l.session.id, func() (err error) {
		left, err = k.poll(l, now)
		return err
	})
	switch {
	case err != nil && !errors.Is(err, ErrWaits):
		k.end(l, err)
	case err != nil || left != nil || !l.session.sitsAt(k.place, l):
		k.giveBack(l, left)
	default:
		return true
	}
	return false
}

// poll takes frame after frame until there is none left, or one that is not for the room.
func (k *sockets) poll(l *link, now time.Time) (left *pb.ClientFrame, err error) {
	for {
		b, err := l.conn.(RoomConn).Poll(wire.FrameBytes)
		if err != nil {
			return nil, err
		}
		if b == nil {
			break
		}
		l.heard = now
		f, err := l.decode(b, now)
		if err != nil {
			return nil, err
		}
		came := now
		if f.Ping != nil || f.GetInputs().GetTick() != 0 { // who asks how long they lay here
			came = l.conn.(RoomConn).Came(now)
		}
		if done, err := l.session.atTick(l, k.place, f, len(b), came); err != nil {
			return nil, err
		} else if !done {
			return f, nil
		}
	}
	if now.Sub(l.heard) > wire.DeadAfter {
		return nil, errSilent
	}
	return nil, nil
}

// Write implements room.Sockets.
func (k *sockets) Write(now time.Time) {
	k.admit(now)
	k.frames, k.places, k.buf, k.shared = k.frames[:0], k.places[:0], k.buf[:0], shared{}
	keep := k.links[:0]
	for _, l := range k.links {
		if err := k.write(l, now); err != nil {
			k.end(l, err)
			continue
		}
		keep = append(keep, l)
	}
	clear(k.links[len(keep):])
	k.links = keep
	for i, at := range k.places { // only now buf is where it stays
		k.frames[i].Bytes = k.buf[at.from:at.to]
	}
	if len(k.frames) > 0 {
		k.place.server.cfg.Carrier.Send(k.frames)
	}
}

// write appends what there is for one connection. It fails with what the connection must end for.
func (k *sockets) write(l *link, now time.Time) error {
	if why := l.failed(); why != nil {
		return why
	}
	conn := l.conn.(RoomConn)
	if free, err := conn.Writable(now); err != nil || !free {
		return err
	}
	k.frame.Reset()
	parts := l.session.fill(l, &k.frame, now)
	if parts == 0 {
		return nil
	}
	at, err := k.encode(parts)
	if err != nil {
		return err
	}
	k.place.server.cfg.Meter.Sent(at.to - at.from - HeadRoom)
	k.frames, k.places = append(k.frames, Frame{Conn: conn}), append(k.places, at)
	return nil
}

// encode puts the frame into buf, unless it stands there already.
func (k *sockets) encode(parts int) (span, error) {
	var delta *byte // its first one, if it is alone in the frame
	if parts == 1 && len(k.frame.Delta) > 0 {
		delta = &k.frame.Delta[0]
	}
	if delta != nil && k.shared.delta == delta && k.shared.step == k.frame.TickStep {
		return k.shared.at, nil
	}
	at := span{from: len(k.buf)}
	var err error
	if k.buf, err = wire.AppendServer(append(k.buf, headRoom[:]...), &k.frame); err != nil {
		k.buf = k.buf[:at.from]
		return at, err
	}
	at.to = len(k.buf)
	if delta != nil {
		k.shared = shared{delta, k.frame.TickStep, at}
	}
	return at, nil
}

var headRoom [HeadRoom]byte

// Release implements room.Sockets.
func (k *sockets) Release() {
	k.mu.Lock()
	k.open = false
	coming := k.coming
	k.coming = nil
	k.mu.Unlock()
	for _, l := range coming {
		k.goOn(l, nil)
	}
	for _, l := range k.links {
		k.giveBack(l, nil)
	}
	clear(k.links)
	k.links = k.links[:0]
}

// giveBack hands a connection to a goroutine of its own, which begins with a frame that was read
// already, if there is one.
func (k *sockets) giveBack(l *link, f *pb.ClientFrame) {
	if err := k.unseat(l); err != nil {
		k.over(l, err)
		return
	}
	k.goOn(l, f)
}

// end gives up a connection. Its last frame may have to wait, so that is left to a goroutine.
func (k *sockets) end(l *link, why error) {
	_ = k.unseat(l) // what is broken will show in the last write
	k.over(l, why)
}

func (k *sockets) unseat(l *link) error {
	k.place.server.seated.Add(-1)
	return l.conn.(RoomConn).Unseat()
}

func (k *sockets) goOn(l *link, f *pb.ClientFrame) {
	l.seat(false)
	k.place.server.serving.Go(func() { l.session.serve(l, f) })
}

func (k *sockets) over(l *link, why error) {
	l.seat(false)
	k.place.server.serving.Go(func() { l.session.ended(l, why) })
}
