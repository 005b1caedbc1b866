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

var toys = leaderboard.Ladder{Game: "toy"}

// duel is the nth match, which the first player has won.
func duel(winner, loser string, n int) leaderboard.RatedMatch {
	return leaderboard.RatedMatch{ID: fmt.Sprint("match-", n), Ladder: toys, Teams: []leaderboard.RatedTeam{
		{Place: 1, Players: []string{winner}}, {Place: 2, Players: []string{loser}},
	}}
}

func TestMemoryPassesTheContract(t *testing.T) {
	leaderboardtest.Run(t, func(*testing.T) leaderboard.Store { return leaderboard.NewMemory() })
}

func TestMemoryRemembersTheLast65536Submissions(t *testing.T) {
	const kept, all = 65536, 65536 + 40000
	store := leaderboard.NewMemory()
	var subs []leaderboard.Submission
	for n := range all {
		subs = append(subs, win("a", n))
	}
	for _, sent := range [][]leaderboard.Submission{subs, subs[all-kept:]} {
		if err := store.Submit(t.Context(), sent...); err != nil {
			t.Fatal(err)
		}
		if e, err := store.Entry(t.Context(), wins.Name, "a"); err != nil || e.Score != all {
			t.Errorf("got %d, %v, want %d", e.Score, err, all)
		}
	}
}
