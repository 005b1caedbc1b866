package dash

import "parlor/game/rewind"

const (
	reach        = 900 // of a shot, to the middle of who is hit
	protectTicks = 20  // who was hurt cannot be hurt for so long after his stun; nor can anybody as the match begins
	spill        = 3   // points that a shot makes him lose, as pellets
	spillWay     = 110 // from him, they fall
)

// blow is what hurts a player in this tick. Blows are found first and dealt afterwards, so that of
// two who hurt each other both are hurt, whatever their seats.
type blow struct {
	by      int // seat + 1; 0: none
	heading int // he is thrown there
}

// protected tells whether the avatar cannot be hurt in tick now.
func (a *avatar) protected(now int) bool { return now < a.stunEnd+protectTicks }

// bump lets those who dash shove all whom they touch.
func (a *arena) bump() {
	var blows [seats]blow
	for i := range a.players {
		p := &a.players[i]
		if !p.dashing(a.now) {
			continue
		}
		for j := range a.players {
			dx, dy := a.players[j].x-p.x, a.players[j].y-p.y
			if j == i || blows[j].by != 0 || dx*dx+dy*dy > 4*body*body {
				continue
			}
			heading := p.heading
			if dx != 0 || dy != 0 {
				heading = bearing(dx, dy)
			}
			blows[j] = blow{i + 1, heading}
		}
	}
	for j := range a.players {
		a.players[j].hurt(blows[j], a.now)
	}
}

// shoot judges the shots that fell in this tick. Who is hit spills points.
func (a *arena) shoot() {
	var blows [seats]blow
	for i := range a.players {
		p := &a.players[i]
		if !p.fired(a.now) {
			continue
		}
		if j := a.struck(i, a.past.At(i, p.view)); j >= 0 && blows[j].by == 0 {
			blows[j] = blow{i + 1, p.aim}
		}
	}
	for j := range a.players {
		if p := &a.players[j]; p.hurt(blows[j], a.now) {
			a.spill(p)
		}
	}
}

// struck is the first whom a shot of shooter hits, with the others where they were in the view; -1
// is nobody. Who cannot be hurt is shot through.
func (a *arena) struck(shooter int, view rewind.View) int {
	p := &a.players[shooter]
	c, s := cos(p.aim), sin(p.aim)
	hit, nearest := -1, reach*one+1
	for j := range a.players {
		x, y, ok := view.Pos(j)
		if j == shooter || !ok {
			continue
		}
		dx, dy := x-p.x, y-p.y
		ahead, beside := dx*c+dy*s, dx*s-dy*c
		if ahead > 0 && ahead < nearest && max(beside, -beside) <= body*one {
			hit, nearest = j, ahead
		}
	}
	return hit
}

// hurt throws a player aside and stuns him, unless there is no blow or he is protected.
func (p *player) hurt(b blow, now int) bool {
	if b.by == 0 || p.protected(now) {
		return false
	}
	p.stunEnd = now + 1 + stunTicks
	p.heading = b.heading
	p.hurtBy = b.by
	return true
}

// spill lets some of a player's points fall around him, not where he is thrown to.
func (a *arena) spill(p *player) {
	lost := min(p.points, spill)
	p.points -= lost
	for i := range lost {
		h := p.heading + 64*(i+1)
		a.drop(p.x+along(spillWay, cos(h)), p.y+along(spillWay, sin(h)))
	}
}
