package leaderboard_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"parlor/internal/leaktest"
	"parlor/leaderboard"
)

// TestMain fails the package when goroutines are left after all tests: loops, pools, servers.
func TestMain(m *testing.M) {
	if dir := os.Getenv(killedDir); dir != "" {
		write(dir, os.Getenv("PARLOR_TEST_RUN"))
	}
	leaktest.Main(m)
}

// eventually polls until ok, and fails the test after 20 s.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-poll.C:
		case <-deadline:
			t.Fatalf("still not: %s", what)
		}
	}
}

var (
	points = leaderboard.Board{Name: "points"}
	wins   = leaderboard.Board{Name: "wins", Operator: leaderboard.Sum}
)

// noon is some time within the span of the boards.
var noon = time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)

// win is one point for a player in the nth match.
func win(player string, n int) leaderboard.Submission {
	return leaderboard.Submission{ID: fmt.Sprint("match-", n), Player: player, At: noon, Scores: []leaderboard.Score{{Board: wins.Name, Score: 1}}}
}

var toys = leaderboard.Ladder{Game: "toy"}

// duel is the nth match, which the first player has won.
func duel(winner, loser string, n int) leaderboard.RatedMatch {
	return leaderboard.RatedMatch{ID: fmt.Sprint("match-", n), Ladder: toys, Teams: []leaderboard.RatedTeam{
		{Place: 1, Players: []string{winner}}, {Place: 2, Players: []string{loser}},
	}}
}

// define makes boards.
func define(t testing.TB, store leaderboard.Store, boards ...leaderboard.Board) {
	t.Helper()
	for _, b := range boards {
		if err := store.Define(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}
