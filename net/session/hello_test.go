package session_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/net/session"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

func guestHello(player, secret string) *pb.Hello {
	return &pb.Hello{Auth: &pb.Hello_Guest{Guest: &pb.Guest{Player: player, Secret: secret}}}
}

func resumeHello(id, token string, last uint32) *pb.Hello {
	return &pb.Hello{Auth: &pb.Hello_Resume{Resume: &pb.Resume{Session: id, Token: token, LastItem: last}}}
}

func TestANewGuestIsToldWhoHeIsAndWhatHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.guest(), h.guest()
		w := ann.welcome
		if w.Session == "" || w.Token == "" || w.Player == "" || w.Secret == "" || w.Resumed || w.Acked != 0 {
			t.Errorf("welcome %v", w)
		}
		if w.Player == bob.welcome.Player || w.Session == bob.welcome.Session || w.Secret == bob.welcome.Secret {
			t.Error("two guests are one")
		}
		if !proto.Equal(w.Limits, wire.TheLimits()) || w.PingMs != 5000 || w.DeadMs != 15000 {
			t.Errorf("limits %v, ping %d, dead %d", w.Limits, w.PingMs, w.DeadMs)
		}
		if got := strings.Join(w.Games, " "); got != "solo turns duel spar arena gush" {
			t.Errorf("games %q", got)
		}
	})
}

func TestAHelloThatIsNotInOrderIsRefusedWithItsCode(t *testing.T) {
	for name, test := range map[string]struct {
		frame func(ann, bob *player) *pb.ClientFrame
		code  int
	}{
		"no hello": {func(_, _ *player) *pb.ClientFrame { return &pb.ClientFrame{Ping: &pb.Ping{}} }, 4100},
		"hello and inputs": {func(_, _ *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: guestHello("", ""), Inputs: &pb.Inputs{FirstSeq: 1}}
		}, 4100},
		"hello and a call": {func(_, _ *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: guestHello("", ""), Calls: []*pb.Call{join("solo")}}
		}, 4100},
		"hello and an ack": {func(_, _ *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: guestHello("", ""), AckItem: 1}
		}, 4100},
		"nobody": {func(_, _ *player) *pb.ClientFrame { return &pb.ClientFrame{Hello: &pb.Hello{}} }, 4101},
		"a wrong secret": {func(ann, _ *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: guestHello(ann.player, "AAAAAAAAAAAAAAAAAAAAAA")}
		}, 4101},
		"the secret of another": {func(ann, bob *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: guestHello(ann.player, bob.secret)}
		}, 4101},
		"a player but no secret": {func(ann, _ *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: guestHello(ann.player, "")}
		}, 4101},
		"a player who is none": {func(ann, _ *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: guestHello("x", ann.secret)}
		}, 4101},
		"an unknown session": {func(ann, _ *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: resumeHello("00000000-0000-0000-0000-000000000000", ann.token, 0)}
		}, 4202},
		"the token of another": {func(ann, bob *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: resumeHello(ann.session, bob.token, 0)}
		}, 4101},
		"no token": {func(ann, _ *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: resumeHello(ann.session, "", 0)}
		}, 4101},
		"an item that was never sent": {func(ann, _ *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: resumeHello(ann.session, ann.token, 99)}
		}, 4202},
		"the highest item there can be": {func(ann, _ *player) *pb.ClientFrame {
			return &pb.ClientFrame{Hello: resumeHello(ann.session, ann.token, 1<<32-1)}
		}, 4202},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, nil)
				ann, bob := h.guest(), h.guest()
				x := h.newcomer()
				pipe := x.dial()
				x.put(pipe, test.frame(ann, bob))
				if got := x.closes(); got != test.code {
					t.Errorf("closed with %d, want %d", got, test.code)
				}
				if got := wire.CloseCode(x.fault.GetCode()); got != test.code {
					t.Errorf("the last frame says %v, want the error of %d", x.fault, test.code)
				}
				// Whatever it was, it must not have hurt those whom it named.
				ann.play("solo")
				bob.play("solo")
				ann.fair()
				bob.fair()
			})
		})
	}
}

func TestAHelloThatCannotBeReadIsRefused(t *testing.T) {
	for name, frame := range map[string][]byte{
		"nothing":     {},
		"garbage":     bytes.Repeat([]byte{0xff}, 40),
		"cut short":   {0x82, 0x01, 0x20, 0x2a},
		"not UTF-8":   {0x82, 0x01, 0x04, 0x22, 0x02, 0xff, 0xfe},
		"many calls":  bytes.Repeat([]byte{0x2a, 0x00}, 500),
		"deep groups": bytes.Repeat([]byte{0x0b}, 1000),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := open(t, nil).newcomer()
				pipe := x.dial()
				pipe.up <- frame
				if got := x.closes(); got != 4100 && !(name == "many calls" && got == 4300) {
					t.Errorf("closed with %d, want 4100", got)
				}
			})
		})
	}
}

func TestWhoSaysNothingIsSentAwayAfterFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := open(t, nil).newcomer()
		began := time.Now()
		x.silent = true
		x.dial()
		if got := x.closes(); got != 4100 || time.Since(began) != wire.HelloWithin {
			t.Errorf("closed with %d after %v, want 4100 after %v", got, time.Since(began), wire.HelloWithin)
		}
	})
}

func TestNamesAreCleaned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		for given, want := range map[string]string{
			"Ann":                          "Ann",
			"  Ann \t\n  of  Cleves ":      "Ann of Cleves",
			"A\u202enn\u200b\x00":          "Ann", // it would turn what follows around
			strings.Repeat("ä", 40):        strings.Repeat("ä", 24),
			strings.Repeat("a", 23) + " b": strings.Repeat("a", 23),
			"小明":                           "小明",
			"":                             "",
			"\u200b \n":                    "",
		} {
			x := h.newcomer()
			hello := guestHello("", "")
			hello.Name = given
			x.connect(hello)
			x.until("welcome", func() bool { return x.welcome != nil })
			got := x.welcome.Name
			if want == "" {
				want = "Guest " + strings.ToUpper(x.player[:4])
			}
			if got != want || !utf8.ValidString(got) {
				t.Errorf("%q is called %q, want %q", given, got, want)
			}
		}
	})
}

func TestASecondHelloEndsTheConnectionAndNotTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := open(t, nil).guest()
		ann.send(&pb.ClientFrame{Hello: guestHello("", "")})
		if got := ann.closes(); got != 4100 {
			t.Errorf("closed with %d, want 4100", got)
		}
		ann.resumed()
		ann.fair()
	})
}

func TestASessionIsKeptTwoMinutesOutsideARoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann, bob := h.guest(), h.guest()
		ann.cut()
		bob.cut()
		time.Sleep(119 * time.Second)
		ann.resumed()
		time.Sleep(17 * time.Second) // the sweep comes every 15 s
		bob.resume()
		if got := bob.closes(); got != 4202 {
			t.Errorf("after 136 s: closed with %d, want 4202", got)
		}
		bob.takeOver()
		if bob.welcome.Resumed || bob.welcome.Player != bob.player {
			t.Errorf("welcome %v, want a new session of the same player", bob.welcome)
		}
		if sessions, connected := h.server.Counts(); sessions != 2 || connected != 2 {
			t.Errorf("%d sessions, %d connected; want 2, 2", sessions, connected)
		}
	})
}

// failing is a meter with a fault that a resume finds.
type failing struct{ meter }

func (*failing) Resumed(string) { panic("a fault over a hello") }

// Nobody but us catches what a connection's goroutine panics with: a fault there ended the process.
func TestAFaultOverAHelloEndsThatConnectionOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, err := session.New(session.Config{
			Games: []game.Kind{solo}, Key: make([]byte, 32), Meter: new(failing), Logger: quietly(),
		})
		if err != nil {
			t.Fatal(err)
		}
		hello, err := proto.Marshal(&pb.ClientFrame{Hello: resumeHello("", "", 0)})
		if err != nil {
			t.Fatal(err)
		}
		pipe := newPipe()
		pipe.up <- hello
		server.Serve(pipe)
		if code := pipe.closed(); code != 4304 {
			t.Errorf("closed with %d, want 4304", code)
		}
	})
}
