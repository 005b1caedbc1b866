package snakes

import (
	"parlor/game"
	pb "parlor/proto/arcade/snakes/v1"
)

// What a seat sees. All screens show as much of the world, whatever their shape, so a corner of
// one may lie anywhere on a hyperbola:
//
//	      | reach
//	      |.
//	      | \
//	      |  `-.__   dx * dy = breadth * breadth
//	------+-------`- reach
//	      |
//
// The place that is looked from is a cell of a grid and not the head itself, and what is seen from
// anywhere in the cell is in sight. Else the edge of it would move over bodies and food in every
// tick, and cost bytes.
const (
	breadth = 360 // units; the page shows 345 of them to each side where its screen is a square,
	reach   = 545 // and 520 where it is longest
	cell    = 100

	blipEvery = 20 // ticks between two maps of the whole world
	blipGrid  = 40 // units: as fine as the dots on it
)

// blip is a living snake on the map.
type blip struct {
	seat int
	point
	score int
}

// survey draws the map anew.
func (a *arena) survey() {
	a.blips = a.blips[:0]
	for i := range a.snakes {
		if s := &a.snakes[i]; s.alive() {
			p := s.body[0]
			a.blips = append(a.blips, blip{i, point{p.x - p.x%blipGrid, p.y - p.y%blipGrid}, s.score})
		}
	}
}

// vantage is where somebody looks from: the corner of his cell, or everywhere.
type vantage struct {
	point
	everywhere bool
}

// vantage is the seat's. The dead look from where they died.
func (a *arena) vantage(seat game.Seat) vantage {
	if seat == game.Watcher {
		return vantage{everywhere: true}
	}
	p := a.snakes[seat].head()
	return vantage{point: point{p.x - p.x%cell, p.y - p.y%cell}}
}

// sees tells whether p is in sight, and if not, a distance that p is at least out of it.
func (v vantage) sees(p point) (ok bool, out int) {
	if v.everywhere {
		return true, 0
	}
	dx := max(v.x-p.x, p.x-v.x-cell, 0)
	dy := max(v.y-p.y, p.y-v.y-cell, 0)
	if far := max(dx, dy); far > reach {
		return false, far - reach
	}
	return dx*dy <= breadth*breadth, 1
}

// part is the body from its first to its last point in sight; empty: none is. Like touches, it
// leaps over what cannot be near.
func (v vantage) part(body []point) []point {
	first, last := 0, len(body)-1
	for first <= last {
		ok, out := v.sees(body[first])
		if ok {
			break
		}
		first += (out + spacing - 1) / spacing
	}
	for first <= last {
		ok, out := v.sees(body[last])
		if ok {
			return body[first : last+1]
		}
		last -= (out + spacing - 1) / spacing
	}
	return nil
}

// picture is the memory that views are drawn in, one after the other.
type picture struct {
	world  pb.World
	snakes [seats]pb.Snake
	food   [maxFood]pb.Food
	blips  [seats]pb.Blip
	points []uint32
}

// View is what is in sight of the seat's snake, and the map. A watcher sees the whole world, and so
// needs no map. It is valid until the next.
func (a *arena) View(seat game.Seat) *pb.World {
	if a.picture == nil {
		a.picture = new(picture)
	}
	v, from := a.picture, a.vantage(seat)
	w := &v.world
	w.Size, w.Snakes, w.Food, w.Blips, v.points = size, w.Snakes[:0], w.Food[:0], w.Blips[:0], v.points[:0]
	for i := range a.snakes {
		s := &a.snakes[i]
		own := i == int(seat) || from.everywhere
		if body := from.part(s.body); len(body) > 0 || own && s.seated {
			v.snake(i, s, body, own)
		}
	}
	for _, f := range a.food {
		if ok, _ := from.sees(f.point); ok {
			v.piece(f)
		}
	}
	if !from.everywhere {
		v.chart(a.blips)
	}
	return w
}

// snake draws a snake, of which a part is in sight.
func (v *picture) snake(seat int, s *snake, body []point, own bool) {
	at := len(v.points)
	for _, p := range body {
		v.points = append(v.points, uint32(p.x), uint32(p.y))
	}
	p := &v.snakes[seat]
	p.Seat, p.Body = uint32(seat), v.points[at:len(v.points):len(v.points)]
	p.Boost = s.boost
	p.Heading, p.Score, p.Best, p.Reborn = 0, 0, 0, 0
	if own {
		p.Heading, p.Score, p.Best, p.Reborn = uint32(s.heading), uint32(s.score), uint32(s.best), uint32(s.reborn)
	}
	v.world.Snakes = append(v.world.Snakes, p)
}

func (v *picture) piece(f piece) {
	w := &v.world
	p := &v.food[len(w.Food)]
	p.Id, p.X, p.Y, p.Value = f.id, uint32(f.x), uint32(f.y), uint32(f.value)
	w.Food = append(w.Food, p)
}

func (v *picture) chart(blips []blip) {
	for i, b := range blips {
		p := &v.blips[i]
		p.Seat, p.X, p.Y, p.Score = uint32(b.seat), uint32(b.x), uint32(b.y), uint32(b.score)
		v.world.Blips = append(v.world.Blips, p)
	}
}
