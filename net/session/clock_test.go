package session_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	pb "parlor/proto/parlor/v1"
)

const period = 50 * time.Millisecond // of the games with a rate

// ping asks for the tick, and waits for the answer.
func (p *player) ping() *pb.Pong {
	p.h.t.Helper()
	p.mu.Lock()
	before := p.pongs
	p.mu.Unlock()
	p.send(&pb.ClientFrame{Ping: &pb.Ping{T: 9}})
	p.until("pong", func() bool { return p.pongs > before })
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pong
}

// at is a pong's moment in 1/256 ticks.
func at(pong *pb.Pong) int { return int(pong.Tick)*256 + int(pong.Fraction) }

func TestAPongTellsTheMomentOfTheMatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		if got := ann.ping(); at(got) != 0 {
			t.Errorf("in no match the pong says %v", got)
		}
		ann.play("solo")
		first, began := ann.ping(), time.Now()
		for range 20 {
			time.Sleep(27 * time.Millisecond)
			got := ann.ping()
			want := at(first) + int(time.Since(began)*256/period)
			if off := at(got) - want; off < -1 || off > 1 {
				t.Fatalf("%v after %v: %v, which is %d/256 ticks off", time.Since(began), first, got, off)
			}
		}
		ann.mark(endingCell)
		time.Sleep(time.Second)
		if got := ann.ping(); at(got) != 0 {
			t.Errorf("after the match the pong says %v", got)
		}
	})
}

func TestWithoutARateAPongTellsTicksOf50Milliseconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.play("turns")
		first := ann.ping()
		time.Sleep(time.Second)
		ann.mark(1)
		ann.until("1 acknowledged", func() bool { return ann.acked == 1 })
		if got := ann.ping(); at(got)-at(first) != 20*256 {
			t.Errorf("the pong says %v, a second after %v", got, first)
		}
		if !slices.Equal(ann.leads, []int32{0}) {
			t.Errorf("leads %v, though nothing is due", ann.leads)
		}
	})
}

func TestASlipIsToldOnceOnEachConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.play("solo")
		first, began := ann.ping(), time.Now()
		ann.mark(stallCell)
		time.Sleep(5 * time.Second)
		slips := func() []uint32 { ann.mu.Lock(); defer ann.mu.Unlock(); return slices.Clone(ann.slipped) }
		told := slips()
		if len(told) != 1 || told[0] < 15 || told[0] > 20 {
			t.Fatalf("told of %v ticks, want nearly a second's, once", told)
		}
		got := at(ann.ping()) // which may wait for a tick
		want := at(first) + int(time.Since(began)*256/period) - int(told[0])*256
		if off := got - want; off < -1 || off > 1 {
			t.Errorf("the pong is %d/256 ticks off the schedule after the slip", off)
		}
		ann.cut()
		ann.resumed()
		time.Sleep(time.Second)
		if again := slips(); !slices.Equal(again, told) {
			t.Errorf("on the next connection he is told %v, want %v", again, told)
		}
		ann.mark(endingCell)
		ann.until("end", func() bool { return ann.room.GetPhase() == pb.Phase_PHASE_ENDED })
		if ann.ask(rematch()) != 0 {
			t.Fatal("no rematch")
		}
		time.Sleep(time.Second)
		if again := slips(); !slices.Equal(again, told) {
			t.Errorf("in the next match he is told %v, though nothing slipped", again)
		}
	})
}

func TestAnInputIsAppliedInItsTickAndItsLeadIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.play("solo")
		time.Sleep(time.Second)
		pong := ann.ping()
		ann.mu.Lock()
		ann.seq, ann.unacked = 1, []uint32{7}
		ann.mu.Unlock()
		meant := pong.Tick + 5
		ann.send(&pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: 1, Body: [][]byte{mark(7)}, Tick: meant}})
		ann.until("the input's view", func() bool { return len(ann.board) > 0 })
		ann.mu.Lock()
		defer ann.mu.Unlock()
		early := int32(5*256-int(pong.Fraction)) * 4 / 256
		if ann.tick != meant || !slices.Equal(ann.leads, []int32{early}) {
			t.Errorf("applied in tick %d with leads %v, want %d and %d", ann.tick, ann.leads, meant, early)
		}
	})
}
