package gomoku_test

import (
	"flag"
	"testing"

	"parlor/game"
	"parlor/game/arcade/gomoku"
	"parlor/game/gametest"
)

var record = flag.Bool("record", false, "rewrite the golden replay")

// golden is a match between two bots.
const golden = "testdata/two"

// Where a change of the rules is meant, run this test with -record.
func TestTheGoldenReplayEndsAsItDid(t *testing.T) {
	if *record {
		gametest.WriteGolden(t, gomoku.Game, golden, gametest.Record(t, gomoku.Game, 2, game.Seed{8}, gomoku.Cells))
	}
	sim := gametest.Golden(t, gomoku.Game, golden)
	if _, over := sim.Result(); !over {
		t.Errorf("the replay stops at tick %d", sim.Now())
	}
}

func FuzzRandomInputs(f *testing.F) { gametest.Fuzz(f, gomoku.Game) }

func FuzzDamagedCheckpoint(f *testing.F) {
	gametest.FuzzCheckpoint(f, gomoku.Game, play(f, 112, 113, 127, 97, 98).Sim(), 400)
}
