package dash

import "parlor/game"

const (
	ambient    = 40 // pellets that the arena keeps up itself
	maxPellets = 64 // in all, with those spilled; what falls after that is lost
	grid       = 16 // places of pellets are multiples of it
	eatReach   = 72 // from the middle of an avatar to a pellet
	tries      = 16 // to find a place for a pellet
)

// pellet is worth a point. Its index is its id.
type pellet struct {
	there bool
	x, y  int
}

// feed gives each pellet to the nearest within reach, by seat among equals. Who is stunned eats nothing.
func (a *arena) feed() {
	for i := range a.pellets {
		p := &a.pellets[i]
		if !p.there {
			continue
		}
		if eater := a.eater(p.x, p.y); eater != nil {
			eater.points++
			*p = pellet{}
		}
	}
}

func (a *arena) eater(x, y int) *player {
	var nearest *player
	limit := eatReach*eatReach + 1
	for i := range a.players {
		p := &a.players[i]
		dx, dy := p.x-x, p.y-y
		if d := dx*dx + dy*dy; d < limit && !p.stunned(a.now) {
			nearest, limit = p, d
		}
	}
	return nearest
}

// topUp keeps up the ambient pellets.
func (a *arena) topUp(dice *game.Rand) {
	lying := 0
	for i := range a.pellets {
		if a.pellets[i].there {
			lying++
		}
	}
	for ; lying < ambient; lying++ {
		a.drop(freePlace(dice))
	}
}

// drop lays a pellet near (x, y), where an avatar can come. It gets the lowest free id, most often that
// of one just eaten.
func (a *arena) drop(x, y int) {
	x, y = within(radius-body, x, y)
	for i := range a.pellets {
		if p := &a.pellets[i]; !p.there {
			*p = pellet{true, x / grid * grid, y / grid * grid}
			return
		}
	}
}

// freePlace is a random place in the arena.
func freePlace(dice *game.Rand) (x, y int) {
	const cells = (radius - body) / grid
	for range tries {
		x, y = dice.IntN(2*cells+1)-cells, dice.IntN(2*cells+1)-cells
		if x*x+y*y <= cells*cells {
			return x * grid, y * grid
		}
	}
	return 0, 0
}
