package session_test

import (
	"testing"
	"testing/synctest"
	"time"

	pb "parlor/proto/parlor/v1"
)

// dismissed waits until the player is told that he is in no room, and answers with the reason.
func (p *player) dismissed() (why pb.Code) {
	p.h.t.Helper()
	p.until("left", func() bool {
		for _, item := range p.items {
			if item.GetLeft() != nil {
				why = item.GetLeft().GetError().GetCode()
				return true
			}
		}
		return false
	})
	return why
}

// It was told like a leave that he had asked for.
func TestWhoLostHisSeatWhileAwayIsToldThatItExpired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.duel()
		ann.cut()
		time.Sleep(100 * time.Second)
		ann.resumed()
		if why := ann.dismissed(); why != pb.Code_CODE_EXPIRED {
			t.Errorf("left because of %v, want EXPIRED", why)
		}
		if code := ann.ask(join("solo")); code != 0 {
			t.Errorf("his session stands, but a join is answered with %v", code)
		}
		if bob.ask(leave()) != 0 || bob.dismissed() != 0 {
			t.Error("who leaves as he asked is told a reason")
		}
	})
}

func TestARematchWithTooFewPlayersIsToldAsAClosedRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.duel()
		ann.mark(endingCell)
		bob.until("end", func() bool { return bob.room.GetPhase() == pb.Phase_PHASE_ENDED })
		if ann.ask(rematch()) != 0 || bob.ask(leave()) != 0 {
			t.Fatal("the calls were refused")
		}
		if why := ann.dismissed(); why != pb.Code_CODE_ROOM_CLOSED {
			t.Errorf("left because of %v, want ROOM_CLOSED", why)
		}
	})
}
