package ws

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"time"

	"parlor/net/wire"
)

// readBuffer holds what a client sends in a tick; a longer frame takes several reads.
const readBuffer = 1024

// socket is a connection's TCP socket, or what TLS or a proxy makes of it. It counts what its client
// really sends: empty fragments of a frame are passed over by WebSocket, so the limits on frames
// never see them, and a flood of them would cost a core. Twice what may be sent in frames leaves
// room for their heads.
//
// While a room owns it, it is only a file descriptor that Go's poller does not know: reads and
// writes do not wait, and only the room's goroutine may call anything. See seated.
type socket struct {
	net.Conn // unused while it is seated
	seated
	bytes wire.Bucket
}

func (s *socket) Read(b []byte) (n int, err error) {
	if s.taken {
		n, err = s.receive(b)
	} else {
		n, err = s.Conn.Read(b)
	}
	if err == nil && !s.bytes.Take(time.Now(), float64(n)) {
		return 0, wire.ErrFlood
	}
	return n, err
}

// Write is for whoever may wait. What a room could not send goes first.
func (s *socket) Write(b []byte) (int, error) {
	if len(s.rest) > 0 {
		if _, err := s.Conn.Write(s.rest); err != nil {
			return 0, err
		}
		s.rest = nil
	}
	return s.Conn.Write(b)
}

// hijacker is a response that remembers its socket, and how it is read, once it is taken over.
type hijacker struct {
	http.ResponseWriter
	socket *socket
	in     *bufio.Reader
}

// Hijack implements http.Hijacker. The buffers of net/http are large and stay behind.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	under, ok := h.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, errors.New("ws: the response cannot be taken over")
	}
	conn, buffered, err := under.Hijack()
	if err != nil {
		return nil, nil, err
	}
	if buffered.Reader.Buffered() > 0 {
		_ = conn.Close()
		return nil, nil, errors.New("ws: the client sent something before the handshake was over")
	}
	h.socket = &socket{Conn: conn, bytes: wire.Bucket{Rate: 2 * wire.BytesPerSecond, Burst: 2 * wire.BytesBurst}}
	h.in = bufio.NewReaderSize(h.socket, readBuffer)
	return h.socket, bufio.NewReadWriter(h.in, bufio.NewWriterSize(h.socket, 16)), nil
}
