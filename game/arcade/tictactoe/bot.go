package tictactoe

import (
	"slices"

	"parlor/game"
	pb "parlor/proto/arcade/tictactoe/v1"
)

// bot takes a winning cell, else stops the other from winning, else any free cell.
func bot(seat game.Seat, v *pb.Board, r *game.Rand) *pb.Mark {
	if v.Turn != uint32(seat) || len(v.Cells) != 9 {
		return nil
	}
	for _, mark := range []uint32{uint32(seat) + 1, 2 - uint32(seat)} {
		for cell, taken := range v.Cells {
			if taken != 0 {
				continue
			}
			after := slices.Clone(v.Cells)
			if after[cell] = mark; completes(after, mark) {
				return &pb.Mark{Cell: uint32(cell)}
			}
		}
	}
	for _, cell := range r.Perm(9) {
		if v.Cells[cell] == 0 {
			return &pb.Mark{Cell: uint32(cell)}
		}
	}
	return nil
}
