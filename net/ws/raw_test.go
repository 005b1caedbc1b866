package ws_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	pb "parlor/proto/parlor/v1"
)

// The opcodes of RFC 6455, and the bits beside them.
const (
	opContinue = 0x0
	opText     = 0x1
	opBinary   = 0x2
	opClose    = 0x8
	opPing     = 0x9
	opPong     = 0xa
	fin        = 0x80
	rsv1       = 0x40
	rsv2       = 0x20
	rsv3       = 0x10
	masked     = 0x80
)

// raw is a client that can send what no library would. It reads only when the test says.
type raw struct {
	t    *testing.T
	conn *net.TCPConn
	r    *bufio.Reader
}

// dialRaw opens a TCP connection and asks for an upgrade, with more headers if given.
func (h *house) dialRaw(t *testing.T, more http.Header) (*raw, *http.Response) {
	t.Helper()
	c, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	x := &raw{t: t, conn: c.(*net.TCPConn), r: bufio.NewReader(c)}
	t.Cleanup(func() { _ = c.Close() })
	req, err := http.NewRequest("GET", "http://"+h.addr+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range map[string][]string{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"},
		"Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="},
	} {
		req.Header[name] = values
	}
	for name, values := range more {
		req.Header[name] = values
	}
	if err := req.Write(c); err != nil {
		t.Fatal(err)
	}
	x.until(patience)
	resp, err := http.ReadResponse(x.r, req)
	if err != nil {
		t.Fatal(err)
	}
	return x, resp
}

// raw is a raw client that is connected.
func (h *house) raw(t *testing.T) *raw {
	t.Helper()
	x, resp := h.dialRaw(t, nil)
	if resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("HTTP %s", resp.Status)
	}
	return x
}

// greeted is a raw client that is a guest.
func (h *house) greeted(t *testing.T) (*raw, *pb.Welcome) {
	t.Helper()
	x := h.raw(t)
	x.frame(guestHello())
	w := x.next().Welcome
	if w == nil {
		t.Fatal("no welcome")
	}
	return x, w
}

func (x *raw) until(d time.Duration) { _ = x.conn.SetDeadline(time.Now().Add(d)) }

// write sends bytes as they are. A connection that the server has closed is no failure here: what
// it was closed with is what tests look at.
func (x *raw) write(b []byte) error {
	_, err := x.conn.Write(b)
	return err
}

// send sends one WebSocket frame.
func (x *raw) send(head byte, payload []byte) error { return x.write(frame(head, payload)) }

// frame is a WebSocket frame as clients send them. The mask is zero, so that payloads are legible.
func frame(head byte, payload []byte) []byte {
	b := []byte{head}
	switch n := len(payload); {
	case n < 126:
		b = append(b, masked|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, masked|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, masked|127), uint64(n))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

func (x *raw) frame(f *pb.ClientFrame) error { return x.send(fin|opBinary, encode(f)) }

// read takes one frame of the server's, which are never fragmented here.
func (x *raw) read() (op byte, payload []byte, err error) {
	x.until(patience)
	head := make([]byte, 2)
	if _, err := io.ReadFull(x.r, head); err != nil {
		return 0, nil, err
	}
	if head[0]&fin == 0 || head[0]&(rsv1|rsv2|rsv3) != 0 || head[1]&masked != 0 {
		return 0, nil, fmt.Errorf("the server sent a frame with the head %x", head)
	}
	n := uint64(head[1])
	if ext := map[uint64]int{126: 2, 127: 8}[n]; ext > 0 {
		length := make([]byte, 8)
		if _, err := io.ReadFull(x.r, length[8-ext:]); err != nil {
			return 0, nil, err
		}
		n = binary.BigEndian.Uint64(length)
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(x.r, payload)
	return head[0] & 0xf, payload, err
}

// next is the next message.
func (x *raw) next() *pb.ServerFrame {
	x.t.Helper()
	for {
		op, payload, err := x.read()
		if err != nil {
			x.t.Fatalf("instead of a message: %v", err)
		}
		if op == opClose {
			x.t.Fatalf("closed with %q", payload)
		}
		if op == opBinary {
			var f pb.ServerFrame
			if err := proto.Unmarshal(payload, &f); err != nil {
				x.t.Fatal(err)
			}
			return &f
		}
	}
}

// ends reads until the connection ends: the code it was closed with (1006: none was told), and the
// last error that a message told.
func (x *raw) ends() (code int, said *pb.Error) {
	x.t.Helper()
	for {
		op, payload, err := x.read()
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || isReset(err) {
				return 1006, said
			}
			x.t.Fatalf("the server did not end the connection: %v", err)
		}
		switch op {
		case opBinary:
			var f pb.ServerFrame
			if err := proto.Unmarshal(payload, &f); err != nil {
				x.t.Fatal(err)
			}
			if f.Error != nil {
				said = f.Error
			}
		case opClose:
			if len(payload) < 2 {
				return 1005, said
			}
			return int(binary.BigEndian.Uint16(payload)), said
		}
	}
}

func isReset(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && !op.Timeout()
}

// alive fails the test unless the connection still answers.
func (x *raw) alive() {
	x.t.Helper()
	if err := x.frame(&pb.ClientFrame{Ping: &pb.Ping{T: 77}}); err != nil {
		x.t.Fatal(err)
	}
	for x.next().GetPong().GetT() != 77 {
	}
}

// dialGuest is a socket on which a guest has said hello, without a test to fail. It is closed when
// ctx ends.
func dialGuest(ctx context.Context, url string) (net.Conn, error) {
	c, _, err := websocket.DefaultDialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = c.Close() })
	if err := c.WriteMessage(websocket.BinaryMessage, encode(guestHello())); err != nil {
		_ = c.Close()
		return nil, err
	}
	_, _, err = c.ReadMessage()
	return c.NetConn(), err
}
