package snakes

// How a snake moves and grows.
const (
	spacing     = 10  // between two points of a body; so far a snake goes in a tick
	turnPerTick = 8   // of 256: the tightest circle is 51 units in radius
	startLength = 10  // points
	maxLength   = 100 // points; the score goes on rising
	scorePoint  = 4   // of score make a body one point longer
	maxScore    = 1 << 30

	boostTicks = 4 // of boosting cost boostCost of score,
	boostCost  = 2
	boostDrop  = 1 // of which so much falls off the tail as food

	rebornTicks = 40 // a dead snake comes back after two seconds
)

// snake is what one player plays, alive or dead. The zero value is a seat that nobody plays.
type snake struct {
	seated  bool
	x, y    int     // of the head, in 1/1024 of a unit: a body in whole units alone could not turn smoothly
	body    []point // from the head, each where the head once was; empty: dead
	heading int     // 0-255
	wish    int     // the heading that the player wants
	rush    bool    // the player wants to boost
	boost   bool    // he did, in the last step
	burnt   int     // ticks of boosting not yet paid for
	score   int     // of this life; of the last one while dead
	best    int     // of the lives that ended since the player sat down
	reborn  int     // ticks until a dead snake comes back
}

func (s *snake) alive() bool { return len(s.body) > 0 }

// length is what the body grows or shrinks to.
func (s *snake) length() int { return min(startLength+s.score/scorePoint, maxLength) }

// move turns the snake and takes it a step on, or two with boost.
func (s *snake) move() {
	turn := towards(s.heading, s.wish)
	s.heading = (s.heading + max(-turnPerTick, min(turn, turnPerTick))) & 255
	s.boost = s.rush && s.length() > startLength
	s.crawl()
	if s.boost {
		s.crawl()
	}
}

// crawl puts a new head before the body and lets go of the tail. The points between stay where
// they are, so that a client needs to be told only of the ends.
func (s *snake) crawl() {
	s.x += spacing * cos(s.heading)
	s.y += spacing * sin(s.heading)
	if s.body = append(s.body, point{}); len(s.body) > s.length() {
		s.body = s.body[:s.length()]
	}
	copy(s.body[1:], s.body)
	s.body[0] = s.head()
}

// pay takes the price of boosting. It answers true when that drops food.
func (s *snake) pay() bool {
	if !s.boost {
		return false
	}
	// Ticks are counted over pauses: a boost in short bursts costs the same.
	if s.burnt++; s.burnt < boostTicks {
		return false
	}
	s.burnt = 0
	s.score -= boostCost
	return true
}

func (s *snake) eat(value int) { s.score = min(s.score+value, maxScore) }

// head is the place of the head in whole units. It may lie outside the world: then the snake
// dies in the same step.
func (s *snake) head() point { return point{(s.x + one/2) >> 10, (s.y + one/2) >> 10} }

// hatch brings the snake to life at p. It grows out of this point as it moves.
func (s *snake) hatch(p point) {
	s.x, s.y = p.x*one, p.y*one
	s.body = append(s.body[:0], p)
	s.heading = s.wish
	s.score, s.burnt, s.reborn = 0, 0, 0
}

// die leaves the score standing until the snake comes back.
func (s *snake) die() {
	s.body = s.body[:0]
	s.boost = false
	s.best = max(s.best, s.score)
	s.reborn = rebornTicks
}
