package session_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parlor/matchmaking"
	pb "parlor/proto/parlor/v1"
)

func TestCallsAreAnsweredWithTheDocumentedErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann := h.guest()
		step := func(what string, call *pb.Call, want pb.Code) {
			t.Helper()
			if got := ann.ask(call); got != want {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		}
		step("unknown kind", &pb.Call{}, pb.Code_CODE_BAD_REQUEST)
		step("unknown game", join("chess"), pb.Code_CODE_NOT_FOUND)
		step("cancel, not queued", cancel(), pb.Code_CODE_WRONG_PHASE)
		step("leave, in no room", leave(), pb.Code_CODE_WRONG_PHASE)
		step("rematch, in no room", rematch(), pb.Code_CODE_WRONG_PHASE)
		step("unknown room", joinRoom("nowhere"), pb.Code_CODE_NOT_FOUND)
		step("join", join("duel"), 0)
		step("join again", join("duel"), pb.Code_CODE_WRONG_PHASE)
		step("join a room, queued", joinRoom("nowhere"), pb.Code_CODE_WRONG_PHASE)
		step("cancel", cancel(), 0)
		step("cancel again", cancel(), pb.Code_CODE_WRONG_PHASE)
		ann.play("solo")
		step("join, in a room", join("solo"), pb.Code_CODE_WRONG_PHASE)
		step("rematch, in a match", rematch(), pb.Code_CODE_WRONG_PHASE)
		step("leave", leave(), 0)
		ann.until("left", func() bool { return ann.room == nil })
		step("leave again", leave(), pb.Code_CODE_WRONG_PHASE)
		ann.fair()
	})
}

func TestTheQueueTellsHowItStandsUntilItIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.ask(join("duel"))
		ann.ask(cancel())
		got := strings.Join(ann.kinds(), " ")
		if got != "queued reply queued reply" {
			t.Fatalf("items %q", got)
		}
		made, gone := ann.items[0].GetQueued(), ann.items[2].GetQueued()
		if made.Ticket == "" || made.Game != "duel" || made.Needed != 2 || made.Cancelled {
			t.Errorf("made: %v", made)
		}
		if gone.Ticket != made.Ticket || !gone.Cancelled {
			t.Errorf("gone: %v", gone)
		}
	})
}

func TestACallIsDoneOnceHoweverOftenItIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		one := join("duel")
		ann.ask(one)
		for range 3 {
			ann.send(&pb.ClientFrame{Calls: []*pb.Call{one, one}})
		}
		ann.ask(cancel())
		if got := strings.Join(ann.kinds(), " "); got != "queued reply queued reply" {
			t.Errorf("items %q", got)
		}
		ann.fair()
	})
}

func TestSixteenCallsGoInAFrameAndSeventeenDoNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		calls := func(n int) *pb.ClientFrame {
			f := &pb.ClientFrame{}
			for range n {
				ann.calls++
				f.Calls = append(f.Calls, &pb.Call{Id: ann.calls})
			}
			return f
		}
		ann.send(calls(16))
		ann.until("16 replies", func() bool { return len(ann.replies) == 16 })
		ann.send(calls(17))
		if got := ann.closes(); got != 4300 {
			t.Errorf("closed with %d, want 4300", got)
		}
		ann.resumed()
	})
}

func TestFaultsOfAClientCloseWithTheirCode(t *testing.T) {
	body := func(n int) []byte { return make([]byte, n) }
	for name, test := range map[string]struct {
		frame *pb.ClientFrame
		code  int
	}{
		"a call without an id":   {&pb.ClientFrame{Calls: []*pb.Call{{}}}, 4100},
		"input 0":                {&pb.ClientFrame{Inputs: &pb.Inputs{Body: [][]byte{body(1)}}}, 4100},
		"no input at all":        {&pb.ClientFrame{Inputs: &pb.Inputs{}}, 4100},
		"a gap":                  {&pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: 2, Body: [][]byte{body(1)}}}, 4100},
		"the highest input":      {&pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: 1<<32 - 1, Body: [][]byte{body(1), body(1)}}}, 4100},
		"an input too large":     {&pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: 1, Body: [][]byte{body(513)}}}, 4104},
		"65 inputs":              {&pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: 1, Body: slices.Repeat([][]byte{body(1)}, 65)}}, 4104},
		"an item never sent":     {&pb.ClientFrame{AckItem: 1000}, 4100},
		"hello a second time":    {&pb.ClientFrame{Hello: guestHello("", "")}, 4100},
		"a frame over the limit": {&pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: 1, Body: slices.Repeat([][]byte{body(512)}, 8)}}, 1009},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, nil)
				ann, bob := h.guest(), h.guest()
				ann.call(join("duel"))
				bob.call(join("duel"))
				ann.seated()
				bob.seated()
				ann.send(test.frame)
				if got := ann.closes(); got != test.code {
					t.Errorf("closed with %d, want %d", got, test.code)
				}
				if test.code > 4000 && int(ann.fault.GetCode())+4000 != test.code {
					t.Errorf("the last frame says %v, want the error of %d", ann.fault, test.code)
				}
				before := bob.count()
				time.Sleep(time.Second)
				if n := bob.count() - before; n < 19 || !bob.seesAway() {
					t.Errorf("the other saw %d views in a second, and somebody away: %v", n, bob.seesAway())
				}
				before = ann.count()
				ann.resumed()
				ann.until("view", func() bool { return ann.views > before })
				ann.fair()
			})
		})
	}
}

func TestInputsOutsideAMatchAreConsumedAndRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.mark(1, 2, 3)
		ann.until("3 acknowledged", func() bool { return ann.acked == 3 })
		if got := strings.Join(ann.kinds(), " "); got != "refused refused refused" {
			t.Errorf("items %q", got)
		}
		ann.play("solo")
		ann.mark(4)
		ann.until("4 acknowledged", func() bool { return ann.acked == 4 })
		if got := ann.seen(); !slices.Equal(got, []uint32{4}) {
			t.Errorf("the match has seen %v, want 4 alone", got)
		}
		ann.fair()
	})
}

func TestInputsThatCrossTheEndOfARoomAreConsumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.play("solo")
		ann.call(leave())
		ann.mark(1, 2) // the room takes them after it has taken the leave
		ann.until("left", func() bool { return ann.room == nil })
		ann.until("2 acknowledged", func() bool { return ann.acked == 2 })
	})
}

func TestARefusedInputIsAnsweredAndTheNextIsApplied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.play("turns")
		ann.mark(1, refusedCell, 3)
		ann.until("3 acknowledged", func() bool { return ann.acked == 3 })
		ann.until("the view", func() bool { return len(ann.board) == 4 })
		if got := ann.seen(); !slices.Equal(got, []uint32{1, 3}) {
			t.Errorf("seen %v, want 1 and 3", got)
		}
		r := ann.items[len(ann.items)-1].GetRefused()
		if r.GetSeq() != 2 || r.GetReason() != "not that one" {
			t.Errorf("refused %v", r)
		}
	})
}

func TestARefusalThatIsNoTextOrHasNoEndIsToldAsFarAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.play("turns")
		ann.mark(noTextCell, 2)
		ann.until("2 acknowledged", func() bool { return ann.acked == 2 })
		ann.until("the refusal", func() bool { return kindOf(ann.items[len(ann.items)-1]) == "refused" })
		if r := ann.items[len(ann.items)-1].GetRefused(); r.Seq != 1 || !strings.HasPrefix(r.Reason, "no no ") || len(r.Reason) > 200 {
			t.Errorf("refused %v", r)
		}
		ann.fair()
	})
}

func TestTheEndOfARoomIsToldLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.play("solo")
		ann.mark(panicCell)
		ann.until("left", func() bool { return ann.room == nil })
		got := ann.kinds()
		if want := []string{"result", "left"}; !slices.Equal(got[len(got)-2:], want) {
			t.Errorf("items %v, want them to end with %v", got, want)
		}
		left := ann.items[len(ann.items)-1].GetLeft()
		if left.GetError().GetCode() != pb.Code_CODE_INTERNAL {
			t.Errorf("left because of %v, want INTERNAL", left.GetError())
		}
		ann.play("solo") // and nothing holds him
		ann.fair()
	})
}

func TestNewcomersFillARoomOnlyWhereAndAsFarAsTheRuleSays(t *testing.T) {
	for name, test := range map[string]struct {
		rule  matchmaking.Rule
		rooms map[int]int // how many rooms with so many players, of 6
	}{
		"backfill":         {matchmaking.Rule{Min: 1, Max: 4, Backfill: true}, map[int]int{4: 1, 2: 1}},
		"fewer than seats": {matchmaking.Rule{Min: 1, Max: 2, Backfill: true}, map[int]int{2: 3}},
		"no backfill":      {matchmaking.Rule{Min: 1, Max: 4}, map[int]int{1: 6}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, map[string]matchmaking.Rule{"arena": test.rule})
				for range 6 {
					h.guest().play("arena")
					time.Sleep(200 * time.Millisecond) // rooms tell their free seats once a turn
				}
				got := map[int]int{}
				for _, r := range h.server.Rooms() {
					got[r.Players]++
				}
				for players, rooms := range test.rooms {
					if got[players] != rooms {
						t.Errorf("%v rooms by players, want %v", got, test.rooms)
						break
					}
				}
			})
		})
	}
}
