package dash

// How an avatar moves. The browser moves its own avatar with the same function, written again in
// TypeScript, before the server's answer comes: testdata/step.json holds the two to each other.
// So this file uses whole numbers under 2^31 and nothing of the match but the tick.
const (
	radius = 1600 // of the arena, whose middle is 0, 0
	body   = 64   // radius of an avatar; all of it stays within the arena

	walkSpeed = 16 // units a tick

	dashSpeed    = 60
	dashTicks    = 5
	dashCooldown = 40 // ticks from the start of one dash to the next

	reload = 30 // ticks from one shot to the next

	slideSpeed = 24 // of who was hurt, for the first slideTicks
	slideTicks = 6
	stunTicks  = 12
)

// avatar is what one player moves. Times are ticks, and stay as they are until the next of their
// kind, so that a client is told each once.
type avatar struct {
	x, y    int
	heading int // 0-255; while stunned, where it slides to
	dashAt  int // it can dash from this tick on
	fireAt  int // it can fire from this tick on
	aim     int // of the last shot, 0-255
	stunEnd int // it is stunned before this tick
}

// wish is what a player wants. heading and going hold until the next; the rest is for one tick.
type wish struct {
	heading int
	going   bool
	dash    bool
	fire    bool
	aim     int
}

// step is the avatar after tick now. What others do to it comes after, and is not in here.
func step(a avatar, w wish, now int) avatar {
	speed := 0
	switch {
	case a.stunned(now):
		if now < a.stunEnd-stunTicks+slideTicks {
			speed = slideSpeed
		}
	case a.dashing(now):
		speed = dashSpeed
	default:
		a.heading = w.heading
		if w.going {
			speed = walkSpeed
		}
		if w.dash && now >= a.dashAt {
			a.dashAt = now + dashCooldown
			speed = dashSpeed
		}
	}
	if w.fire && now >= a.fireAt && !a.stunned(now) {
		a.fireAt = now + reload
		a.aim = w.aim
	}
	a.x += along(speed, cos(a.heading))
	a.y += along(speed, sin(a.heading))
	a.x, a.y = within(radius-body, a.x, a.y)
	return a
}

func (a *avatar) stunned(now int) bool { return now < a.stunEnd }

// dashing tells whether the avatar rushes on, and cannot turn. A stun ends a dash.
func (a *avatar) dashing(now int) bool {
	return now < a.dashAt-dashCooldown+dashTicks && !a.stunned(now)
}

// fired tells whether the shot fell in this very tick.
func (a *avatar) fired(now int) bool { return a.fireAt == now+reload }

// along is the part of a way that goes along one axis, rounded to whole units (halves up).
func along(way, part int) int { return (way*part + one/2) >> 10 }

// within is (x, y), or the place towards it from the middle that is just within the circle.
func within(limit, x, y int) (int, int) {
	square := x*x + y*y
	if square <= limit*limit {
		return x, y
	}
	// The way is rounded up and the quotients towards 0, so that the place is never outside.
	way := root(square-1) + 1
	return x * limit / way, y * limit / way
}

// root is the square root of n >= 0, rounded down.
func root(n int) int {
	if n == 0 {
		return 0
	}
	r := n
	for next := (r + 1) / 2; next < r; next = (r + n/r) / 2 {
		r = next
	}
	return r
}
