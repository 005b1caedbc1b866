package snakes_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/arcade/snakes"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/snakes/v1"
)

func TestBotsPlayTheSameWayTwice(t *testing.T) {
	for players, seeds := range map[int]byte{1: 2, 5: 2, 30: 1} { // each of 31 views a tick is held against its twins
		for seed := range seeds {
			t.Run(fmt.Sprintf("players=%d/seed=%d", players, seed), func(t *testing.T) {
				sim := gametest.Bots(t, snakes.Game, players, game.Seed{seed}, 200)
				if _, over := sim.Result(); over || sim.Now() != 200 {
					t.Errorf("the endless room ended at tick %d", sim.Now())
				}
			})
		}
	}
}

func TestBotsEatGrowBoostAndDie(t *testing.T) {
	boosts, longest, deaths := 0, 0, 0
	playBots(t, 30, 1500, func(sim *game.Sim, v *pb.World) {
		deaths += len(sim.Scores())
		for _, s := range v.Snakes {
			longest = max(longest, length(s))
			if s.Boost {
				boosts++
			}
		}
	})
	t.Logf("%d deaths with a score, longest %d points, %d ticks of boost", deaths, longest, boosts)
	if deaths < 10 || deaths > 150 || longest < 40 || boosts < 100 {
		t.Error("the match does not look alive")
	}
}

// playBots is a match among bots that stops for nothing but watch.
func playBots(t testing.TB, players, ticks int, watch func(*game.Sim, *pb.World)) *game.Sim {
	t.Helper()
	sim, err := game.Start(snakes.Game, game.Seed{4}, snakes.Game.Seats.Max)
	if err != nil {
		t.Fatal(err)
	}
	var inputs []game.Input
	for seat := range game.Seat(players) {
		inputs = append(inputs, game.Input{Seat: seat, Op: game.Join})
	}
	dice := game.NewRand(game.Seed{4})
	for range ticks {
		if refused := sim.Step(sim.Now()+1, inputs); len(refused) > 0 {
			t.Fatal(refused[0].Err)
		}
		if watch != nil {
			watch(sim, world(t, sim))
		}
		inputs = inputs[:0]
		for seat := range game.Seat(players) {
			body, err := sim.Bot(seat, dice)
			if err != nil {
				t.Fatal(err)
			}
			if body != nil {
				inputs = append(inputs, game.Input{Seat: seat, Body: body})
			}
		}
	}
	return sim
}

func world(t testing.TB, sim *game.Sim) *pb.World { return viewOf(t, sim, game.Watcher) }

// drive lets the bot of seat 0 steer for some ticks.
func drive(t *testing.T, m *match, ticks int) {
	t.Helper()
	dice := game.NewRand(game.Seed{1})
	for range ticks {
		if in := snakes.Game.Bot(0, m.View(0), dice); in == nil {
			m.Run(1)
		} else if err := m.Do(0, in); err != nil {
			t.Fatal(err)
		}
	}
}

func TestABotFetchesTheFoodNearby(t *testing.T) {
	for heading := 0; heading < 256; heading += 16 {
		m := scene(t, []uint32{1700, 1600, 50}, snakes.Placed{X: 1500, Y: 1500, Heading: heading})
		drive(t, m, 100)
		if got := of(m, 0).Score; got < 50 {
			t.Errorf("setting out at %d, it has %d after 100 ticks", heading, got)
		}
	}
}

func TestABotTurnsAwayFromWalls(t *testing.T) {
	for heading := 0; heading < 256; heading += 64 {
		m := scene(t, nil, snakes.Placed{
			X: 1100 + 950*snakes.Cos(heading)/1024, Y: 1100 + 950*snakes.Sin(heading)/1024, Heading: heading,
		})
		drive(t, m, 30)
		if len(of(m, 0).Body) == 0 {
			t.Errorf("it ran into the wall at %d", heading)
		}
	}
}

func TestABotTurnsAwayFromBodies(t *testing.T) {
	// A long snake goes up, across the bot's way.
	m := scene(t, nil,
		snakes.Placed{X: 1000, Y: 1500}, snakes.Placed{X: 1150, Y: 1200, Heading: 192, Score: 400})
	drive(t, m, 25)
	if len(of(m, 0).Body) == 0 {
		t.Error("it ran into the other")
	}
}

func TestABotWaitsWhileItIsDead(t *testing.T) {
	m := scene(t, nil, snakes.Placed{X: snakes.Size - 3, Y: 900})
	m.Run(1)
	dice := game.NewRand(game.Seed{})
	for range 50 {
		if in := snakes.Game.Bot(0, m.View(0), dice); in != nil {
			t.Fatalf("the dead bot steers: %v", in)
		}
	}
}

// A bot may play through a socket: what it is shown need not be sane.
func FuzzABotBearsAnyView(f *testing.F) {
	view, err := proto.Marshal(snakes.HeaviestView())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(view)
	f.Add([]byte{})
	odd, err := proto.Marshal(&pb.World{
		Snakes: []*pb.Snake{{Seat: 0, Body: []uint32{1, 2, 3}, Heading: 1 << 31}, {Seat: 1, Body: []uint32{1 << 31, 0, 9}}, nil},
		Food:   []*pb.Food{{X: 1 << 31, Y: 1, Value: 1 << 31}, nil, {X: 4}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(odd)
	dice := game.NewRand(game.Seed{})
	f.Fuzz(func(t *testing.T, view []byte) {
		for seat := range game.Seat(3) {
			body, err := snakes.Game.BotInput(seat, view, dice)
			if err != nil || body == nil {
				continue
			}
			var in pb.Steer
			if err := proto.Unmarshal(body, &in); err != nil || in.Heading > 255 {
				t.Errorf("the bot answers heading %d (%v)", in.Heading, err)
			}
		}
	})
}
