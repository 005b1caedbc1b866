package snakes_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/arcade/snakes"
	pb "parlor/proto/arcade/snakes/v1"
)

// crowd is a busy moment that lasts: 30 snakes of 50 points each go round in circles, apart from
// each other, and 400 pieces of food lie where nobody comes.
type crowd struct {
	sim    *game.Sim
	rounds [256 / snakes.TurnPerTick][]game.Input // what all do, by heading
}

func newCrowd(b *testing.B) *crowd {
	b.Helper()
	var placed []snakes.Placed
	for i := range 30 {
		placed = append(placed, snakes.Placed{
			X: 700 + 1100*(i%2), Y: 40 + 140*(i/2), Score: (50 - snakes.StartLength) * snakes.ScorePoint,
		})
	}
	var food []uint32
	for i := range uint32(snakes.MaxFood) {
		food = append(food, 5, 5+i*5, 1)
	}
	c := new(crowd)
	for i := range c.rounds {
		heading := uint32(i*snakes.TurnPerTick+64) & 255
		body, err := proto.Marshal(&pb.Steer{Heading: heading})
		if err != nil {
			b.Fatal(err)
		}
		for seat := range game.Seat(30) {
			c.rounds[i] = append(c.rounds[i], game.Input{Seat: seat, Body: body})
		}
	}
	var err error
	if c.sim, err = game.Start(snakes.Scene(food, placed...), game.Seed{1}, 30); err != nil {
		b.Fatal(err)
	}
	for range 60 {
		c.step()
	}
	return c
}

func (c *crowd) step() {
	c.sim.Step(c.sim.Now()+1, c.rounds[c.sim.Now()%int64(len(c.rounds))])
}

// whole fails a benchmark whose snakes have died of it: it would have measured nothing.
func (c *crowd) whole(b *testing.B) {
	b.Helper()
	v := world(b, c.sim)
	for _, s := range v.Snakes {
		if length(s) != 50 {
			b.Fatalf("seat %d has %d points at tick %d, want 50", s.Seat, length(s), c.sim.Now())
		}
	}
	if len(v.Food) != snakes.MaxFood {
		b.Fatalf("%d pieces of food, want %d", len(v.Food), snakes.MaxFood)
	}
}

func BenchmarkStep(b *testing.B) {
	c := newCrowd(b)
	b.ReportAllocs()
	for b.Loop() {
		c.step()
	}
	c.whole(b)
}

// BenchmarkView makes what a seat sees, and beside it the whole world.
func BenchmarkView(b *testing.B) {
	for name, seat := range map[string]game.Seat{"a seat": 14, "everything": game.Watcher} {
		b.Run(name, func(b *testing.B) {
			c := newCrowd(b)
			var buf []byte
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if buf, err = c.sim.AppendView(buf[:0], seat); err != nil {
					b.Fatal(err)
				}
			}
			c.whole(b)
			b.ReportMetric(float64(len(buf)), "bytes")
		})
	}
}

func BenchmarkBot(b *testing.B) {
	c := newCrowd(b)
	v := world(b, c.sim)
	dice := game.NewRand(game.Seed{})
	for seat := game.Seat(0); b.Loop(); {
		if snakes.Game.Bot(seat, v, dice) != nil { // else it waits this tick, which costs nothing
			seat = (seat + 1) % 30
		}
	}
}

func BenchmarkSave(b *testing.B) {
	c := newCrowd(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.sim.Save(); err != nil {
			b.Fatal(err)
		}
	}
}
