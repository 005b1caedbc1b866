// Package tictactoe is the smallest complete game: docs/GAMES.md walks through it.
package tictactoe

import (
	"errors"

	"parlor/game"
	pb "parlor/proto/arcade/tictactoe/v1"
)

// Game is three in a row on nine cells; seat 0 begins.
var Game = game.Spec[*pb.Mark, *pb.Board]{
	Name:   "tictactoe",
	Seats:  game.Exactly(2),
	Ranked: game.Wins,
	Open:   true,
	New:    func(*game.Tick) game.Logic[*pb.Mark, *pb.Board] { return new(board) },
	Bot:    bot,
}

var lines = [...][3]int{{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6}, {1, 4, 7}, {2, 5, 8}, {0, 4, 8}, {2, 4, 6}}

type board struct {
	cells [9]uint32 // 0 is free, else seat+1
	moves int
}

func (b *board) Input(t *game.Tick, seat game.Seat, in *pb.Mark) error {
	if seat != game.Seat(b.moves%2) {
		return errors.New("it is not your turn")
	}
	if in.Cell > 8 || b.cells[in.Cell] != 0 {
		return errors.New("that cell is not free")
	}
	b.cells[in.Cell] = uint32(seat) + 1
	b.moves++
	if completes(b.cells[:], uint32(seat)+1) {
		t.End(game.Win(seat))
	} else if b.moves == 9 {
		t.End(game.Draw())
	}
	return nil
}

func (b *board) Tick(*game.Tick) {}

func (b *board) View(game.Seat) *pb.Board {
	return &pb.Board{Cells: b.cells[:], Turn: uint32(b.moves % 2)}
}

func completes(cells []uint32, mark uint32) bool {
	for _, l := range lines {
		if cells[l[0]] == mark && cells[l[1]] == mark && cells[l[2]] == mark {
			return true
		}
	}
	return false
}
