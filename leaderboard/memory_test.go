package leaderboard_test

import (
	"fmt"
	"testing"
	"time"

	"parlor/leaderboard"
	"parlor/leaderboard/leaderboardtest"
)

var (
	points = leaderboard.Board{Name: "points"}
	wins   = leaderboard.Board{Name: "wins", Operator: leaderboard.Sum}
)

// noon is some time within the span of the boards.
var noon = time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)

// win is one point for a player in the nth match.
func win(player string, n int) leaderboard.Submission {
	return leaderboard.Submission{ID: fmt.Sprint("match-", n), Board: wins, Player: player, Score: 1, At: noon}
}

func TestMemoryPassesTheContract(t *testing.T) {
	leaderboardtest.Run(t, func(*testing.T) leaderboard.Store { return leaderboard.NewMemory() })
}

func TestMemoryRemembersTheLast65536Submissions(t *testing.T) {
	const kept = 65536
	store := leaderboard.NewMemory()
	for n := range 3 * kept {
		if err := store.Submit(t.Context(), win("a", n)); err != nil {
			t.Fatal(err)
		}
		if n < kept {
			continue
		}
		if err := store.Submit(t.Context(), win("a", n-kept+1)); err != nil {
			t.Fatal(err)
		}
	}
	if e, err := store.Entry(t.Context(), wins.Name, "a"); err != nil || e.Score != 3*kept {
		t.Errorf("got %d, %v, want %d", e.Score, err, 3*kept)
	}
}
