package room_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/game/arcade/tictactoe"
	"parlor/game/room"
)

// set has somebody open or close the room; 1 is yes, -1 no, 0 leaves it.
func set(r *room.Room, p *person, public, locked int) error {
	word := func(n int) *bool {
		if n == 0 {
			return nil
		}
		return new(n > 0)
	}
	return asks(func(ctx context.Context, p room.Player, _ int, answer func(error)) {
		r.Set(ctx, p, word(public), word(locked), answer)
	}, p, 0)
}

// note has somebody set a prop. Without was it is set whatever it is.
func note(r *room.Room, p *person, name, value string, was ...string) error {
	return asks(func(ctx context.Context, p room.Player, _ int, answer func(error)) {
		var before *string
		if was != nil {
			before = &was[0]
		}
		r.SetProp(ctx, p, room.Prop{Name: name, Value: value}, before, answer)
	}, p, 0)
}

func TestAnOwnerLocksListsAndPassesOnHisRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: toySpec(20, game.Between(2, 4), idle)})
		defer stop()
		bob := seated(t, r, "bob")
		if err := set(r, bob, 1, 1); !errors.Is(err, room.ErrNotOwner) {
			t.Errorf("by a guest: %v", err)
		}
		if err := set(r, ann, 1, 0); err != nil {
			t.Fatal(err)
		}
		if err := set(r, ann, 0, 1); err != nil {
			t.Fatal(err)
		}
		if left := seated(t, r, "cid").left(); left == nil || !errors.Is(left.Err, room.ErrLocked) {
			t.Errorf("into a locked room: %+v", left)
		}
		if info, st := r.Info(), bob.state(); !info.Public || !info.Locked || info.Free != 0 || !st.Public || !st.Locked {
			t.Errorf("info %+v, state %+v", info, st)
		}
		pass := func(p *person, to string) error { return asks(r.PassOwner, p, to) }
		if err := pass(bob, "bob"); !errors.Is(err, room.ErrNotOwner) {
			t.Errorf("taken: %v", err)
		}
		if err := pass(ann, "nobody"); !errors.Is(err, room.ErrNobody) {
			t.Errorf("to nobody: %v", err)
		}
		if err := pass(ann, "bob"); err != nil {
			t.Fatal(err)
		}
		if err := set(r, bob, 0, -1); err != nil {
			t.Fatal(err)
		}
		seated(t, r, "cid")
		expect(t, bob, room.Lobby, "ann bob* cid - ")
	})
}

func TestARoomOfAQueueHasNoOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		r, stop := run(t, room.Config{Kind: tictactoe.Game}, ann, bob)
		defer stop()
		synctest.Wait()
		for what, err := range map[string]error{
			"set": set(r, ann, 1, 0), "prop": note(r, ann, "a", "b"), "kick": asks(r.Kick, ann, "bob"), "move": asks(r.Move, ann, 1),
		} {
			if !errors.Is(err, room.ErrPhase) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestOfTwoWhoWantTheSamePropOneGetsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: tictactoe.Game, OpenProps: true})
		defer stop()
		bob := seated(t, r, "bob")
		if err := note(r, ann, "white", "ann", ""); err != nil {
			t.Fatal(err)
		}
		if err := note(r, bob, "white", "bob", ""); !errors.Is(err, room.ErrConflict) {
			t.Errorf("the second: %v", err)
		}
		time.Sleep(time.Second)
		if props := bob.state().Props; props.Get("white") != "ann" {
			t.Errorf("told %v", props.All())
		}
		if err := note(r, bob, "white", "", "ann"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if props := r.Info().Props; len(props.All()) != 0 {
			t.Errorf("taken away: %v", props.All())
		}
	})
}

func TestPropsAreTheOwnersUnlessOpenAndHaveTheirLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: tictactoe.Game})
		defer stop()
		bob := seated(t, r, "bob")
		if err := note(r, bob, "map", "moon"); !errors.Is(err, room.ErrNotOwner) {
			t.Errorf("by a guest: %v", err)
		}
		for name, err := range map[string]error{
			"no name":      note(r, ann, "", "x"),
			"a long name":  note(r, ann, strings.Repeat("n", 33), "x"),
			"a long value": note(r, ann, "x", strings.Repeat("v", 257)),
		} {
			if !errors.Is(err, room.ErrProp) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for i := range 16 {
			if err := note(r, ann, fmt.Sprint("p", i), "x"); err != nil {
				t.Fatal(err)
			}
		}
		if err := note(r, ann, "one more", "x"); !errors.Is(err, room.ErrProp) {
			t.Errorf("the 17th: %v", err)
		}
		if err := note(r, ann, "p3", "y"); err != nil {
			t.Errorf("another value: %v", err)
		}
		long, err := strings.Repeat("v", 256), error(nil)
		for i := range 16 {
			err = errors.Join(err, note(r, ann, fmt.Sprint("p", i), long))
		}
		if !errors.Is(err, room.ErrProp) {
			t.Errorf("16 times 256 bytes: %v", err)
		}
	})
}

func TestTheMatchBeginsWhenAsManyAreReadyAsTheRoomWasMadeFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: toySpec(20, game.Between(2, 6), idle), ReadyStarts: 2})
		defer stop()
		bob := seated(t, r, "bob")
		seated(t, r, "cid")
		if st := ann.state(); st.ReadyStarts != 2 {
			t.Errorf("told %+v", st)
		}
		_ = asks(r.Ready, ann, true)
		synctest.Wait()
		expect(t, ann, room.Lobby, "ann*+ bob cid - - - ")
		_ = asks(r.Ready, bob, true)
		synctest.Wait()
		expect(t, ann, room.Playing, "ann* bob cid ")
	})
}

func TestAKeptRoomOutlivesItsPlayersAndBelongsToTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: tictactoe.Game, Keep: 5 * time.Minute})
		defer stop()
		bob := seated(t, r, "bob")
		if err := asks(r.Start, ann, false); err != nil {
			t.Fatal(err)
		}
		_ = r.Leave(t.Context(), bob)
		_ = r.Leave(t.Context(), ann)
		time.Sleep(4 * time.Minute)
		cid := seated(t, r, "cid")
		expect(t, cid, room.Lobby, "cid* - ")
		dot := seated(t, r, "dot")
		if err := asks(r.Start, cid, false); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		win(t, r, dot, cid, 1) // as in any later match another begins
		_ = r.Leave(t.Context(), cid)
		_ = r.Leave(t.Context(), dot)
		time.Sleep(4 * time.Minute)
		if phase := r.Info().Phase; phase != room.Lobby {
			t.Fatalf("%v after 4 min", phase)
		}
		time.Sleep(2 * time.Minute)
		<-r.Done()
	})
}

func TestAKeptRoomWhoseMatchWasCutOffTellsThoseWhoLookOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: openSpec(game.Between(1, 4)), Keep: time.Minute})
		defer stop()
		cid := looker(t, r, "cid")
		if err := asks(r.Start, ann, false); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		_ = r.Leave(t.Context(), ann)
		time.Sleep(time.Second)
		if st := cid.state(); st.Phase != room.Lobby || st.Match != "" {
			t.Errorf("told %+v", st)
		}
		ann = seated(t, r, "ann")
		if err := asks(r.Start, ann, false); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		expect(t, cid, room.Playing, "ann* - - - ")
	})
}

func TestWhoComesInTheMomentInWhichTheLastOneLeavesIsOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: openSpec(game.Between(1, 4))})
		defer stop()
		if err := asks(r.Start, ann, false); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		_ = r.Leave(t.Context(), ann) // the room takes both at its next tick
		bob := seated(t, r, "bob")
		expect(t, bob, room.Playing, "- bob* - - ")
	})
}

func TestAKeptRoomIsNotLockedWhenNobodyIsThereToOpenIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: tictactoe.Game, Keep: time.Minute})
		defer stop()
		if err := set(r, ann, 0, 1); err != nil {
			t.Fatal(err)
		}
		_ = r.Leave(t.Context(), ann)
		synctest.Wait()
		expect(t, seated(t, r, "bob"), room.Lobby, "bob* - ")
	})
}

func TestWhoMovesAgainAndAgainIsToldOfAsSeldomAsOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: toySpec(20, game.Between(2, 6), idle)})
		defer stop()
		bob := seated(t, r, "bob")
		before := len(ann.updates())
		for i := range 100 {
			_ = asks(r.Move, bob, 1+i%4)
			time.Sleep(10 * time.Millisecond)
		}
		if n := len(ann.updates()) - before; n > 5 {
			t.Errorf("told %d times in a second", n)
		}
	})
}
