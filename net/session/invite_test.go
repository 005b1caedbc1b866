package session_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	pb "parlor/proto/parlor/v1"
)

func createRoom(game string, seats uint32) *pb.Call {
	return &pb.Call{Kind: &pb.Call_CreateRoom{CreateRoom: &pb.CreateRoom{Game: game, Seats: seats}}}
}

func joinCode(code string) *pb.Call {
	return &pb.Call{Kind: &pb.Call_JoinCode{JoinCode: &pb.JoinCode{Code: code}}}
}

func ready(on bool) *pb.Call { return &pb.Call{Kind: &pb.Call_Ready{Ready: &pb.Ready{On: on}}} }
func start(bots bool) *pb.Call {
	return &pb.Call{Kind: &pb.Call_Start{Start: &pb.Start{Bots: bots}}}
}
func kick(player string) *pb.Call {
	return &pb.Call{Kind: &pb.Call_Kick{Kick: &pb.Kick{Player: player}}}
}

// done makes a call that must be done.
func (p *player) done(c *pb.Call) {
	p.h.t.Helper()
	if code := p.ask(c); code != 0 {
		p.h.t.Fatalf("%v: %v", c, code)
	}
}

// hosts is a new player in the lobby of his own room.
func (h *house) hosts(game string, seats uint32) (p *player, code string) {
	h.t.Helper()
	p = h.guest()
	p.done(createRoom(game, seats))
	p.until("lobby", func() bool { return p.room.GetPhase() == pb.Phase_PHASE_LOBBY })
	p.mu.Lock()
	defer p.mu.Unlock()
	return p, p.room.Code
}

func TestTwoPlayByACodeAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, code := h.hosts("duel", 0)
		if !regexp.MustCompile(`^[2-9A-HJKMNP-Z]{6}$`).MatchString(code) {
			t.Errorf("code %q", code)
		}
		bob := h.guest()
		bob.done(joinCode(strings.ToLower(code)))
		bob.until("both there", func() bool { return len(bob.room.GetMembers()) == 2 && bob.room.Members[1].Player == bob.player })
		if m := bob.room.Members; !m[0].Owner || m[1].Owner || bob.room.Code != code || bob.room.Match != "" {
			t.Errorf("he was told %v", bob.room)
		}
		ann.done(ready(true))
		bob.until("her word", func() bool { return bob.room.Members[0].Ready })
		bob.done(ready(true))
		for range 2 {
			for _, p := range []*player{ann, bob} {
				p.until("match", func() bool { return p.room.GetPhase() == pb.Phase_PHASE_PLAYING && p.views > 0 })
			}
			ann.mark(1, endingCell)
			for _, p := range []*player{ann, bob} {
				p.until("end", func() bool { return p.room.GetPhase() == pb.Phase_PHASE_ENDED })
				p.done(rematch())
			}
		}
		bob.done(leave())
		ann.until("end", func() bool { return ann.room.GetPhase() == pb.Phase_PHASE_ENDED })
		ann.fair()
		bob.fair()
	})
}

func TestWhatALobbyRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, code := h.hosts("spar", 0)
		bob := h.guest()
		refuses := func(p *player, want pb.Code, calls ...*pb.Call) {
			t.Helper()
			for _, c := range calls {
				if got := p.ask(c); got != want {
					t.Errorf("%v: %v, want %v", c, got, want)
				}
			}
		}
		refuses(bob, pb.Code_CODE_NOT_FOUND, joinCode(""), joinCode("AAAAAA"), joinRoom(ann.place()), createRoom("nothing", 0))
		refuses(bob, pb.Code_CODE_BAD_REQUEST, createRoom("spar", 1), createRoom("spar", 3), createRoom("spar", 1<<31))
		refuses(bob, pb.Code_CODE_WRONG_PHASE, ready(true), start(false), kick(ann.player))
		refuses(ann, pb.Code_CODE_WRONG_PHASE, joinCode(code), createRoom("spar", 0), join("duel"), rematch(), start(false))
		refuses(ann, pb.Code_CODE_NOT_FOUND, kick(bob.player))
		bob.done(joinCode(code))
		bob.until("a seat", func() bool { return bob.room != nil })
		refuses(bob, pb.Code_CODE_FORBIDDEN, start(true), kick(ann.player))
		cid := h.guest()
		turnedAway := func(p *player, want pb.Code) {
			t.Helper()
			p.done(joinCode(code))
			p.until("left", func() bool {
				return kindOf(p.items[len(p.items)-1]) == "left" || kindOf(p.items[max(0, len(p.items)-2)]) == "left"
			})
			i := slices.IndexFunc(p.items, func(i *pb.Item) bool { return i.GetLeft() != nil })
			if got := p.items[i].GetLeft().GetError().GetCode(); got != want || p.place() != "" {
				t.Errorf("turned away with %v, want %v", got, want)
			}
		}
		turnedAway(cid, pb.Code_CODE_ROOM_FULL)
		ann.done(kick(bob.player))
		bob.until("left", func() bool { return bob.room == nil })
		turnedAway(bob, pb.Code_CODE_FORBIDDEN)
		ann.done(start(true))
		dan := h.guest()
		turnedAway(dan, pb.Code_CODE_WRONG_PHASE)
		refuses(ann, pb.Code_CODE_WRONG_PHASE, ready(true), start(true), kick(ann.player))
	})
}

func TestCodesCannotBeTriedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		began, tried := time.Now(), 0
		for tried < 60 {
			switch code := ann.ask(joinCode("AAAAAA")); code {
			case pb.Code_CODE_NOT_FOUND:
				tried++
			case pb.Code_CODE_RATE_LIMITED:
				time.Sleep(time.Second)
			default:
				t.Fatal(code)
			}
		}
		if took := time.Since(began); took < 9*time.Minute {
			t.Errorf("60 tries in %v, want 6 a minute after the first 5", took)
		}
	})
}

func TestALobbySurvivesAColdStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, code := h.hosts("duel", 0)
		place := ann.place()
		ann.cut()
		bob := h.guest()
		bob.done(joinCode(code))
		bob.until("her absence", func() bool { return len(bob.room.GetMembers()) > 0 && bob.room.Members[0].Away })
		ann.takeOver()
		ann.until("the room", func() bool { return ann.room.GetId() == place && ann.room.Members[1].Player == bob.player })
		if ann.room.Code != code || !ann.room.Members[0].Owner || ann.room.Phase != pb.Phase_PHASE_LOBBY {
			t.Errorf("she was told %v", ann.room)
		}
		ann.done(start(false))
		bob.until("match", func() bool { return bob.room.GetPhase() == pb.Phase_PHASE_PLAYING && bob.views > 0 })
	})
}

// The reply had the number of a call that the new client had not made yet.
func TestAReplyThatComesAfterAColdStartIsForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, _ := h.hosts("arena", 0)
		ann.done(start(false))
		ann.until("match", func() bool { return ann.views > 0 })
		synctest.Wait() // between two ticks
		ann.call(kick("nobody"))
		synctest.Wait()
		ann.takeOver()
		time.Sleep(time.Second)
		if n := len(ann.replies); n > 0 {
			t.Errorf("%d replies to a client that has asked nothing: %v", n, ann.replies)
		}
	})
}

func TestADrainClosesLobbiesAndOpensNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, code := h.hosts("duel", 0)
		done := h.drain(time.Minute)
		ann.until("left", func() bool { return ann.room == nil })
		<-done
		for _, c := range []*pb.Call{createRoom("duel", 0), joinCode(code)} {
			if got := ann.ask(c); got != pb.Code_CODE_DRAINING {
				t.Errorf("%v: %v, want DRAINING", c, got)
			}
		}
	})
}

// Whatever order things come in, a player is in a room that knows him, or free to go elsewhere.
func TestInvitedPlayersAreNeverNowhere(t *testing.T) {
	for seed := range uint64(10) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { wander(t, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

func wander(t *testing.T, dice *rand.Rand) {
	h := open(t, nil)
	people := make([]*player, 6)
	for i := range people {
		people[i] = h.guest()
	}
	var codes []string
	for range 400 {
		p := people[dice.IntN(len(people))]
		other := people[dice.IntN(len(people))].player
		p.mu.Lock()
		if code := p.room.GetCode(); code != "" && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
		p.mu.Unlock()
		games := []string{"duel", "spar", "arena"}
		calls := []*pb.Call{
			createRoom(games[dice.IntN(3)], 0), leave(), ready(dice.IntN(4) > 0), ready(true), start(dice.IntN(2) == 0), kick(other), rematch(),
		}
		if len(codes) > 0 {
			newest := codes[max(0, len(codes)-1-dice.IntN(3))]
			calls = append(calls, joinCode(newest), joinCode(newest), joinCode(newest))
		}
		switch dice.IntN(12) {
		case 0:
			p.cut()
			p.resumed()
		case 1:
			p.mark(endingCell)
		default:
			p.call(calls[dice.IntN(len(calls))])
		}
		if dice.IntN(3) == 0 {
			time.Sleep(time.Duration(dice.IntN(8000)) * time.Millisecond)
		}
	}
	for _, p := range people {
		p.until("all replies", func() bool { return len(p.pending) == 0 })
	}
	time.Sleep(time.Second)
	members := map[string]int{}
	for _, r := range h.server.Rooms() {
		members[r.ID] = r.Players
	}
	for i, p := range people {
		if id := p.place(); id != "" {
			if members[id]--; members[id] < 0 {
				t.Errorf("%d is in room %s, which does not know him", i, id)
			}
			p.done(leave())
			p.until("left", func() bool { return p.room == nil })
		}
		p.done(createRoom("duel", 0))
		p.until("lobby", func() bool { return p.room.GetPhase() == pb.Phase_PHASE_LOBBY })
		p.fair()
	}
	for id, left := range members {
		if left > 0 {
			t.Errorf("room %s holds %d seats for nobody", id, left)
		}
	}
}
