package session_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	pb "parlor/proto/parlor/v1"
)

// TestNoCutLosesOrDoublesAnything plays matches over connections that are cut, replaced and
// resumed at random moments. Every input must be applied exactly once and in order, every item
// must come exactly once and in order, every call must be answered exactly once.
func TestNoCutLosesOrDoublesAnything(t *testing.T) {
	seeds := uint64(200)
	if testing.Short() {
		seeds = 20
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, nil)
				players := []*player{h.newcomer(), h.newcomer()}
				var playing sync.WaitGroup
				for i, p := range players {
					dice := rand.New(rand.NewPCG(seed, uint64(i)))
					p.lag = laggard(dice.Uint64())
					p.connect(guestHello("", ""))
					p.until("welcome", func() bool { return p.welcome != nil })
					p.call(join("duel"))
				}
				for i, p := range players {
					p.seated()
					playing.Go(func() { p.stumble(rand.New(rand.NewPCG(seed, uint64(10+i)))) })
				}
				playing.Wait()
				for _, p := range players {
					p.settles()
				}
			})
		})
	}
}

// laggard is a network that takes up to 80 ms, but mostly little. It may be asked by two.
func laggard(seed uint64) func() time.Duration {
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(seed, 0))
	return func() time.Duration {
		mu.Lock()
		defer mu.Unlock()
		return time.Duration(dice.ExpFloat64()*5*float64(time.Millisecond)) % (80 * time.Millisecond)
	}
}

// stumble plays for a while over connections that do not hold.
func (p *player) stumble(dice *rand.Rand) {
	gone := false
	for range 60 {
		time.Sleep(time.Duration(dice.IntN(150)) * time.Millisecond)
		switch n := dice.IntN(20); {
		case n < 12:
			p.mark(p.seq + 1)
		case n == 12:
			p.call(&pb.Call{})
		case n < 16 && !gone:
			p.mu.Lock()
			pipe := p.pipe
			p.mu.Unlock()
			pipe.cut()
			gone = true
		case n == 16:
			p.resume() // whatever the one before is about
			gone = false
		case n == 17:
			p.send(&pb.ClientFrame{Away: &pb.Away{Back: dice.IntN(2) == 0}})
		case gone:
			p.resume()
			gone = false
		}
	}
	p.mu.Lock()
	pipe := p.pipe
	p.mu.Unlock()
	pipe.cut()
	time.Sleep(time.Duration(dice.IntN(3000)) * time.Millisecond)
	p.resume()
}

// settles waits until all is acknowledged and answered, and checks what came.
func (p *player) settles() {
	p.h.t.Helper()
	p.until("welcome", func() bool { return p.welcome != nil })
	p.until("all acknowledged and answered", func() bool { return len(p.unacked) == 0 && len(p.pending) == 0 })
	p.mu.Lock()
	seat := uint32(p.room.Seat)
	var want []uint32
	for cell := range p.seq {
		want = append(want, cell+1)
	}
	p.mu.Unlock()
	mine := func() (cells []uint32) {
		for i := 0; i < len(p.board); i += 2 {
			if p.board[i] == seat {
				cells = append(cells, p.board[i+1])
			}
		}
		return cells
	}
	p.until("a view of all inputs", func() bool { return len(mine()) >= len(want) })
	p.mu.Lock()
	if got := mine(); !slices.Equal(got, want) {
		p.h.t.Errorf("inputs applied: %v\nwant: %v", got, want)
	}
	if p.again > 0 {
		p.h.t.Errorf("%d items came again though they had been handled", p.again)
	}
	if len(p.replies) != int(p.calls) {
		p.h.t.Errorf("%d replies to %d calls", len(p.replies), p.calls)
	}
	p.mu.Unlock()
	p.fair()
}
