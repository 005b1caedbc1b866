package session_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/proto"

	pb "parlor/proto/parlor/v1"
)

// enter takes a seat in a room that plays.
func (p *player) enter(room string) {
	p.h.t.Helper()
	if code := p.ask(joinRoom(room)); code != 0 {
		p.h.t.Fatalf("join room %s: %v", room, code)
	}
	p.seated()
}

// members are those of the player's room, as he knows them.
func (p *player) members() []*pb.Member {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.room.GetMembers())
}

// knows is for until: whether the player knows just these members.
func (p *player) knows(members []*pb.Member) func() bool {
	return func() bool {
		return slices.EqualFunc(p.room.GetMembers(), members, func(a, b *pb.Member) bool { return proto.Equal(a, b) })
	}
}

// allNews are the members in each item of news that came.
func (p *player) allNews() (news [][]*pb.Member) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, item := range p.items {
		if m := item.GetMembers(); m != nil {
			news = append(news, m.Changed)
		}
	}
	return news
}

func TestNewsOfMembersIsOfThoseWhoChangedAndANewcomerGetsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob, cid := h.guest(), h.guest(), h.guest()
		ann.play("arena")
		bob.enter(ann.place())
		time.Sleep(time.Second)
		bob.cut()
		ann.until("bob away", ann.otherAway(true))
		time.Sleep(time.Second)
		cid.enter(ann.place())
		ann.until("what the newcomer knows", ann.knows(cid.members()))
		time.Sleep(time.Second)
		bob.resumed()
		ann.until("bob back", ann.otherAway(false))
		for _, p := range []*player{bob, cid} {
			p.until("what the others know", p.knows(ann.members()))
		}
		for _, changed := range append(ann.allNews(), bob.allNews()...) {
			if len(changed) != 1 {
				t.Errorf("one came or went, and the news is %v", changed)
			}
		}
		for _, c := range []struct {
			p    *player
			want []string // of rooms and members
		}{
			{ann, []string{"room", "members", "members", "members", "members"}}, // bob is there, away; cid is there; bob is back
			{bob, []string{"room", "members"}},                                  // cid is there
			{cid, []string{"room", "members"}},                                  // bob is back
		} {
			got := slices.DeleteFunc(c.p.kinds(), func(kind string) bool { return kind != "room" && kind != "members" })
			if !slices.Equal(got, c.want) {
				t.Errorf("told %v, want %v", got, c.want)
			}
			c.p.fair()
		}
	})
}

func TestAVoteForARematchIsToldWithTheRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.guest(), h.guest()
		ann.call(join("duel"))
		bob.call(join("duel"))
		ann.seated()
		bob.seated()
		ann.mark(endingCell)
		bob.until("the end", func() bool { return bob.room.GetPhase() == pb.Phase_PHASE_ENDED })
		time.Sleep(time.Second)
		ann.call(rematch())
		bob.until("her vote", func() bool { return bob.room.GetRematchVotes() == 1 })
		bob.fair()
	})
}

// Each change was an item: in a large room, those of a few seconds were more than an outbox holds.
func TestNewsOfMembersWaitsForTheNewsBeforeToBeAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := mute(t, "arena")
		bob, cid := ann.h.guest(), ann.h.guest()
		bob.enter(ann.place())
		cid.enter(ann.place())
		for range 10 {
			time.Sleep(300 * time.Millisecond)
			bob.cut()
			time.Sleep(300 * time.Millisecond)
			bob.resumed()
		}
		cid.cut()
		time.Sleep(time.Second)
		if news := ann.allNews(); len(news) != 1 {
			t.Fatalf("%d items of news came, and none was acknowledged: %v", len(news), news)
		}
		ann.mu.Lock()
		last := ann.last
		ann.mu.Unlock()
		ann.send(&pb.ClientFrame{AckItem: last})
		ann.until("cid away", ann.otherAway(true))
		if news := ann.allNews(); len(news) != 2 {
			t.Errorf("want the rest as one: %v", news[1:])
		}
		ann.until("what bob knows", ann.knows(bob.members()))
		ann.fair()
	})
}

// TestWhateverIsCutAllEndWithTheSameMembers compares what players know of their room with what
// one is told who has just come, after some of them were cut, resumed, started over, went away, left
// and joined again. Ann stays, and acknowledges all.
func TestWhateverIsCutAllEndWithTheSameMembers(t *testing.T) {
	seeds := uint64(100)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, dice := open(t, nil), rand.New(rand.NewPCG(seed, 5))
				ann, bob, cid := h.guest(), h.guest(), h.newcomer()
				cid.lag = laggard(seed)
				cid.connect(guestHello("", ""))
				cid.until("welcome", func() bool { return cid.welcome != nil })
				ann.play("arena")
				room := ann.place()
				for range 80 {
					[]*player{bob, cid}[dice.IntN(2)].fidget(dice, room)
					time.Sleep(time.Duration(dice.IntN(300)) * time.Millisecond)
				}
				for _, p := range []*player{bob, cid} {
					p.cut()
					p.resumed()
					time.Sleep(time.Second) // a last Left has come
					if p.place() == "" {
						p.enter(room)
					}
				}
				dan := h.guest()
				dan.enter(room)
				for _, p := range []*player{ann, bob, cid} {
					p.until("what the newcomer knows", p.knows(dan.members()))
					p.fair()
				}
			})
		})
	}
}

// fidget does one thing that others are told of, or that makes him miss what he is told.
func (p *player) fidget(dice *rand.Rand, room string) {
	switch n := dice.IntN(10); {
	case p.is(func() bool { return p.ended }):
		if n < 3 {
			p.takeOver()
		} else {
			p.resumed()
		}
	case n < 4:
		p.cut()
	case n < 6:
		p.send(&pb.ClientFrame{Away: &pb.Away{Back: n == 5}})
	case n < 7:
		p.ask(leave())
	default:
		p.ask(joinRoom(room)) // refused, if he sits there
	}
}
