package snakes_test

import (
	"testing"

	"parlor/game"
	"parlor/game/arcade/snakes"
)

// winding is a body as steering makes it, from random turns.
func winding(r *game.Rand, points int) []uint32 {
	body := make([]uint32, 0, 2*points)
	x, y, heading := (1000+r.IntN(1000))*1024, (1000+r.IntN(1000))*1024, r.IntN(256)
	for range points {
		body = append(body, uint32((x+512)>>10), uint32((y+512)>>10))
		heading += r.IntN(2*snakes.TurnPerTick+1) - snakes.TurnPerTick
		x += snakes.Spacing * snakes.Cos(heading)
		y += snakes.Spacing * snakes.Sin(heading)
	}
	return body
}

func TestLeapingAlongABodyFindsWhatLookingAtEveryPointFinds(t *testing.T) {
	r := game.NewRand(game.Seed{5})
	hits := 0
	for range 2000 {
		body := winding(r, 1+r.IntN(snakes.MaxLength))
		i := 2 * r.IntN(len(body)/2)
		for _, spread := range []int{20, 60, 600} {
			x := int(body[i]) + r.IntN(2*spread+1) - spread
			y := int(body[i+1]) + r.IntN(2*spread+1) - spread
			quick, slow := snakes.Touches(body, x, y)
			if quick != slow {
				t.Fatalf("(%d, %d) touches %v: %v, want %v", x, y, body, quick, slow)
			}
			if slow {
				hits++
			}
			limit := 1 + r.IntN(snakes.Size)
			if quick, slow := snakes.Clearance(body, x, y, limit); quick != slow {
				t.Fatalf("clearance of (%d, %d) from %v, up to %d: %d, want %d", x, y, body, limit, quick, slow)
			}
		}
	}
	if hits < 500 {
		t.Errorf("only %d of the places touch: the test is weak", hits)
	}
}
