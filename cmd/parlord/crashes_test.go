package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"parlor/game"
)

func TestTheLogOfACrashedMatchIsKept(t *testing.T) {
	dir := t.TempDir()
	log := game.Log{Game: "tictactoe", Seats: 2, Last: 1, Steps: []game.LogStep{{Tick: 1, Inputs: []game.Input{{Seq: 1, Body: []byte{8, 1}}}}}}
	file, err := (&crashes{dir: filepath.Join(dir, "crashes")}).keep(&log, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var read game.Log
	if err := read.UnmarshalBinary(b); err != nil || read.Steps[0].Inputs[0].Seq != 1 {
		t.Errorf("read back %+v, %v", read, err)
	}
}

// A game that crashed in every match filled the disk.
func TestOnlyTheNewestCrashesAreKept(t *testing.T) {
	began := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		what          string
		crashes, kept int
		bytes         int
	}{
		{"many small ones", maxCrashes + 30, maxCrashes, 100},
		{"a few large ones", 9, 7, 9 << 20},
	} {
		t.Run(test.what, func(t *testing.T) {
			c := &crashes{dir: filepath.Join(t.TempDir(), "crashes")}
			log := game.Log{Game: "toy", Seats: 2, Last: 1, Steps: []game.LogStep{{Tick: 1, Inputs: []game.Input{{Seq: 1, Body: make([]byte, test.bytes)}}}}}
			var names []string
			for i := range test.crashes {
				name, err := c.keep(&log, began.Add(time.Duration(i)*7*time.Millisecond))
				if err != nil {
					t.Fatal(err)
				}
				names = append(names, name)
			}
			got, err := filepath.Glob(filepath.Join(c.dir, "*"))
			if err != nil || !slices.Equal(got, names[len(names)-test.kept:]) {
				t.Errorf("%d are kept (%v), want the newest %d", len(got), err, test.kept)
			}
		})
	}
}

func TestWhatIsNoCrashIsLeftAlone(t *testing.T) {
	c := &crashes{dir: t.TempDir()}
	note := filepath.Join(c.dir, "note.txt")
	if err := os.WriteFile(note, []byte("look at the third"), 0o600); err != nil {
		t.Fatal(err)
	}
	log := game.Log{Game: "toy", Seats: 2}
	for i := range maxCrashes + 1 {
		if _, err := c.keep(&log, time.Unix(int64(i), 0)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(note); err != nil {
		t.Error(err)
	}
}
