package session_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/matchmaking"
	pb "parlor/proto/parlor/v1"
)

func createParty() *pb.Call {
	return &pb.Call{Kind: &pb.Call_CreateParty{CreateParty: &pb.CreateParty{}}}
}
func joinParty(code string) *pb.Call {
	return &pb.Call{Kind: &pb.Call_JoinParty{JoinParty: &pb.JoinParty{Code: code}}}
}
func leaveParty(player string) *pb.Call {
	return &pb.Call{Kind: &pb.Call_LeaveParty{LeaveParty: &pb.LeaveParty{Player: player}}}
}

// friends are players in one party; the first leads it.
func (h *house) friends(n int) (all []*player) {
	h.t.Helper()
	first := h.guest()
	first.done(createParty())
	var code string
	first.until("party", func() bool { code = first.party.GetCode(); return code != "" })
	all = append(all, first)
	for range n - 1 {
		p := h.guest()
		p.done(joinParty(strings.ToLower(first.partyCode())))
		all = append(all, p)
	}
	for _, p := range all {
		p.until("all of the party", func() bool { return len(p.party.GetMembers()) == n })
	}
	return all
}

// party is who is in the player's party, the leader first; an away one is marked by -.
func (p *player) partyOf() (ids string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.party.GetMembers() {
		ids += m.Player
		if m.Away {
			ids += "-"
		}
		ids += " "
	}
	return ids
}

func TestAPartyIsMatchedAsOneAndStaysTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"arena": {Min: 4, Max: 4}})
		two, others := h.friends(2), h.friends(2)
		if code := two[1].ask(join("arena")); code != pb.Code_CODE_FORBIDDEN {
			t.Errorf("by one who does not lead: %v", code)
		}
		two[0].done(join("arena"))
		two[1].until("queued", func() bool { return two[1].queued.GetFound() == 2 && two[1].queued.GetNeeded() == 4 })
		others[0].done(join("arena"))
		for _, p := range append(two, others...) {
			p.seated()
		}
		for _, p := range append(two, others...) {
			if p.place() != two[0].place() {
				t.Fatal("they are in several rooms")
			}
		}
		two[0].done(leave())
		two[1].done(leave())
		for _, p := range two {
			p.until("left", func() bool { return p.room == nil })
		}
		two[0].done(join("arena")) // it is a party still
		two[1].until("queued again", func() bool { return two[1].queued.GetFound() == 2 && !two[1].queued.Cancelled })
		two[1].fair()
	})
}

// partyCode is that of the player's party; "": he is in none.
func (p *player) partyCode() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.party.GetCode()
}

// ticket is how the player's was told to stand last; nil: never.
func (p *player) ticket() *pb.Queued {
	p.mu.Lock()
	defer p.mu.Unlock()
	return proto.CloneOf(p.queued)
}

func TestAPartyWaitsForWhomeverIsAwayAndEndsItsWaitTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"arena": {Min: 3, Max: 3}})
		two, cid := h.friends(2), h.guest()
		two[0].done(join("arena"))
		two[1].cut()
		two[0].until("news that she is away", func() bool { return two[0].party.Members[1].Away })
		cid.done(join("arena"))
		time.Sleep(30 * time.Second)
		if cid.place() != "" {
			t.Fatal("matched with a party of which one is away")
		}
		two[1].resumed()
		cid.seated()
		two[1].seated()
		for _, p := range two {
			p.done(leave())
			p.until("left", func() bool { return p.room == nil })
		}

		two[0].done(join("arena"))
		two[1].until("queued", func() bool { return two[1].queued.GetWaitedMs() < 1000 && !two[1].queued.Cancelled })
		two[1].done(cancel())
		for _, p := range two {
			p.until("cancelled", func() bool { return p.queued.Cancelled && p.queued.Error == nil })
		}
		two[0].done(join("arena"))
		two[1].done(leaveParty(""))
		for _, p := range two {
			p.until("cancelled", func() bool { return p.queued.Cancelled })
		}
		if one, code := two[0].partyOf(), two[1].partyCode(); one != two[0].player+" " || code != "" {
			t.Errorf("parties %v and %v", one, code)
		}
		two[0].done(join("arena"))
		two[1].done(join("arena"))
	})
}

func TestAPartyOfWhichOneIsOverEndsItsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"arena": {Min: 3, Max: 3}})
		two := h.friends(2)
		two[0].done(join("arena"))
		two[0].cut()
		time.Sleep(3 * time.Minute)
		two[1].until("cancelled", func() bool { return two[1].queued.Cancelled && two[1].queued.Error.GetCode() == pb.Code_CODE_EXPIRED })
		two[1].until("alone", func() bool { return len(two[1].party.Members) == 1 })
		two[1].done(join("arena")) // he leads it now
		queues, err := h.server.Queues(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range queues {
			if q.Queue.Game == "arena" && q.Waiting != 1 {
				t.Errorf("%d wait", q.Waiting)
			}
		}
	})
}

func TestWhatAPartyRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"arena": {Min: 3, Max: 3}})
		all := h.friends(8)
		refuses := func(p *player, want pb.Code, calls ...*pb.Call) {
			t.Helper()
			for _, c := range calls {
				if got := p.ask(c); got != want {
					t.Errorf("%v: %v, want %v", c, got, want)
				}
			}
		}
		ninth := h.guest()
		refuses(ninth, pb.Code_CODE_ROOM_FULL, joinParty(all[0].partyCode()))
		refuses(ninth, pb.Code_CODE_NOT_FOUND, joinParty("AAAAAA"))
		refuses(ninth, pb.Code_CODE_WRONG_PHASE, leaveParty(""))
		refuses(all[1], pb.Code_CODE_WRONG_PHASE, createParty(), joinParty(all[0].partyCode()))
		refuses(all[1], pb.Code_CODE_FORBIDDEN, leaveParty(all[0].player))
		refuses(all[0], pb.Code_CODE_NOT_FOUND, leaveParty(ninth.player))
		refuses(all[0], pb.Code_CODE_BAD_REQUEST, join("arena")) // for three
		if all[0].ticket() != nil {
			t.Errorf("told of a ticket that was never taken: %v", all[0].ticket())
		}
		for _, p := range all[2:] {
			all[0].done(leaveParty(p.player))
			p.until("sent away", func() bool { return p.party.Code == "" && p.party.Error.GetCode() == pb.Code_CODE_FORBIDDEN })
		}
		all[1].done(createRoom("duel", 0))
		refuses(all[0], pb.Code_CODE_WRONG_PHASE, join("arena")) // one of them is in a room
		if q := all[0].ticket(); q != nil {
			t.Errorf("left behind as waiting: %v", q)
		}
		all[1].until("a room", func() bool { return all[1].room != nil })
		all[1].done(leave())
		all[1].until("left", func() bool { return all[1].room == nil })
		all[0].done(join("arena"))
		refuses(ninth, pb.Code_CODE_WRONG_PHASE, joinParty(all[0].partyCode()))
		all[0].takeOver()
		if got := all[0].greeting; !slices.Equal(got, []string{"party", "queued"}) {
			t.Errorf("a cold start is told %q", got)
		}
	})
}

func TestAPartyOfAClientThatHearsNothingCostsItOneItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		two := h.friends(2)
		two[0].is(func() bool { two[0].silent = true; return true })
		for i := range 100 {
			two[1].cut()
			synctest.Wait()
			two[1].resumed()
			if i == 0 {
				two[0].until("news", func() bool { return len(two[0].items) > 0 })
			}
		}
		if n := len(two[0].kinds()); n > 8 {
			t.Errorf("%d items for one who acknowledges none", n)
		}
	})
}

func TestPlayersOfOneTeamAreSeatedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pairs := tapeGame("pairs", 20, game.Exactly(4))
		pairs.Teams = 2
		h := openWith(t, configFor(matchmaking.Rule{Min: 4, Max: 4, Teams: 2}, pairs))
		for range 5 {
			ann, two, bob := h.guest(), h.friends(2), h.guest()
			ann.done(join("pairs"))
			two[0].done(join("pairs"))
			bob.done(join("pairs"))
			sides := map[string]uint32{}
			for _, p := range []*player{ann, two[0], two[1], bob} {
				p.seated()
				p.is(func() bool { sides[p.player] = uint32(p.room.Seat) % p.room.Teams; return true })
			}
			if a, b := sides[two[0].player], sides[two[1].player]; a != b || sides[ann.player] == a || sides[bob.player] == a {
				t.Errorf("sides %v", fmt.Sprint(sides))
			}
		}
	})
}

func TestAPartyOfWhichOneIsAwayIsNotMatchedInTheMomentItIsQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"arena": {Min: 3, Max: 3}})
		two, cid := h.friends(2), h.guest()
		cid.done(join("arena"))
		two[1].cut()
		two[0].until("news that she is away", func() bool { return two[0].party.Members[1].Away })
		two[0].done(join("arena")) // and cid waits already
		time.Sleep(10 * time.Second)
		if cid.place() != "" {
			t.Fatal("matched with a party of which one is away")
		}
		two[1].resumed()
		cid.seated()
	})
}

func TestAMatchOfOnePartyAloneIsToldAsOneThatCountsForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		plays := func(ann, bob *player) {
			t.Helper()
			ann.seated()
			bob.seated()
			ann.mark(endingCell)
			ann.until("the end", func() bool { return ann.room.GetPhase() == pb.Phase_PHASE_ENDED })
		}
		two := h.friends(2)
		two[0].done(join("duel"))
		plays(two[0], two[1])
		plays(h.duel())
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.outcomes) != 2 || !h.outcomes[0].Friendly || h.outcomes[1].Friendly {
			t.Errorf("outcomes %+v", h.outcomes)
		}
	})
}
