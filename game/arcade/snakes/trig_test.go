package snakes_test

import (
	"testing"

	"parlor/game/arcade/snakes"
)

func TestSineAndCosineMakeACircle(t *testing.T) {
	for h := range 256 {
		s, c := snakes.Sin(h), snakes.Cos(h)
		if off := s*s + c*c - 1024*1024; off > 2048 || off < -2048 {
			t.Errorf("heading %d: sine %d and cosine %d are off the circle", h, s, c)
		}
		if snakes.Sin(h+128) != -s || snakes.Sin(128-h) != s || snakes.Cos(-h) != c {
			t.Errorf("heading %d: the circle is not symmetric", h)
		}
	}
	for h := range 64 {
		if snakes.Sin(h+1) < snakes.Sin(h) {
			t.Errorf("sine falls after %d", h)
		}
		// sin(a+b) = sin a cos b + cos a sin b, here with b one step.
		want := snakes.Sin(h)*snakes.Cos(1) + snakes.Cos(h)*snakes.Sin(1)
		if off := snakes.Sin(h+1)*1024 - want; off > 1500 || off < -1500 {
			t.Errorf("sine of %d is %d, want about %d", h+1, snakes.Sin(h+1), want/1024)
		}
	}
}

func TestABearingPointsTheWay(t *testing.T) {
	for h := range 256 {
		dx, dy := snakes.Cos(h), snakes.Sin(h)
		if off := snakes.Towards(snakes.Bearing(dx, dy), h); off < 0 || off > 1 {
			t.Errorf("bearing of (%d, %d) is %d, want %d", dx, dy, snakes.Bearing(dx, dy), h)
		}
	}
	for _, c := range []struct{ dx, dy, want int }{{1, 0, 0}, {0, 1, 64}, {-1, 0, 128}, {0, -1, 192}, {5, 5, 32}, {0, 0, 0}} {
		if got := snakes.Bearing(c.dx, c.dy); got != c.want {
			t.Errorf("bearing of (%d, %d) is %d, want %d", c.dx, c.dy, got, c.want)
		}
	}
}

func TestATurnGoesTheShortWayRound(t *testing.T) {
	for _, c := range []struct{ from, to, want int }{{0, 10, 10}, {10, 0, -10}, {250, 5, 11}, {5, 250, -11}, {0, 127, 127}, {0, 129, -127}, {7, 7, 0}} {
		if got := snakes.Towards(c.from, c.to); got != c.want {
			t.Errorf("from %d to %d turns %d, want %d", c.from, c.to, got, c.want)
		}
	}
}
