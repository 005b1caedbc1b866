package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parlor/game"
	"parlor/game/room"
	"parlor/leaderboard"
)

func TestOnlyPeopleAreRankedAndEachMatchCountsOnce(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	standings := []room.Standing{
		{Player: "ann", Name: "Ann", Place: 1, Won: true, Score: 7},
		{Player: "", Name: "Ada", Place: 2, Score: 5},
		{Player: "bob", Name: "Bob", Place: 2, Score: 5},
	}
	for _, test := range []struct {
		ranked game.Ranking
		ending room.Ending
		want   []leaderboard.Submission
	}{
		{game.Unranked, room.Finished, nil},
		{game.Wins, room.Aborted, nil},
		{game.Wins, room.Forfeit, []leaderboard.Submission{{Player: "ann", Score: 1}}},
		{game.BestScore, room.Finished, []leaderboard.Submission{{Player: "ann", Score: 7}, {Player: "bob", Score: 5}}},
	} {
		o := room.Outcome{
			Match: "m", Info: game.Info{Name: "g", Ranked: test.ranked}, Ending: test.ending, Standings: standings, At: at,
		}
		got := fromOutcome(o)
		if len(got) != len(test.want) {
			t.Errorf("%v, %v: %+v, want %+v", test.ranked, test.ending, got, test.want)
			continue
		}
		ids := map[string]bool{}
		for i, sub := range got {
			ids[sub.ID] = true
			if sub.Player != test.want[i].Player || sub.Score != test.want[i].Score || !sub.At.Equal(at) || sub.Board.Name != "g" {
				t.Errorf("%v, %v: %+v", test.ranked, test.ending, sub)
			}
			if err := sub.Validate(); err != nil {
				t.Error(err)
			}
		}
		if len(ids) != len(got) {
			t.Errorf("ids repeat: %+v", got)
		}
	}
}

func TestTheKeyOfGuestsIsMadeOnceAndADamagedOneIsRefused(t *testing.T) {
	dir := t.TempDir()
	first, err := loadKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := loadKey(dir)
	if err != nil || !bytes.Equal(first, again) || len(first) != 32 {
		t.Errorf("the key was %x and is %x: %v", first, again, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "guest.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(dir, "guest.key"), []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadKey(dir); err == nil {
		t.Error("a damaged key was taken")
	}
}
