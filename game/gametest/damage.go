package gametest

import (
	"bytes"
	"math"
	"testing"

	"parlor/game"
)

// FuzzCheckpoint damages the checkpoint of a match: one that is accepted all the same must not
// panic later, must give no view over maxView bytes, and must save and restore. Call it from a fuzz
// test; without -fuzz it plays the seeds given here.
func FuzzCheckpoint(f *testing.F, k game.Kind, sim *game.Sim, maxView int) {
	f.Helper()
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
	f.Fuzz(func(t *testing.T, checkpoint []byte) { revive(t, k, checkpoint, maxView) })
}

// revive plays on from a checkpoint, if it is one.
func revive(t testing.TB, k game.Kind, checkpoint []byte, maxView int) {
	t.Helper()
	sim, err := game.Restore(k, checkpoint)
	if err != nil {
		return
	}
	for range 50 {
		if sim.Now() == math.MaxInt64 {
			return
		}
		sim.Step(sim.Now()+1, nil)
	}
	b, err := sim.AppendView(nil, game.Watcher)
	if err != nil || len(b) > maxView {
		t.Fatalf("a view of %d bytes: %v", len(b), err)
	}
	again, err := sim.Save()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := game.Restore(k, again); err != nil {
		t.Fatalf("what was restored cannot be saved and restored: %v", err)
	}
}
