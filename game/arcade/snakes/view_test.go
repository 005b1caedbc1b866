package snakes_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/arcade/snakes"
	pb "parlor/proto/arcade/snakes/v1"
)

func viewOf(t testing.TB, sim *game.Sim, seat game.Seat) *pb.World {
	t.Helper()
	b, err := sim.AppendView(nil, seat)
	if err != nil {
		t.Fatal(err)
	}
	v := new(pb.World)
	if err := proto.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
	return v
}

// bodyOf is the body of a seat's snake; nil if it is not in the view, or dead.
func bodyOf(v *pb.World, seat uint32) []uint32 {
	for _, s := range v.Snakes {
		if s.Seat == seat {
			return s.Body
		}
	}
	return nil
}

// watchSeats shows a match of 30 bots from the seat of each whose snake lives, with all there is.
func watchSeats(t *testing.T, see func(seat uint32, v, all *pb.World, headX, headY int)) {
	t.Helper()
	playBots(t, 30, 500, func(sim *game.Sim, all *pb.World) {
		seat := uint32(sim.Now() % 30)
		if own := bodyOf(all, seat); sim.Now() > 100 && len(own) > 0 {
			see(seat, viewOf(t, sim, game.Seat(seat)), all, int(own[0]), int(own[1]))
		}
	})
}

func TestAViewHasNothingThatIsOutOfSight(t *testing.T) {
	watchSeats(t, func(seat uint32, v, all *pb.World, x, y int) {
		hold := func(what string, px, py uint32) {
			dx, dy := max(x-int(px), int(px)-x), max(y-int(py), int(py)-y)
			// The cell may be looked out of from its far side.
			fx, fy := max(0, dx-snakes.Cell), max(0, dy-snakes.Cell)
			if max(fx, fy) > snakes.Reach || fx*fy > snakes.Breadth*snakes.Breadth {
				t.Errorf("seat %d sees %s, %d and %d units away", seat, what, dx, dy)
			}
		}
		for _, f := range v.Food {
			hold("food", f.X, f.Y)
		}
		for _, s := range v.Snakes {
			if n := len(s.Body); n > 0 {
				hold("the front of a body", s.Body[0], s.Body[1])
				hold("the back of a body", s.Body[n-2], s.Body[n-1])
			}
			if s.Seat != seat && (s.Score != 0 || s.Best != 0 || s.Heading != 0 || s.Reborn != 0 || len(s.Body) == 0) {
				t.Errorf("seat %d is told of seat %d: %v", seat, s.Seat, s)
			}
		}
	})
}

func TestAScreenOfAnyShapeIsFull(t *testing.T) {
	screens := [][2]int{{345, 345}, {460, 259}, {238, 500}, {520, 229}, {229, 520}} // half as wide, half as high
	watchSeats(t, func(seat uint32, v, all *pb.World, x, y int) {
		for _, screen := range screens {
			shows := func(px, py uint32) bool {
				return max(x-int(px), int(px)-x) <= screen[0] && max(y-int(py), int(py)-y) <= screen[1]
			}
			for _, f := range all.Food {
				if shows(f.X, f.Y) && !slices.ContainsFunc(v.Food, func(s *pb.Food) bool { return proto.Equal(s, f) }) {
					t.Errorf("seat %d misses the food %v", seat, f)
				}
			}
			for _, s := range all.Snakes {
				seen := bodyOf(v, s.Seat)
				for i := 0; i < len(s.Body); i += 2 {
					if p := s.Body[i : i+2]; shows(p[0], p[1]) && !slices.Contains(points(seen), [2]uint32(p)) {
						t.Fatalf("seat %d misses %v of seat %d", seat, p, s.Seat)
					}
				}
			}
		}
	})
}

func points(body []uint32) (list [][2]uint32) {
	for i := 0; i < len(body); i += 2 {
		list = append(list, [2]uint32(body[i:i+2]))
	}
	return list
}

func TestTheMapShowsAllThatLiveOnceInASecond(t *testing.T) {
	var before []*pb.Blip
	playBots(t, 30, 300, func(sim *game.Sim, all *pb.World) {
		blips := viewOf(t, sim, 3).Blips
		if sim.Now()%snakes.BlipEvery != 1 {
			if !slices.EqualFunc(blips, before, func(a, b *pb.Blip) bool { return proto.Equal(a, b) }) {
				t.Errorf("the map changed at tick %d", sim.Now())
			}
			return
		}
		before = blips
		for _, s := range all.Snakes {
			at := slices.IndexFunc(blips, func(b *pb.Blip) bool { return b.Seat == s.Seat })
			if (at >= 0) != (len(s.Body) > 0) {
				t.Errorf("seat %d with %d points is on the map: %t", s.Seat, length(s), at >= 0)
			} else if at >= 0 && (blips[at].Score != s.Score || s.Body[0]-blips[at].X >= snakes.BlipGrid || s.Body[1]-blips[at].Y >= snakes.BlipGrid) {
				t.Errorf("on the map seat %d is %v, in the world %v", s.Seat, blips[at], s)
			}
		}
	})
}

func TestTheDeadSeeWhereTheyDied(t *testing.T) {
	m := scene(t, []uint32{snakes.Size - 100, 900, 3, 100, 900, 3}, snakes.Placed{X: snakes.Size - 3, Y: 900})
	m.Run(2)
	v := m.View(0)
	if bodyOf(v, 0) != nil || len(v.Snakes) != 1 || v.Snakes[0].Reborn == 0 {
		t.Errorf("the own snake is %v, want a dead one", v.Snakes)
	}
	if !slices.ContainsFunc(v.Food, func(f *pb.Food) bool { return f.Id == 1 }) || slices.ContainsFunc(v.Food, func(f *pb.Food) bool { return f.Id == 2 }) {
		t.Errorf("the food in sight is %v, want what lies at the place of death", v.Food)
	}
}
