package room_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/game/room"
)

// endsMatch is a move in pairs.
const endsMatch = 9

// pairs is a game for two sides of up to three.
func pairs() spec {
	s := toySpec(20, game.Between(2, 6), func() logic {
		return &toy{input: func(t *game.Tick, seat game.Seat, cell uint32) error {
			if cell == endsMatch {
				t.End(game.Win(seat))
			}
			return nil
		}}
	})
	s.Teams = 2
	return s
}

// ends has somebody end the match; which is the number of his input.
func ends(t *testing.T, r *room.Room, p room.Player, which uint32) {
	t.Helper()
	if err := r.Inputs(t.Context(), p, room.Batch{First: which, Bodies: [][]byte{mark(endsMatch)}}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
}

func crowd(ids ...string) (players []room.Player) {
	for _, id := range ids {
		players = append(players, &person{id: id})
	}
	return players
}

func TestThoseOfOneTeamSitOnOneSideInRematchesToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := crowd("a1", "b1", "b2", "a2")
		r, stop := run(t, room.Config{Kind: pairs(), Teams: []int{0, 1, 1, 0}}, all...)
		defer stop()
		synctest.Wait()
		ann := all[0].(*person)
		expect(t, ann, room.Playing, "a1 b1 a2 b2 ")
		for i, seats := range []string{"b1 a1 b2 a2 ", "a1 b1 a2 b2 "} {
			ends(t, r, ann, uint32(i+1))
			for _, p := range all {
				_ = r.Rematch(t.Context(), p)
			}
			synctest.Wait()
			expect(t, ann, room.Playing, seats)
		}
	})
}

func TestBotsMakeTeamsEven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := crowd("a1", "a2", "a3", "b1")
		_, stop := run(t, room.Config{Kind: withBot(pairs()), Teams: []int{0, 0, 0, 1}}, all...)
		defer stop()
		synctest.Wait()
		expect(t, all[0].(*person), room.Playing, "a1 b1 a2 bot a3 bot ")
	})
}

func TestPlayersChooseTheirTeamsBySeatAndDoNotBeginUneven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ann, stop := host(t, room.Config{Kind: pairs()})
		defer stop()
		bob := seated(t, r, "bob")
		cid := seated(t, r, "cid")
		dot := seated(t, r, "dot")
		if err := asks(r.Move, dot, 4); err != nil {
			t.Fatal(err)
		}
		if err := asks(r.Move, cid, 1); !errors.Is(err, room.ErrTaken) {
			t.Errorf("where bob sits: %v", err)
		}
		if err := asks(r.Move, cid, 6); !errors.Is(err, room.ErrNoSeat) {
			t.Errorf("where nobody can: %v", err)
		}
		expect(t, ann, room.Lobby, "ann* bob cid - dot - ")
		if err := asks(r.Start, ann, false); !errors.Is(err, room.ErrMissing) {
			t.Errorf("three against one: %v", err)
		}
		if err := asks(r.Move, dot, 5); err != nil {
			t.Fatal(err)
		}
		if err := asks(r.Start, ann, false); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		expect(t, dot, room.Playing, "ann* bob cid dot ")
		ends(t, r, ann, 1)
		if err := asks(r.Move, ann, 0); err != nil {
			t.Errorf("to her own seat: %v", err)
		}
		for _, p := range []*person{ann, cid, dot} {
			_ = r.Rematch(t.Context(), p)
		}
		_ = r.Leave(t.Context(), bob)
		synctest.Wait()
		if phase := r.Info().Phase; phase != room.Ended {
			t.Errorf("%v with two against one", phase)
		}
	})
}

func TestARematchDoesNotBeginWithUnevenTeamsThatNoBotMakesEven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := crowd("a1", "b1", "b2", "a2")
		r, stop := run(t, room.Config{Kind: pairs(), Teams: []int{0, 1, 1, 0}}, all...)
		defer stop()
		ends(t, r, all[0], 1)
		_ = r.Leave(t.Context(), all[3])
		for _, p := range all[:3] {
			_ = r.Rematch(t.Context(), p)
		}
		time.Sleep(time.Second)
		if left := all[0].(*person).left(); left == nil || !errors.Is(left.Err, room.ErrTooFew) {
			t.Errorf("left %+v, and was told %s", left, table(all[0].(*person)))
		}
	})
}
