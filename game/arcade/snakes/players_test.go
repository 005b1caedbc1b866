package snakes_test

import (
	"slices"
	"testing"

	"parlor/game"
	"parlor/game/arcade/snakes"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/snakes/v1"
)

func TestAHeadingOverAFullTurnIsRefused(t *testing.T) {
	m := gametest.Play(t, snakes.Game, 2)
	for _, heading := range []uint32{256, 1 << 31} {
		if err := m.Do(0, &pb.Steer{Heading: heading}); err == nil {
			t.Errorf("heading %d was taken", heading)
		}
	}
	if err := m.Do(0, &pb.Steer{Heading: 255}); err != nil {
		t.Error(err)
	}
	m.Run(20) // a refused heading must not show later either
}

func TestWhoHasNotJoinedCannotSteer(t *testing.T) {
	m := gametest.Play(t, snakes.Game, 2)
	if err := m.Do(2, &pb.Steer{}); err == nil {
		t.Error("seat 2 steered")
	}
}

func TestPlayersJoinWhileTheMatchGoesOn(t *testing.T) {
	m := gametest.Play(t, snakes.Game, 2)
	m.Run(30)
	if err := m.Join(7); err != nil {
		t.Fatal(err)
	}
	if s := of(m, 7); s == nil || length(s) != 1 {
		t.Errorf("seat 7 has %v, want a snake", s)
	}
	if got := len(m.View(game.Watcher).Snakes); got != 3 {
		t.Errorf("%d snakes, want 3", got)
	}
}

func TestATakenSeatIsRefused(t *testing.T) {
	m := gametest.Play(t, snakes.Game, 2)
	if err := m.Join(1); err == nil {
		t.Error("seat 1 was taken twice")
	}
}

func TestAFullRoomRefusesEverybody(t *testing.T) {
	full := snakes.Game.Seats.Max
	m := gametest.Play(t, snakes.Game, full)
	for seat := range game.Seat(full + 1) {
		if err := m.Join(seat); err == nil {
			t.Errorf("somebody joined seat %d", seat)
		}
	}
}

func TestWhoLeavesBecomesFoodAndHisScoreCounts(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: 1000, Y: 1000, Score: 12}, snakes.Placed{X: 1000, Y: 2000})
	before := len(m.View(game.Watcher).Food)
	m.Leave(0)
	if got, want := m.Scores(), []game.Score{{Seat: 0, Score: 12}}; !slices.Equal(got, want) {
		t.Errorf("posted %v, want %v", got, want)
	}
	if of(m, 0) != nil || of(m, 1) == nil {
		t.Error("seat 0 should be empty, seat 1 taken")
	}
	if len(m.View(game.Watcher).Food) <= before {
		t.Error("no food was left")
	}
	if err := m.Join(0); err != nil {
		t.Errorf("the seat is not free again: %v", err)
	}
	if s := of(m, 0); s.Best != 0 {
		t.Errorf("who comes next inherits the best %d", s.Best)
	}
}

func TestTheDeadLeaveWithoutPostingAgain(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: snakes.Size - 3, Y: 900, Score: 12})
	m.Run(1)
	m.Leave(0)
	if got := m.Scores(); len(got) != 0 {
		t.Errorf("posted %v", got)
	}
	m.Leave(0) // of an empty seat: nothing happens
	if of(m, 0) != nil {
		t.Error("a snake is left")
	}
}
