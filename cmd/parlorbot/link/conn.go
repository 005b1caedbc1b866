package link

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"
)

var errReset = errors.New("link: the connection was reset")

// conn is a socket behind a bad link. Two goroutines serve it: one takes from the network what will
// be read later, one puts on the network what was written earlier.
type conn struct {
	net.Conn        // the good one: addresses
	link      *Link // guards paths
	inward    *path
	outward   *path
	down, up  *pipe
	closed    atomic.Bool // by the client
	silent    atomic.Bool // the other side must not see an end
	immediate atomic.Bool // closing is a reset
}

// Read waits until bytes have arrived, and while the app is frozen does not return: what comes then
// waits as it does in the socket of a phone.
func (c *conn) Read(b []byte) (n int, err error) {
	n, err = c.down.take(b)
	c.link.awake()
	return n, err
}

// Write never waits for the network, only while the app is frozen.
func (c *conn) Write(b []byte) (n int, err error) {
	c.link.awake()
	if err := c.up.put(b, c.link.arrival(c.outward)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Close lets what was written arrive first.
func (c *conn) Close() error {
	c.closed.Store(true)
	if c.immediate.Load() {
		c.kill(net.ErrClosed)
		return nil
	}
	c.down.fail(net.ErrClosed)
	c.up.finish(io.EOF)
	return nil
}

// SetLinger is as that of a TCP connection. With 0 Close resets the connection.
func (c *conn) SetLinger(sec int) error {
	c.immediate.Store(sec == 0)
	if tcp, ok := c.Conn.(interface{ SetLinger(sec int) error }); ok {
		return tcp.SetLinger(sec)
	}
	return nil
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.down.setDeadline(t)
	return nil
}

// SetWriteDeadline does nothing: no write waits for the network.
func (c *conn) SetWriteDeadline(time.Time) error { return nil }

func (c *conn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// receive runs until the server, or kill, has ended the connection. One that has died in silence is
// read on until then, so that the server does not see that nobody is there.
func (c *conn) receive() {
	buf := make([]byte, 4096)
	for {
		n, err := c.Conn.Read(buf)
		if n > 0 {
			_ = c.down.put(buf[:n], c.link.arrival(c.inward))
		}
		if err != nil {
			c.down.finish(err)
			c.up.fail(net.ErrClosed)
			_ = c.Conn.Close()
			c.link.forget(c)
			return
		}
	}
}

// send runs until the client has closed the connection and all before that has arrived.
func (c *conn) send() {
	buf := make([]byte, 4096)
	for {
		n, err := c.up.take(buf)
		if err == nil {
			_, err = c.Conn.Write(buf[:n])
		}
		if err != nil {
			if !c.silent.Load() {
				_ = c.Conn.Close()
			}
			return
		}
	}
}

// kill ends the connection for both goroutines and both sides.
func (c *conn) kill(why error) {
	c.down.fail(why)
	c.up.fail(why)
	_ = c.Conn.Close()
}

// cut kills it with a reset, or in silence.
func (c *conn) cut(silent bool) {
	if silent {
		c.silent.Store(true)
		c.down.silence()
		c.up.silence()
		return
	}
	_ = c.SetLinger(0)
	c.kill(errReset)
}
