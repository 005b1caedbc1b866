package session_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	pb "parlor/proto/parlor/v1"
)

// While a socket is being closed its reader may still get frames. These tests hold that what
// comes on a socket that was replaced does nothing.

// replaced is a player who was taken over, and whose old socket has still sent frames. A silent
// one acknowledges nothing by himself.
func replaced(t *testing.T, silent bool, frames ...*pb.ClientFrame) *player {
	t.Helper()
	ann := open(t, nil).newcomer()
	ann.linger = 100 * time.Millisecond
	ann.connect(guestHello("", ""))
	ann.until("welcome", func() bool { return ann.welcome != nil })
	ann.play("solo")
	old := ann.pipe
	ann.silent = silent
	ann.takeOver()
	ann.until("room", func() bool { return ann.room != nil && ann.last > 0 })
	for _, f := range frames {
		ann.put(old, f)
	}
	time.Sleep(2 * time.Second)
	if got := old.closed(); got != 4107 {
		t.Errorf("the old socket is closed with %d, want 4107", got)
	}
	return ann
}

func TestAReplacedSocketCannotSendThePlayerAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := replaced(t, false, &pb.ClientFrame{Away: &pb.Away{}})
		before := ann.count()
		time.Sleep(time.Second)
		if n := ann.count() - before; n < 19 {
			t.Errorf("%d views in a second: the room takes him for gone", n)
		}
	})
}

func TestAReplacedSocketCannotAcknowledgeItemsOfTheNewOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := replaced(t, true, &pb.ClientFrame{AckItem: 1})
		ann.cut()
		ann.last = 0 // the welcome came, the item after it did not
		ann.resumed()
		ann.until("item 1", func() bool { return ann.last >= 1 })
	})
}

func TestAReplacedSocketCannotMakeCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := leave()
		call.Id = 9
		ann := replaced(t, false, &pb.ClientFrame{Calls: []*pb.Call{call}})
		if ann.place() == "" {
			t.Fatal("the old socket made him leave")
		}
		if code := ann.ask(leave()); code != 0 { // a call with number 1
			t.Errorf("leave: %v", code)
		}
	})
}

func TestAReplacedSocketCannotSendInputs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := replaced(t, false, &pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: 1, Body: [][]byte{mark(7)}}})
		ann.mark(8)
		ann.until("8 seen", func() bool { return len(ann.board) == 2 })
		if got := ann.seen(); got[0] != 8 {
			t.Errorf("seen %v, want 8", got)
		}
	})
}

// TestGoneAndBackInOneMomentIsBack cuts sockets and resumes at the same time, over and over. In
// the end the rooms must know that everybody is there.
func TestGoneAndBackInOneMomentIsBack(t *testing.T) {
	h := open(t, nil)
	const players, rounds = 8, 150
	var wait sync.WaitGroup
	all := make([]*player, players)
	for i := range all {
		all[i] = h.guest()
		all[i].play("turns")
	}
	for _, p := range all {
		wait.Go(func() {
			for range rounds {
				p.mu.Lock()
				old := p.pipe
				p.mu.Unlock()
				old.cut()
				p.resume()
				p.until("welcome", func() bool { return p.welcome != nil })
			}
		})
	}
	wait.Wait()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	giveUp := time.After(patience)
	for h.away() > 0 { // a room may still be told; what it was told last counts
		select {
		case <-poll.C:
		case <-giveUp:
			t.Fatalf("%d players are there, and their rooms take them for gone", h.away())
		}
	}
}

// away is how many players their rooms take for gone.
func (h *house) away() (n int) {
	for _, r := range h.server.Rooms() {
		n += r.Away
	}
	return n
}
