package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// run reads, and reconnects, until the client is closed or must stop. The frame that brought the
// Welcome has been read already.
func (c *Client) run(ctx context.Context, ws *websocket.Conn, size int) {
	defer close(c.events) // after done: who sees the events end finds the reason
	defer close(c.done)
	defer c.stopAcks()
	for {
		since := time.Now()
		w := c.frame.Welcome
		c.emit(ctx, Event{Welcome: w})
		stopPings := c.startPings(w)
		err := c.take(ctx, size)
		if err == nil {
			err = c.read(ctx, ws, time.Duration(w.DeadMs)*time.Millisecond)
		}
		stopPings()
		c.mu.Lock()
		c.conn = nil
		c.mu.Unlock()
		_ = ws.Close()
		if ctx.Err() != nil {
			c.err = ErrClosed
			return
		}
		c.emit(ctx, Event{Lost: err})
		if time.Since(since) >= holdsAfter {
			c.tries = 0
		}
		if ws, size, err = c.reconnect(ctx, err); err != nil {
			c.err = err
			return
		}
	}
}

// read takes frames until the connection ends, and says why it did.
func (c *Client) read(ctx context.Context, ws *websocket.Conn, dead time.Duration) error {
	var moved time.Time // the deadline; once a second is often enough
	for {
		if now := time.Now(); now.Sub(moved) > time.Second {
			if err := ws.SetReadDeadline(now.Add(dead)); err != nil {
				return err
			}
			moved = now
		}
		size, err := c.next(ws)
		if err == nil {
			err = c.take(ctx, size)
		}
		if err != nil {
			return err
		}
	}
}

// next reads one frame. A *wire.Error is the code that the server closed the connection with.
func (c *Client) next(ws *websocket.Conn) (size int, err error) {
	_, r, err := ws.NextReader()
	for c.buf = c.buf[:0]; err == nil; {
		if len(c.buf) == cap(c.buf) {
			c.buf = append(c.buf, make([]byte, max(1024, len(c.buf)))...)[:len(c.buf)]
		}
		var n int
		n, err = r.Read(c.buf[len(c.buf):cap(c.buf)])
		c.buf = c.buf[:len(c.buf)+n]
	}
	if err != io.EOF {
		if closed, ok := errors.AsType[*websocket.CloseError](err); ok && closed.Code > wire.CloseBase {
			return 0, wire.Errorf(pb.Code(closed.Code-wire.CloseBase), "%s", closed.Text)
		}
		return 0, fmt.Errorf("read: %w", err)
	}
	c.frame.Reset()
	if err := proto.Unmarshal(c.buf, &c.frame); err != nil {
		return 0, fmt.Errorf("a frame that cannot be read: %w", err)
	}
	return len(c.buf), nil
}

// take makes events of the frame that was read. It answers with the error that the server ends
// the connection with, if that is what the frame says.
func (c *Client) take(ctx context.Context, size int) error {
	err := c.receive(size)
	for i := range c.batch {
		c.emit(ctx, c.batch[i])
		c.batch[i] = Event{}
	}
	if e := c.frame.Error; e != nil {
		return fromServer(e)
	}
	return err
}

// receive takes in a frame and leaves its events in c.batch: first items, which say what match
// it is about, then what was acknowledged, what time was lost, the view that shows it, and the pong.
func (c *Client) receive(size int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, now := &c.frame, time.Now()
	c.stats.FramesReceived++
	c.stats.BytesReceived += int64(size)
	c.batch = c.batch[:0]
	for i, item := range f.Items {
		c.receiveItem(f.FirstItem+uint32(i), item, now)
	}
	if f.Acked > c.acked { // after a resume the server repeats it
		c.acked = f.Acked
		for len(c.unacked) > 0 && c.unacked[0].seq <= f.Acked {
			c.unacked[0].body = nil
			c.unacked = c.unacked[1:]
		}
		c.batch = append(c.batch, Event{At: now, Acked: f.Acked, Lead: int(f.Lead)})
	}
	if f.Slipped > c.slipped {
		c.slipped = f.Slipped
		c.batch = append(c.batch, Event{At: now, Slipped: int64(f.Slipped)})
	}
	seen := f.View != nil || f.Packed != nil || f.Delta != nil
	if seen {
		body, tick, err := c.held.view(f)
		if err != nil {
			return err // connected anew, the client gets a whole view
		}
		c.viewTick = tick
		if f.Delta == nil {
			c.ackTick = 0 // one that comes again, to a player who is back, must be acknowledged again
		}
		c.batch = append(c.batch, Event{At: now, View: &View{Tick: tick, Step: f.Step, Body: body, Hash: f.Hash, Bytes: size}})
	}
	if p := f.Pong; p != nil && p.T == c.pingID && !c.pingAt.IsZero() {
		rtt := now.Sub(c.pingAt) - time.Duration(p.HeldMs)*time.Millisecond
		c.batch = append(c.batch, Event{At: now, RTT: max(1, rtt), Tick: p.Tick, Fraction: p.Fraction})
		c.pingAt = time.Time{}
	}
	if len(f.Items) > 0 || seen {
		c.ackSoon()
	}
	return nil
}

func (c *Client) receiveItem(number uint32, item *pb.Item, now time.Time) {
	if number <= c.lastItem {
		c.stats.ItemsAgain++
		return
	}
	c.lastItem = number
	if reply := item.GetReply(); reply != nil {
		if call, ok := c.calls[reply.Id]; ok {
			delete(c.calls, reply.Id)
			call.answer <- reply
		}
		return
	}
	if room := item.GetRoom(); room != nil && room.Match != c.match {
		c.match = room.Match
		c.viewTick, c.ackTick = 0, 0 // its ticks begin again
		c.slipped = 0
		c.held.enter(c.cfg.Plans[room.Game], room.SendEvery)
		if c.pingTimer != nil {
			c.quick = quickPings
			c.pingTimer.Reset(0)
		}
	}
	c.batch = append(c.batch, Event{At: now, Item: item})
}

// ackSoon makes sure that acknowledgements go out though nothing else is sent. The mutex is held.
func (c *Client) ackSoon() {
	switch {
	case c.ackArmed:
		return
	case c.ackTimer == nil:
		c.ackTimer = time.AfterFunc(ackEvery, c.ackNow)
	default:
		c.ackTimer.Reset(ackEvery)
	}
	c.ackArmed = true
}

func (c *Client) ackNow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ackArmed = false
	if c.viewTick == c.ackTick && c.lastItem == c.ackItem {
		return
	}
	if wait := ackEvery - time.Since(c.ackedAt); wait > 0 { // something else took one along
		c.ackTimer.Reset(wait)
		c.ackArmed = true
		return
	}
	c.write(&pb.ClientFrame{})
}

func (c *Client) stopAcks() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ackTimer != nil {
		c.ackTimer.Stop()
	}
}

// quickPings come at the start of a connection and of a match, soon one after the other, and not
// evenly spaced, or each might wait equally long for the server's tick.
const quickPings = 3

// startPings pings as often as the server asked, the first times soon, until stopped.
func (c *Client) startPings(w *pb.Welcome) (stop func()) {
	every := max(time.Duration(w.PingMs)*time.Millisecond, 100*time.Millisecond)
	var timer *time.Timer
	var stopped bool
	ping := func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if stopped {
			return
		}
		c.pingID++ // one before it without an answer will have none
		c.pingAt = time.Now()
		c.write(&pb.ClientFrame{Ping: &pb.Ping{T: c.pingID}})
		if c.quick--; c.quick > 0 {
			timer.Reset(75*time.Millisecond + rand.N(75*time.Millisecond))
		} else {
			timer.Reset(every)
		}
	}
	c.mu.Lock()
	timer = time.AfterFunc(0, ping)
	c.pingTimer, c.quick = timer, quickPings
	c.mu.Unlock()
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		stopped = true
		timer.Stop()
	}
}

func (c *Client) emit(ctx context.Context, e Event) {
	if e.At.IsZero() {
		e.At = time.Now()
	}
	select {
	case c.events <- e:
	case <-ctx.Done():
	}
}

// Between attempts to connect: none before the first, unless the connection before did not hold.
const (
	holdsAfter = time.Second
	firstPause = 300 * time.Millisecond
	lastPause  = 8 * time.Second
)

// reconnect tries until it succeeds, or until the server or ctx says that it must not.
func (c *Client) reconnect(ctx context.Context, lost error) (*websocket.Conn, int, error) {
	for err := lost; ; {
		if e, ok := errors.AsType[*wire.Error](err); ok {
			switch wire.AfterClose(wire.CloseCode(e.Code)) {
			case wire.Stop:
				return nil, 0, err
			case wire.StartOver:
				c.mu.Lock()
				c.startOver = true
				c.mu.Unlock()
			}
		}
		select {
		case <-time.After(c.pause(err)):
		case <-ctx.Done():
			return nil, 0, ErrClosed
		}
		c.tries++
		ws, size, again := c.connect(ctx)
		if again == nil {
			return ws, size, nil
		}
		if ctx.Err() != nil {
			return nil, 0, ErrClosed
		}
		err = again
	}
}

// pause is how long to wait before the next attempt, after err.
func (c *Client) pause(err error) time.Duration {
	e, ours := errors.AsType[*wire.Error](err)
	later := ours && wire.AfterClose(wire.CloseCode(e.Code)) == wire.Later
	if c.tries == 0 && !later {
		return 0
	}
	pause := firstPause
	for range c.tries - 1 {
		pause = min(pause*17/10, lastPause)
	}
	pause = time.Duration(float64(pause) * (0.7 + 0.6*rand.Float64()))
	if later {
		pause = max(pause, e.Retry)
	}
	return pause
}
