package client

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

var errStatus = errors.New("HTTP status")

// connect opens a socket and says hello: with the resume token where there is a session to
// resume, else as a guest. The frame that brought the Welcome is left in c.frame; size is how
// long it was. A *wire.Error is the server's refusal.
func (c *Client) connect(ctx context.Context) (ws *websocket.Conn, size int, err error) {
	h := c.hello()
	ws, size, err = c.greet(ctx, h)
	if err == nil {
		if err = c.welcomed(ws, c.frame.Welcome); err != nil {
			_ = ws.Close()
		}
	}
	if err == nil {
		return ws, size, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, said := errors.AsType[*wire.Error](err)
	if said && h.GetResume() != nil {
		if do := wire.AfterClose(wire.CloseCode(e.Code)); do == wire.Stop || do == wire.StartOver {
			c.stats.ResumeFailed++
			return nil, 0, err
		}
	}
	c.stats.ConnectFailed++
	if said || errors.Is(err, errStatus) {
		c.stats.ConnectRefused++
	}
	return nil, 0, err
}

// greet connects, sends the hello, and waits for the answer.
func (c *Client) greet(ctx context.Context, h *pb.Hello) (*websocket.Conn, int, error) {
	dialer := websocket.Dialer{
		NetDialContext: c.cfg.Dial, HandshakeTimeout: wire.HelloWithin, Subprotocols: []string{wire.Subprotocol},
		ReadBufferSize: 4096, WriteBufferSize: 1024,
	}
	ws, resp, err := dialer.DialContext(ctx, c.url, nil)
	if err != nil {
		if resp != nil {
			return nil, 0, fmt.Errorf("dial %s: %w %s", c.url, errStatus, resp.Status)
		}
		return nil, 0, fmt.Errorf("dial %s: %w", c.url, err)
	}
	unwatch := context.AfterFunc(ctx, func() { _ = ws.Close() })
	size, err := c.exchange(ws, h)
	if !unwatch() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = ws.Close()
		return nil, 0, fmt.Errorf("say hello: %w", err)
	}
	return ws, size, nil
}

func (c *Client) exchange(ws *websocket.Conn, h *pb.Hello) (size int, err error) {
	b, err := proto.Marshal(&pb.ClientFrame{Hello: h})
	if err != nil {
		return 0, err
	}
	c.mu.Lock()
	c.stats.BytesSent += int64(len(b))
	c.mu.Unlock()
	if err := ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
		return 0, err
	}
	if err := ws.SetReadDeadline(time.Now().Add(wire.HelloWithin)); err != nil {
		return 0, err
	}
	if size, err = c.next(ws); err != nil {
		return 0, err
	}
	switch f := &c.frame; {
	case f.Error != nil:
		return 0, fromServer(f.Error)
	case f.Welcome == nil:
		return 0, errors.New("the first frame is no welcome")
	}
	return size, nil
}

func (c *Client) hello() *pb.Hello {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := &pb.Hello{Client: c.cfg.Client, Platform: c.cfg.Platform, Name: c.cfg.Name, CheckViews: c.cfg.CheckViews, Deltas: c.cfg.Plans != nil}
	for _, p := range c.cfg.Plans {
		h.Schemas = append(h.Schemas, p.Hash())
	}
	if c.session != "" && !c.startOver {
		h.Auth = &pb.Hello_Resume{Resume: &pb.Resume{Session: c.session, Token: c.token, LastItem: c.lastItem}}
	} else {
		h.Auth = &pb.Hello_Guest{Guest: &pb.Guest{Player: c.player, Secret: c.secret}}
	}
	return h
}

// welcomed takes a new connection into use, and sends again what the server has not received.
func (c *Client) welcomed(ws *websocket.Conn, w *pb.Welcome) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return ErrClosed
	}
	c.stats.Connects++
	switch {
	case c.session != w.Session: // what was sent in a session that is over is nobody's
		c.unacked, c.seq, c.acked = nil, w.Acked, w.Acked
		c.lastItem, c.match = 0, ""
	case c.startOver: // the same one after all, but its items begin again
		c.lastItem = 0
	default:
		c.stats.Resumes++
	}
	c.conn, c.session, c.token, c.player, c.startOver = ws, w.Session, w.Token, w.Player, false
	if w.Secret != "" {
		c.secret = w.Secret
	}
	c.ackItem = c.lastItem // told in the hello
	c.viewTick, c.ackTick = 0, 0
	c.held.forget()
	c.pingAt = time.Time{}
	c.writeInputs(w.Acked)
	for _, id := range slices.Sorted(maps.Keys(c.calls)) {
		c.write(&pb.ClientFrame{Calls: []*pb.Call{c.calls[id].call}})
	}
	return nil
}

func fromServer(e *pb.Error) *wire.Error {
	return &wire.Error{Code: e.Code, Message: e.Message, Retry: time.Duration(e.RetryMs) * time.Millisecond}
}
