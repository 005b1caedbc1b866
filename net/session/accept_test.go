package session_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/matchmaking"
	"parlor/net/session"
	pb "parlor/proto/parlor/v1"
)

func accept(yes bool) *pb.Call {
	return &pb.Call{Kind: &pb.Call_Accept{Accept: &pb.Accept{Yes: yes}}}
}

// configFor is a server with one game and one queue for it.
func configFor(rule matchmaking.Rule, g spec) session.Config {
	return session.Config{
		Games: []game.Kind{g}, Rules: map[matchmaking.Name]matchmaking.Rule{{Game: g.Name}: rule}, Logger: quietly(),
	}
}

func (p *player) isFound(accepted uint32) func() bool {
	return func() bool { return p.queued.GetAcceptMs() > 0 && p.queued.Accepted == accepted }
}

func TestAMatchBeginsWhenAllHaveAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openWith(t, configFor(matchmaking.Rule{Min: 2, Max: 2, AcceptWithin: 10 * time.Second}, duel))
		ann, bob := h.guest(), h.guest()
		ann.done(join("duel"))
		if code := ann.ask(accept(true)); code != pb.Code_CODE_WRONG_PHASE {
			t.Errorf("nothing is found: %v", code)
		}
		bob.done(join("duel"))
		ann.until("found", ann.isFound(0))
		if q := ann.ticket(); q.Found != 2 || q.AcceptMs > 10_000 || q.AcceptMs < 9_000 {
			t.Errorf("found %v", q)
		}
		ann.done(accept(true))
		bob.until("one has accepted", bob.isFound(1))
		bob.done(accept(true))
		ann.seated()
		bob.seated()
		if ann.place() != bob.place() {
			t.Error("in two rooms")
		}
	})
}

func TestWhoDeclinesOrIsSilentWaitsNoMoreAndTheOthersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openWith(t, configFor(matchmaking.Rule{Min: 2, Max: 2, AcceptWithin: 10 * time.Second}, duel))
		ann, bob, cid := h.guest(), h.guest(), h.guest()
		ann.done(join("duel"))
		bob.done(join("duel"))
		ann.until("found", ann.isFound(0))
		ann.done(accept(true))
		bob.done(accept(false))
		bob.until("cancelled", func() bool { return bob.queued.Cancelled && bob.queued.Error == nil })
		ann.until("waits on", func() bool { return ann.queued.AcceptMs == 0 && !ann.queued.Cancelled && ann.queued.Found == 1 })

		cid.done(join("duel"))
		ann.until("found", ann.isFound(0))
		ann.done(accept(true))
		time.Sleep(11 * time.Second)
		cid.until("cancelled", func() bool { return cid.queued.Cancelled && cid.queued.Error.GetCode() == pb.Code_CODE_EXPIRED })
		ann.until("waits on", func() bool { return ann.queued.AcceptMs == 0 && !ann.queued.Cancelled })
		if w := ann.ticket().WaitedMs; w < 10_000 {
			t.Errorf("has waited %d ms", w)
		}

		bob.done(join("duel"))
		ann.until("found", ann.isFound(0))
		ann.takeOver() // a cold start is asked as well
		ann.until("found", ann.isFound(0))
		ann.done(accept(true))
		bob.done(accept(true))
		ann.seated()
		bob.seated()
	})
}

func TestWhoIsFrozenWhenAMatchIsFoundKeepsHisTicket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openWith(t, configFor(matchmaking.Rule{Min: 2, Max: 2, AcceptWithin: 10 * time.Second}, duel))
		ann, bob := h.guest(), h.guest()
		ann.done(join("duel"))
		bob.done(join("duel"))
		ann.until("found", ann.isFound(0))
		ann.cut()
		bob.until("waits on", func() bool { return bob.queued.AcceptMs == 0 && !bob.queued.Cancelled })
		time.Sleep(time.Minute)
		ann.resumed()
		ann.until("found again", ann.isFound(0))
		bob.until("found again", bob.isFound(0))
		ann.done(accept(true))
		bob.done(accept(true))
		ann.seated()
		bob.seated()
	})
}

func TestTheWaitIsEstimatedFromThoseBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		for range 8 {
			ann, bob := h.guest(), h.guest()
			ann.done(join("duel"))
			if ann.ticket().WaitedMs != 0 {
				t.Error("has waited before she came")
			}
			time.Sleep(10 * time.Second)
			bob.done(join("duel"))
			ann.seated()
		}
		cid := h.guest()
		cid.done(join("duel"))
		cid.until("queued", func() bool { return cid.queued != nil })
		if e := cid.ticket().EstimateMs; e > 10_100 {
			t.Errorf("estimate %d ms, where one of two waited 10 s", e)
		}
	})
}

func TestAQueueKnowsRatingsAndWhoMetLately(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := configFor(matchmaking.Rule{
			Min: 2, Max: 2, RecentFor: 30 * time.Second, Rating: matchmaking.Window{From: 1, PerSecond: 0.5},
		}, duel)
		asked := map[string]float64{}
		cfg.Rating = func(_ matchmaking.Name, player string) matchmaking.Rating {
			return matchmaking.Rating{Mu: asked[player]}
		}
		h := openWith(t, cfg)
		ann, bob, cid := h.guest(), h.guest(), h.guest()
		asked[ann.player], asked[bob.player], asked[cid.player] = 20, 30, 21
		ann.done(join("duel"))
		bob.done(join("duel"))
		time.Sleep(time.Second)
		cid.done(join("duel"))
		ann.seated()
		cid.seated()
		if bob.place() != "" {
			t.Error("bob was matched with somebody who is far off")
		}
		for _, p := range []*player{ann, cid} {
			p.done(leave())
			p.until("left", func() bool { return p.room == nil })
			p.done(join("duel"))
		}
		time.Sleep(10 * time.Second)
		if ann.place() != "" || cid.place() != "" {
			t.Error("they met again at once")
		}
	})
}

func TestMatchesFoundAgainAndAgainCostASilentClientOneItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openWith(t, configFor(matchmaking.Rule{Min: 2, Max: 2, AcceptWithin: 10 * time.Second}, duel))
		ann, bob := h.guest(), h.guest()
		ann.done(join("duel"))
		ann.silent = true
		for range 10 {
			bob.done(join("duel"))
			bob.until("found", bob.isFound(0))
			bob.done(accept(false))
			bob.until("cancelled", func() bool { return bob.queued.Cancelled })
		}
		synctest.Wait()
		if n := len(ann.kinds()); n > 4 {
			t.Errorf("%d items for one who acknowledges none: %q", n, ann.kinds())
		}
	})
}

// A match comes to nothing, and another is found before the client has heard of it: what it is told must not look
// like the first, which it has accepted.
func TestWhoHasAcceptedAMatchThatCameToNothingIsAskedAboutTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openWith(t, configFor(matchmaking.Rule{Min: 2, Max: 2, AcceptWithin: 10 * time.Second}, duel))
		ann, bob, cid := h.guest(), h.guest(), h.guest()
		ann.done(join("duel"))
		bob.done(join("duel"))
		ann.until("found", ann.isFound(0))
		ann.done(accept(true))
		ann.until("accepted", func() bool { return ann.queued.GetAnswered() })
		ann.is(func() bool { ann.silent = true; return true }) // she hears nothing of what comes
		cid.done(join("duel"))
		bob.done(accept(false))
		cid.until("found", cid.isFound(0))
		ann.is(func() bool { ann.silent = false; return true })
		ann.send(&pb.ClientFrame{Ping: &pb.Ping{T: 1}, AckItem: ann.heard()})
		ann.until("asked again", func() bool { return ann.queued.GetAcceptMs() > 0 && !ann.queued.Answered })
		ann.done(accept(true))
		cid.done(accept(true))
		ann.seated()
		cid.seated()
	})
}

// heard is the number of the last item that has come.
func (p *player) heard() uint32 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}
