package snakes

import "parlor/game"

const (
	hit    = 16  // a head this near to a point of another's body has hit it: two half widths
	margin = 300 // snakes come back no nearer to a wall
	places = 8   // tried for a snake that comes back
)

type point struct{ x, y int }

func (p point) inside() bool { return p.x >= 0 && p.x < size && p.y >= 0 && p.y < size }

// far is the distance along the axis where it is larger, and never more than the true one.
func (p point) far(q point) int { return max(p.x-q.x, q.x-p.x, p.y-q.y, q.y-p.y) }

func (p point) within(reach int, q point) bool {
	dx, dy := p.x-q.x, p.y-q.y
	return dx*dx+dy*dy <= reach*reach
}

// touches tells whether p is within hit of the body.
//
// No grid is needed: from one point of a body to the next, the distance to p changes by spacing
// at most, so a point far away tells how many after it cannot be near. Most bodies are done
// with after one to three looks.
func (s *snake) touches(p point) bool {
	for i := 0; i < len(s.body); {
		far := p.far(s.body[i])
		if far <= hit {
			if p.within(hit, s.body[i]) {
				return true
			}
			i++
			continue
		}
		i += (far - hit + spacing - 1) / spacing
	}
	return false
}

// clearance is how far the body stays from p, or limit where that is less.
func (s *snake) clearance(p point, limit int) int {
	for i := 0; i < len(s.body); {
		far := p.far(s.body[i])
		if far < limit {
			limit = far
		}
		i += (far-limit)/spacing + 1
	}
	return limit
}

// crashed tells whether the snake in seat has run out of the world or into another. All snakes
// have moved when it is asked and none is taken away, so of two that meet head-on both have
// crashed, whatever their seats.
func (a *arena) crashed(seat int) bool {
	p := a.snakes[seat].body[0]
	if !p.inside() {
		return true
	}
	for other := range a.snakes {
		if other != seat && a.snakes[other].touches(p) {
			return true
		}
	}
	return false
}

// freePlace is the one of some random places that is farthest from all snakes.
func (a *arena) freePlace(dice *game.Rand) point {
	var best point
	widest := -1
	for range places {
		p := point{margin + dice.IntN(size-2*margin), margin + dice.IntN(size-2*margin)}
		wide := size
		for i := range a.snakes {
			wide = a.snakes[i].clearance(p, wide)
		}
		if wide > widest {
			best, widest = p, wide
		}
	}
	return best
}
