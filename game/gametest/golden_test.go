package gametest_test

import (
	"os"
	"path/filepath"
	"testing"

	"parlor/game"
	"parlor/game/gametest"
)

func TestAGoldenReplayHoldsTheHashAtItsEnd(t *testing.T) {
	k := playing(func() logic { return &sum{ends: true} })
	file := filepath.Join(t.TempDir(), "two")
	log := gametest.Record(t, k, 2, game.Seed{1}, 500)
	gametest.WriteGolden(t, k, file, log)
	if sim := gametest.Golden(t, k, file); sim.Now() != log.Last {
		t.Errorf("the replay ends at tick %d, want %d", sim.Now(), log.Last)
	}
	if err := os.WriteFile(file+".hash", []byte("0123456789abcdef\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	want(t, "was 0123456789abcdef", func(tb testing.TB) { gametest.Golden(tb, k, file) })
	want(t, "no such file", func(tb testing.TB) { gametest.Golden(tb, k, file+"x") })
}
