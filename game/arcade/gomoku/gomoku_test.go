package gomoku_test

import (
	"slices"
	"testing"

	"parlor/game"
	"parlor/game/arcade/gomoku"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/gomoku/v1"
)

type match = gametest.Match[*pb.Move, *pb.Board]

// play lets the two take turns.
func play(t testing.TB, cells ...uint32) *match {
	t.Helper()
	m := gametest.Play(t, gomoku.Game, 2)
	for i, cell := range cells {
		if err := m.Do(game.Seat(i%2), &pb.Move{Cell: cell}); err != nil {
			t.Fatalf("move %d, to %d: %v", i, cell, err)
		}
	}
	return m
}

func won(t *testing.T, m *match, want pb.Ending, winners ...game.Seat) {
	t.Helper()
	if got := m.Result().Winners; !slices.Equal(got, winners) {
		t.Errorf("winners = %v, want %v", got, winners)
	}
	if got := m.View(0).Ending; got != want {
		t.Errorf("ended by %v, want %v", got, want)
	}
}

func TestFiveInARowWinInEveryDirection(t *testing.T) {
	for name, step := range map[string]int{"across": 1, "down": gomoku.Size, "down right": gomoku.Size + 1, "up right": 1 - gomoku.Size} {
		t.Run(name, func(t *testing.T) {
			var cells, want []uint32
			for n := range 5 {
				at := uint32(112 + (n-2)*step)
				want = append(want, at)
				if cells = append(cells, at); n < 4 {
					cells = append(cells, uint32(3*n)) // out of the way, along the top
				}
			}
			m := play(t, cells...)
			won(t, m, pb.Ending_ENDING_ROW, 0)
			if got := m.View(1).Row; !slices.Equal(got, want) {
				t.Errorf("the row is %v, want %v", got, want)
			}
		})
	}
}

func TestMoreThanFiveWinToo(t *testing.T) {
	m := play(t, 0, 30, 1, 32, 2, 34, 4, 36, 5, 38, 3)
	won(t, m, pb.Ending_ENDING_ROW, 0)
	if got := m.View(0).Row; !slices.Equal(got, []uint32{0, 1, 2, 3, 4, 5}) {
		t.Errorf("the row is %v", got)
	}
}

func TestARowDoesNotGoRoundTheEdge(t *testing.T) {
	if row := gomoku.Row(12, 100, 13, 102, 14, 104, 15, 106, 16); row != nil {
		t.Errorf("the row %v", row)
	}
	if row := gomoku.Row(29, 100, 15, 102, 1, 104, 43, 106, 57); row != nil {
		t.Errorf("the row %v", row)
	}
}

func TestWhiteWinsToo(t *testing.T) {
	won(t, play(t, 0, 100, 2, 101, 4, 102, 6, 103, 8, 104), pb.Ending_ENDING_ROW, 1)
}

// full is all cells in an order that makes no five: pairs of columns in stripes, shifted every two rows.
func full() (moves []uint32) {
	var by [2][]uint32
	for cell := range uint32(gomoku.Cells) {
		x, y := cell%gomoku.Size, cell/gomoku.Size
		side := (x/2 + y) % 2
		by[side] = append(by[side], cell)
	}
	if len(by[0]) < len(by[1]) {
		by[0], by[1] = by[1], by[0]
	}
	for i, cell := range by[0] {
		if moves = append(moves, cell); i < len(by[1]) {
			moves = append(moves, by[1][i])
		}
	}
	return moves
}

func TestAFullBoardIsADraw(t *testing.T) {
	m := play(t, full()...)
	won(t, m, pb.Ending_ENDING_FULL)
	if got := len(m.View(0).Stones); got != gomoku.Cells {
		t.Errorf("%d stones", got)
	}
}

func TestTheLastMoveComesFirst(t *testing.T) {
	v := play(t, 112, 113, 127).View(game.Watcher)
	if !slices.Equal(v.Stones, []uint32{127, 113, 112}) || v.Turn != 1 {
		t.Errorf("stones %v, turn %d", v.Stones, v.Turn)
	}
}

func TestAnIllegalMoveIsRefused(t *testing.T) {
	m := play(t)
	if m.Do(1, &pb.Move{Cell: 3}) == nil {
		t.Error("white began")
	}
	if m.Do(0, &pb.Move{Cell: gomoku.Cells}) == nil {
		t.Error("a cell off the board was taken")
	}
	if err := m.Do(0, &pb.Move{Cell: 3}); err != nil {
		t.Fatal(err)
	}
	if m.Do(1, &pb.Move{Cell: 3}) == nil {
		t.Error("a cell was taken twice")
	}
	if m.Do(0, &pb.Move{Cell: 4}) == nil {
		t.Error("black moved twice")
	}
}

func TestWhoGivesUpLosesWhoeverIsToMove(t *testing.T) {
	for seat := range game.Seat(2) {
		m := play(t, 112)
		if err := m.Do(seat, &pb.Move{Resign: true, Cell: 999}); err != nil {
			t.Fatal(err)
		}
		won(t, m, pb.Ending_ENDING_RESIGNED, 1-seat)
	}
}

func TestTheOtherWinsWhenAPlayerLeaves(t *testing.T) {
	m := play(t, 112)
	m.Leave(0)
	won(t, m, pb.Ending_ENDING_UNSPECIFIED, 1)
}

func TestWhoIsOutOfTimeLoses(t *testing.T) {
	m := play(t)
	m.Run(gomoku.Turn + gomoku.Bank - 1)
	if m.Over() {
		t.Fatal("it is over too early")
	}
	m.Run(1)
	won(t, m, pb.Ending_ENDING_TIME, 1)
}

func TestABankIsForAllMoves(t *testing.T) {
	m := play(t)
	if v := m.View(0); v.TurnEnd != gomoku.Turn || !slices.Equal(v.Banks, []uint32{gomoku.Bank, gomoku.Bank}) {
		t.Errorf("at first the turn ends at %d, with banks %v", v.TurnEnd, v.Banks)
	}
	m.Run(gomoku.Turn + 499)
	if err := m.Do(0, &pb.Move{Cell: 1}); err != nil { // the 500th tick of the bank
		t.Fatal(err)
	}
	if v := m.View(0); v.TurnEnd != 2*gomoku.Turn+500 || !slices.Equal(v.Banks, []uint32{gomoku.Bank - 500, gomoku.Bank}) {
		t.Errorf("then the turn ends at %d, with banks %v", v.TurnEnd, v.Banks)
	}
	m.Run(99)
	if err := m.Do(1, &pb.Move{Cell: 2}); err != nil {
		t.Fatal(err)
	}
	m.Run(gomoku.Turn + gomoku.Bank - 500 - 1)
	if m.Over() {
		t.Fatal("it is over too early")
	}
	if err := m.Do(0, &pb.Move{Cell: 3}); err == nil {
		t.Error("a move was taken in the tick in which time was up")
	}
	won(t, m, pb.Ending_ENDING_TIME, 1)
}

// The room steps a match only when an input or an alarm is due.
func TestTheClockWakesTheMatch(t *testing.T) {
	sim := play(t, 1, 2, 3).Sim()
	for range 3 {
		at, ok := sim.Alarm()
		if !ok {
			t.Fatal("nothing will ever happen")
		}
		sim.Step(at, nil)
		if _, over := sim.Result(); over {
			if want := int64(3 + gomoku.Turn + gomoku.Bank); at != want {
				t.Errorf("over at tick %d, want %d", at, want)
			}
			return
		}
	}
	t.Error("three alarms, and it is not over")
}
