package ws_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"parlor/net/session"
	"parlor/net/wire"
	"parlor/net/ws"
	pb "parlor/proto/parlor/v1"
)

// padded is a frame that decodes and is exactly n bytes long.
func padded(f *pb.ClientFrame, n int) []byte {
	b := encode(f)
	for len(b) < n { // unknown fields: number 100, bytes
		room := n - len(b) - 3
		if room > 100 {
			room = 100
		}
		if room < 0 {
			panic("too little to pad")
		}
		b = append(b, 0xa2, 0x06, byte(room))
		b = append(b, make([]byte, room)...)
	}
	return b
}

// bad is one way to be a bad client, and how it must end.
type bad struct {
	name    string
	greeted bool // after a welcome
	do      func(*raw)
	code    int // of the close; 0: the connection must go on
	within  time.Duration
}

const atOnce = 2 * time.Second // on a busy machine

var badClients = []bad{
	{"says nothing", false, func(*raw) {}, 4100, 8 * time.Second},
	{"says hello byte by byte", false, func(x *raw) {
		x.drip(frame(fin|opBinary, encode(guestHello())), 2*time.Second)
	}, 4100, 8 * time.Second},
	{"says half a hello", false, func(x *raw) { x.write(frame(fin|opBinary, encode(guestHello()))[:9]) }, 4100, 8 * time.Second},
	{"begins its hello late", false, func(x *raw) {
		<-time.After(4 * time.Second)
		x.write(frame(fin|opBinary, encode(guestHello()))[:7])
	}, 4100, 8 * time.Second},
	{"pings instead of a hello", false, func(x *raw) { x.drip(bytes.Repeat(frame(fin|opPing, nil), 1), time.Second) }, 4100, 8 * time.Second},
	{"a hello of 1 KB", false, func(x *raw) { x.send(fin|opBinary, padded(guestHello(), wire.FirstFrame)) }, 0, atOnce},
	{"a hello too large", false, func(x *raw) { x.send(fin|opBinary, padded(guestHello(), wire.FirstFrame+1)) }, 1009, atOnce},
	{"a hello much too large", false, func(x *raw) { x.send(fin|opBinary, make([]byte, 60<<10)) }, 1009, atOnce},
	{"a hello as text", false, func(x *raw) { x.send(fin|opText, encode(guestHello())) }, 1003, atOnce},
	{"garbage for a hello", false, func(x *raw) { x.send(fin|opBinary, []byte{0xff, 0xff, 0xff}) }, 4100, atOnce},
	{"nothing for a hello", false, func(x *raw) { x.send(fin|opBinary, nil) }, 4100, atOnce},
	{"an ordinary frame for a hello", false, func(x *raw) { x.frame(&pb.ClientFrame{Ping: &pb.Ping{}}) }, 4100, atOnce},
	{"goes at once", false, func(x *raw) { x.conn.CloseWrite() }, 4100, atOnce},

	{"a second hello", true, func(x *raw) { x.frame(guestHello()) }, 4100, atOnce},
	{"a text frame", true, func(x *raw) { x.send(fin|opText, []byte("hi")) }, 1003, atOnce},
	{"a frame of 4 KB", true, func(x *raw) { x.send(fin|opBinary, padded(&pb.ClientFrame{}, wire.FrameBytes)) }, 0, atOnce},
	{"a frame of 4 KB and one", true, func(x *raw) { x.send(fin|opBinary, padded(&pb.ClientFrame{}, wire.FrameBytes+1)) }, 1009, atOnce},
	{"a frame of 60 KB", true, func(x *raw) { x.send(fin|opBinary, make([]byte, 60<<10)) }, 1009, atOnce},
	{"the head of a frame of 16 EB", true, func(x *raw) {
		x.write([]byte{fin | opBinary, masked | 127, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0})
	}, 1009, atOnce},
	{"half a frame", true, func(x *raw) { x.write(frame(fin|opBinary, make([]byte, 100))[:20]) }, 1006, 8 * time.Second},
	{"a frame byte by byte", true, func(x *raw) { x.drip(frame(fin|opBinary, make([]byte, 100)), 500*time.Millisecond) }, 1006, 11 * time.Second},
	{"fragments without an end", true, func(x *raw) {
		x.send(opBinary, nil)
		x.drip(frame(opContinue, nil), 500*time.Millisecond)
	}, 1006, 8 * time.Second},
	{"the first byte of a frame", true, func(x *raw) { x.write([]byte{fin | opBinary}) }, 1006, 18 * time.Second},
	{"silence", true, func(*raw) {}, 1006, 18 * time.Second},
	{"only pings of WebSocket", true, func(x *raw) { x.drip(frame(fin|opPing, nil), time.Second) }, 1006, 18 * time.Second},
	{"garbage bytes", true, func(x *raw) { x.write(bytes.Repeat([]byte{0xfe, 0xca, 0x13, 0x37}, 20)) }, 1002, atOnce},
	{"HTTP on a WebSocket", true, func(x *raw) { x.write([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) }, 1002, atOnce},
	{"a frame without a mask", true, func(x *raw) { x.write([]byte{fin | opBinary, 2, 0x10, 0x01}) }, 1002, atOnce},
	{"reserved bit 1", true, func(x *raw) { x.send(fin|rsv1|opBinary, encode(&pb.ClientFrame{AckTick: 1})) }, 1002, atOnce},
	{"reserved bit 2", true, func(x *raw) { x.send(fin|rsv2|opBinary, encode(&pb.ClientFrame{AckTick: 1})) }, 1002, atOnce},
	{"reserved bit 3", true, func(x *raw) { x.send(fin|rsv3|opBinary, encode(&pb.ClientFrame{AckTick: 1})) }, 1002, atOnce},
	{"an unknown opcode", true, func(x *raw) { x.send(fin|3, nil) }, 1002, atOnce},
	{"a continuation of nothing", true, func(x *raw) { x.send(fin|opContinue, []byte{1}) }, 1002, atOnce},
	{"a message within a message", true, func(x *raw) { x.send(opBinary, []byte{1}); x.send(fin|opBinary, nil) }, 1002, atOnce},
	{"a ping in fragments", true, func(x *raw) { x.send(opPing, []byte{1}) }, 1002, atOnce},
	{"a ping too long", true, func(x *raw) { x.send(fin|opPing, make([]byte, 126)) }, 1002, atOnce},
	{"fragments that are a frame", true, func(x *raw) {
		b := encode(&pb.ClientFrame{Ping: &pb.Ping{T: 5}})
		x.send(opBinary, b[:1])
		x.send(opContinue, nil)
		x.send(fin|opContinue, b[1:])
	}, 0, atOnce},
	{"a ping between fragments", true, func(x *raw) {
		b := encode(&pb.ClientFrame{Ping: &pb.Ping{T: 5}})
		x.send(opBinary, b[:1])
		x.send(fin|opPing, []byte("are you there"))
		x.send(fin|opPong, nil)
		x.send(fin|opContinue, b[1:])
	}, 0, atOnce},
	{"fragments over the limit", true, func(x *raw) {
		x.send(opBinary, make([]byte, 3000))
		x.send(fin|opContinue, make([]byte, 3000))
	}, 1009, atOnce},
	{"an empty frame", true, func(x *raw) { x.send(fin|opBinary, nil) }, 0, atOnce},
	{"fields that nobody knows", true, func(x *raw) { x.send(fin|opBinary, []byte{0xa2, 0x06, 0x01, 0x00, 0x80, 0x7d, 0x01}) }, 0, atOnce},
	{"a frame that cannot be decoded", true, func(x *raw) { x.send(fin|opBinary, []byte{0x0a, 0x7f}) }, 4100, atOnce},
	{"nested groups", true, func(x *raw) { x.send(fin|opBinary, bytes.Repeat([]byte{0x0b}, 4000)) }, 4100, atOnce},
	{"a call without an id", true, func(x *raw) { x.frame(call(0, "solo")) }, 4100, atOnce},
	{"17 calls", true, func(x *raw) {
		f := &pb.ClientFrame{}
		for id := range uint32(17) {
			f.Calls = append(f.Calls, &pb.Call{Id: id + 1})
		}
		x.frame(f)
	}, 4300, atOnce},
	{"an input 0", true, func(x *raw) { x.frame(&pb.ClientFrame{Inputs: &pb.Inputs{Body: [][]byte{nil}}}) }, 4100, atOnce},
	{"a gap", true, func(x *raw) { x.frame(&pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: 2, Body: [][]byte{nil}}}) }, 4100, atOnce},
	{"an input too large", true, func(x *raw) {
		x.frame(&pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: 1, Body: [][]byte{make([]byte, 513)}}})
	}, 4104, atOnce},
	{"65 inputs", true, func(x *raw) {
		x.frame(&pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: 1, Body: slices.Repeat([][]byte{{}}, 65)}})
	}, 4104, atOnce},
	{"an item never sent", true, func(x *raw) { x.frame(&pb.ClientFrame{AckItem: 9}) }, 4100, atOnce},
	{"a close with a code that is none", true, func(x *raw) { x.send(fin|opClose, []byte{0, 1}) }, 1002, atOnce},
	{"a close that is no text", true, func(x *raw) { x.send(fin|opClose, []byte{3, 0xe8, 0xff}) }, 1002, atOnce},
	{"goodbye", true, func(x *raw) { x.send(fin|opClose, []byte{3, 0xe8}) }, 1000, atOnce},
	{"hangs up", true, func(x *raw) { x.conn.CloseWrite() }, 1006, atOnce},
}

// drip sends the bytes one at a time, over and over, until the connection is gone.
func (x *raw) drip(b []byte, pause time.Duration) {
	go func() { // ends with the connection, which the server or the test closes
		every := time.NewTicker(pause)
		defer every.Stop()
		for i := 0; ; i++ {
			if x.write(b[i%len(b):i%len(b)+1]) != nil {
				return
			}
			if i%len(b) < len(b)-1 && len(b) < 20 {
				continue // a short frame goes out whole
			}
			<-every.C
		}
	}()
}

func TestBadClientsAreClosedAsDocumented(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Config{}, nil)
	t.Run("all", func(t *testing.T) { // waits for the parallel ones before the server is closed
		for _, b := range badClients {
			t.Run(b.name, func(t *testing.T) {
				t.Parallel()
				x := h.raw(t)
				if b.greeted {
					x.frame(guestHello())
					x.next()
				}
				b.is(x)
			})
		}
	})
	waitFor(t, "all bad clients gone", func() bool { _, connected := counts(h.server); return connected == 0 })
}

// TestBadClientsInAMatchAreClosedTheSameWay has them play first: in a room that owns its sockets, or
// does not.
func TestBadClientsInAMatchAreClosedTheSameWay(t *testing.T) {
	t.Parallel()
	inEveryWay(t, func(t *testing.T, way string) {
		h := openIn(t, way, ws.Config{}, nil)
		t.Run("all", func(t *testing.T) {
			for _, b := range badClients {
				if !b.greeted {
					continue
				}
				t.Run(b.name, func(t *testing.T) {
					t.Parallel()
					b.is(h.playing(t))
				})
			}
		})
		if owns := way != ws.Goroutines; owns != h.owned.Load() {
			t.Errorf("rooms have owned sockets: %v", !owns)
		}
		waitFor(t, "all bad clients gone", func() bool { _, connected := counts(h.server); return connected == 0 })
	})
}

// playing is a raw client in a match, whose frames have been read there for some time: the last
// acknowledged all there was.
func (h *house) playing(t *testing.T) *raw {
	t.Helper()
	x, _ := h.greeted(t)
	x.frame(call(1, "solo"))
	var tick, item uint32
	for views := 0; views < 5; {
		f := x.next()
		if n := uint32(len(f.Items)); n > 0 {
			item = f.FirstItem + n - 1
		}
		if f.View != nil {
			views++
			tick = f.Tick
		}
		x.frame(&pb.ClientFrame{AckTick: tick, AckItem: item})
		if h.server.Seated() > 0 {
			h.owned.Store(true)
		}
	}
	return x
}

// is has the client do what is bad, and holds what becomes of it against the documentation.
func (b bad) is(x *raw) {
	t := x.t
	t.Helper()
	began := time.Now()
	b.do(x)
	if b.code == 0 {
		x.alive()
		return
	}
	code, said := x.ends()
	if took := time.Since(began); took > b.within {
		t.Errorf("closed after %v, want it within %v", took, b.within)
	}
	if code == 4305 && b.code == 1006 && b.within > wire.AckWithin {
		return // who falls silent in a match acknowledges nothing either, and that may be seen first
	}
	if code != b.code {
		t.Errorf("closed with %d (%v), want %d", code, said, b.code)
	}
	if code > wire.CloseBase && wire.CloseCode(said.GetCode()) != code {
		t.Errorf("closed with %d, and the last frame says %v", code, said)
	}
}

func counts(s *session.Server) (sessions, connected int) { return s.Counts() }

// waitFor polls until ok.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	giveUp := time.After(patience)
	for !ok() {
		select {
		case <-poll.C:
		case <-giveUp:
			t.Fatalf("still not: %s", what)
		}
	}
}
