package snakes

import (
	"parlor/game"
	pb "parlor/proto/arcade/snakes/v1"
)

// What the tests need to know of the rules.
const (
	Size        = size
	Spacing     = spacing
	TurnPerTick = turnPerTick
	StartLength = startLength
	MaxLength   = maxLength
	ScorePoint  = scorePoint
	BoostTicks  = boostTicks
	BoostCost   = boostCost
	RebornTicks = rebornTicks
	Hit         = hit
	Ambient     = ambient
	MaxFood     = maxFood
	Margin      = margin
	Breadth     = breadth
	Reach       = reach
	Cell        = cell
	BlipEvery   = blipEvery
	BlipGrid    = blipGrid
)

var (
	Sin     = sin
	Cos     = cos
	Bearing = bearing
	Towards = towards
)

// Placed is a living snake that a test lays on the table, straight behind its head and as long
// as its score makes it.
type Placed struct{ X, Y, Heading, Score int }

// Scene is the game with a table laid by the test, snakes in the first seats. What ambient food
// is missing lies in a corner, out of the way.
func Scene(food []uint32, snakes ...Placed) game.Spec[*pb.Steer, *pb.World] {
	spec := Game
	spec.New = func(t *game.Tick) game.Logic[*pb.Steer, *pb.World] {
		a := &arena{snakes: make([]snake, t.Seats())}
		for i := 0; i+2 < len(food); i += 3 {
			a.drop(at(food[i:], 0), int(food[i+2]))
		}
		for len(a.food) < ambient {
			a.drop(point{}, 1)
		}
		for i, p := range snakes {
			s := &a.snakes[i]
			*s = snake{seated: true, x: p.X * one, y: p.Y * one, heading: p.Heading, wish: p.Heading, score: p.Score}
			for j := range s.length() {
				s.body = append(s.body, ahead(s.head(), p.Heading+128, j*spacing))
			}
		}
		return a
	}
	return spec
}

// HeaviestView has everything at its largest: what the rules allow at the very most.
func HeaviestView() *pb.World {
	a := &arena{snakes: make([]snake, seats)}
	for i := range a.snakes {
		s := snake{seated: true, boost: true, heading: 255, score: maxScore, best: maxScore, reborn: rebornTicks}
		for range maxLength {
			s.body = append(s.body, point{size - 1, size - 1})
		}
		a.snakes[i] = s
	}
	a.pieces = 1<<32 - 1 - maxFood
	for range maxFood + 1 {
		a.drop(point{size - 1, size - 1}, maxScore)
	}
	return a.View(game.Watcher)
}

// Touches tells whether a head at (x, y) hits the body; the slow way looks at every point.
func Touches(body []uint32, x, y int) (quick, slow bool) {
	var s snake
	for i := range len(body) / 2 {
		p := at(body, i)
		s.body = append(s.body, p)
		slow = slow || p.within(hit, point{x, y})
	}
	return s.touches(point{x, y}), slow
}

// Clearance is how far the body stays from (x, y), up to limit; the slow way looks at every point.
func Clearance(body []uint32, x, y, limit int) (quick, slow int) {
	var s snake
	slow = limit
	for i := range len(body) / 2 {
		p := at(body, i)
		s.body = append(s.body, p)
		slow = min(slow, p.far(point{x, y}))
	}
	return s.clearance(point{x, y}, limit), slow
}
