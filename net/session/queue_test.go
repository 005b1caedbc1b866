package session_test

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/game/room"
	"parlor/matchmaking"
	"parlor/net/session"
	pb "parlor/proto/parlor/v1"
)

func TestWhoWasSeatedWhileGoneIsNotQueuedAgainWhenTheRoomCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.guest(), h.guest()
		ann.ask(join("duel"))
		bob.play("duel")
		ann.cut() // before she was told of it
		bob.mark(endingCell)
		time.Sleep(61 * time.Second) // nobody asks for a rematch
		bob.until("left", func() bool { return bob.room == nil })
		synctest.Wait()
		queues, err := h.server.Queues(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range queues {
			if q.Waiting > 0 {
				t.Errorf("%d wait for %s, who is not even there", q.Waiting, q.Queue.Game)
			}
		}
		ann.resumed()
		ann.until("left", func() bool { return len(ann.items) > 0 && ann.items[len(ann.items)-1].GetLeft() != nil })
		ann.ask(join("duel"))
		if got := ann.ask(cancel()); got != 0 {
			t.Errorf("cancel: %v", got)
		}
	})
}

func TestWhoIsTurnedAwayFromARoomGoesOnWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"arena": {Min: 2, Max: 2, Backfill: true}})
		ann, bob, cid := h.guest(), h.guest(), h.guest()
		ann.call(join("arena"))
		bob.call(join("arena"))
		ann.seated()
		bob.seated()
		room := ann.place()
		ann.ask(leave())
		time.Sleep(time.Second) // the queue hears of the free seat, and then others take it by hand
		ann.until("left", func() bool { return ann.room == nil })
		for range 3 { // the game has four seats, and the queue means to use two
			if code := h.guest().ask(joinRoom(room)); code != 0 {
				t.Fatal(code)
			}
		}
		cid.ask(join("arena"))
		time.Sleep(time.Second)
		if cid.place() != "" {
			t.Fatalf("in room %s, which is full", cid.place())
		}
		for _, kind := range cid.kinds() {
			if kind == "left" {
				t.Errorf("he was told that he left a room where he never was")
			}
		}
		ann.ask(join("arena")) // the two who wait make a match
		cid.seated()
		ann.seated()
		if a, c := ann.place(), cid.place(); a != c || a == room {
			t.Errorf("rooms %s and %s", a, c)
		}
	})
}

func TestWhomNobodyWasFoundForIsToldAndMayWaitAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"arena": {Min: 2, Max: 2, Timeout: 30 * time.Second}})
		ann := h.guest()
		ann.ask(join("arena"))
		time.Sleep(31 * time.Second)
		ann.until("cancelled", func() bool {
			return slices.ContainsFunc(ann.items, func(i *pb.Item) bool { return i.GetQueued().GetCancelled() })
		})
		if code := ann.ask(join("arena")); code != 0 {
			t.Errorf("again: %v", code)
		}
		h.guest().ask(join("arena"))
		ann.seated()
	})
}

// TestWhoComesBackAsHeIsForgottenIsEitherThereOrGone resumes sessions in the moment of the sweep.
// A session that goes on must be one that can be resumed again.
func TestWhoComesBackAsHeIsForgottenIsEitherThereOrGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		all := make([]*player, 200)
		for i := range all {
			all[i] = h.guest()
			all[i].cut()
		}
		time.Sleep(2*time.Minute + 15*time.Second) // to the moment of the sweep
		var coming sync.WaitGroup
		for _, p := range all {
			coming.Go(func() {
				p.resume()
				p.until("answer", func() bool { return p.welcome != nil || p.fault != nil })
			})
		}
		coming.Wait()
		time.Sleep(time.Second) // the sweep is over
		for _, p := range all {
			if p.is(func() bool { return p.welcome == nil }) {
				continue
			}
			p.cut()
			p.resume()
			p.until("answer", func() bool { return p.welcome != nil || p.fault != nil })
			if p.is(func() bool { return p.fault != nil }) {
				t.Errorf("a session that was resumed is unknown: %v", p.fault)
			}
		}
	})
}

func TestWhoHasLeftARoomDoesNotKeepItInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.play("solo")
		ann.mark(1)
		ann.until("1 seen", func() bool { return len(ann.board) == 2 })
		match := lastTape.Load()
		if match.Value() == nil {
			t.Fatal("the match is gone while it is played")
		}
		ann.ask(leave())
		ann.until("left", func() bool { return ann.room == nil })
		synctest.Wait()
		for range 3 {
			runtime.GC()
		}
		if match.Value() != nil {
			t.Error("the match is kept by a player in the lobby")
		}
		ann.fair()
	})
}

func TestTheSamePlayerTwiceAtOnceIsOneSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		first := h.guest()
		first.cut()
		time.Sleep(3 * time.Minute) // forgotten
		var coming sync.WaitGroup
		twins := make([]*player, 20)
		for i := range twins {
			twins[i] = h.newcomer()
			coming.Go(func() {
				twins[i].connect(guestHello(first.player, first.secret))
				twins[i].until("answer", func() bool { return twins[i].welcome != nil || twins[i].fault != nil })
			})
		}
		coming.Wait()
		synctest.Wait()
		left := 0
		for _, p := range twins {
			if p.is(func() bool { return !p.ended }) {
				left++
			} else if got := p.closes(); got != 4107 {
				t.Errorf("closed with %d, want 4107", got)
			}
		}
		if sessions, connected := h.server.Counts(); sessions != 1 || connected != 1 || left != 1 {
			t.Errorf("%d sessions, %d connected, %d sockets open; want 1 of each", sessions, connected, left)
		}
	})
}

func TestATicketThatIsNotHisSeatsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.guest(), h.guest()
		for range 50 { // join and cancel, over and over, as another is ready to play
			ann.call(join("duel"))
			ann.call(cancel())
			bob.call(join("duel"))
			bob.call(cancel())
		}
		for _, p := range []*player{ann, bob} {
			p.until("all replies", func() bool { return len(p.replies) == 100 })
		}
		time.Sleep(time.Second)
		if a, b := ann.place(), bob.place(); a != b {
			t.Errorf("rooms %q and %q", a, b)
		}
		for _, p := range []*player{ann, bob} {
			if p.place() != "" {
				if code := p.ask(leave()); code != 0 {
					t.Errorf("leave: %v", code)
				}
				p.until("left", func() bool { return p.room == nil })
			}
			if code := p.ask(join("solo")); code != 0 && code != pb.Code_CODE_WRONG_PHASE {
				t.Errorf("join: %v", code)
			}
			p.fair()
		}
	})
}

// It was taken, and whoever had waited for long enough was told that the server had failed.
func TestAQueueThatWaitsForBotsOfAGameWithoutOneIsRefused(t *testing.T) {
	for name, g := range map[string]spec{"without": duel, "with": withBot(duel)} {
		_, err := session.New(session.Config{
			Games: []game.Kind{g}, Key: make([]byte, 32), Logger: quietly(),
			Rules: map[matchmaking.Name]matchmaking.Rule{{Game: "duel"}: {Min: 2, Max: 2, BotsAfter: time.Second}},
		})
		if refused := err != nil && strings.Contains(err.Error(), "queue of duel: BotsAfter"); refused != (name == "without") {
			t.Errorf("%s a bot: %v", name, err)
		}
	}
}

func TestAnOutcomeTellsTheModeThatWasQueuedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openWith(t, session.Config{
			Games: []game.Kind{duel}, Logger: quietly(),
			Rules: map[matchmaking.Name]matchmaking.Rule{{Game: "duel"}: {Min: 2, Max: 2}, {Game: "duel", Mode: "blitz"}: {Min: 2, Max: 2}},
		})
		ann, bob := h.guest(), h.guest()
		for _, p := range []*player{ann, bob} {
			p.call(&pb.Call{Kind: &pb.Call_JoinQueue{JoinQueue: &pb.JoinQueue{Game: "duel", Mode: "blitz"}}})
		}
		bob.seated()
		ann.mark(endingCell)
		bob.until("result", func() bool {
			return slices.ContainsFunc(bob.items, func(i *pb.Item) bool { return i.GetResult() != nil })
		})
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.outcomes) != 1 || h.outcomes[0].Mode != "blitz" || h.outcomes[0].Ending != room.Finished {
			t.Errorf("outcomes %+v, want one of blitz", h.outcomes)
		}
	})
}
