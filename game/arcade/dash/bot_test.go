package dash_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/dash/v1"
)

func TestBotsPlayTheSameWayTwice(t *testing.T) {
	for _, players := range []int{2, 5, 8} {
		for seed := range byte(2) {
			t.Run(fmt.Sprintf("players=%d/seed=%d", players, seed), func(t *testing.T) {
				sim := gametest.Bots(t, dash.Game, players, game.Seed{seed}, 400)
				if _, over := sim.Result(); over || sim.Now() != 400 {
					t.Errorf("the match ended at tick %d", sim.Now())
				}
			})
		}
	}
}

// playBots is a match among bots, for some ticks or to its end.
func playBots(t testing.TB, players, ticks int, watch func(*pb.World)) *game.Sim {
	t.Helper()
	sim, err := game.Start(dash.Game, game.Seed{4}, players)
	if err != nil {
		t.Fatal(err)
	}
	dice := game.NewRand(game.Seed{4})
	var inputs []game.Input
	for range ticks {
		if refused := sim.Step(sim.Now()+1, inputs); len(refused) > 0 {
			t.Fatal(refused[0].Err)
		}
		if watch != nil {
			watch(world(t, sim))
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

func world(t testing.TB, sim *game.Sim) *pb.World {
	t.Helper()
	b, err := sim.AppendView(nil, game.Watcher)
	if err != nil {
		t.Fatal(err)
	}
	v := new(pb.World)
	if err := proto.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
	return v
}

// tally counts what happened in a match from what everybody sees.
type tally struct {
	last                                             *pb.World
	dashes, shots, hits, bumps, turns, eaten, walked int
}

func (c *tally) watch(v *pb.World) {
	for i, p := range v.Players {
		if c.last == nil {
			break
		}
		was := c.last.Players[i]
		c.walked++
		if p.Heading != was.Heading {
			c.turns++
		}
		if p.DashAt != was.DashAt {
			c.dashes++
		}
		if p.FireAt != was.FireAt {
			c.shots++
		}
		if p.StunEnd != was.StunEnd {
			if by := v.Players[p.HurtBy-1]; by.FireAt == v.Tick+dash.Reload {
				c.hits++
			} else {
				c.bumps++
			}
		}
		if p.Points > was.Points {
			c.eaten += int(p.Points - was.Points)
		}
	}
	c.last = v
}

func TestBotsEatDashShootAndHit(t *testing.T) {
	for _, players := range []int{2, 5, 8} {
		var c tally
		sim := playBots(t, players, dash.MatchTicks, c.watch)
		r, over := sim.Result()
		if !over {
			t.Fatal("the match is not over")
		}
		t.Logf("%d bots: %d dashes, %d bumps, %d shots, %d hits, %d eaten, %d turns; scores %v",
			players, c.dashes, c.bumps, c.shots, c.hits, c.eaten, c.turns, r.Scores)
		if c.dashes < 10*players || c.shots < 5*players || c.hits < 2*players || c.bumps < players || c.eaten < 20*players {
			t.Errorf("with %d bots the match does not look alive", players)
		}
		if c.turns > c.walked/4 {
			t.Errorf("%d bots turn in %d of %d ticks: they tremble", players, c.turns, c.walked)
		}
	}
}

func TestWhatAMatchShowsIsAlwaysSane(t *testing.T) {
	tick := uint32(0)
	playBots(t, 8, dash.MatchTicks, func(v *pb.World) {
		if tick++; v.Tick != tick || v.End != dash.MatchTicks || len(v.Players) != 8 {
			t.Fatalf("tick %d of %d, want %d; %d players", v.Tick, v.End, tick, len(v.Players))
		}
		inside := func(x, y int32, what string) {
			if x*x+y*y > (dash.Radius-dash.Body)*(dash.Radius-dash.Body) {
				t.Fatalf("tick %d: %s at (%d, %d), outside", tick, what, x, y)
			}
		}
		for i, p := range v.Players {
			inside(p.X, p.Y, "a player")
			if p.Seat != uint32(i) || p.Heading > 255 || p.Aim > 255 || p.HurtBy == p.Seat+1 || p.HurtBy > 8 ||
				p.DashAt > tick+dash.DashCooldown || p.FireAt > tick+dash.Reload || p.StunEnd > tick+1+dash.StunTicks {
				t.Fatalf("tick %d: %v", tick, p)
			}
		}
		if n := len(v.Pellets); n < dash.Ambient || n > dash.MaxPellets {
			t.Fatalf("tick %d: %d pellets", tick, n)
		}
		for i, p := range v.Pellets {
			inside(p.X, p.Y, "a pellet")
			if p.Id >= dash.MaxPellets || (i > 0 && p.Id <= v.Pellets[i-1].Id) || p.X%dash.Grid != 0 || p.Y%dash.Grid != 0 {
				t.Fatalf("tick %d: pellet %v after %v", tick, p, v.Pellets[:i])
			}
		}
	})
}

func TestABotFetchesThePelletNearby(t *testing.T) {
	for heading := 0; heading < 256; heading += 16 {
		m := scene(t, []int{320, 160}, dash.Placed{Heading: heading}, dash.Placed{X: 0, Y: 1500})
		dice := game.NewRand(game.Seed{1})
		for range 60 {
			if in := dash.Game.Bot(0, m.View(0), dice); in == nil {
				m.Run(1)
			} else {
				do(t, m, 0, in)
			}
		}
		if got := of(m, 0).Points; got == 0 {
			t.Errorf("setting out at %d, it has nothing after 60 ticks", heading)
		}
	}
}

func TestABotWaitsWhileItIsStunned(t *testing.T) {
	v := world(t, playBots(t, 2, 50, nil))
	v.Players[0].StunEnd = v.Tick + 1
	dice := game.NewRand(game.Seed{})
	for range 50 {
		if in := dash.Game.Bot(0, v, dice); in != nil {
			t.Fatalf("the stunned bot acts: %v", in)
		}
	}
}

// A bot may play through a socket: what it is shown need not be sane.
func FuzzABotBearsAnyView(f *testing.F) {
	for _, v := range []*pb.World{
		dash.HeaviestView(),
		{Tick: 1 << 31, Players: []*pb.Player{{Seat: 1, X: -1 << 31, Y: -1 << 31}, {Seat: 0, X: 1<<31 - 1, Y: 1<<31 - 1}}},
		{Players: []*pb.Player{{Seat: 1, Heading: 1 << 31, StunEnd: 1<<32 - 1}, {Seat: 1}}, Pellets: []*pb.Pellet{{X: -1 << 31}}},
	} {
		b, err := proto.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte{})
	dice := game.NewRand(game.Seed{})
	f.Fuzz(func(t *testing.T, view []byte) {
		for seat := range game.Seat(3) {
			body, err := dash.Game.BotInput(seat, view, dice)
			if err != nil || body == nil {
				continue
			}
			var in pb.Act
			if err := proto.Unmarshal(body, &in); err != nil || in.Heading > 255 || in.Aim > 255 {
				t.Errorf("the bot answers %v (%v)", &in, err)
			}
		}
	})
}
