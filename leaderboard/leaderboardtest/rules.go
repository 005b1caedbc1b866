package leaderboardtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/leaderboard"
)

// sub is a submission of its own id.
func sub(board leaderboard.Board, player string, score int64, at time.Time) leaderboard.Submission {
	id := fmt.Sprintf("%s %s %d %v", board.Name, player, score, at)
	return leaderboard.Submission{ID: id, Player: player, At: at, Scores: []leaderboard.Score{{Board: board.Name, Score: score}}}
}

func earlierIsAhead(t *testing.T, f *fixture) {
	f.define(t, best)
	f.submit(t,
		sub(best, "late", 10, tick(3)), sub(best, "early", 10, tick(1)), sub(best, "middle", 10, tick(2)),
		sub(best, "above", 11, tick(9)), sub(best, "below", 9, tick(0)), sub(best, "negative", -9, tick(0)))
	samePlaces(t, f.best(t, best.Name, 10),
		"1 above 11", "2 early 10", "3 middle 10", "4 late 10", "5 below 9", "6 negative -9")
}

func sameTickShares(t *testing.T, f *fixture) {
	f.define(t, best)
	f.submit(t,
		sub(best, "a", 10, start), sub(best, "c", 10, start.Add(time.Minute-1)), sub(best, "b", 10, start),
		sub(best, "d", 10, start.Add(time.Minute)), sub(best, "first", 11, tick(5)))
	l := leaderboard.List{Board: best.Name}
	samePlaces(t, f.best(t, best.Name, 10), "1 first 11", "2 c 10", "2 b 10", "2 a 10", "5 d 10")
	samePlaces(t, f.top(t, l, f.top(t, l, "", 2).Next, 2).Entries, "2 b 10", "2 a 10")
	samePlaces(t, f.around(t, l, "a", 1), "2 b 10", "2 a 10", "5 d 10")
	if e := f.entry(t, best.Name, "c"); e.Rank != 2 || !e.At.Equal(start) {
		t.Errorf("got rank %d at %v, want 2 at %v", e.Rank, e.At, start)
	}
}

func sharedTies(t *testing.T, f *fixture) {
	golf := leaderboard.Board{Name: "golf", Order: leaderboard.Ascending, Ties: leaderboard.Shared}
	f.define(t, golf)
	late := start.Add(5*time.Hour + 7*time.Millisecond)
	f.submit(t, sub(golf, "a", 70, tick(3)), sub(golf, "b", 72, tick(1)), sub(golf, "c", 72, late), sub(golf, "d", 75, tick(0)), sub(golf, "a", 71, tick(9)))
	samePlaces(t, f.best(t, golf.Name, 10), "1 a 70", "2 c 72", "2 b 72", "4 d 75")
	if e := f.entry(t, golf.Name, "c"); !e.At.Equal(late) {
		t.Errorf("reached at %v, want %v", e.At, late)
	}
}

// reached checks a player's score and when he reached it.
func (f *fixture) reached(t *testing.T, board leaderboard.Board, score int64, at time.Time) {
	t.Helper()
	e := f.entry(t, board.Name, "a")
	if e.Score != score || !e.At.Equal(at.Truncate(time.Minute)) {
		t.Errorf("got %d at %v, want %d at %v", e.Score, e.At, score, at)
	}
}

func bestKeeps(t *testing.T, f *fixture) {
	f.define(t, best)
	f.submit(t, sub(best, "a", -5, tick(5)))
	f.reached(t, best, -5, tick(5))
	f.submit(t, sub(best, "a", 7, tick(6)), sub(best, "a", 3, tick(7)))
	f.reached(t, best, 7, tick(6))
	f.submit(t, sub(best, "a", 7, tick(8)))
	f.reached(t, best, 7, tick(6))
	f.submit(t, sub(best, "a", 7, tick(4))) // sent late by another node
	f.reached(t, best, 7, tick(4))
}

func sumAdds(t *testing.T, f *fixture) {
	f.define(t, sum)
	f.submit(t, sub(sum, "a", 0, tick(1)))
	f.reached(t, sum, 0, tick(1))
	f.submit(t, sub(sum, "a", 2, tick(5)), sub(sum, "a", 3, tick(3)))
	f.reached(t, sum, 5, tick(5))
	f.submit(t, sub(sum, "a", 0, tick(9))) // a match without points does not age the others
	f.reached(t, sum, 5, tick(5))
	f.submit(t, sub(sum, "a", -7, tick(6)))
	f.reached(t, sum, -2, tick(6))
}

func latestReplaces(t *testing.T, f *fixture) {
	form := leaderboard.Board{Name: "form", Operator: leaderboard.Latest}
	f.define(t, form)
	f.submit(t, sub(form, "a", 9, tick(5)), sub(form, "a", 4, tick(6)))
	f.reached(t, form, 4, tick(6))
	f.submit(t, sub(form, "a", 30, tick(2))) // sent late by another node
	f.reached(t, form, 4, tick(6))
	f.submit(t, sub(form, "a", 5, tick(6)))
	f.reached(t, form, 5, tick(6))
}

func sameID(t *testing.T, f *fixture) {
	f.define(t, best, sum)
	one := leaderboard.Submission{ID: "match", Player: "a", At: tick(0), Scores: []leaderboard.Score{{Board: sum.Name, Score: 1}, {Board: best.Name, Score: 1}}}
	other, colon, colon2 := one, one, one
	other.Player = "b"
	colon.Player, colon.ID = "a:match", "x"
	colon2.Player, colon2.ID = "a", "match:x"
	for range 5 {
		f.submit(t, one, other, one, colon, colon2)
		f.submit(t, one)
	}
	samePlaces(t, f.best(t, sum.Name, 10), "1 a 2", "2 b 1", "2 a:match 1")
	// Nor does what has been counted come back.
	if err := f.Remove(t.Context(), leaderboard.List{Board: best.Name}, "b"); err != nil {
		t.Fatal(err)
	}
	f.submit(t, other)
	samePlaces(t, f.best(t, best.Name, 10), "1 a:match 1", "1 a 1")
}

func severalBoards(t *testing.T, f *fixture) {
	f.define(t, best, sum)
	s := sub(best, "a", 5, tick(0))
	for name, bad := range map[string]leaderboard.Score{
		"out of range": {Board: sum.Name, Score: sum.Limit() + 1}, "not defined": {Board: "none", Score: 1},
	} {
		s.Scores = append(s.Scores[:1:1], bad)
		err := f.Submit(t.Context(), s, sub(best, "b", 1, tick(0)))
		if !errors.Is(err, leaderboard.ErrRange) && !errors.Is(err, leaderboard.ErrNoBoard) {
			t.Errorf("%s: %v", name, err)
		}
		samePlaces(t, f.best(t, best.Name, 10), "1 b 1")
	}
	f.submit(t, sub(sum, "a", sum.Limit(), tick(0)))
	s.Scores[1] = leaderboard.Score{Board: sum.Name, Score: 1}
	if err := f.Submit(t.Context(), s); !errors.Is(err, leaderboard.ErrRange) {
		t.Errorf("sum out of range: %v", err)
	}
	f.absent(t, leaderboard.List{Board: best.Name}, "a")
	s.Scores[1].Score = -1 // what was refused has not been counted
	f.submit(t, s)
	if a, b := f.entry(t, best.Name, "a"), f.entry(t, sum.Name, "a"); a.Score != 5 || b.Score != sum.Limit()-1 {
		t.Errorf("got %d and %d", a.Score, b.Score)
	}
}

func notes(t *testing.T, f *fixture) {
	f.define(t, best, sum)
	s := sub(best, "a", 10, tick(0))
	check := func(board leaderboard.Board, want ...string) {
		t.Helper()
		e := f.entry(t, board.Name, "a")
		if got := []string{e.Name, e.Region, e.Match, e.Proof}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f.submit(t, s)
	check(best, "", "", "", "")
	s.ID, s.Name, s.Match, s.Proof, s.Scores[0].Score = "1", "Ann", "m1", "hash1", 11
	f.submit(t, s)
	check(best, "Ann", "", "m1", "hash1")
	s.ID, s.Name, s.Region, s.Match, s.Scores[0].Score = "2", "安娜 🐍", "eu", "m2", 3 // a lower score renames too
	f.submit(t, s)
	check(best, "安娜 🐍", "eu", "m1", "hash1")
	s.ID, s.Name, s.Region, s.Match, s.Proof, s.Scores[0].Score = "3", "", "", "", "", 20
	f.submit(t, s)
	check(best, "安娜 🐍", "eu", "", "")
	full := strings.Repeat("x", 128)
	s = leaderboard.Submission{ID: "4", Player: "a", Name: full, Region: full[:64], Match: full, Proof: full, At: tick(1), Scores: []leaderboard.Score{{Board: sum.Name, Score: 1}}}
	f.submit(t, s)
	check(sum, full, full[:64], full, full)
}
