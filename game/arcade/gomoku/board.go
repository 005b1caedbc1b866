package gomoku

// colour is what is on a cell.
type colour uint8

const (
	free colour = iota
	black
	white
	edge // off the board
)

func (c colour) other() colour { return black + white - c }

// board is what is on each cell, row by row from the top left.
type board [cells]colour

// directions in which rows lie, as steps of x and y.
var directions = [...][2]int{{1, 0}, {0, 1}, {1, 1}, {1, -1}}

// at is the colour n steps from a cell.
func (b *board) at(cell int, dir [2]int, n int) colour {
	x, y := cell%size+n*dir[0], cell/size+n*dir[1]
	if x < 0 || y < 0 || x >= size || y >= size {
		return edge
	}
	return b[y*size+x]
}

// row is the row of five or more that the stone on a cell is part of, from one end to the other.
func (b *board) row(cell int) []uint32 {
	for _, dir := range directions {
		from, to := 0, 0
		for b.at(cell, dir, from-1) == b[cell] {
			from--
		}
		for b.at(cell, dir, to+1) == b[cell] {
			to++
		}
		if to-from+1 < wins {
			continue
		}
		var row []uint32
		for n := from; n <= to; n++ {
			row = append(row, uint32(cell+n*(dir[0]+size*dir[1])))
		}
		return row
	}
	return nil
}
