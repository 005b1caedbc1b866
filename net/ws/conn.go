// Package ws carries frames over WebSocket. It owns the sockets: the handshake, the limits that
// hold before a frame is read, deadlines, close codes. It is the only importer of gorilla besides
// net/client, and knows nothing of what the frames say.
package ws

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"parlor/net/wire"
)

var (
	errText    = errors.New("ws: a text message")
	errTooLong = errors.New("ws: a message over the limit")
	errStuck   = errors.New("ws: the socket takes nothing")
)

// conn is a connection as net/session needs it. One goroutine reads, one writes; Close is for any. While
// it is seated, a room's goroutine is the only one: see seat.go.
type conn struct {
	ws     *websocket.Conn
	socket *socket
	in     *bufio.Reader // what ws reads from
	buf    []byte        // of the frame being read; reused
	owes   bool          // a room has left the rest of a frame; for who writes
	closed sync.Once
	gone   func() // called once, when it has been closed

	mu      sync.Mutex // guards closing, and the deadline for reading
	closing bool       // the deadline is Close's now
}

// newConn counts pings and pongs as frames are counted: WebSocket takes them by itself, and answers,
// without a word to whoever reads.
func newConn(c *websocket.Conn, from *hijacker, gone func()) *conn {
	controls := wire.Bucket{Rate: wire.FramesPerSecond, Burst: wire.FramesBurst}
	counted := func(then func(string) error) func(string) error {
		return func(payload string) error {
			if !controls.Take(time.Now(), 1) {
				return wire.ErrFlood
			}
			return then(payload)
		}
	}
	c.SetPingHandler(counted(c.PingHandler()))
	c.SetPongHandler(counted(c.PongHandler()))
	return &conn{ws: c, socket: from.socket, in: from.in, gone: gone}
}

// Read implements session.Conn. From the head of a frame it is wire.CompleteWithin to its end,
// and idle is the time for all of it: half a frame holds nothing up for longer.
func (c *conn) Read(limit int64, idle time.Duration) ([]byte, error) {
	until := time.Now().Add(idle)
	if err := c.readUntil(until); err != nil {
		return nil, err
	}
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return nil, err
	}
	if kind != websocket.BinaryMessage {
		c.Close(websocket.CloseUnsupportedData, "binary messages only")
		return nil, errText
	}
	if complete := time.Now().Add(wire.CompleteWithin); complete.Before(until) {
		if err := c.readUntil(complete); err != nil {
			return nil, err
		}
	}
	return c.readAll(io.LimitReader(r, limit+1), limit)
}

// readUntil moves the deadline for reading, unless the connection is being closed: who only goes
// on sending must not keep it.
func (c *conn) readUntil(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return net.ErrClosed
	}
	return c.ws.SetReadDeadline(t)
}

func (c *conn) readAll(r io.Reader, limit int64) ([]byte, error) {
	c.buf = c.buf[:0]
	for {
		if len(c.buf) == cap(c.buf) {
			c.buf = append(c.buf, 0)[:len(c.buf)] // grows as messages ask for it, up to the limit
		}
		n, err := r.Read(c.buf[len(c.buf):cap(c.buf)])
		c.buf = c.buf[:len(c.buf)+n]
		if int64(len(c.buf)) > limit {
			c.Close(websocket.CloseMessageTooBig, "the message is over the limit")
			return nil, errTooLong
		}
		if err == io.EOF {
			return c.buf, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// Write implements session.Conn.
func (c *conn) Write(frame []byte) error {
	if err := c.ws.SetWriteDeadline(time.Now().Add(wire.WriteWithin)); err != nil {
		return err
	}
	return c.ws.WriteMessage(websocket.BinaryMessage, frame)
}

// Close implements session.Conn. The close frame is sent if the socket takes it at once; then
// the socket is closed, so that a reader or writer who waits on it is freed.
func (c *conn) Close(code int, reason string) {
	c.closed.Do(func() {
		soon := time.Now().Add(100 * time.Millisecond)
		c.mu.Lock()
		c.closing = true
		_ = c.ws.SetReadDeadline(soon)
		c.mu.Unlock()
		if code != 0 {
			reason = strings.ToValidUTF8(reason[:min(len(reason), 120)], "") // a control frame has room for 123 bytes
			_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), soon)
		}
		// Unread bytes would turn the close into a reset that overtakes the close frame.
		if socket := c.socket.Conn; closeWrite(socket) == nil {
			_, _ = io.CopyN(io.Discard, socket, wire.BytesBurst)
		}
		_ = c.ws.Close()
		c.gone()
	})
}

func closeWrite(socket net.Conn) error {
	if tcp, ok := socket.(*net.TCPConn); ok {
		return tcp.CloseWrite()
	}
	return errors.ErrUnsupported
}
