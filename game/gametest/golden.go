package gametest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"parlor/game"
)

// Golden replays file.plog as Replay does, and holds the hash at the end against file.hash. A
// difference means that the rules have changed: logs of matches played until now no longer replay.
// Where that is meant, WriteGolden makes both anew. It answers the match as the log leaves it.
func Golden(t testing.TB, k game.Kind, file string) *game.Sim {
	t.Helper()
	b, err := os.ReadFile(file + ".plog")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(file + ".hash")
	if err != nil {
		t.Fatal(err)
	}
	var log game.Log
	if err := log.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	sim := Replay(t, k, &log)
	if got, want := hash(t, sim), strings.TrimSpace(string(want)); got != want {
		t.Fatalf("%s: the hash at the end is %s, was %s", file, got, want)
	}
	return sim
}

// WriteGolden keeps a log, such as one from Record, and the hash that its match ends with.
func WriteGolden(t testing.TB, k game.Kind, file string, log *game.Log) {
	t.Helper()
	b, err := log.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	sim, err := log.Replay(k, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file+".plog", b, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file+".hash", []byte(hash(t, sim)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func hash(t testing.TB, sim *game.Sim) string {
	t.Helper()
	h, err := sim.Hash()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%016x", h)
}
