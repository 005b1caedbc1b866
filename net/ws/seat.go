package ws

import (
	"errors"
	"io"
	"time"

	"github.com/gorilla/websocket"

	"parlor/net/session"
	"parlor/net/wire"
)

var _ session.RoomConn = (*conn)(nil)

// Seat implements session.RoomConn.
func (c *conn) Seat() bool { return c.socket.take() }

// Unseat implements session.RoomConn.
func (c *conn) Unseat() error {
	c.owes = len(c.socket.rest) > 0
	return c.socket.giveBack()
}

// Flush implements session.RoomConn. A pong that nobody asked for says nothing, and takes its turn
// with those that the reader sends; what is left goes before it.
func (c *conn) Flush() error {
	if !c.owes {
		return nil
	}
	c.owes = false
	return c.ws.WriteControl(websocket.PongMessage, nil, time.Now().Add(wire.WriteWithin))
}

// Poll implements session.RoomConn. It takes what is plain: whole messages of one frame each. All
// else (control frames, fragments, half frames, faults) is left to who reads next, who can wait.
func (c *conn) Poll(limit int64) ([]byte, error) {
	if c.socket.broken != nil {
		return nil, c.socket.broken
	}
	switch whole, err := c.whole(); {
	case errors.Is(err, errQuiet):
		c.socket.drained = false // for the next tick
		return nil, nil
	case err != nil:
		return nil, err
	case !whole:
		return nil, session.ErrWaits
	}
	_, r, err := c.ws.NextReader()
	if err != nil {
		return nil, err
	}
	return c.readAll(io.LimitReader(r, limit+1), limit)
}

// A plain message of a client, by RFC 6455:
//
//	0x82         the only fragment of a binary message
//	0x80 | n     masked; n bytes, or with n = 126 as many as the next two say
//	mask         4 bytes
//	n bytes
const (
	plain  = 0x82
	masked = 0x80
	long   = 126
)

// whole tells whether a plain message has come to its last byte. Nothing is read from the buffer
// yet, so whoever comes next finds it as it is.
func (c *conn) whole() (bool, error) {
	head, err := c.in.Peek(6)
	if len(head) == 0 {
		return false, err
	}
	if len(head) < 6 || head[0] != plain || head[1]&masked == 0 {
		return false, nil
	}
	size := 6 + int(head[1]&^masked)
	if size == 6+long {
		if head, err = c.in.Peek(8); err != nil {
			return false, nil
		}
		size = 8 + int(head[2])<<8 + int(head[3])
	} else if size > 6+long {
		return false, nil
	}
	if size > c.in.Size() {
		return false, nil
	}
	all, _ := c.in.Peek(size)
	return len(all) == size, nil
}

// Came implements session.RoomConn.
func (c *conn) Came(now time.Time) time.Time { return now.Add(-c.socket.lay()) }

// Writable implements session.RoomConn.
func (c *conn) Writable(now time.Time) (bool, error) {
	s := c.socket
	if len(s.rest) == 0 {
		return true, nil
	}
	s.send(s.rest)
	if len(s.rest) > 0 && now.Sub(s.stuck) > wire.WriteWithin {
		return false, errStuck
	}
	return len(s.rest) == 0, nil
}
