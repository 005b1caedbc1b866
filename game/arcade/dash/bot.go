package dash

import (
	"parlor/game"
	"parlor/game/rewind"
	pb "parlor/proto/arcade/dash/v1"
)

const (
	reaction = 3   // a bot answers one tick in so many, as a person would
	steady   = 3   // of 256: it keeps its heading where a better one is this near
	gunshot  = 650 // it fires at who is within
	lunge    = 300 // it dashes at who is within
	greed    = 350 // it goes for who is nearer than a pellet and this, when it can fire
	tremor   = 12  // of 256: its aim is off by so much at most
)

// bot runs for the pellet that it can have first, shoots at who comes near and dashes into who comes
// nearer. It sees what everybody sees, answers late and aims badly.
func bot(seat game.Seat, v *pb.World, r *game.Rand) *pb.Act {
	me := find(v, seat)
	if me == nil || v.Tick < me.StunEnd || r.IntN(reaction) != 0 {
		return nil
	}
	heading, way := bestPellet(v, me)
	foe, far := nearestFoe(v, me)
	if foe != nil && v.Tick >= me.FireAt && far < way+greed {
		heading, way = bearing(apart(me, foe.X, foe.Y)), far
	}
	act := &pb.Act{Heading: me.Heading & 255, Go: true}
	// What it wants is not in the view, so it says it again now and then.
	turn := towards(int(me.Heading), heading)
	urgent := v.Tick < protectTicks || r.IntN(10) == 0
	if max(turn, -turn) > steady {
		act.Heading, urgent = uint32(heading+r.IntN(3)-1)&255, true
	}
	if foe != nil {
		at := bearing(apart(me, foe.X, foe.Y))
		if v.Tick >= me.FireAt && far < gunshot && r.IntN(3) == 0 {
			act.Fire, act.View, urgent = true, v.Tick*rewind.Unit, true
			act.Aim = uint32(at+r.IntN(2*tremor+1)-tremor) & 255
		}
		if v.Tick >= me.DashAt && far < lunge && r.IntN(3) == 0 {
			act.Dash, act.Heading, urgent = true, uint32(at), true
		}
	}
	if v.Tick >= me.DashAt && way > dashTicks*dashSpeed && r.IntN(6) == 0 {
		act.Dash, urgent = true, true
	}
	if !urgent {
		return nil
	}
	return act
}

func find(v *pb.World, seat game.Seat) *pb.Player {
	for _, p := range v.Players {
		if p.Seat == uint32(seat) {
			return p
		}
	}
	return nil
}

// bestPellet is where the nearest pellet lies, and how far; those that another will have sooner count
// as farther. Where there is none, it is the middle.
func bestPellet(v *pb.World, me *pb.Player) (heading, way int) {
	dx, dy := apart(me, 0, 0)
	least := 1 << 40
	for _, pellet := range v.Pellets {
		x, y := apart(me, pellet.X, pellet.Y)
		own := length(x, y)
		cost := own
		for _, p := range v.Players {
			if p.Seat != me.Seat && length(apart(p, pellet.X, pellet.Y)) < own {
				cost += 200
			}
		}
		if cost < least {
			least, dx, dy = cost, x, y
		}
	}
	return bearing(dx, dy), length(dx, dy)
}

// nearestFoe is the nearest who can be hurt.
func nearestFoe(v *pb.World, me *pb.Player) (foe *pb.Player, far int) {
	for _, p := range v.Players {
		if p.Seat == me.Seat || v.Tick < p.StunEnd+protectTicks {
			continue
		}
		if d := length(apart(me, p.X, p.Y)); foe == nil || d < far {
			foe, far = p, d
		}
	}
	return foe, far
}

// apart is the way from a player to a place; length is about how long a way is, and quick.
func apart(p *pb.Player, x, y int32) (dx, dy int) { return int(x) - int(p.X), int(y) - int(p.Y) }

func length(dx, dy int) int {
	dx, dy = max(dx, -dx), max(dy, -dy)
	return max(dx, dy) + min(dx, dy)*3/8
}
