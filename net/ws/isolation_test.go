package ws_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parlor/game"
	"parlor/net/client"
	"parlor/net/ws"
	pb "parlor/proto/parlor/v1"
)

const (
	healthyRooms = 10
	window       = 1500 * time.Millisecond

	// allowance is how much later than in the baseline the ticks of healthy rooms may be, at the
	// 99th percentile. Two busy cores are noisy, one of the faults takes a core for itself, and what
	// would be a fault of ours (a lock, a wait) is of the size of a tick, 50 ms, or of seconds.
	allowance = 25 * time.Millisecond
	// tries is how often a comparison must fail before the test does: the machine is shared. One
	// counts only if the baselines before and after it show that the machine itself is quiet; while
	// it is not, the comparison is made again, for so long as patient.
	tries   = 3
	quiet   = 10 * time.Millisecond
	patient = 20 * time.Second
)

// healthy are the players of rooms that must not notice what happens beside them.
type healthy struct {
	frames, lost atomic.Int64

	mu   sync.Mutex // guards late
	late []time.Duration
}

func (h *healthy) Ticked(name string, _, late time.Duration) {
	if name == "healthy" {
		h.mu.Lock()
		h.late = append(h.late, late)
		h.mu.Unlock()
	}
}
func (h *healthy) Skipped(string, int64) {}
func (h *healthy) Panicked(string)       {}
func (h *healthy) Stuck(string)          {}

// sample is how the healthy rooms fared in a window.
type sample struct {
	frames, lost int64
	p99          time.Duration
}

func (s sample) String() string {
	return fmt.Sprintf("%d frames, %d lost, p99 late by %v", s.frames, s.lost, s.p99)
}

// during samples a window in which a fault goes on; nil: none.
func (h *healthy) during(fault func(context.Context)) sample {
	ctx, stop := context.WithCancel(context.Background())
	var bad sync.WaitGroup
	if fault != nil {
		bad.Go(func() { fault(ctx) })
	}
	h.mu.Lock()
	h.late = h.late[:0]
	h.mu.Unlock()
	frames, lost := h.frames.Load(), h.lost.Load()
	<-time.After(window)
	s := sample{frames: h.frames.Load() - frames, lost: h.lost.Load() - lost}
	h.mu.Lock()
	slices.Sort(h.late)
	if n := len(h.late); n > 0 {
		s.p99 = h.late[n*99/100]
	}
	h.mu.Unlock()
	stop()
	bad.Wait()
	return s
}

// worse says what is worse than the baseline; "" for nothing. The window may cut one frame off
// each player's.
func (s sample) worse(than sample) string {
	switch want := than.frames*99/100 - 2*healthyRooms; {
	case s.lost > 0:
		return fmt.Sprintf("%d disconnects", s.lost)
	case s.frames < want:
		return fmt.Sprintf("%d frames, want %d", s.frames, want)
	case s.p99 > than.p99+allowance:
		return fmt.Sprintf("ticks late by %v (p99), and by %v in the baseline", s.p99, than.p99)
	}
	return ""
}

func TestTheOtherRoomsDoNotNotice(t *testing.T) {
	var ok healthy
	h := open(t, ws.Config{}, &ok,
		toyGame("healthy", 20, game.Exactly(2), nil),
		toyGame("panics", 20, game.Exactly(1), func(t *game.Tick) {
			if t.N == 5 {
				panic("a game with a fault")
			}
		}),
		toyGame("slow", 20, game.Exactly(1), func(*game.Tick) {
			for began := time.Now(); time.Since(began) < 150*time.Millisecond; {
			}
		}),
		usual[2],
	)
	var taking sync.WaitGroup
	defer taking.Wait()
	for range 2 * healthyRooms {
		c, err := client.Dial(t.Context(), h.url, client.Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		taking.Go(func() { ok.take(c) })
		if err := c.JoinQueue(t.Context(), "healthy", ""); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, "all play", func() bool { return ok.frames.Load() > 20*healthyRooms })

	baseline := ok.during(nil)
	giveUp := time.Now().Add(patient)
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			for failed := 0; failed < tries; {
				got := ok.during(func(ctx context.Context) { h.repeat(ctx, fault.clients, fault.do) })
				bad := got.worse(baseline)
				t.Logf("%v; baseline %v", got, baseline)
				if bad == "" {
					return
				}
				before := baseline
				if baseline = ok.during(nil); before.p99 < quiet && baseline.p99 < quiet {
					failed++
					t.Logf("%s (%d)", bad, failed)
				} else if time.Now().After(giveUp) {
					t.Logf("%s, but the machine is too busy to tell", bad)
					return
				}
			}
			t.Errorf("the other rooms noticed, %d times in a row", tries)
		})
	}
}

// take counts what a healthy player gets.
func (h *healthy) take(c *client.Client) {
	for e := range c.Events() {
		switch {
		case e.View != nil:
			h.frames.Add(1)
		case e.Lost != nil:
			h.lost.Add(1)
		}
	}
}

// faults are what happens beside the healthy rooms: each so many clients at a time, who come
// again when they are thrown out.
var faults = []struct {
	name    string
	clients int
	do      func(ctx context.Context, h *house)
}{
	{"games that panic", 4, func(ctx context.Context, h *house) { h.plays(ctx, "panics") }},
	{"a game that takes three times its ticks", 1, func(ctx context.Context, h *house) { h.plays(ctx, "slow") }},
	{"floods of frames", 4, func(ctx context.Context, h *house) {
		h.sends(ctx, slices.Repeat(frame(fin|opBinary, encode(&pb.ClientFrame{Ping: &pb.Ping{}})), 500))
	}},
	{"floods of pings", 4, func(ctx context.Context, h *house) { h.sends(ctx, slices.Repeat(frame(fin|opPing, nil), 5000)) }},
	{"garbage", 8, func(ctx context.Context, h *house) { h.sends(ctx, slices.Repeat([]byte{0xfe, 0xca, 0x13, 0x37}, 200)) }},
	{"protobufs that are hostile", 8, func(ctx context.Context, h *house) {
		h.sends(ctx, frame(fin|opBinary, slices.Repeat([]byte{0x2a, 0x00}, 2000)))
	}},
	{"frames over the limit", 8, func(ctx context.Context, h *house) { h.sends(ctx, frame(fin|opBinary, make([]byte, 60<<10))) }},
	{"half frames", 50, func(ctx context.Context, h *house) { h.sends(ctx, frame(fin|opBinary, make([]byte, 100))[:30]) }},
	{"clients that never read", 8, func(ctx context.Context, h *house) { h.neverReads(ctx) }},
}

// repeat has so many clients do what is wrong, over and over. The pause between bounds what the
// clients themselves cost: they run on the same cores.
func (h *house) repeat(ctx context.Context, clients int, do func(context.Context, *house)) {
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			pause := time.NewTicker(100 * time.Millisecond)
			defer pause.Stop()
			for ctx.Err() == nil {
				do(ctx, h)
				<-pause.C
			}
		})
	}
	all.Wait()
}

// plays joins a game until it is thrown out of its room.
func (h *house) plays(ctx context.Context, game string) {
	c, err := client.Dial(ctx, h.url, client.Config{})
	if err != nil {
		return
	}
	defer c.Close()
	if c.JoinQueue(ctx, game, "") != nil {
		return
	}
	for {
		select {
		case e, ok := <-c.Events():
			if !ok || e.Item.GetLeft() != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// sends says hello, sends these bytes, and waits until the server has had enough.
func (h *house) sends(ctx context.Context, b []byte) {
	c, err := dialGuest(ctx, h.url)
	if err != nil {
		return
	}
	defer c.Close()
	if _, err := c.Write(b); err == nil {
		_, _ = io.Copy(io.Discard, c)
	}
}

// neverReads plays a game of large views and reads none of them, though it says that it has.
func (h *house) neverReads(ctx context.Context) {
	c, err := dialGuest(ctx, h.url)
	if err != nil {
		return
	}
	defer c.Close()
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	f := call(1, "fat")
	for tick := uint32(1); ; tick++ {
		if _, err := c.Write(frame(fin|opBinary, encode(f))); err != nil {
			return
		}
		f = &pb.ClientFrame{AckTick: tick << 16}
		select {
		case <-every.C:
		case <-ctx.Done():
			return
		}
	}
}
