package snakes_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/arcade/snakes"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/snakes/v1"
)

type match = gametest.Match[*pb.Steer, *pb.World]

// scene plays a table that the test has laid.
func scene(t *testing.T, food []uint32, placed ...snakes.Placed) *match {
	t.Helper()
	return gametest.Play(t, snakes.Scene(food, placed...), 0)
}

// of is the snake of a seat, or nil while nobody sits there.
func of(m *match, seat uint32) *pb.Snake {
	for _, s := range m.View(game.Watcher).Snakes {
		if s.Seat == seat {
			return s
		}
	}
	return nil
}

func length(s *pb.Snake) int { return len(s.Body) / 2 }

func steer(t *testing.T, m *match, seat game.Seat, heading uint32, boost bool) {
	t.Helper()
	if err := m.Do(seat, &pb.Steer{Heading: heading, Boost: boost}); err != nil {
		t.Fatal(err)
	}
}

func TestASnakeGoesStraightOnAtASteadyPace(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: 1000, Y: 1500})
	before := of(m, 0).Body
	m.Run(10)
	after := of(m, 0).Body
	if after[0] != before[0]+10*snakes.Spacing || after[1] != before[1] {
		t.Errorf("head went from %v to %v in 10 ticks, want %d units to the right", before[:2], after[:2], 10*snakes.Spacing)
	}
}

func TestABodyLiesWhereTheHeadHasBeen(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: 1500, Y: 1500})
	for i := range 20 {
		before := of(m, 0).Body
		steer(t, m, 0, uint32(i*12), false)
		after := of(m, 0).Body
		if !slices.Equal(after[2:], before[:len(before)-2]) {
			t.Fatalf("tick %d: body %v, want a new head before %v", i, after, before[:len(before)-2])
		}
	}
}

func TestASnakeTurnsNoFasterThanItsLimit(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: 1500, Y: 1500, Heading: 10})
	for _, c := range []struct{ wish, want uint32 }{
		{13, 13}, {100, 13 + snakes.TurnPerTick}, {250, 13}, {250, 5}, {250, 253}, {250, 250},
	} {
		steer(t, m, 0, c.wish, false)
		if got := of(m, 0).Heading; got != c.want {
			t.Fatalf("towards %d: heading %d, want %d", c.wish, got, c.want)
		}
	}
}

func TestAWishHoldsUntilTheNextOne(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: 1500, Y: 1500})
	steer(t, m, 0, 64, false)
	m.Run(64/snakes.TurnPerTick - 1)
	if got := of(m, 0).Heading; got != 64 {
		t.Errorf("heading %d, want 64", got)
	}
}

func TestEatingRaisesTheScoreAndGrowsTheBody(t *testing.T) {
	m := scene(t, []uint32{1050, 1500, 2 * snakes.ScorePoint}, snakes.Placed{X: 1000, Y: 1500})
	m.Run(5)
	s := of(m, 0)
	if s.Score != 2*snakes.ScorePoint {
		t.Errorf("score %d, want %d", s.Score, 2*snakes.ScorePoint)
	}
	if got := length(s); got != snakes.StartLength+2 {
		t.Errorf("%d points, want %d", got, snakes.StartLength+2)
	}
	if food := m.View(game.Watcher).Food; len(food) != snakes.Ambient || food[0].Id == 1 || food[len(food)-1].Id <= snakes.Ambient {
		t.Errorf("the eaten piece is still there, or none came in its place: %d pieces", len(food))
	}
}

func TestTheNearerHeadGetsThePiece(t *testing.T) {
	m := scene(t, []uint32{1000, 1000, 3},
		snakes.Placed{X: 970, Y: 1000}, snakes.Placed{X: 1000, Y: 1025, Heading: 192})
	m.Run(1)
	if a, b := of(m, 0).Score, of(m, 1).Score; a != 0 || b != 3 {
		t.Errorf("scores %d and %d, want 0 and 3", a, b)
	}
}

func TestAWallKills(t *testing.T) {
	for _, p := range []snakes.Placed{
		{X: snakes.Size - 3, Y: 900, Heading: 0, Score: 8},
		{X: 900, Y: snakes.Size - 3, Heading: 64, Score: 8},
		{X: 2, Y: 900, Heading: 128, Score: 8},
		{X: 900, Y: 2, Heading: 192, Score: 8},
	} {
		m := scene(t, nil, p)
		m.Run(1)
		if s := of(m, 0); len(s.Body) != 0 || s.Reborn != snakes.RebornTicks {
			t.Errorf("from (%d, %d): %d points, back in %d ticks", p.X, p.Y, length(s), s.Reborn)
		}
		for _, f := range m.View(game.Watcher).Food {
			if f.X >= snakes.Size || f.Y >= snakes.Size {
				t.Errorf("from (%d, %d): remains outside the world: %v", p.X, p.Y, f)
			}
		}
	}
}

func TestABodyKillsAndBecomesFood(t *testing.T) {
	m := scene(t, nil,
		snakes.Placed{X: 1000, Y: 1000, Score: 40},              // 20 points, to the left of 1000
		snakes.Placed{X: 900, Y: 1020, Heading: 192, Score: 16}) // runs up into them
	before := len(m.View(game.Watcher).Food)
	m.Run(1)
	if s := of(m, 1); len(s.Body) != 0 {
		t.Fatal("the snake that ran into the other lives")
	}
	if s := of(m, 0); len(s.Body) == 0 {
		t.Error("the snake that was run into is dead")
	}
	if got, want := m.Scores(), []game.Score{{Seat: 1, Score: 16}}; !slices.Equal(got, want) {
		t.Errorf("posted %v, want %v", got, want)
	}
	if s := of(m, 1); s.Score != 16 || s.Best != 16 {
		t.Errorf("score %d and best %d of the dead, want 16 and 16", s.Score, s.Best)
	}
	if got := len(m.View(game.Watcher).Food) - before; got != (snakes.StartLength+4)/2 {
		t.Errorf("%d pieces of remains, want one for every second of %d points", got, snakes.StartLength+4)
	}
}

func TestRemainsHoldHalfTheScore(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: snakes.Size - 3, Y: 900, Score: 400})
	m.Run(1)
	var value uint32
	pieces := 0
	for _, f := range m.View(game.Watcher).Food {
		if f.X > 0 {
			value += f.Value
			pieces++
		}
	}
	if pieces != snakes.MaxLength/2 || value != 200+uint32(pieces) {
		t.Errorf("%d pieces worth %d, want 50 worth 250: a half of the score, and one each", pieces, value)
	}
}

func TestHeadOnKillsBoth(t *testing.T) {
	m := scene(t, nil,
		snakes.Placed{X: 1000, Y: 1000, Score: 5}, snakes.Placed{X: 1036, Y: 1000, Heading: 128, Score: 6})
	m.Run(1)
	if a, b := of(m, 0), of(m, 1); len(a.Body) != 0 || len(b.Body) != 0 {
		t.Errorf("%d and %d points left", length(a), length(b))
	}
	if got, want := m.Scores(), []game.Score{{Seat: 0, Score: 5}, {Seat: 1, Score: 6}}; !slices.Equal(got, want) {
		t.Errorf("posted %v, want %v", got, want)
	}
}

func TestASnakeMayCrossItsOwnBody(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: 1500, Y: 1500, Score: 400})
	for i := range 60 {
		steer(t, m, 0, uint32(i*snakes.TurnPerTick)&255, false)
	}
	if len(of(m, 0).Body) == 0 {
		t.Error("it died of itself")
	}
}

func TestAScoreIsPostedOncePerDeath(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: snakes.Size - 3, Y: 900, Score: 7})
	m.Run(1)
	if got, want := m.Scores(), []game.Score{{Seat: 0, Score: 7}}; !slices.Equal(got, want) {
		t.Fatalf("posted %v, want %v", got, want)
	}
	for range snakes.RebornTicks + 20 {
		m.Run(1)
		if got := m.Scores(); len(got) != 0 {
			t.Fatalf("posted again at tick %d: %v", m.Sim().Now(), got)
		}
	}
}

func TestALifeWithoutScoreIsNotPosted(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: snakes.Size - 3, Y: 900})
	m.Run(1)
	if got := m.Scores(); len(got) != 0 {
		t.Errorf("posted %v", got)
	}
}

func TestBestIsTheHighestOfTheLives(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: snakes.Size - 3, Y: 900, Score: 7})
	m.Run(1 + snakes.RebornTicks)
	for len(of(m, 0).Body) > 0 && m.Sim().Now() < 1000 {
		m.Run(1)
	}
	if s := of(m, 0); s.Best < 7 || s.Best < s.Score || len(s.Body) > 0 {
		t.Errorf("best %d, last %d, want at least 7 and the last", s.Best, s.Score)
	}
}

func TestBoostIsTwiceAsFastAndCostsScore(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: 1000, Y: 1500, Score: 40})
	before := of(m, 0)
	pieces := len(m.View(game.Watcher).Food)
	for range 2 * snakes.BoostTicks {
		steer(t, m, 0, 0, true)
	}
	s := of(m, 0)
	if got, want := s.Body[0]-before.Body[0], uint32(2*2*snakes.BoostTicks*snakes.Spacing); got != want {
		t.Errorf("went %d units, want %d", got, want)
	}
	if !s.Boost || s.Score != 40-2*snakes.BoostCost {
		t.Errorf("boost %v, score %d, want true and %d", s.Boost, s.Score, 40-2*snakes.BoostCost)
	}
	m.Run(1)
	if got := length(of(m, 0)); got != snakes.StartLength+9 {
		t.Errorf("%d points, want %d", got, snakes.StartLength+9)
	}
	if got := len(m.View(game.Watcher).Food) - pieces; got != 2 {
		t.Errorf("dropped %d pieces, want 2", got)
	}
}

func TestShortBurstsOfBoostAreNotFree(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: 1000, Y: 1500, Score: 40})
	for range snakes.BoostTicks {
		steer(t, m, 0, 0, true)
		steer(t, m, 0, 0, false)
	}
	if got := of(m, 0).Score; got != 40-snakes.BoostCost {
		t.Errorf("score %d, want %d", got, 40-snakes.BoostCost)
	}
}

func TestBoostHasNoEffectAtTheLeastLength(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: 1000, Y: 1500, Score: snakes.ScorePoint - 1})
	for range 3 * snakes.BoostTicks {
		steer(t, m, 0, 0, true)
	}
	s := of(m, 0)
	if s.Boost || s.Score != snakes.ScorePoint-1 || s.Body[0] != 1000+3*snakes.BoostTicks*snakes.Spacing {
		t.Errorf("boost %v, score %d, head at %d", s.Boost, s.Score, s.Body[0])
	}
}

func TestABodyNeverGrowsOverItsLimit(t *testing.T) {
	m := scene(t, []uint32{350, 1500, 100000}, snakes.Placed{X: 300, Y: 1500})
	m.Run(150)
	if s := of(m, 0); length(s) != snakes.MaxLength || s.Score < 100000 {
		t.Errorf("%d points with score %d", length(s), s.Score)
	}
}

func TestADeadSnakeComesBackFarFromTheOthers(t *testing.T) {
	m := scene(t, nil,
		snakes.Placed{X: snakes.Size - 3, Y: 900, Score: 7},
		snakes.Placed{X: 1000, Y: 1500, Score: 400})
	for left := uint32(snakes.RebornTicks); left > 0; left-- {
		m.Run(1)
		if s := of(m, 0); s.Reborn != left || len(s.Body) != 0 {
			t.Fatalf("%d points, %d ticks left, want none and %d", length(s), s.Reborn, left)
		}
	}
	m.Run(1)
	s := of(m, 0)
	if length(s) != 1 || s.Reborn != 0 || s.Score != 0 {
		t.Fatalf("%d points, %d ticks left, score %d, want a new life", length(s), s.Reborn, s.Score)
	}
	for _, at := range s.Body {
		if at < snakes.Margin || at >= snakes.Size-snakes.Margin {
			t.Errorf("it came back at %v, too near to a wall", s.Body)
		}
	}
	if quick, _ := snakes.Clearance(of(m, 1).Body, int(s.Body[0]), int(s.Body[1]), snakes.Size); quick < 200 {
		t.Errorf("it came back %d units from another", quick)
	}
	m.Run(snakes.StartLength)
	if got := length(of(m, 0)); got != snakes.StartLength {
		t.Errorf("%d points after as many ticks, want %d", got, snakes.StartLength)
	}
}

func TestADeadSnakeComesBackTheWayItsPlayerSteers(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: snakes.Size - 3, Y: 900})
	m.Run(1)
	steer(t, m, 0, 77, true)
	m.Run(snakes.RebornTicks - 1)
	if s := of(m, 0); length(s) != 1 || s.Heading != 77 {
		t.Errorf("%d points, heading %d, want 1 and 77", length(s), s.Heading)
	}
}

func TestFoodIsBounded(t *testing.T) {
	var food []uint32
	for range snakes.MaxFood {
		food = append(food, 10, 10, 1)
	}
	m := scene(t, food, snakes.Placed{X: 1000, Y: 1000, Score: 400})
	m.Leave(0)
	if got := len(m.View(game.Watcher).Food); got != snakes.MaxFood {
		t.Errorf("%d pieces, want %d", got, snakes.MaxFood)
	}
}

func TestTheHeaviestViewFitsAFrame(t *testing.T) {
	v := snakes.HeaviestView()
	if len(v.Snakes) != 30 || len(v.Food) != snakes.MaxFood {
		t.Fatalf("%d snakes and %d pieces", len(v.Snakes), len(v.Food))
	}
	size := proto.Size(v)
	t.Logf("%d bytes", size)
	if size >= 48<<10 {
		t.Errorf("%d bytes, want under 48 KB", size)
	}
}
