package client

import (
	"math"
	"time"
)

const (
	slewPace = 0.05 // of the time that passes: so fast a slew moves
	slewSnap = 500  // ms; a target farther off than that is not followed, but taken
	slewDead = 2    // ms; one as near as that is left alone
)

// slew is a number of milliseconds that follows a target so slowly that a time made of it never runs
// backwards. client/src/slew.ts is its twin, as is each of the files there to the one here.
type slew struct {
	halve  float64 // of a target farther off than that, half the way is taken at once
	known  bool    // any target is set; until then the value is 0
	value  float64
	target float64
	since  float64
}

func (s *slew) at(now float64) float64 {
	most := slewPace * max(0, now-s.since)
	return s.value + max(-most, min(s.target-s.value, most))
}

func (s *slew) aim(target, now float64) {
	value := target
	if s.known {
		value = s.at(now)
	}
	way := target - value
	off := math.Abs(way)
	s.known, s.since = true, now
	switch {
	case off > slewSnap:
		s.value = target
	case off > s.halve:
		s.value = value + way/2
	default:
		s.value = value
	}
	if s.target = target; off < slewDead {
		s.target = value
	}
}

// shift moves the value and its target at once.
func (s *slew) shift(by float64) {
	s.value += by
	s.target += by
}

// ms is a time in milliseconds, as the twins in TypeScript count.
func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
