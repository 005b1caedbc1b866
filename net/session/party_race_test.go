package session_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parlor/matchmaking"
	pb "parlor/proto/parlor/v1"
)

// TestNobodyIsLeftWaitingWhenOneQueuesAndAnotherCancels has the leader of a party queue it in the moment in
// which a member cancels: the ticket that is gone must be the one that they forget.
func TestNobodyIsLeftWaitingWhenOneQueuesAndAnotherCancels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"arena": {Min: 4, Max: 4}})
		two := h.friends(2)
		for range 1000 {
			time.Sleep(time.Second) // clients may send so much and no more
			asked := two[0].call(join("arena"))
			for range 2 {
				two[1].ask(cancel())
			}
			two[0].until("reply", func() bool { return two[0].replies[asked] != nil })
			two[0].ask(cancel())
			for _, p := range two {
				if code := p.ask(createRoom("nothing", 0)); code != pb.Code_CODE_NOT_FOUND {
					t.Fatalf("one who waits no more is told %v", code)
				}
			}
		}
	})
}

// TestAPartyThatAFullRoomTurnedAwayWaitsOnAsOne has a room tell both of a party that it is full: in between the
// queue finds another match for them.
func TestAPartyThatAFullRoomTurnedAwayWaitsOnAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"arena": {Min: 2, Max: 4, Backfill: true}})
		two := h.friends(2)
		for range 40 {
			ann, bob, cid, dot := h.guest(), h.guest(), h.guest(), h.guest()
			ann.call(join("arena"))
			bob.play("arena")
			ann.seated()
			time.Sleep(time.Second)
			cid.done(joinRoom(ann.place()))
			dot.done(joinRoom(ann.place())) // the queue does not know of it yet
			two[0].call(join("arena"))
			for _, p := range two {
				p.until("a room, or the end of his wait", func() bool { return p.room != nil || p.queued.GetCancelled() })
				if p.place() == "" {
					t.Fatalf("his wait has ended: %v", p.queued)
				}
			}
			if a, b := two[0].place(), two[1].place(); a != b || a == ann.place() {
				t.Fatalf("in %s and %s, want a room of their own", a, b)
			}
			for _, p := range append(two, ann, bob, cid, dot) {
				p.call(leave())
				p.until("left", func() bool { return p.room == nil })
			}
			two[1].queued = nil
			two[0].queued = nil
			time.Sleep(time.Second)
		}
	})
}
