package room_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/game/arcade/tictactoe"
	"parlor/game/room"
)

// host opens a private room, in which ann sits alone.
func host(t *testing.T, cfg room.Config) (r *room.Room, ann *person, stop func()) {
	t.Helper()
	ann = &person{id: "ann"}
	cfg.Code = "ABC234"
	r, stop = run(t, cfg, ann)
	synctest.Wait()
	return r, ann, stop
}

// asks waits for the room's answer.
func asks[T any](ask func(context.Context, room.Player, T, func(error)), p *person, what T) error {
	answer := make(chan error, 1)
	ask(context.Background(), p, what, func(err error) { answer <- err })
	return <-answer
}

// seated has somebody take a seat.
func seated(t *testing.T, r *room.Room, id string) *person {
	t.Helper()
	p := &person{id: id}
	if err := r.TryJoin(p); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second) // news of members are told from time to time
	return p
}

// table is who sits where, in the newest state that p was told: an owner is marked by *, who is ready
// by +, and a bot's seat is called bot.
func table(p *person) (seats string) {
	for _, m := range p.state().Members {
		name := m.Player
		switch {
		case m.Bot:
			name = "bot"
		case name == "":
			name = "-"
		}
		if m.Owner {
			name += "*"
		}
		if m.Ready {
			name += "+"
		}
		seats += name + " "
	}
	return seats
}

func expect(t *testing.T, p *person, phase room.Phase, seats string) {
	t.Helper()
	if st := p.state(); st.Phase != phase || table(p) != seats {
		t.Fatalf("%s was told %v: %s; want %v: %s", p.id, st.Phase, table(p), phase, seats)
	}
}

func TestAPrivateRoomBeginsWhenTheTableIsFullAndAllAreReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: tictactoe.Game})
		defer stop()
		if st := ann.state(); st.Code != "ABC234" || st.Match != "" {
			t.Errorf("told %+v", st)
		}
		expect(t, ann, room.Lobby, "ann* - ")
		if err := asks(r.Ready, ann, true); err != nil {
			t.Fatal(err)
		}
		bob := seated(t, r, "bob")
		expect(t, bob, room.Lobby, "ann*+ bob ")
		if n, _ := bob.views(); n != 0 {
			t.Errorf("%d views before there is a match", n)
		}
		if n := len(ann.updates()); n > 4 {
			t.Errorf("she was told of the lobby %d times, in which two things happened", n)
		}
		if err := asks(r.Ready, bob, true); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		expect(t, ann, room.Playing, "ann* bob ")
		if n, _ := bob.views(); n != 1 {
			t.Errorf("%d views at the start, want 1", n)
		}
		if err := asks(r.Ready, ann, true); !errors.Is(err, room.ErrPhase) {
			t.Errorf("ready in a match: %v", err)
		}
	})
}

func TestOnlyTheOwnerStartsAndNotWithTooFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: withBot(toySpec(20, game.Between(2, 8), idle)), Size: 4})
		defer stop()
		if err := asks(r.Start, ann, false); !errors.Is(err, room.ErrMissing) {
			t.Errorf("alone: %v", err)
		}
		bob := seated(t, r, "bob")
		if err := asks(r.Start, bob, false); !errors.Is(err, room.ErrNotOwner) {
			t.Errorf("by a guest: %v", err)
		}
		if err := asks(r.Start, ann, false); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		expect(t, bob, room.Playing, "ann* bob ")
		if err := asks(r.Start, ann, false); !errors.Is(err, room.ErrPhase) {
			t.Errorf("again: %v", err)
		}
	})
}

func TestBotsFillAPrivateRoomOnlyIfTheOwnerAsksForThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: withBot(toySpec(20, game.Between(2, 8), idle)), Bots: 6, Size: 3})
		defer stop()
		if err := asks(r.Start, ann, true); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		expect(t, ann, room.Playing, "ann* bot bot ")
		if info := r.Info(); info.Bots != 2 || info.Free != 0 {
			t.Errorf("info %+v", info)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: toySpec(20, game.Exactly(2), idle)})
		defer stop()
		if err := asks(r.Start, ann, true); !errors.Is(err, room.ErrMissing) {
			t.Errorf("in a game without a bot: %v", err)
		}
	})
}

func TestTheNextAtTheTableIsOwnerWhenTheOwnerLeavesOrLosesHisSeat(t *testing.T) {
	for _, leaves := range []bool{true, false} {
		t.Run(fmt.Sprint(leaves), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, ann, stop := host(t, room.Config{Kind: toySpec(20, game.Between(2, 4), idle)})
				defer stop()
				bob, cid := seated(t, r, "bob"), seated(t, r, "cid")
				tell := r.Offline
				if leaves {
					tell = r.Leave
				}
				if err := tell(t.Context(), ann); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2*time.Minute + time.Second)
				expect(t, cid, room.Lobby, "- bob* cid - ")
				if err := r.Leave(t.Context(), bob); err != nil {
					t.Fatal(err)
				}
				dan := seated(t, r, "dan")
				expect(t, dan, room.Lobby, "dan - cid* - ")
			})
		})
	}
}

func TestWhoIsKickedStaysOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: tictactoe.Game})
		defer stop()
		bob := seated(t, r, "bob")
		if err := asks(r.Kick, bob, "ann"); !errors.Is(err, room.ErrNotOwner) {
			t.Errorf("by a guest: %v", err)
		}
		for _, nobody := range []string{"", "ann", "cid"} {
			if err := asks(r.Kick, ann, nobody); !errors.Is(err, room.ErrNobody) {
				t.Errorf("kick %q: %v", nobody, err)
			}
		}
		if err := asks(r.Kick, ann, "bob"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if l := bob.left(); l == nil || !errors.Is(l.Err, room.ErrKicked) {
			t.Errorf("he was told %v", l)
		}
		again := seated(t, r, "bob")
		if l := again.left(); l == nil || !errors.Is(l.Err, room.ErrKicked) {
			t.Errorf("when he came again: %v", l)
		}
		expect(t, ann, room.Lobby, "ann* - ")
		cid := seated(t, r, "cid")
		if err := asks(r.Start, ann, false); err != nil {
			t.Fatal(err)
		}
		if err := asks(r.Kick, ann, "cid"); !errors.Is(err, room.ErrPhase) || cid.left() != nil {
			t.Errorf("out of a match that she would win by it: %v", err)
		}
	})
}

func TestAFullTableTakesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _, stop := host(t, room.Config{Kind: openSpec(game.Between(1, 8)), Size: 2})
		defer stop()
		bob := seated(t, r, "bob")
		if l := seated(t, r, "cid").left(); l == nil || !errors.Is(l.Err, room.ErrFull) {
			t.Errorf("in the lobby: %v", l)
		}
		if err := r.Leave(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		if l := seated(t, r, "dan").left(); l != nil {
			t.Errorf("on the seat that bob has left: %v", l)
		}
	})
}

func TestAnEndlessGameCanBeJoinedAndKickedFromWhileItIsPlayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: withBot(openSpec(game.Between(1, 8))), Size: 2, Bots: 4})
		defer stop()
		if err := asks(r.Start, ann, false); err != nil {
			t.Fatal(err)
		}
		bob := seated(t, r, "bob")
		expect(t, bob, room.Playing, "ann* bob - - - - - - ")
		if l := seated(t, r, "cid").left(); l == nil || !errors.Is(l.Err, room.ErrFull) {
			t.Errorf("a third at a table for two: %v", l)
		}
		if err := asks(r.Kick, ann, "bob"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		expect(t, ann, room.Playing, "ann* - - - - - - - ")
		if info := r.Info(); info.Free != 1 {
			t.Errorf("%d seats are free, want 1", info.Free)
		}
	})
}

func TestNewcomersSitDownBetweenMatchesAndPlayTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: tictactoe.Game})
		defer stop()
		bob := seated(t, r, "bob")
		if err := asks(r.Start, ann, false); err != nil {
			t.Fatal(err)
		}
		if l := seated(t, r, "cid").left(); l == nil || !errors.Is(l.Err, room.ErrPhase) {
			t.Errorf("in the match: %v", l)
		}
		win(t, r, ann, bob, 1)
		if err := r.Leave(t.Context(), bob); err != nil {
			t.Fatal(err)
		}
		if err := r.Rematch(t.Context(), ann); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Second)
		if st := ann.state(); st.Phase != room.Ended || st.Votes != 1 {
			t.Fatalf("alone she was told %+v", st)
		}
		dan := seated(t, r, "dan")
		if n, _ := dan.views(); n != 1 {
			t.Errorf("%d views, want that of his match alone", n)
		}
		if st := dan.state(); st.Phase != room.Playing || st.Match != "r-2" {
			t.Fatalf("told %+v", st)
		}
	})
}

// The match before had two seats; what its rules show a third nobody can say.
func TestTheTableGrowsBetweenMatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := toySpec(20, game.Between(2, 4), func() logic {
			return &toy{input: func(t *game.Tick, seat game.Seat, _ uint32) error { t.End(game.Win(seat)); return nil }}
		})
		r, ann, stop := host(t, room.Config{Kind: g})
		defer stop()
		bob := seated(t, r, "bob")
		if err := asks(r.Start, ann, false); err != nil {
			t.Fatal(err)
		}
		if err := r.Inputs(t.Context(), ann, room.Batch{First: 1, Bodies: [][]byte{mark(0)}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		cid := seated(t, r, "cid")
		expect(t, cid, room.Ended, "ann* bob cid ")
		if n, _ := cid.views(); n != 0 {
			t.Errorf("%d views of a match that was not his", n)
		}
		for _, p := range []*person{ann, bob} {
			if err := r.Rematch(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second)
		expect(t, cid, room.Playing, "bob cid ann* ")
	})
}

func TestALobbyDoesNotLastForEver(t *testing.T) {
	for what, test := range map[string]struct {
		away bool
		ends time.Duration
		why  error
	}{
		"somebody there": {false, 30 * time.Minute, room.ErrClosed},
		"nobody there":   {true, 2 * time.Minute, room.ErrAway},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, ann, _ := host(t, room.Config{Kind: tictactoe.Game})
				began := time.Now()
				if test.away {
					if err := r.Offline(t.Context(), ann); err != nil {
						t.Fatal(err)
					}
				}
				<-r.Done()
				if took := time.Since(began); took < test.ends || took > test.ends+time.Second {
					t.Errorf("it closed after %v, want %v", took, test.ends)
				}
				if l := ann.left(); l == nil || !errors.Is(l.Err, test.why) {
					t.Errorf("she was told %v", l)
				}
				if err := asks(r.Start, ann, true); !errors.Is(err, room.ErrClosed) {
					t.Errorf("start, after that: %v", err)
				}
			})
		})
	}
}
