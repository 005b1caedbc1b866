package session_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

func TestASocketCutInAMatchComesBackToTheSameSeatAndLosesNothing(t *testing.T) {
	for _, game := range []string{"solo", "turns"} {
		t.Run(game, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, nil)
				ann := h.guest()
				ann.play(game)
				room := ann.place()
				var want []uint32
				for cell := range uint32(60) {
					ann.mark(cell)
					want = append(want, cell)
					if cell%10 == 5 {
						ann.cut()
						ann.mark(100 + cell) // kept by the client
						want = append(want, 100+cell)
						ann.resumed()
					}
					time.Sleep(60 * time.Millisecond)
				}
				ann.until("all acknowledged", func() bool { return len(ann.unacked) == 0 })
				ann.until("a view of them", func() bool { return len(ann.board) >= 2*len(want) })
				if got := ann.seen(); !slices.Equal(got, want) {
					t.Errorf("seen %v\nwant %v", got, want)
				}
				if got := ann.place(); got != room || len(h.server.Rooms()) != 1 {
					t.Errorf("in room %s of %d, want %s alone", got, len(h.server.Rooms()), room)
				}
				ann.fair()
			})
		})
	}
}

func TestItemsNotAcknowledgedComeAgainWithTheirNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann := h.newcomer()
		ann.silent = true
		ann.connect(guestHello("", ""))
		ann.until("welcome", func() bool { return ann.welcome != nil })
		for range 3 {
			ann.ask(&pb.Call{})
		}
		ann.cut()
		ann.last = 1 // as if the others had not been handled
		ann.replies = map[uint32]*pb.Reply{}
		ann.resumed()
		ann.until("the items again", func() bool { return ann.last == 3 })
		if ann.replies[2] == nil || ann.replies[3] == nil || ann.again != 0 || len(ann.items) != 5 {
			t.Errorf("after a resume from item 1: replies %v, %d items came twice", ann.replies, ann.again)
		}
		ann.cut()
		ann.resumed()
		ann.ask(&pb.Call{})
		if ann.again != 0 || ann.last != 4 {
			t.Errorf("after a resume from item 3: %d came again, the last is %d", ann.again, ann.last)
		}
		ann.cut()
		ann.last = 2 // 3 items were acknowledged by the resume: they are gone
		ann.resume()
		if got := ann.closes(); got != 4202 {
			t.Errorf("resume from an item that is gone: %d, want 4202", got)
		}
		ann.fair()
	})
}

func TestATokenStaysValidUntilTheNextIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		first := ann.token
		ann.cut()
		ann.resumed() // with the first
		second := ann.token
		ann.cut()
		ann.token = first // the second was in a welcome that got lost
		ann.resumed()
		third := ann.token
		ann.cut()
		for name, token := range map[string]string{"second, which was lost": second, "third's twin": third + "A"} {
			ann.token = token
			ann.resume()
			if got := ann.closes(); got != 4101 {
				t.Errorf("the %s: %d, want 4101", name, got)
			}
		}
		ann.token = third
		ann.resumed()
		ann.cut()
		fourth := ann.token
		ann.token = first
		ann.resume()
		if got := ann.closes(); got != 4101 {
			t.Errorf("the first, after the third was used: %d, want 4101", got)
		}
		ann.token = fourth
		ann.resumed()
		ann.fair()
	})
}

func TestAfterAColdStartTheOldTokensOpenNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann := h.guest()
		ann.play("solo")
		session, token, last := ann.session, ann.token, ann.last
		ann.takeOver()
		x := h.newcomer()
		x.connect(resumeHello(session, token, last)) // the device before, which counts items from before
		if got := x.closes(); got != 4101 {
			t.Errorf("closed with %d, want 4101", got)
		}
		ann.until("room", func() bool { return ann.room != nil })
		ann.fair()
	})
}

func TestAColdStartTakesTheSessionOverWhereItStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann := h.guest()
		ann.play("solo")
		ann.mark(1, 2, 3)
		ann.until("3 acknowledged", func() bool { return ann.acked == 3 })
		before, room := ann.pipe, ann.place()
		ann.takeOver()
		if w := ann.welcome; !w.Resumed || w.Acked != 3 || w.Secret != "" || w.Session != ann.session {
			t.Errorf("welcome %v, want resumed and 3 inputs received", w)
		}
		ann.until("room and view", func() bool { return ann.room != nil && ann.board != nil })
		if got := ann.place(); got != room || !slices.Equal(ann.seen(), []uint32{1, 2, 3}) {
			t.Errorf("room %s, view %v", got, ann.seen())
		}
		ann.until("end of the old pipe", func() bool { return ann.closedBy[before] != 0 })
		if got := ann.closedBy[before]; got != 4107 {
			t.Errorf("the old socket is closed with %d, want 4107", got)
		}
		ann.mark(4) // inputs go on, items and calls begin again
		ann.until("4 acknowledged", func() bool { return ann.acked == 4 })
		if code := ann.ask(leave()); code != 0 {
			t.Errorf("call 1 after the cold start: %v", code)
		}
		ann.fair()
	})
}

func TestTheFrameOfAColdStartsWelcomeTellsWhereHeIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.guest(), h.guest()
		greeted := func(where string, want ...string) {
			t.Helper()
			ann.takeOver()
			if got := strings.Join(ann.greeting, " "); !slices.Contains(want, got) {
				t.Errorf("%s: the frame of the welcome has %q, want one of %q", where, got, want)
			}
		}
		greeted("nowhere", "")
		ann.ask(join("duel"))
		greeted("in a queue", "queued")
		ann.cut()
		synctest.Wait() // the server has noticed
		bob.ask(join("duel"))
		greeted("waited for", "queued", "queued room") // the room, if it answers before the frame goes
		ann.seated()
		greeted("in a room", "room")
		if ann.ask(leave()) != 0 {
			t.Fatal("he is in no room")
		}
		ann.until("left", func() bool { return kindOf(ann.items[len(ann.items)-1]) == "left" })
		greeted("out of it", "")
		ann.fair()
	})
}

func TestATicketSurvivesADropAndNobodyIsMatchedWithItMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.guest(), h.guest()
		ann.ask(join("duel"))
		ann.cut()
		time.Sleep(time.Second)
		bob.ask(join("duel"))
		time.Sleep(time.Minute)
		if bob.place() != "" {
			t.Fatal("bob was matched with somebody who is not there")
		}
		ann.resumed()
		ann.seated()
		bob.seated()
		if a, b := ann.place(), bob.place(); a != b {
			t.Errorf("rooms %s and %s", a, b)
		}
		ann.fair()
	})
}

func TestAColdStartFindsItsTicketInTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann := h.guest()
		ann.ask(join("duel"))
		ticket := ann.items[0].GetQueued().GetTicket()
		ann.takeOver()
		ann.until("ticket", func() bool { return len(ann.items) == 1 })
		if got := ann.items[0].GetQueued(); !ann.welcome.Resumed || got.GetTicket() != ticket || got.GetCancelled() {
			t.Errorf("resumed %v, %v; want ticket %s", ann.welcome.Resumed, got, ticket)
		}
		if code := ann.ask(cancel()); code != 0 {
			t.Errorf("cancel: %v", code)
		}
	})
}

func TestWhoIsForgottenLeavesTheQueueToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.guest(), h.guest()
		ann.ask(join("duel"))
		ann.cut()
		time.Sleep(3 * time.Minute)
		bob.ask(join("duel"))
		time.Sleep(time.Second)
		if rooms := h.server.Rooms(); len(rooms) != 0 {
			t.Errorf("bob plays with nobody: %v", rooms)
		}
	})
}

func TestAwayIsTreatedAsGoneUntilBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.guest(), h.guest()
		ann.call(join("duel"))
		bob.call(join("duel"))
		ann.seated()
		bob.seated()
		ann.send(&pb.ClientFrame{Away: &pb.Away{}})
		bob.until("ann away", bob.otherAway(true))
		before := ann.count()
		time.Sleep(time.Second)
		if n := ann.count() - before; n > 1 {
			t.Errorf("%d views while away", n)
		}
		ann.send(&pb.ClientFrame{Away: &pb.Away{Back: true}})
		bob.until("ann back", bob.otherAway(false))
		before = ann.count()
		ann.until("views", func() bool { return ann.views > before+10 })

		ann.send(&pb.ClientFrame{Away: &pb.Away{}}) // and a new connection ends it too
		bob.until("ann away", bob.otherAway(true))
		ann.cut()
		ann.resumed()
		bob.until("ann back", bob.otherAway(false))
		ann.fair()
		bob.fair()
	})
}

// otherAway is for until: whether anybody in the room is away, as wanted.
func (p *player) otherAway(want bool) func() bool {
	return func() bool {
		return want == slices.ContainsFunc(p.room.GetMembers(), func(m *pb.Member) bool { return m.Away })
	}
}

func TestTooManyItemsEndTheConnectionAndOnlyAColdStartGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.play("solo")
		ann.silent = true // no acknowledgement from now on
		for i := range wire.MaxItems + 50 {
			ann.call(rematch()) // refused: an item each
			if i%8 == 7 {
				time.Sleep(400 * time.Millisecond)
			}
			if ann.is(func() bool { return ann.ended }) {
				break
			}
		}
		if got := ann.closes(); got != 4305 {
			t.Fatalf("closed with %d, want 4305", got)
		}
		ann.fair() // no item came with a number that was given before
		ann.silent = false
		ann.resume()
		if got := ann.closes(); got != 4202 {
			t.Fatalf("resume: closed with %d, want 4202", got)
		}
		ann.takeOver()
		ann.until("room and view", func() bool { return ann.welcome.Resumed && ann.room != nil && ann.views > 0 })
		ann.fair()
	})
}

func TestItemsThatPileUpWhileGoneAreLostAndOnlyAColdStartGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.guest(), h.guest()
		ann.call(join("gush"))
		bob.call(join("gush"))
		ann.seated()
		bob.seated()
		ann.cut()
		time.Sleep(20 * time.Second) // 20 scores a second
		ann.resume()
		if got := ann.closes(); got != 4202 {
			t.Fatalf("resume: closed with %d, want 4202", got)
		}
		ann.takeOver()
		ann.until("room and view", func() bool { return ann.room != nil && ann.views > 0 })
		ann.until("scores", func() bool { return len(ann.items) > 40 })
		if room := bob.place(); ann.place() != room || !ann.is(func() bool { return ann.welcome.Resumed }) {
			t.Errorf("in room %s, want %s", ann.place(), room)
		}
		ann.fair()
		bob.fair()
	})
}
