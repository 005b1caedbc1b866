package tiles_test

import (
	"flag"
	"testing"

	"parlor/game"
	"parlor/game/arcade/tiles"
	"parlor/game/gametest"
)

var record = flag.Bool("record", false, "rewrite the golden replays")

// Where a change of the rules is meant, run this test with -record.
func TestTheGoldenReplaysEndAsTheyDid(t *testing.T) {
	for file, k := range map[string]game.Kind{"testdata/four": tiles.Game, "testdata/pairs": tiles.Pairs} {
		if *record {
			gametest.WriteGolden(t, k, file, gametest.Record(t, k, 4, game.Seed{8}, 300))
		}
		sim := gametest.Golden(t, k, file)
		if _, over := sim.Result(); !over {
			t.Errorf("%s stops at tick %d", file, sim.Now())
		}
	}
}

func FuzzRandomInputs(f *testing.F) { gametest.Fuzz(f, tiles.Game) }

func FuzzRandomInputsOfPairs(f *testing.F) { gametest.Fuzz(f, tiles.Pairs) }

func FuzzDamagedCheckpoint(f *testing.F) {
	gametest.FuzzCheckpoint(f, tiles.Game, gametest.Bots(f, tiles.Game, 3, game.Seed{5}, 12), 120)
}
