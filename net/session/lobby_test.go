package session_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/room"
	"parlor/matchmaking"
	pb "parlor/proto/parlor/v1"
)

// makes has a new player make a room, and answers when he sits in it.
func (h *house) makes(c *pb.CreateRoom) *player {
	h.t.Helper()
	p := h.guest()
	p.done(&pb.Call{Kind: &pb.Call_CreateRoom{CreateRoom: c}})
	p.until("lobby", func() bool { return p.room != nil })
	return p
}

func quick(game string, props ...*pb.Prop) *pb.Call {
	return &pb.Call{Kind: &pb.Call_QuickRoom{QuickRoom: &pb.QuickRoom{Game: game, Props: props}}}
}

func watchRoom(id, code string) *pb.Call {
	return &pb.Call{Kind: &pb.Call_Watch{Watch: &pb.Watch{Room: id, Code: code}}}
}

func setProp(name, value string, was *string) *pb.Call {
	return &pb.Call{Kind: &pb.Call_SetProp{SetProp: &pb.SetProp{Prop: &pb.Prop{Name: name, Value: value}, Was: was}}}
}

func setRoom(public, locked *bool) *pb.Call {
	return &pb.Call{Kind: &pb.Call_SetRoom{SetRoom: &pb.SetRoom{Public: public, Locked: locked}}}
}

// lists asks for public rooms.
func (p *player) lists(c *pb.ListRooms) (rooms []string) {
	p.h.t.Helper()
	id := p.call(&pb.Call{Kind: &pb.Call_ListRooms{ListRooms: c}})
	p.until("a list", func() bool { return p.replies[id] != nil })
	p.mu.Lock()
	defer p.mu.Unlock()
	if e := p.replies[id].Error; e != nil {
		p.h.t.Fatalf("list: %v", e)
	}
	for _, card := range p.replies[id].Rooms {
		rooms = append(rooms, card.Id)
	}
	return rooms
}

func prop(name, value string) *pb.Prop { return &pb.Prop{Name: name, Value: value} }

func TestPublicRoomsAreListedJoinedByIdAndTakenQuickly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.makes(&pb.CreateRoom{Game: "arena", Props: []*pb.Prop{prop("map", "moon")}})
		moon := h.makes(&pb.CreateRoom{Game: "arena", Public: true, Props: []*pb.Prop{prop("map", "moon")}})
		mars := h.makes(&pb.CreateRoom{Game: "arena", Seats: 2, Public: true, Props: []*pb.Prop{prop("map", "mars")}})
		full := h.makes(&pb.CreateRoom{Game: "arena", Seats: 1, Public: true})
		time.Sleep(time.Second)
		bob := h.guest()
		if got, want := bob.lists(&pb.ListRooms{Game: "arena"}), []string{mars.place(), moon.place(), full.place()}; !slices.Equal(got, want) {
			t.Errorf("listed %v, want %v", got, want)
		}
		if got, want := bob.lists(&pb.ListRooms{Game: "arena", Free: true, Props: []*pb.Prop{prop("map", "moon")}}), []string{moon.place()}; !slices.Equal(got, want) {
			t.Errorf("with a moon: %v, want %v", got, want)
		}
		if got := bob.lists(&pb.ListRooms{Game: "duel"}); len(got) > 0 {
			t.Errorf("rooms of another game: %v", got)
		}
		bob.done(joinRoom(moon.place()))
		bob.until("a seat", func() bool { return bob.room.GetSeat() == 1 })

		cid, dot := h.guest(), h.guest()
		cid.done(quick("arena"))
		cid.until("a seat", func() bool { return cid.room != nil })
		if cid.place() != mars.place() {
			t.Errorf("quickly into %s, want the fullest, %s", cid.place(), mars.place())
		}
		dot.done(quick("arena", prop("map", "sun")))
		dot.until("a room", func() bool { return dot.room != nil })
		if !dot.is(func() bool { r := dot.room; return r.Public && len(r.Props) == 1 && r.Members[0].Owner }) {
			t.Error("made another room than it asked for")
		}
		dot.done(setRoom(proto.Bool(false), nil))
		time.Sleep(time.Second)
		for _, id := range h.guest().lists(&pb.ListRooms{Game: "arena"}) {
			if id == dot.place() {
				t.Error("listed, though it is no more to be")
			}
		}
		if code := h.guest().ask(joinRoom(dot.place())); code != pb.Code_CODE_NOT_FOUND {
			t.Errorf("by the id of a room that is not public: %v", code)
		}
	})
}

func TestListsAreBoundedInNumberBytesAndRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		var props []*pb.Prop
		for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
			props = append(props, prop(name, string(make([]byte, 256))))
		}
		for range 30 {
			h.makes(&pb.CreateRoom{Game: "arena", Public: true, Props: props})
		}
		time.Sleep(time.Second)
		ann := h.guest()
		if n := len(ann.lists(&pb.ListRooms{Game: "arena", Limit: 50})); n < 3 || n > 4 {
			t.Errorf("%d rooms of 1.9 KB in a list of 8 KB", n)
		}
		if n := len(ann.lists(&pb.ListRooms{Game: "arena", Limit: 3})); n != 3 {
			t.Errorf("%d rooms, want 3", n)
		}
		var code pb.Code
		for range 10 {
			code = ann.ask(&pb.Call{Kind: &pb.Call_ListRooms{ListRooms: &pb.ListRooms{Game: "arena"}}})
		}
		if code != pb.Code_CODE_RATE_LIMITED {
			t.Errorf("the tenth: %v", code)
		}
	})
}

func TestWhoLooksOnSeesTheMatchesOfARoomAndItsNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, code := h.hosts("duel", 0)
		bob, cid := h.guest(), h.guest()
		if got := cid.ask(watchRoom(ann.place(), "")); got != pb.Code_CODE_NOT_FOUND {
			t.Errorf("by the id of a room that is not public: %v", got)
		}
		cid.done(watchRoom("", code))
		cid.until("the room", func() bool { return cid.room != nil && cid.room.Seat == -1 })
		ann.until("news of cid", func() bool { return ann.room.Watchers == 1 })
		bob.done(joinCode(code))
		bob.until("a seat", func() bool { return bob.room != nil })
		ann.done(start(false))
		bob.seated()
		bob.mark(7)
		cid.until("7 seen", func() bool { return slices.Equal(cid.board, []uint32{1, 7}) })
		cid.mark(8)
		cid.until("refused", func() bool {
			return slices.ContainsFunc(cid.items, func(i *pb.Item) bool { return i.GetRefused() != nil })
		})
		cid.cut()
		bob.mark(9)
		time.Sleep(time.Second)
		cid.resumed()
		cid.until("9 seen", func() bool { return len(cid.board) == 4 })
		for range 2 {
			ann.mark(endingCell)
			cid.until("the end", func() bool { return cid.room.Phase == pb.Phase_PHASE_ENDED })
			ann.done(rematch())
			bob.done(rematch())
			cid.until("another match", func() bool { return cid.room.Phase == pb.Phase_PHASE_PLAYING && len(cid.board) == 0 })
		}
		if code := cid.ask(join("solo")); code != pb.Code_CODE_WRONG_PHASE {
			t.Errorf("queued while he looks on: %v", code)
		}
		cid.done(leave())
		cid.until("left", func() bool { return cid.room == nil })
		ann.until("news that he has gone", func() bool { return ann.room.Watchers == 0 })
		for _, p := range []*player{ann, bob, cid} {
			p.fair()
		}
	})
}

func TestARoomOfAQueueIsWatchedByItsId(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		secret := tapeGame("secret", 20, game.Exactly(1))
		secret.WatchDelay = game.NoWatch
		h := openWith(t, configFor(matchmaking.Rule{Min: 1, Max: 1}, secret))
		ann, bob := h.guest(), h.guest()
		ann.done(join("secret"))
		ann.seated()
		bob.done(watchRoom(ann.place(), ""))
		bob.until("sent away", func() bool {
			return slices.ContainsFunc(bob.items, func(i *pb.Item) bool { return i.GetLeft().GetError().GetCode() == pb.Code_CODE_FORBIDDEN })
		})

		h = open(t, nil)
		cid, dot := h.guest(), h.guest()
		cid.play("solo")
		dot.done(watchRoom(cid.place(), ""))
		cid.mark(3)
		dot.until("3 seen", func() bool { return len(dot.board) == 2 })
	})
}

func TestPropsThatChangeOftenCostASilentClientOneItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, code := h.hosts("duel", 0)
		bob := h.guest()
		bob.done(joinCode(code))
		bob.until("a seat", func() bool { return bob.room != nil })
		bob.is(func() bool { bob.silent = true; return true })
		for i := range 20 {
			ann.done(setProp("map", string(rune('a'+i)), nil))
			time.Sleep(300 * time.Millisecond)
		}
		if n := len(bob.kinds()); n > 8 {
			t.Errorf("%d items for one who acknowledges none", n)
		}
		if got := ann.ask(setProp("map", "x", proto.String("a"))); got != pb.Code_CODE_CONFLICT {
			t.Errorf("on top of what is not there: %v", got)
		}
		if got := bob.ask(setProp("map", "x", nil)); got != pb.Code_CODE_FORBIDDEN {
			t.Errorf("by a guest: %v", got)
		}
		bob.takeOver()
		bob.until("the newest", func() bool { return bob.room != nil && bob.room.Props[0].Value == "t" })
	})
}

func TestWhatARoomWithALobbyMayNotBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pairs := tapeGame("pairs", 20, game.Between(2, 4))
		pairs.Teams = 2
		h := openWith(t, configFor(matchmaking.Rule{Min: 4, Max: 4, Teams: 2}, pairs))
		ann := h.guest()
		for _, c := range []*pb.CreateRoom{
			{Game: "pairs", Seats: 3}, {Game: "pairs", ReadyStarts: 5}, {Game: "pairs", KeepS: 901},
			{Game: "pairs", Props: []*pb.Prop{prop("", "x")}}, {Game: "pairs", Props: make([]*pb.Prop, 17)},
		} {
			for i := range c.Props {
				if c.Props[i] == nil {
					c.Props[i] = prop(string(rune('a'+i)), "x")
				}
			}
			if got := ann.ask(&pb.Call{Kind: &pb.Call_CreateRoom{CreateRoom: c}}); got != pb.Code_CODE_BAD_REQUEST {
				t.Errorf("%v: %v", c, got)
			}
		}
	})
}

func TestMatchesInRoomsThatPlayersMadeAreToldAsSuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, code := h.hosts("duel", 0)
		bob := h.guest()
		bob.done(joinCode(code))
		bob.until("a seat", func() bool { return bob.room != nil })
		ann.done(start(false))
		ann.seated()
		ann.mark(endingCell)
		ann.until("the end", func() bool { return ann.room.Phase == pb.Phase_PHASE_ENDED })
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.outcomes) != 1 || !h.outcomes[0].Friendly || h.outcomes[0].Ending != room.Finished {
			t.Errorf("outcomes %+v", h.outcomes)
		}
	})
}

func TestVotesThatComeAndGoCostASilentClientOneItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann := h.makes(&pb.CreateRoom{Game: "duel", Public: true})
		bob, id := h.guest(), ann.place()
		bob.done(joinRoom(id))
		bob.until("a seat", func() bool { return bob.room != nil })
		ann.done(start(false))
		ann.seated()
		ann.mark(endingCell)
		ann.until("the end", func() bool { return ann.room.Phase == pb.Phase_PHASE_ENDED })
		ann.silent = true
		before := len(ann.kinds())
		for range 20 { // whoever sits down wants the next match
			bob.done(leave())
			bob.until("left", func() bool { return bob.room == nil })
			time.Sleep(300 * time.Millisecond)
			bob.done(joinRoom(id))
			bob.until("a seat", func() bool { return bob.room != nil })
			time.Sleep(300 * time.Millisecond)
		}
		if n := len(ann.kinds()) - before; n > 2 {
			t.Errorf("%d items for one who acknowledges none", n)
		}
	})
}

func TestWhatCostsOthersSomethingIsBoundedInRate(t *testing.T) {
	for name, test := range map[string]struct {
		calls  func() []*pb.Call
		answer int // in a row
	}{
		"quick rooms": {func() []*pb.Call { return []*pb.Call{quick("solo"), leave()} }, 3},
		"rooms":       {func() []*pb.Call { return []*pb.Call{createRoom("duel", 0), leave()} }, 5},
		"waits":       {func() []*pb.Call { return []*pb.Call{join("duel"), cancel()} }, 10},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ann := open(t, nil).guest()
				for i := range test.answer + 1 {
					calls, want := test.calls(), pb.Code(0)
					if i == test.answer {
						want = pb.Code_CODE_RATE_LIMITED
					}
					if got := ann.ask(calls[0]); got != want {
						t.Fatalf("%d in a row: %v", i+1, got)
					}
					if want == 0 {
						ann.until("a room, or a wait", func() bool { return ann.room != nil || ann.queued != nil && !ann.queued.Cancelled })
						ann.done(calls[1])
						synctest.Wait() // a room that she was alone in has closed: it is not found again
						ann.until("neither", func() bool { return ann.room == nil && (ann.queued == nil || ann.queued.Cancelled) })
					}
				}
			})
		})
	}
}

func TestABurstOfListsFitsIntoWhatAClientMayLeaveUnacknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		var props []*pb.Prop
		for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
			props = append(props, prop(name, string(make([]byte, 256))))
		}
		for range 10 {
			h.makes(&pb.CreateRoom{Game: "arena", Public: true, Props: props})
		}
		time.Sleep(time.Second)
		ann := h.guest()
		ann.silent = true
		for range 6 {
			ann.lists(&pb.ListRooms{Game: "arena", Limit: 50})
			time.Sleep(400 * time.Millisecond)
		}
		if ann.fault != nil {
			t.Errorf("closed with %v", ann.fault)
		}
	})
}

func TestWhoWasSentAwayIsNotSentQuicklyToTheSameRoomAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.makes(&pb.CreateRoom{Game: "arena", Public: true}), h.guest()
		bob.done(quick("arena"))
		bob.until("a seat", func() bool { return bob.room != nil })
		ann.done(kick(bob.player))
		bob.until("left", func() bool { return bob.room == nil })
		time.Sleep(time.Second)
		bob.done(quick("arena"))
		bob.until("a room of his own", func() bool { return bob.room != nil && bob.room.Id != ann.room.Id })
	})
}
