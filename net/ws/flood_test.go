package ws_test

import (
	"bytes"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"parlor/net/wire"
	"parlor/net/ws"
	pb "parlor/proto/parlor/v1"
)

func TestFloodsAreClosedAtOnce(t *testing.T) {
	h := open(t, ws.Config{}, nil)
	input := &pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: 1, Body: slices.Repeat([][]byte{make([]byte, 500)}, 7)}}
	for _, flood := range []struct {
		name  string
		first []byte
		frame []byte
	}{
		{"frames", nil, frame(fin|opBinary, encode(&pb.ClientFrame{Ping: &pb.Ping{T: 1}}))},
		{"empty frames", nil, frame(fin|opBinary, nil)},
		{"bytes", nil, frame(fin|opBinary, encode(input))},
		{"pings", nil, frame(fin|opPing, nil)},
		{"pongs", nil, frame(fin|opPong, bytes.Repeat([]byte{1}, 125))},
		{"empty fragments", frame(opBinary, nil), frame(opContinue, nil)},
		{"empty fragments in a hello", nil, frame(opContinue, nil)},
	} {
		t.Run(flood.name, func(t *testing.T) {
			x := h.raw(t)
			want := 4300
			if flood.name == "empty fragments in a hello" {
				x.write(frame(opBinary, nil))
				want = 4100
			} else {
				x.frame(guestHello())
				x.next()
			}
			x.write(flood.first)
			began := time.Now()
			var writing sync.WaitGroup
			writing.Go(func() { // as fast as it goes, until the server ends it
				some := bytes.Repeat(flood.frame, 1+4096/len(flood.frame))
				for x.write(some) == nil {
				}
			})
			code, said := x.ends()
			took := time.Since(began)
			_ = x.conn.Close()
			writing.Wait()
			// A reset may overtake the close frame of somebody who goes on writing; that he is gone
			// is what counts.
			if code != want && code != 1006 || code == want && wire.CloseCode(said.GetCode()) != want {
				t.Errorf("closed with %d, %v; want %d", code, said, want)
			}
			if took > time.Second {
				t.Errorf("closed after %v, want it within a second", took)
			}
		})
	}
	waitFor(t, "all gone", func() bool { _, connected := h.server.Counts(); return connected == 0 })
}

func TestAFloodThatStopsToListenIsToldWhy(t *testing.T) {
	h := open(t, ws.Config{}, nil)
	for name, frames := range map[string][]byte{
		"frames": bytes.Repeat(frame(fin|opBinary, encode(&pb.ClientFrame{Ping: &pb.Ping{T: 1}})), wire.FramesBurst+20),
		"bytes":  bytes.Repeat(frame(fin|opBinary, padded(&pb.ClientFrame{}, wire.FrameBytes)), wire.BytesBurst/wire.FrameBytes+2),
		"pings":  bytes.Repeat(frame(fin|opPing, make([]byte, 125)), wire.FramesBurst+20),
	} {
		x, _ := h.greeted(t)
		x.write(frames)
		if code, said := x.ends(); code != 4300 || said.GetCode() != pb.Code_CODE_RATE_LIMITED || said.GetRetryMs() == 0 {
			t.Errorf("%s: closed with %d, %v; want 4300 and a time to wait", name, code, said)
		}
	}
}

// TestWhoDoesNotReadIsCutAndCostsLittle has players of a game with views of 64 KB who read
// nothing. Every other one acknowledges what he has not read, so that his socket fills up.
func TestWhoDoesNotReadIsCutAndCostsLittle(t *testing.T) {
	t.Parallel()
	inEveryWay(t, func(t *testing.T, way string) {
		h := openIn(t, way, ws.Config{}, nil)
		const clients = 40
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		all := make([]*raw, clients)
		welcomes := make([]*pb.Welcome, clients)
		for i := range all {
			all[i], welcomes[i] = h.greeted(t)
			_ = all[i].conn.SetReadBuffer(16 << 10)
			all[i].frame(call(1, "fat"))
		}
		began := time.Now()
		var peak uint64
		tick := uint32(0)
		for connected := clients; connected > 0 && time.Since(began) < patience; _, connected = h.server.Counts() {
			<-time.After(500 * time.Millisecond)
			tick += 1 << 20
			for i := range all {
				f := &pb.ClientFrame{Ping: &pb.Ping{}}
				if i%2 == 0 {
					f.AckTick, f.AckItem = tick, 3
				}
				all[i].frame(f)
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			peak = max(peak, after.HeapAlloc-min(after.HeapAlloc, before.HeapAlloc))
		}
		if took := time.Since(began); took > wire.AckWithin*5/4+wire.WriteWithin {
			t.Errorf("the last was cut after %v", took)
		}
		// Views pile up at 20 MB in this time where nothing bounds them. A view or two in our hands and
		// in the writer's buffer is what it should cost; the rest is what other tests hold meanwhile, the
		// other two ways of this one among them: 2 MB for all three is less than 1 MB each.
		if each := peak / clients; each > 2<<20 {
			t.Errorf("%d bytes of heap for each, want at most 2 MB", each)
		}
		for _, w := range welcomes[:2] { // the sessions stand
			x := h.raw(t)
			x.frame(&pb.ClientFrame{Hello: &pb.Hello{Auth: &pb.Hello_Resume{Resume: &pb.Resume{
				Session: w.Session, Token: w.Token, LastItem: 3,
			}}}})
			if f := x.next(); !f.GetWelcome().GetResumed() {
				t.Errorf("resume: %v", f)
			}
		}
	})
}

func TestWhoReadsButNeverAcknowledgesIsSentAway(t *testing.T) {
	t.Parallel()
	inEveryWay(t, func(t *testing.T, way string) {
		h := openIn(t, way, ws.Config{}, nil)
		x, _ := h.greeted(t)
		x.frame(call(1, "solo"))
		var writing sync.WaitGroup
		defer writing.Wait()
		writing.Go(func() {
			every := time.NewTicker(time.Second)
			defer every.Stop()
			for range every.C {
				if x.frame(&pb.ClientFrame{Ping: &pb.Ping{}}) != nil {
					return
				}
			}
		})
		began := time.Now()
		code, said := x.ends()
		_ = x.conn.Close()
		if code != 4305 || said.GetCode() != pb.Code_CODE_TOO_SLOW {
			t.Errorf("closed with %d, %v; want 4305", code, said)
		}
		if took := time.Since(began); took < wire.AckWithin || took > wire.AckWithin*5/4+3*time.Second {
			t.Errorf("closed after %v, want %v and at most a quarter more", took, wire.AckWithin)
		}
	})
}

func TestWhoWasReplacedAndGoesOnSendingIsClosed(t *testing.T) {
	h := open(t, ws.Config{}, nil)
	old, w := h.greeted(t)
	var writing sync.WaitGroup
	writing.Go(func() { // he takes no notice of his close
		every := time.NewTicker(20 * time.Millisecond)
		defer every.Stop()
		for range every.C {
			if old.frame(&pb.ClientFrame{Ping: &pb.Ping{}}) != nil {
				return
			}
		}
	})
	x := h.raw(t)
	x.frame(&pb.ClientFrame{Hello: &pb.Hello{Auth: &pb.Hello_Guest{Guest: &pb.Guest{Player: w.Player, Secret: w.Secret}}}})
	if !x.next().GetWelcome().GetResumed() {
		t.Fatal("not taken over")
	}
	gone := make(chan struct{})
	go func() { writing.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-time.After(3 * time.Second):
		t.Error("the server still takes what the old socket sends")
		_ = old.conn.Close()
		<-gone
	}
	x.alive()
}
