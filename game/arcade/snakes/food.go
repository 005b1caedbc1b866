package snakes

import "parlor/game"

const (
	ambient  = 220 // pieces that the world keeps itself
	maxFood  = 400 // pieces in all, with what boosts and the dead leave; what comes after is lost
	maxBite  = 3   // value of an ambient piece, at most
	eatReach = 24  // from the head to a piece
	shore    = 50  // ambient pieces lie no nearer to a wall
	grid     = 4   // units between places where food can lie: a finer one costs bytes, and nobody sees it

	maxPieces = 1 << 31 // that there can have been: a full room takes more than a year to get there
)

// piece is one piece of food, on a point of the grid. Ids rise, and none is given twice.
type piece struct {
	id uint32
	point
	value int
}

// topUp keeps up the ambient food.
func (a *arena) topUp(dice *game.Rand) {
	for len(a.food) < ambient {
		p := point{shore + dice.IntN(size-2*shore), shore + dice.IntN(size-2*shore)}
		a.drop(p, 1+dice.IntN(maxBite))
	}
}

func (a *arena) drop(p point, value int) {
	if len(a.food) < maxFood {
		a.pieces++
		a.food = append(a.food, piece{a.pieces, point{p.x - p.x%grid, p.y - p.y%grid}, value})
	}
}

// remains turns every second point of a body to food. Half the score of its life is in it.
func (a *arena) remains(s *snake) {
	pieces := (len(s.body) + 1) / 2
	for i := 0; i < len(s.body); i += 2 {
		p := s.body[i]
		p.x, p.y = max(0, min(p.x, size-1)), max(0, min(p.y, size-1))
		a.drop(p, 1+s.score/(2*pieces))
	}
}

// feed gives each piece to the nearest head within reach. The others keep their order, which is
// that of their ids.
func (a *arena) feed() {
	left := a.food[:0]
	for _, f := range a.food {
		if eater := a.nearestHead(f.point); eater != nil {
			eater.eat(f.value)
		} else {
			left = append(left, f)
		}
	}
	a.food = left
}

// nearestHead is the snake whose head is within eatReach of p and nearest, by seat among equals.
func (a *arena) nearestHead(p point) *snake {
	var nearest *snake
	limit := eatReach*eatReach + 1
	for i := range a.snakes {
		s := &a.snakes[i]
		if !s.alive() {
			continue
		}
		dx, dy := s.body[0].x-p.x, s.body[0].y-p.y
		if d := dx*dx + dy*dy; d < limit {
			nearest, limit = s, d
		}
	}
	return nearest
}
