package dash

import (
	"parlor/game"
	"parlor/game/rewind"
	pb "parlor/proto/arcade/dash/v1"
)

// What the tests need to know of the rules.
const (
	Radius       = radius
	Body         = body
	WalkSpeed    = walkSpeed
	DashSpeed    = dashSpeed
	DashTicks    = dashTicks
	DashCooldown = dashCooldown
	Reload       = reload
	SlideSpeed   = slideSpeed
	SlideTicks   = slideTicks
	StunTicks    = stunTicks
	ProtectTicks = protectTicks
	Reach        = reach
	Spill        = spill
	MatchTicks   = matchTicks
	StartRing    = startRing
	Ambient      = ambient
	MaxPellets   = maxPellets
	Grid         = grid
	EatReach     = eatReach
)

var (
	Sin     = sin
	Cos     = cos
	Bearing = bearing
	Towards = towards
	Root    = root
	Within  = within
)

// State is an avatar with its fields in the order of the golden vectors: x, y, heading, dash_at,
// fire_at, aim, stun_end.
type State [7]int

// Act is what its player wants, in the same order as there: heading, go, dash, fire, aim.
type Act [5]int

// Step is one step of an avatar.
func Step(s State, w Act, now int) State {
	a := step(avatar{s[0], s[1], s[2], s[3], s[4], s[5], s[6]}, wish{w[0], w[1] == 1, w[2] == 1, w[3] == 1, w[4]}, now)
	return State{a.x, a.y, a.heading, a.dashAt, a.fireAt, a.aim, a.stunEnd}
}

// Placed is a player whom a test puts on the table.
type Placed struct{ X, Y, Heading, Points int }

// aside is where pellets lie that a test does not care for.
const aside = -(radius - body) / grid * grid

// Scene is the game with a table laid by the test: pellets as x, y, x, y, ..., players in all seats.
// What ambient pellets are missing lie at the top, out of the way.
func Scene(pellets []int, players ...Placed) game.Spec[*pb.Act, *pb.World] {
	spec := Game
	spec.New = func(t *game.Tick) game.Logic[*pb.Act, *pb.World] {
		a := newArena(t)
		a.pellets = [maxPellets]pellet{}
		for i := 0; i+1 < len(pellets); i += 2 {
			a.drop(pellets[i], pellets[i+1])
		}
		for i := len(pellets) / 2; i < ambient; i++ {
			a.drop(0, aside)
		}
		for i, p := range players {
			q := &a.players[i]
			q.x, q.y, q.heading, q.wants.heading, q.points = p.X, p.Y, p.Heading, p.Heading, p.Points
		}
		a.past = rewind.New(t.Seats(), rate)
		a.remember()
		return a
	}
	return spec
}

// HeaviestView has everything at its largest: what the rules allow at the very most.
func HeaviestView() *pb.World {
	const far = radius - body
	a := &arena{now: matchTicks, players: make([]player, seats)}
	for i := range a.players {
		a.players[i] = player{
			avatar: avatar{-far, -far, 255, matchTicks + dashCooldown, matchTicks + reload, 255, matchTicks + 1 + stunTicks},
			hurtBy: seats, points: matchTicks * maxPellets,
		}
	}
	for i := range a.pellets {
		a.pellets[i] = pellet{true, -far, -far}
	}
	return a.View(game.Watcher)
}
