package client

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// connect opens a socket and says hello: with the resume token where there is a session, else
// as a guest. It answers with the frame that brought the Welcome. A *wire.Error is the server's
// refusal.
func (c *Client) connect(ctx context.Context) (*websocket.Conn, *pb.ServerFrame, error) {
	dialer := websocket.Dialer{
		NetDialContext: c.cfg.Dial, HandshakeTimeout: wire.HelloWithin, Subprotocols: []string{wire.Subprotocol},
		ReadBufferSize: 4096, WriteBufferSize: 1024,
	}
	ws, _, err := dialer.DialContext(ctx, c.url, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("dial %s: %w", c.url, err)
	}
	b, err := proto.Marshal(&pb.ClientFrame{Hello: c.hello()})
	if err == nil {
		err = ws.WriteMessage(websocket.BinaryMessage, b)
	}
	if err == nil {
		err = ws.SetReadDeadline(time.Now().Add(wire.HelloWithin))
	}
	f := new(pb.ServerFrame)
	for err == nil && f.Welcome == nil && f.Error == nil {
		_, b, err = ws.ReadMessage()
		if err == nil {
			f.Reset()
			err = proto.Unmarshal(b, f)
		}
	}
	if err == nil && f.Error != nil {
		err = &wire.Error{Code: f.Error.Code, Message: f.Error.Message, Retry: time.Duration(f.Error.RetryMs) * time.Millisecond}
	}
	if err != nil {
		_ = ws.Close()
		return nil, nil, fmt.Errorf("say hello: %w", err)
	}
	c.welcomed(ws, f.Welcome)
	return ws, f, nil
}

func (c *Client) hello() *pb.Hello {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := &pb.Hello{Client: c.cfg.Client, Platform: c.cfg.Platform, Name: c.cfg.Name, CheckViews: c.cfg.CheckViews}
	if c.session != "" {
		h.Auth = &pb.Hello_Resume{Resume: &pb.Resume{Session: c.session, Token: c.token, LastItem: c.lastItem}}
	} else {
		h.Auth = &pb.Hello_Guest{Guest: &pb.Guest{Player: c.player, Secret: c.secret}}
	}
	return h
}

// welcomed takes a new connection into use, and sends again what the server has not received.
func (c *Client) welcomed(ws *websocket.Conn, w *pb.Welcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Connects++
	if c.session != w.Session || !w.Resumed {
		c.lastItem, c.ackItem = 0, 0
		if c.session != w.Session { // inputs of a session that is over are nobody's
			c.unacked, c.seq = nil, w.Acked
		}
	} else {
		c.stats.Resumes++
	}
	c.conn, c.session, c.token, c.player = ws, w.Session, w.Token, w.Player
	if w.Secret != "" {
		c.secret = w.Secret
	}
	c.viewTick, c.ackTick, c.ackItem = 0, 0, 0
	for _, in := range c.unacked {
		if in.FirstSeq > w.Acked {
			c.write(&pb.ClientFrame{Inputs: in})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.calls)) {
		c.write(&pb.ClientFrame{Calls: []*pb.Call{c.calls[id].call}})
	}
}

// run reads, and reconnects, until the client is closed or must stop.
func (c *Client) run(ctx context.Context, ws *websocket.Conn, first *pb.ServerFrame) {
	defer close(c.done)
	defer close(c.events)
	for {
		w := first.Welcome
		c.emit(ctx, Event{Welcome: w})
		for _, e := range c.receive(first, proto.Size(first)) {
			c.emit(ctx, e)
		}
		pings := c.startPings(w)
		err := c.read(ctx, ws, time.Duration(w.DeadMs)*time.Millisecond)
		pings()
		c.mu.Lock()
		c.conn = nil
		c.mu.Unlock()
		_ = ws.Close()
		if ctx.Err() != nil {
			c.err = ErrClosed
			return
		}
		c.emit(ctx, Event{Lost: err})
		if ws, first, err = c.reconnect(ctx, err); err != nil {
			c.err = err
			return
		}
	}
}

// reconnect tries until it succeeds, or until the server or ctx says that it must not.
func (c *Client) reconnect(ctx context.Context, lost error) (*websocket.Conn, *pb.ServerFrame, error) {
	err, wait := lost, 300*time.Millisecond
	for attempt := 0; ; attempt++ {
		pause := time.Duration(0)
		if attempt > 0 {
			pause = time.Duration(float64(wait) * (0.7 + 0.6*rand.Float64()))
			wait = min(wait*17/10, 8*time.Second)
		}
		var e *wire.Error
		if errors.As(err, &e) {
			switch wire.AfterClose(wire.CloseCode(e.Code)) {
			case wire.Stop:
				return nil, nil, err
			case wire.StartOver:
				c.mu.Lock()
				c.session = ""
				c.stats.ResumeFailed++
				c.mu.Unlock()
			case wire.Later:
				pause = max(pause, e.Retry)
			}
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, nil, ErrClosed
		}
		var ws *websocket.Conn
		var first *pb.ServerFrame
		if ws, first, err = c.connect(ctx); err == nil {
			return ws, first, nil
		}
		c.mu.Lock()
		c.stats.ConnectFailed++
		c.mu.Unlock()
	}
}

// read takes frames until the connection ends, and says why it did.
func (c *Client) read(ctx context.Context, ws *websocket.Conn, dead time.Duration) error {
	for {
		if err := ws.SetReadDeadline(time.Now().Add(dead)); err != nil {
			return err
		}
		_, b, err := ws.ReadMessage()
		if err != nil {
			if closed, ok := errors.AsType[*websocket.CloseError](err); ok && closed.Code > wire.CloseBase {
				return wire.Errorf(pb.Code(closed.Code-wire.CloseBase), "%s", closed.Text)
			}
			return fmt.Errorf("read: %w", err)
		}
		f := new(pb.ServerFrame)
		if err := proto.Unmarshal(b, f); err != nil {
			return fmt.Errorf("a frame that cannot be read: %w", err)
		}
		for _, e := range c.receive(f, len(b)) {
			c.emit(ctx, e)
		}
		if f.Error != nil {
			return &wire.Error{Code: f.Error.Code, Message: f.Error.Message, Retry: time.Duration(f.Error.RetryMs) * time.Millisecond}
		}
	}
}

// receive takes in a frame and makes events of it.
func (c *Client) receive(f *pb.ServerFrame, size int) []Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.stats.FramesReceived++
	c.stats.BytesReceived += int64(size)
	var events []Event
	if p := f.Pong; p != nil {
		if sent, ok := c.pings[p.T]; ok {
			delete(c.pings, p.T)
			events = append(events, Event{At: now, RTT: now.Sub(sent)})
		}
	}
	for i, item := range f.Items {
		if number := f.FirstItem + uint32(i); number <= c.lastItem {
			c.stats.ItemsAgain++
			continue
		} else {
			c.lastItem = number
		}
		if reply := item.GetReply(); reply != nil {
			if call, ok := c.calls[reply.Id]; ok {
				delete(c.calls, reply.Id)
				call.answer <- reply.Error
			}
			continue
		}
		if item.GetRoom() != nil {
			c.viewTick, c.ackTick = 0, 0 // perhaps a new match, whose ticks begin again
		}
		events = append(events, Event{At: now, Item: item})
	}
	if f.View != nil {
		c.viewTick = f.Tick
		events = append(events, Event{At: now, View: &View{Tick: f.Tick, Step: f.Step, Body: f.View, Hash: f.Hash, Bytes: size}})
	}
	if f.Acked != 0 {
		for len(c.unacked) > 0 && c.unacked[0].FirstSeq <= f.Acked {
			c.unacked = c.unacked[1:]
		}
		events = append(events, Event{At: now, Acked: f.Acked})
	}
	if len(f.Items) > 0 || f.View != nil {
		c.ackSoon()
	}
	return events
}

// ackSoon makes sure that acknowledgements go out though nothing else is sent. The mutex is held.
func (c *Client) ackSoon() {
	if c.ackTimer != nil {
		return
	}
	c.ackTimer = time.AfterFunc(ackEvery, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.ackTimer = nil
		if c.viewTick != c.ackTick || c.lastItem != c.ackItem {
			c.write(&pb.ClientFrame{})
		}
	})
}

// startPings pings as often as the server asked, the first time at once, until stopped.
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
		c.pingID++
		clear(c.pings) // an older one without an answer will have none
		c.pings[c.pingID] = time.Now()
		c.write(&pb.ClientFrame{Ping: &pb.Ping{T: c.pingID}})
		timer.Reset(every)
	}
	c.mu.Lock()
	timer = time.AfterFunc(0, ping)
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
