package ws

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"time"

	"parlor/net/wire"
)

// counted is a socket that counts what its client really sends. Empty fragments of a frame are
// passed over by WebSocket, so the limits on frames never see them, and a flood of them would
// cost a core. Twice what may be sent in frames leaves room for their heads.
type counted struct {
	net.Conn
	bytes wire.Bucket
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err == nil && !c.bytes.Take(time.Now(), float64(n)) {
		return 0, wire.ErrFlood
	}
	return n, err
}

// counting is a response whose socket is counted once it is taken over.
type counting struct{ http.ResponseWriter }

func (c counting) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h, ok := c.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, errors.New("ws: the response cannot be taken over")
	}
	socket, buffered, err := h.Hijack()
	if err != nil {
		return nil, nil, err
	}
	return &counted{socket, wire.Bucket{Rate: 2 * wire.BytesPerSecond, Burst: 2 * wire.BytesBurst}}, buffered, nil
}
