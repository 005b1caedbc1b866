package tiles_test

import (
	"testing"

	"parlor/game"
	"parlor/game/arcade/tiles"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/tiles/v1"
)

func TestBotsPlayWholeMatchesTheSameWayTwice(t *testing.T) {
	for seed := range byte(20) {
		for _, c := range []struct {
			kind  game.Kind
			seats int
		}{{tiles.Game, 2 + int(seed)%3}, {tiles.Pairs, 4}} {
			sim := gametest.Bots(t, c.kind, c.seats, game.Seed{seed}, 300)
			if _, over := sim.Result(); !over {
				t.Errorf("seed %d: %s is not over after %d ticks", seed, c.kind.Info().Name, sim.Now())
			}
		}
	}
}

func TestTheBotLaysWhatItCanFollowUp(t *testing.T) {
	v := &pb.Table{Top: red(5), Hand: []uint32{red(1), red(9), blue(2), blue(3), blue(9)}, Bag: 1}
	for seed := range byte(10) {
		dice := game.NewRand(game.Seed{seed})
		if in := tiles.Bot(0, v, dice); in.Action != pb.Action_ACTION_PLAY || in.Tile != red(9) {
			t.Errorf("the bot plays %v", in)
		}
		if in := tiles.Bot(1, v, dice); in != nil {
			t.Errorf("not its turn, and it plays %v", in)
		}
	}
}

func TestTheBotDrawsAndThenPasses(t *testing.T) {
	dice := game.NewRand(game.Seed{})
	for want, v := range map[pb.Action]*pb.Table{
		pb.Action_ACTION_DRAW: {Top: red(5), Hand: []uint32{blue(1)}, Bag: 1},
		pb.Action_ACTION_PASS: {Top: red(5), Hand: []uint32{blue(1)}, Bag: 1, Drew: true},
	} {
		if in := tiles.Bot(0, v, dice); in.GetAction() != want {
			t.Errorf("the bot does %v, want %v", in, want)
		}
	}
	if in := tiles.Bot(0, &pb.Table{Top: red(5), Hand: []uint32{blue(1)}}, dice); in.GetAction() != pb.Action_ACTION_PASS {
		t.Errorf("the bag is empty, and the bot does %v", in)
	}
}

// No hand is ever sent to another seat, not to a partner, and not to those who look on; nor is what is drawn, be it
// for who is out of time.
func TestNobodySeesATileThatIsNotHis(t *testing.T) {
	for seed := range byte(6) {
		for seats := 2; seats <= 4; seats++ {
			gametest.Leaks(t, tiles.Game, seats, game.Seed{seed}, 300, tiles.Redeal)
		}
		gametest.Leaks(t, tiles.Pairs, 4, game.Seed{seed}, 300, tiles.Redeal)
		gametest.Leaks(t, sleepy(tiles.Pairs), 4, game.Seed{seed}, 300, tiles.Redeal)
	}
}

// sleepy is a game whose bots let the time of many turns run out, with and without having drawn.
func sleepy(kind spec) spec {
	awake := kind.Bot
	kind.Bot = func(seat game.Seat, v *pb.Table, r *game.Rand) *pb.Move {
		if (v.Bag+v.Players[seat].Tiles)%3 == 0 {
			return nil
		}
		return awake(seat, v, r)
	}
	return kind
}
