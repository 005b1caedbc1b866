package session_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game/room"
	"parlor/matchmaking"
	pb "parlor/proto/parlor/v1"
)

// drain begins to drain h with a grace time; done is closed when that is over.
func (h *house) drain(grace time.Duration) (done chan struct{}) {
	done = make(chan struct{})
	h.serves.Go(func() {
		defer close(done)
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		h.server.Drain(ctx)
	})
	return done
}

func TestADrainEndsEndlessRoomsLetsMatchesFinishAndTakesNobodyNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob, cid, dan := h.guest(), h.guest(), h.guest(), h.guest()
		ann.play("arena")
		bob.call(join("duel"))
		cid.call(join("duel"))
		bob.seated()
		cid.seated()
		began := time.Now()
		done := h.drain(time.Minute)

		for _, p := range []*player{ann, bob, cid, dan} {
			p.until("draining", func() bool {
				return slices.ContainsFunc(p.items, func(i *pb.Item) bool { return i.GetDraining().GetDeadlineMs() > 50_000 })
			})
		}
		ann.until("left", func() bool { return ann.room == nil })
		if took := time.Since(began); took > time.Second {
			t.Errorf("the endless room closed after %v", took)
		}
		if got := ann.items[len(ann.items)-1].GetLeft().GetError().GetCode(); got != pb.Code_CODE_DRAINING {
			t.Errorf("left because of %v, want DRAINING", got)
		}
		h.mu.Lock()
		if len(h.scored) != 1 || h.scored[0].Player != ann.player || h.scored[0].Score != 100 {
			t.Errorf("scored %+v, want what ann had reached", h.scored)
		}
		h.mu.Unlock()
		for _, call := range []*pb.Call{join("solo"), join("arena"), joinRoom("x")} {
			if got := dan.ask(call); got != pb.Code_CODE_DRAINING {
				t.Errorf("%v: %v, want DRAINING", call.Kind, got)
			}
		}
		eve := h.newcomer()
		eve.connect(guestHello("", ""))
		if got := eve.closes(); got != 4302 || eve.fault.GetRetryMs() == 0 {
			t.Errorf("a new guest: %d, %v", got, eve.fault)
		}
		bob.cut() // who is playing may come back
		bob.resumed()
		time.Sleep(10 * time.Second)
		select {
		case <-done:
			t.Fatal("the drain did not wait for the match")
		default:
		}
		cid.mark(endingCell)
		<-done
		h.mu.Lock()
		if len(h.outcomes) != 2 || h.outcomes[1].Ending != room.Finished {
			t.Errorf("outcomes %+v, want a finished match", h.outcomes)
		}
		h.mu.Unlock()
		h.stop()
		for _, p := range []*player{ann, bob, cid, dan} {
			if got := p.closes(); got != 4302 {
				t.Errorf("closed with %d, want 4302", got)
			}
			if p.fault.GetCode() != pb.Code_CODE_DRAINING || p.fault.GetRetryMs() == 0 {
				t.Errorf("told %v, want DRAINING and when to come back", p.fault)
			}
			p.fair()
		}
	})
}

// Whoever asked quickly enough got another match, which used the grace time up and was cut off.
func TestNoRematchBeginsInADrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.duel()
		began, done := time.Now(), h.drain(time.Minute)
		ann.mark(endingCell)
		for _, p := range []*player{ann, bob} {
			p.until("end", func() bool { return p.room.GetPhase() == pb.Phase_PHASE_ENDED })
			if code := p.ask(rematch()); code != pb.Code_CODE_DRAINING {
				t.Errorf("a rematch is answered with %v, want DRAINING", code)
			}
		}
		<-done
		if took := time.Since(began); took > time.Second {
			t.Errorf("the drain took %v", took)
		}
	})
}

func TestADrainThatRunsOutOfTimeAbortsWhatPlays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann := h.guest()
		ann.play("solo")
		<-h.drain(5 * time.Second)
		h.stop()
		ann.until("end", func() bool { return ann.ended })
		got := ann.kinds()
		if want := []string{"draining", "room", "result", "left"}; !slices.Equal(got[len(got)-4:], want) {
			t.Errorf("items %v, want them to end with %v", got, want)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.outcomes) != 1 || h.outcomes[0].Ending != room.Aborted {
			t.Errorf("outcomes %+v, want an aborted match", h.outcomes)
		}
	})
}

func TestADrainSendsThoseInTheQueueAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, map[string]matchmaking.Rule{"spar": {Min: 2, Max: 2, BotsAfter: 3 * time.Second}})
		ann := h.guest()
		ann.ask(join("spar"))
		done := h.drain(time.Minute)
		ann.until("the ticket's end", func() bool {
			return slices.ContainsFunc(ann.items, func(i *pb.Item) bool { return i.GetQueued().GetCancelled() })
		})
		<-done
		time.Sleep(10 * time.Second)
		if rooms := h.server.Rooms(); len(rooms) != 0 {
			t.Errorf("a match began in a drain: %v", rooms)
		}
		if got := ann.ask(cancel()); got != pb.Code_CODE_WRONG_PHASE {
			t.Errorf("cancel: %v", got)
		}
	})
}

// TestAMatchThatWasJustMadeIsNotStoppedByADrain drains at the moment at which matches are made.
func TestAMatchThatWasJustMadeIsNotStoppedByADrain(t *testing.T) {
	for range 40 {
		synctest.Test(t, func(t *testing.T) {
			h := open(t, nil)
			ann := h.guest()
			ann.call(join("solo"))
			done := h.drain(10 * time.Second)
			<-done
			h.stop()
			h.mu.Lock()
			defer h.mu.Unlock()
			for _, o := range h.outcomes {
				if o.Ticks < 100 {
					t.Fatalf("a match was aborted after %d ticks, with 10 s to go", o.Ticks)
				}
			}
		})
	}
}

func TestWhoComesBackWhenTheServerHasStoppedIsSentAway(t *testing.T) {
	for name, come := range map[string]func(*player){
		"resume":     func(p *player) { p.resume() },
		"cold start": func(p *player) { p.connect(guestHello(p.player, p.secret)) },
		"new":        func(p *player) { p.connect(guestHello("", "")) },
	} {
		for _, drained := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					h := open(t, nil)
					ann := h.guest()
					if drained {
						<-h.drain(time.Second)
					}
					h.stop()
					if got := ann.closes(); got != 4302 {
						t.Fatalf("closed with %d, want 4302", got)
					}
					come(ann)
					if got := ann.closes(); got != 4302 {
						t.Errorf("closed with %d, want 4302", got)
					}
				})
			})
		}
	}
}

func TestWhoStartsOverWhileTheServerDrainsIsToldSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann := h.guest()
		ann.play("solo")
		h.drain(time.Minute)
		time.Sleep(20 * time.Second)
		ann.takeOver()
		ann.until("draining", func() bool {
			return slices.ContainsFunc(ann.items, func(i *pb.Item) bool {
				ms := i.GetDraining().GetDeadlineMs()
				return ms > 30_000 && ms <= 40_000
			})
		})
	})
}
