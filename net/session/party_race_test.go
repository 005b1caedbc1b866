package session_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parlor/matchmaking"
	pb "parlor/proto/parlor/v1"
)

// forgetWait has a player forget what he was told last of a wait.
func (p *player) forgetWait() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queued = nil
}

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
			two[0].forgetWait()
			two[1].forgetWait()
			time.Sleep(time.Second)
		}
	})
}

// TestNobodyIsInARoomAndInAQueue has the leader of a party queue it in the moment in which a member makes a room.
func TestNobodyIsInARoomAndInAQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"arena": {Min: 4, Max: 4}})
		two := h.friends(2)
		for range 300 {
			time.Sleep(10 * time.Second)
			asked := two[0].call(join("arena"))
			made := two[1].ask(createRoom("duel", 0)) == 0
			two[0].until("reply", func() bool { return two[0].replies[asked] != nil })
			synctest.Wait()
			if n := len(h.server.Rooms()); made != (n == 1) {
				t.Fatalf("%d rooms; was he let into one: %v", n, made)
			}
			if waits := two[0].ask(cancel()) == 0; waits == made {
				t.Fatalf("in a room: %v; in a queue: %v", made, waits)
			}
			if made {
				two[1].until("a room", func() bool { return two[1].room != nil })
				two[1].done(leave())
				two[1].until("left", func() bool { return two[1].room == nil })
			}
		}
	})
}

func TestWhoLeavesAPartyWhileItIsAboutToBeQueuedIsNotQueuedWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := configFor(matchmaking.Rule{Min: 2, Max: 2, Rating: matchmaking.Window{From: 100}}, duel)
		cfg.Rating = func(matchmaking.Name, string) matchmaking.Rating {
			time.Sleep(time.Second) // the store is slow
			return matchmaking.Rating{}
		}
		h := openWith(t, cfg)
		two := h.friends(2)
		asked := two[0].call(join("duel"))
		time.Sleep(time.Second)
		two[1].done(leaveParty(""))
		two[0].until("reply", func() bool { return two[0].replies[asked] != nil })
		synctest.Wait()
		if code := two[0].replies[asked].GetError().GetCode(); code != pb.Code_CODE_WRONG_PHASE {
			t.Errorf("queued with who has left: %v", code)
		}
		for _, p := range two {
			if code := p.ask(cancel()); code != pb.Code_CODE_WRONG_PHASE {
				t.Errorf("cancel: %v; is somebody queued?", code)
			}
		}
	})
}

func TestWhoHearsThatAWaitIsOverMayBeginAnotherAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"arena": {Min: 4, Max: 4, Timeout: 2 * time.Second}})
		two := h.friends(2)
		for range 300 {
			two[0].forgetWait()
			two[0].done(join("arena"))
			two[0].until("the end of the wait", func() bool { return two[0].queued.GetCancelled() })
		}
	})
}
