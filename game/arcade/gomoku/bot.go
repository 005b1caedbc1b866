package gomoku

import (
	"parlor/game"
	pb "parlor/proto/arcade/gomoku/v1"
)

// What a stone makes of the line that it is on. All but a four, which only forces an answer, are worth more
// than any sum of those before them.
const (
	two       = 1             // stones in five cells that can still become a row
	three     = 16 * two      // and a four with one more
	openThree = 16 * three    // a four that nobody can stop, with one more
	four      = 2 * openThree // a row with one more
	openFour  = 16 * four     // at either of two places
	row       = 16 * openFour
)

// bot looks one move ahead: at what a stone on each cell near others would make of the lines through it, its own
// and the other's. It wins where it can, stops a row, an open four and what becomes one, in this order,
// and likes to do two things at once.
func bot(seat game.Seat, v *pb.Board, r *game.Rand) *pb.Move {
	if v.Turn != uint32(seat) || len(v.Stones) >= cells || v.Ending != pb.Ending_ENDING_UNSPECIFIED {
		return nil
	}
	var b board
	for i, cell := range v.Stones {
		if cell >= cells {
			return nil
		}
		b[cell] = colour((len(v.Stones)-1-i)%2) + black
	}
	best, at, equals := -1, cells/2, 0
	for cell := range cells {
		if b[cell] != free || !b.near(cell) {
			continue
		}
		worth := b.worth(cell, colour(seat)+black)
		if worth > best {
			best, equals = worth, 0
		}
		if worth < best {
			continue
		}
		if equals++; r.IntN(equals) == 0 {
			at = cell
		}
	}
	return &pb.Move{Cell: uint32(at)}
}

// worth is what the cell is to me: twice what a stone of mine makes there, as it is my move, and
// what it takes from the other. To win is worth more than anything.
func (b *board) worth(cell int, me colour) int {
	worth := 0
	for _, dir := range directions {
		mine := b.makes(cell, dir, me)
		if mine == row {
			return 16 * row
		}
		worth += 2*mine + b.makes(cell, dir, me.other())
	}
	return worth
}

// makes is what a stone on a free cell makes of one line.
func (b *board) makes(cell int, dir [2]int, c colour) int {
	const reach = wins - 1
	var line [2*reach + 1]colour
	most := 0 // stones in any five cells of the line that have none of the other's
	for n := range line {
		line[n] = b.at(cell, dir, n-reach)
	}
	line[reach] = c
	for from := 0; from <= reach; from++ {
		stones := 0
		for _, on := range line[from : from+wins] {
			switch on {
			case c:
				stones++
			case free:
			default:
				stones = -wins
			}
		}
		most = max(most, stones)
	}
	switch {
	case most >= wins:
		return row
	case most == 4 && completions(&line, c) > 1:
		return openFour
	case most == 4:
		return four
	case most == 3 && opens(&line, c):
		return openThree
	case most == 3:
		return three
	case most == 2:
		return two
	}
	return 0
}

// completions are the free cells of the line that would make a row of what is there.
func completions(line *[2*wins - 1]colour, c colour) (n int) {
	for at := range line {
		if line[at] != free {
			continue
		}
		from, to := at, at
		for from > 0 && line[from-1] == c {
			from--
		}
		for to < len(line)-1 && line[to+1] == c {
			to++
		}
		if to-from+1 >= wins {
			n++
		}
	}
	return n
}

// opens tells whether a stone more makes an open four of the line.
func opens(line *[2*wins - 1]colour, c colour) bool {
	for at := range line {
		if line[at] != free {
			continue
		}
		line[at] = c
		open := completions(line, c) > 1
		line[at] = free
		if open {
			return true
		}
	}
	return false
}

// near tells whether there is a stone at most two steps from a cell.
func (b *board) near(cell int) bool {
	for _, dir := range directions {
		for n := 1; n <= 2; n++ {
			if c := b.at(cell, dir, n); c == black || c == white {
				return true
			}
			if c := b.at(cell, dir, -n); c == black || c == white {
				return true
			}
		}
	}
	return false
}
