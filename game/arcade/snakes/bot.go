package snakes

import (
	"parlor/game"
	pb "parlor/proto/arcade/snakes/v1"
)

const (
	reaction  = 2   // a bot answers one tick in so many, as a person would
	foresight = 12  // ticks that it thinks ahead
	lookout   = 170 // units: so far it can come by then, and a little
	berth     = 26  // it keeps its head so far from bodies
	fear      = 20  // and so far from walls
)

// swerves are the turns that a bot thinks of, the least first.
var swerves = [...]int{0, 12, -12, 24, -24, 40, -40, 64, -64, 96, -96, 128}

// bot steers to food that is near and ahead, and round what is in the way. It sees what
// everybody sees, reacts late and wanders a little, so it also dies.
func bot(seat game.Seat, v *pb.World, r *game.Rand) *pb.Steer {
	if r.IntN(reaction) != 0 {
		return nil
	}
	eye, ok := look(seat, v)
	if !ok {
		return nil
	}
	want, rush := eye.target(v.Food)
	want += r.IntN(9) - 4
	if r.IntN(16) == 0 {
		want = eye.heading + r.IntN(97) - 48
	}
	heading, safe := eye.steer(want)
	return &pb.Steer{Heading: uint32(heading & 255), Boost: rush && safe && r.IntN(4) != 0}
}

// sight is what a bot makes of the view: itself, and what is near.
type sight struct {
	size    int
	head    point
	heading int
	long    bool    // long enough to boost
	near    []point // of others' bodies
}

// look finds the bot's own snake; ok is false while it is dead.
func look(seat game.Seat, v *pb.World) (eye sight, ok bool) {
	for _, s := range v.Snakes {
		if s.Seat == uint32(seat) && len(s.Body) >= 2 {
			eye = sight{
				size: int(v.Size), head: at(s.Body, 0), heading: int(s.Heading & 255),
				long: len(s.Body)/2 > startLength+4,
			}
			ok = true
		}
	}
	if !ok {
		return eye, false
	}
	eye.near = make([]point, 0, 64)
	for _, s := range v.Snakes {
		if s.Seat != uint32(seat) {
			eye.watch(s)
		}
	}
	return eye, true
}

// watch keeps in mind what is near of another snake, and where its head is going. Like touches,
// it leaps over points that cannot be near.
func (eye *sight) watch(s *pb.Snake) {
	points := len(s.Body) / 2
	for i := 0; i < points; {
		p := at(s.Body, i)
		if far := p.far(eye.head); far > lookout {
			i += (far-lookout)/spacing + 1
			continue
		}
		if i == 0 && points > 1 {
			q := at(s.Body, 1)
			for step := 2; step <= 10; step += 2 {
				eye.near = append(eye.near, point{p.x + step*(p.x-q.x), p.y + step*(p.y-q.y)})
			}
		}
		eye.near = append(eye.near, p)
		i++
	}
}

// target is where the best food lies, and whether it is worth a boost.
func (eye *sight) target(food []*pb.Food) (heading int, rush bool) {
	best := point{eye.size / 2, eye.size / 2} // nothing to eat: to the middle
	least := 1 << 30
	c, s := cos(eye.heading), sin(eye.heading)
	for _, f := range food {
		p := point{int(f.X), int(f.Y)}
		dx, dy := p.x-eye.head.x, p.y-eye.head.y
		away := p.far(eye.head) + min(max(dx, -dx), max(dy, -dy))/2
		forward := (dx*c + dy*s) / one
		if away < 110 && forward < away*3/5 {
			continue // too sharp a turn: it would circle round this piece for ever
		}
		value := min(int(f.Value), 8)
		// What lies behind counts as twice as far.
		if cost := away + (away-forward)/2 - 25*value; cost < least {
			best, least = p, cost
			rush = eye.long && value >= maxBite && away > 100
		}
	}
	heading = bearing(best.x-eye.head.x, best.y-eye.head.y)
	turn := towards(eye.heading, heading)
	return heading, rush && turn > -16 && turn < 16
}

// steer is the heading nearest to want that is safe for as far as the bot thinks, or the one
// that is safe for longest.
func (eye *sight) steer(want int) (heading int, safe bool) {
	longest := -1
	for _, swerve := range swerves {
		ticks := eye.survives(want + swerve)
		if ticks > longest {
			heading, longest = want+swerve, ticks
		}
		if longest == foresight {
			return heading, true
		}
	}
	return heading, false
}

// survives counts the ticks until the snake, turning to wish, comes too near to something.
func (eye *sight) survives(wish int) int {
	p, heading := eye.head, eye.heading
	for tick := range foresight {
		heading += max(-turnPerTick, min(towards(heading, wish), turnPerTick))
		p = ahead(p, heading, spacing)
		if min(p.x, p.y) < fear || max(p.x, p.y) > eye.size-fear {
			return tick
		}
		for _, q := range eye.near {
			if p.within(berth, q) {
				return tick
			}
		}
	}
	return foresight
}

func ahead(p point, heading, distance int) point {
	return point{p.x + distance*cos(heading)/one, p.y + distance*sin(heading)/one}
}

// at is the i-th of the points in a flat list.
func at(flat []uint32, i int) point { return point{int(flat[2*i]), int(flat[2*i+1])} }
