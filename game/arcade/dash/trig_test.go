package dash_test

import (
	"testing"

	"parlor/game/arcade/dash"
)

func TestSineAndCosineMakeACircle(t *testing.T) {
	for h := range 256 {
		s, c := dash.Sin(h), dash.Cos(h)
		if off := s*s + c*c - 1024*1024; off > 2048 || off < -2048 {
			t.Errorf("heading %d: sine %d and cosine %d are off the circle", h, s, c)
		}
		if dash.Sin(h+128) != -s || dash.Sin(128-h) != s || dash.Cos(-h) != c || dash.Sin(h-256) != s {
			t.Errorf("heading %d: the circle is not symmetric", h)
		}
		// sin(a+b) = sin a cos b + cos a sin b, here with b one step.
		want := s*dash.Cos(1) + c*dash.Sin(1)
		if off := dash.Sin(h+1)*1024 - want; off > 1500 || off < -1500 {
			t.Errorf("sine of %d is %d, want about %d", h+1, dash.Sin(h+1), want/1024)
		}
	}
	if dash.Sin(64) != 1024 || dash.Cos(0) != 1024 {
		t.Error("the circle begins elsewhere")
	}
}

func TestABearingPointsTheWay(t *testing.T) {
	for h := range 256 {
		dx, dy := dash.Cos(h), dash.Sin(h)
		if off := dash.Towards(dash.Bearing(dx, dy), h); off < 0 || off > 1 {
			t.Errorf("bearing of (%d, %d) is %d, want %d", dx, dy, dash.Bearing(dx, dy), h)
		}
	}
	for _, c := range []struct{ dx, dy, want int }{{1, 0, 0}, {0, 1, 64}, {-1, 0, 128}, {0, -1, 192}, {5, 5, 32}, {0, 0, 0}} {
		if got := dash.Bearing(c.dx, c.dy); got != c.want {
			t.Errorf("bearing of (%d, %d) is %d, want %d", c.dx, c.dy, got, c.want)
		}
	}
}

func TestATurnGoesTheShortWayRound(t *testing.T) {
	for _, c := range []struct{ from, to, want int }{{0, 10, 10}, {10, 0, -10}, {250, 5, 11}, {5, 250, -11}, {0, 127, 127}, {0, 129, -127}, {7, 7, 0}} {
		if got := dash.Towards(c.from, c.to); got != c.want {
			t.Errorf("from %d to %d turns %d, want %d", c.from, c.to, got, c.want)
		}
	}
}

func TestARootIsRoundedDown(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 4, 8, 9, 15, 16, 1535 * 1535, 1536*1536 - 1, 1536 * 1536, 1<<31 - 1} {
		if r := dash.Root(n); r*r > n || (r+1)*(r+1) <= n {
			t.Errorf("the root of %d is %d", n, r)
		}
	}
	for n := range 100000 {
		if r := dash.Root(n); r*r > n || (r+1)*(r+1) <= n {
			t.Fatalf("the root of %d is %d", n, r)
		}
	}
}

func TestAPlaceOutsideIsBroughtJustInside(t *testing.T) {
	for h := range 256 {
		for far := range 60 {
			x, y := dash.Cos(h)*(1500+far*3)/1024, dash.Sin(h)*(1500+far*3)/1024
			inX, inY := dash.Within(1536, x, y)
			square := inX*inX + inY*inY
			switch {
			case x*x+y*y <= 1536*1536:
				if inX != x || inY != y {
					t.Fatalf("(%d, %d) is inside, and was moved to (%d, %d)", x, y, inX, inY)
				}
			case square > 1536*1536 || square < 1533*1533:
				t.Fatalf("(%d, %d) was brought to (%d, %d), %d from the middle", x, y, inX, inY, dash.Root(square))
			case dash.Towards(dash.Bearing(x, y), dash.Bearing(inX, inY)) > 1:
				t.Fatalf("(%d, %d) was brought aside, to (%d, %d)", x, y, inX, inY)
			}
		}
	}
}
