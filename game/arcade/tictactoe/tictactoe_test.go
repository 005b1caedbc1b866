package tictactoe_test

import (
	"slices"
	"testing"

	"parlor/game"
	"parlor/game/arcade/tictactoe"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/tictactoe/v1"
)

func TestARowWins(t *testing.T) {
	m := gametest.Play(t, tictactoe.Game, 2)
	for i, cell := range []uint32{0, 3, 1, 4, 2} {
		if err := m.Do(game.Seat(i%2), &pb.Mark{Cell: cell}); err != nil {
			t.Fatal(err)
		}
	}
	if got := m.Result().Winners; !slices.Equal(got, []game.Seat{0}) {
		t.Errorf("winners = %v, want seat 0", got)
	}
}

func TestAFullBoardIsADraw(t *testing.T) {
	m := gametest.Play(t, tictactoe.Game, 2)
	for i, cell := range []uint32{0, 1, 2, 4, 3, 5, 7, 6, 8} {
		if err := m.Do(game.Seat(i%2), &pb.Mark{Cell: cell}); err != nil {
			t.Fatal(err)
		}
	}
	if got := m.Result().Winners; len(got) != 0 {
		t.Errorf("winners = %v, want none", got)
	}
}

func TestTheWinningMoveOnAFullBoardWins(t *testing.T) {
	m := gametest.Play(t, tictactoe.Game, 2)
	for i, cell := range []uint32{0, 1, 2, 3, 4, 5, 7, 6, 8} {
		if err := m.Do(game.Seat(i%2), &pb.Mark{Cell: cell}); err != nil {
			t.Fatal(err)
		}
	}
	if got := m.Result().Winners; !slices.Equal(got, []game.Seat{0}) {
		t.Errorf("winners = %v, want seat 0", got)
	}
}

func TestAnIllegalMoveIsRefused(t *testing.T) {
	m := gametest.Play(t, tictactoe.Game, 2)
	if err := m.Do(1, &pb.Mark{Cell: 0}); err == nil {
		t.Error("seat 1 moved first")
	}
	if err := m.Do(0, &pb.Mark{Cell: 9}); err == nil {
		t.Error("a cell outside the board was taken")
	}
	if err := m.Do(0, &pb.Mark{Cell: 4}); err != nil {
		t.Fatal(err)
	}
	if err := m.Do(1, &pb.Mark{Cell: 4}); err == nil {
		t.Error("a cell was taken twice")
	}
}

func TestTheOtherWinsWhenAPlayerLeaves(t *testing.T) {
	m := gametest.Play(t, tictactoe.Game, 2)
	m.Leave(0)
	if got := m.Result().Winners; !slices.Equal(got, []game.Seat{1}) {
		t.Errorf("winners = %v, want seat 1", got)
	}
}

func TestBotsPlayWholeMatchesTheSameWayTwice(t *testing.T) {
	for seed := range byte(20) {
		sim := gametest.Bots(t, tictactoe.Game, 2, game.Seed{seed}, 20)
		if _, over := sim.Result(); !over {
			t.Errorf("seed %d: not over after %d ticks", seed, sim.Now())
		}
	}
}

func FuzzRandomInputs(f *testing.F) { gametest.Fuzz(f, tictactoe.Game) }
