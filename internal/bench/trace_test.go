package main

import (
	"flag"
	"os"
	"testing"

	"parlor/game"
	"parlor/game/arcade/snakes"
	"parlor/game/gametest"
)

var record = flag.Bool("record", false, "record the match of snakes anew")

// A failure here means that the rules of a game have changed since its match was recorded: run the
// test with -record.
func TestTheRecordedMatchesReplay(t *testing.T) {
	tools := &tools{root: "../.."}
	if *record {
		log := gametest.Record(t, snakes.Game, snakesSeats, game.Seed{snakesSeats}, snakesTicks)
		b, err := log.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(tools.path(snakesLog), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	all, err := traces(tools)
	if err != nil {
		t.Fatal(err)
	}
	for _, trace := range all {
		t.Logf("%s: %d views; %s", trace.name, len(trace.views), describe(trace))
	}
}
