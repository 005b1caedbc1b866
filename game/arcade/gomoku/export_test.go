package gomoku

import "testing"

// What the tests need to know of the rules.
const (
	Size  = size
	Cells = cells
)

var Bot = bot

// Limits in ticks.
const (
	Turn = 30 * 20
	Bank = 60 * 20
)

// Row is the row that the last of some moves makes.
func Row(moves ...int) []uint32 {
	m := new(match)
	for _, cell := range moves {
		m.put(cell)
	}
	return m.board.row(moves[len(moves)-1])
}

// PaintedBoard reads a board from a picture, of x for black, o for white.
func PaintedBoard(t testing.TB, picture string) (stones []uint32) {
	t.Helper()
	var by [2][]uint32
	cell := uint32(0)
	for _, c := range picture {
		switch c {
		case 'x':
			by[0] = append(by[0], cell)
		case 'o':
			by[1] = append(by[1], cell)
		case '.':
		default:
			continue
		}
		cell++
	}
	if cell%size != 0 || len(by[0])-len(by[1]) < 0 || len(by[0])-len(by[1]) > 1 {
		t.Fatalf("a board of %d cells, with %d black stones and %d white ones", cell, len(by[0]), len(by[1]))
	}
	for i := range by[0] {
		stones = append(stones, by[0][i])
		if i < len(by[1]) {
			stones = append(stones, by[1][i])
		}
	}
	return stones
}
