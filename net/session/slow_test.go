package session_test

import (
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// mute is a player in a game who has acknowledged nothing, and never will by himself.
func mute(t *testing.T, game string) *player {
	t.Helper()
	ann := open(t, nil).newcomer()
	ann.silent = true
	ann.connect(guestHello("", ""))
	ann.until("welcome", func() bool { return ann.welcome != nil })
	ann.play(game)
	return ann
}

// pinging keeps a player who is silent otherwise from being taken for dead.
func (p *player) pinging(t *testing.T) {
	stop := make(chan struct{})
	p.h.serves.Go(func() {
		every := time.NewTicker(wire.PingEvery)
		defer every.Stop()
		for {
			select {
			case <-every.C:
				p.send(&pb.ClientFrame{Ping: &pb.Ping{T: 7}})
			case <-stop:
				return
			}
		}
	})
	t.Cleanup(func() { close(stop) })
}

func TestWhoAcknowledgesNoViewGetsOneSecondOfThemAndThenTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := mute(t, "solo")
		time.Sleep(10 * time.Second)
		held := ann.count()
		if held < 15 || held > 22 {
			t.Errorf("%d views in 10 s without an acknowledgement, want those of 1 s", held)
		}
		ann.mu.Lock()
		newest := ann.tick
		ann.mu.Unlock()
		ann.send(&pb.ClientFrame{AckTick: newest})
		time.Sleep(solo.Info().Period()) // where the room reads and writes, it does so at its tick
		synctest.Wait()
		ann.mu.Lock()
		jump := ann.tick - newest
		ann.mu.Unlock()
		if got := ann.count(); got <= held || got > held+2 || jump < 150 {
			t.Errorf("%d views came, %d ticks on; want the newest, and perhaps the one after it", got-held, jump)
		}
	})
}

func TestWhoAcknowledgesNothingIsSentAwayAndHisSessionStands(t *testing.T) {
	for name, quiet := range map[string]func(*player){
		"no item":             func(*player) {},
		"the first item only": func(p *player) { p.send(&pb.ClientFrame{AckItem: 1}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ann := open(t, nil).newcomer()
				ann.silent = true
				ann.connect(guestHello("", ""))
				ann.until("welcome", func() bool { return ann.welcome != nil })
				ann.pinging(t)
				ann.send(&pb.ClientFrame{Calls: []*pb.Call{{Id: 1}, {Id: 2}, {Id: 3}}})
				ann.until("3 replies", func() bool { return ann.last == 3 })
				quiet(ann)
				began := time.Now()
				if got := ann.closes(); got != 4305 {
					t.Errorf("closed with %d, want 4305", got)
				}
				if took := time.Since(began); took < wire.AckWithin || took > wire.AckWithin*5/4+100*time.Millisecond {
					t.Errorf("closed after %v, want %v and at most a quarter more", took, wire.AckWithin)
				}
				ann.resumed()
				ann.fair()
			})
		})
	}
}

func TestWhoAcknowledgesItemsButNoViewsIsSentAwayToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := mute(t, "solo")
		ann.pinging(t)
		began := time.Now()
		ann.send(&pb.ClientFrame{AckItem: ann.last})
		if got := ann.closes(); got != 4305 {
			t.Errorf("closed with %d, want 4305", got)
		}
		if took := time.Since(began); took > wire.AckWithin*5/4+100*time.Millisecond {
			t.Errorf("closed after %v", took)
		}
		ann.resumed()
		ann.until("view", func() bool { return ann.views > 0 && ann.room != nil })
	})
}

func TestWhoSendsNothingIsGoneAfterTheSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).newcomer()
		ann.silent = true
		ann.connect(guestHello("", ""))
		ann.until("welcome", func() bool { return ann.welcome != nil })
		began := time.Now()
		ann.until("end", func() bool { return ann.ended })
		if took := time.Since(began); took != wire.DeadAfter {
			t.Errorf("after %v, want %v", took, wire.DeadAfter)
		}
		ann.resumed()
	})
}

func TestAClientThatTakesNothingIsCutAndHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.guest(), h.guest()
		ann.call(join("duel"))
		bob.call(join("duel"))
		ann.seated()
		bob.seated()
		hear := make(chan struct{})
		ann.mu.Lock()
		ann.deaf = hear // he takes nothing more, and still sends
		ann.mu.Unlock()
		for range 14 {
			ann.send(&pb.ClientFrame{Ping: &pb.Ping{}})
			before := bob.count()
			time.Sleep(time.Second)
			if n := bob.count() - before; n < 19 {
				t.Errorf("the other saw %d views in a second", n)
			}
		}
		time.Sleep(15 * time.Second)
		close(hear)
		if got := ann.closes(); got != 4305 {
			t.Errorf("closed with %d, want 4305", got)
		}
		ann.resumed()
		ann.fair()
		bob.fair()
	})
}

func TestFloodsOfFramesAndOfBytesAreClosed(t *testing.T) {
	for name, frame := range map[string]*pb.ClientFrame{
		"frames": {Ping: &pb.Ping{}},
		"bytes":  {Inputs: &pb.Inputs{FirstSeq: 1, Body: [][]byte{make([]byte, 500), make([]byte, 500), make([]byte, 500)}}},
		"acks":   {AckTick: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, nil)
				ann := h.newcomer()
				ann.silent = true
				ann.connect(guestHello("", ""))
				ann.until("welcome", func() bool { return ann.welcome != nil })
				for range 500 {
					ann.send(frame)
				}
				if got := ann.closes(); got != 4300 {
					t.Errorf("closed with %d, want 4300", got)
				}
				h.mu.Lock()
				if h.received != wire.FramesBurst && h.bytes < wire.BytesBurst-2000 || h.received > wire.FramesBurst || h.bytes > wire.BytesBurst {
					t.Errorf("%d frames and %d bytes were taken, want %d or %d", h.received, h.bytes, wire.FramesBurst, wire.BytesBurst)
				}
				h.mu.Unlock()
				if ann.fault.GetRetryMs() == 0 {
					t.Error("no time to wait is told")
				}
				ann.resumed()
			})
		})
	}
}

func TestSixtyFramesASecondAreWelcomeForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		for range 60 * 30 {
			ann.send(&pb.ClientFrame{Ping: &pb.Ping{}})
			time.Sleep(time.Second / 59)
		}
		if ann.is(func() bool { return ann.ended }) {
			t.Errorf("closed: %v", ann.fault)
		}
	})
}

// A frame that a room passed on to a goroutine counted as no bytes.
func TestAllBytesThatCameInAMatchAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := mute(t, "solo")
		time.Sleep(100 * time.Millisecond)
		counted := func() int { ann.h.mu.Lock(); defer ann.h.mu.Unlock(); return ann.h.bytes }
		want := counted()
		for _, f := range []*pb.ClientFrame{{Ping: &pb.Ping{T: 7}}, {Away: &pb.Away{}}, {Away: &pb.Away{Back: true}}} {
			ann.send(f)
			want += proto.Size(f)
			time.Sleep(100 * time.Millisecond)
		}
		if got := counted(); got != want {
			t.Errorf("%d bytes were counted, want %d", got, want)
		}
	})
}
