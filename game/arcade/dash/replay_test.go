package dash_test

import (
	"flag"
	"testing"

	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/gametest"
)

var record = flag.Bool("record", false, "rewrite the golden replay and the golden steps")

// golden is a whole match among eight bots.
const golden = "testdata/eight"

// Where a change of the rules is meant, run this test with -record.
func TestTheGoldenReplayEndsAsItDid(t *testing.T) {
	if *record {
		gametest.WriteGolden(t, dash.Game, golden, gametest.Record(t, dash.Game, 8, game.Seed{8}, dash.MatchTicks))
	}
	sim := gametest.Golden(t, dash.Game, golden)
	if _, over := sim.Result(); !over || sim.Now() != dash.MatchTicks {
		t.Errorf("the replay stops at tick %d, over %v", sim.Now(), over)
	}
}

func FuzzRandomInputs(f *testing.F) { gametest.Fuzz(f, dash.Game) }

func FuzzDamagedCheckpoint(f *testing.F) {
	gametest.FuzzCheckpoint(f, dash.Game, playBots(f, 6, 300, nil), 2800)
}
