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
