package snakes_test

import (
	"flag"
	"testing"

	"parlor/game"
	"parlor/game/arcade/snakes"
	"parlor/game/gametest"
)

var record = flag.Bool("record", false, "rewrite the golden replay")

// golden is 600 ticks among eight bots.
const golden = "testdata/eight"

// Where a change of the rules is meant, run this test with -record.
func TestTheGoldenReplayEndsAsItDid(t *testing.T) {
	if *record {
		gametest.WriteGolden(t, snakes.Game, golden, gametest.Record(t, snakes.Game, 8, game.Seed{8}, 600))
	}
	sim := gametest.Golden(t, snakes.Game, golden)
	if sim.Now() != 600 {
		t.Errorf("the replay ends at tick %d, want 600", sim.Now())
	}
}

func TestARunGivesTheSameMatchEveryTime(t *testing.T) {
	hash := func() uint64 {
		h, err := playBots(t, 12, 400, nil).Hash()
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	want := hash()
	for range 5 {
		if got := hash(); got != want {
			t.Fatalf("hash %x, was %x", got, want)
		}
	}
}

func FuzzRandomInputs(f *testing.F) { gametest.Fuzz(f, snakes.Game) }

func FuzzDamagedCheckpoint(f *testing.F) {
	gametest.FuzzCheckpoint(f, snakes.Game, playBots(f, 6, 200, nil), 48<<10)
}
