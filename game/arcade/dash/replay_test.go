package dash_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/gametest"
)

var record = flag.Bool("record", false, "rewrite the golden replay and the golden steps")

// The golden replay: a whole match among eight bots, and the hash that it had at the end.
const (
	goldenLog  = "testdata/eight.plog"
	goldenHash = "testdata/eight.hash"
)

func hash(t testing.TB, sim *game.Sim) string {
	t.Helper()
	h, err := sim.Hash()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%016x", h)
}

// A failure here means that the rules have changed: logs of matches played until now no longer
// replay. Where that is meant, run this test with -record.
func TestTheGoldenReplayEndsAsItDid(t *testing.T) {
	if *record {
		rewriteGolden(t)
	}
	b, err := os.ReadFile(goldenLog)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(goldenHash)
	if err != nil {
		t.Fatal(err)
	}
	var log game.Log
	if err := log.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	sim := gametest.Replay(t, dash.Game, &log)
	if _, over := sim.Result(); !over || sim.Now() != dash.MatchTicks {
		t.Errorf("the replay stops at tick %d, over %v", sim.Now(), over)
	}
	if got := hash(t, sim); got != strings.TrimSpace(string(want)) {
		t.Errorf("hash %s, want %s", got, bytes.TrimSpace(want))
	}
}

func rewriteGolden(t *testing.T) {
	t.Helper()
	log := gametest.Record(t, dash.Game, 8, game.Seed{8}, dash.MatchTicks)
	b, err := log.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	sim, err := log.Replay(dash.Game, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(goldenLog, b, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(goldenHash, []byte(hash(t, sim)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func FuzzRandomInputs(f *testing.F) { gametest.Fuzz(f, dash.Game) }

// A checkpoint that was accepted must not panic later, whatever it was.
func FuzzDamagedCheckpoint(f *testing.F) {
	sim := playBots(f, 6, 300, nil)
	saved, err := sim.Save()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(saved)
	dice := game.NewRand(game.Seed{6})
	for range 300 {
		damaged := bytes.Clone(saved)
		damaged[dice.IntN(len(damaged))] ^= byte(1 << dice.IntN(8))
		f.Add(damaged[:len(damaged)-dice.IntN(2)*dice.IntN(len(damaged))])
	}
	f.Fuzz(func(t *testing.T, checkpoint []byte) {
		sim, err := game.Restore(dash.Game, checkpoint)
		if err != nil {
			return
		}
		for range 50 {
			if sim.Now() == 1<<63-1 {
				return
			}
			sim.Step(sim.Now()+1, nil)
		}
		b, err := sim.AppendView(nil, game.Watcher)
		if err != nil || len(b) > 2800 {
			t.Errorf("a view of %d bytes: %v", len(b), err)
		}
		again, err := sim.Save()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := game.Restore(dash.Game, again); err != nil {
			t.Errorf("what was restored cannot be saved and restored: %v", err)
		}
	})
}
