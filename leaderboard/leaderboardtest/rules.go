package leaderboardtest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/leaderboard"
)

// sub is a submission of its own id.
func sub(board leaderboard.Board, player string, score int64, at time.Time) leaderboard.Submission {
	id := fmt.Sprintf("%s %d %v", player, score, at)
	return leaderboard.Submission{ID: id, Board: board, Player: player, Score: score, At: at}
}

func earlierIsAhead(t *testing.T, f *fixture) {
	f.submit(t,
		sub(best, "late", 10, tick(3)), sub(best, "early", 10, tick(1)), sub(best, "middle", 10, tick(2)),
		sub(best, "above", 11, tick(9)), sub(best, "below", 9, tick(0)), sub(best, "negative", -9, tick(0)))
	samePlaces(t, f.top(t, best.Name, 0, 10),
		"1 above 11", "2 early 10", "3 middle 10", "4 late 10", "5 below 9", "6 negative -9")
}

func sameTickShares(t *testing.T, f *fixture) {
	f.submit(t,
		sub(best, "a", 10, start), sub(best, "c", 10, start.Add(leaderboard.Tick-1)), sub(best, "b", 10, start),
		sub(best, "d", 10, start.Add(leaderboard.Tick)), sub(best, "first", 11, tick(5)))
	samePlaces(t, f.top(t, best.Name, 0, 10), "1 first 11", "2 c 10", "2 b 10", "2 a 10", "5 d 10")
	samePlaces(t, f.top(t, best.Name, 2, 2), "2 b 10", "2 a 10")
	samePlaces(t, f.around(t, best.Name, "a", 1), "2 b 10", "2 a 10", "5 d 10")
	if e := f.entry(t, best.Name, "c"); e.Rank != 2 || !e.At.Equal(start) {
		t.Errorf("got rank %d at %v, want 2 at %v", e.Rank, e.At, start)
	}
}

func bestKeeps(t *testing.T, f *fixture) {
	check := func(score int64, at time.Time) {
		t.Helper()
		e := f.entry(t, best.Name, "a")
		if e.Score != score || !e.At.Equal(at.Truncate(leaderboard.Tick)) {
			t.Errorf("got %d at %v, want %d at %v", e.Score, e.At, score, at)
		}
	}
	f.submit(t, sub(best, "a", -5, tick(5)))
	check(-5, tick(5))
	f.submit(t, sub(best, "a", 7, tick(6)), sub(best, "a", 3, tick(7)))
	check(7, tick(6))
	f.submit(t, sub(best, "a", 7, tick(8)))
	check(7, tick(6))
	f.submit(t, sub(best, "a", 7, tick(4))) // sent late by another node
	check(7, tick(4))
}

func sumAdds(t *testing.T, f *fixture) {
	check := func(score int64, at time.Time) {
		t.Helper()
		e := f.entry(t, sum.Name, "a")
		if e.Score != score || !e.At.Equal(at.Truncate(leaderboard.Tick)) {
			t.Errorf("got %d at %v, want %d at %v", e.Score, e.At, score, at)
		}
	}
	f.submit(t, sub(sum, "a", 0, tick(1)))
	check(0, tick(1))
	f.submit(t, sub(sum, "a", 2, tick(5)), sub(sum, "a", 3, tick(3)))
	check(5, tick(5))
	f.submit(t, sub(sum, "a", 0, tick(9))) // a match without points does not age the others
	check(5, tick(5))
	f.submit(t, sub(sum, "a", -7, tick(6)))
	check(-2, tick(6))
}

func sameID(t *testing.T, f *fixture) {
	one := leaderboard.Submission{ID: "match", Board: sum, Player: "a", Score: 1, At: tick(0)}
	other, bestToo, colon := one, one, one
	other.Player = "b"
	bestToo.Board = best
	colon.Player, colon.ID = "a:match", "x"
	colon2 := colon
	colon2.Player, colon2.ID = "a", "match:x"
	for range 5 {
		f.submit(t, one, other, one, bestToo, colon, colon2)
		f.submit(t, one)
	}
	samePlaces(t, f.top(t, sum.Name, 0, 10), "1 a 2", "2 b 1", "2 a:match 1")
	samePlaces(t, f.top(t, best.Name, 0, 10), "1 a 1")
}

func lastName(t *testing.T, f *fixture) {
	s := sub(best, "a", 10, tick(0))
	check := func(want string) {
		t.Helper()
		if got := f.entry(t, best.Name, "a").Name; got != want {
			t.Errorf("got name %q, want %q", got, want)
		}
	}
	f.submit(t, s)
	check("")
	for _, name := range []string{"Ann", "安娜 🐍", "Ann"} {
		s.ID, s.Name, s.Score = "named "+name, name, s.Score-1 // a lower score renames too
		f.submit(t, s)
		check(name)
	}
	s.ID, s.Name = "nameless", ""
	f.submit(t, s)
	check("Ann")
	if got := f.top(t, best.Name, 0, 1)[0].Name; got != "Ann" {
		t.Errorf("Top: got name %q, want Ann", got)
	}
}

func emptyBoard(t *testing.T, f *fixture) {
	if got := f.top(t, "none", 0, 10); len(got) != 0 {
		t.Errorf("Top: got %v, want nothing", got)
	}
	if n, err := f.Count(t.Context(), "none"); n != 0 || err != nil {
		t.Errorf("Count: got %d, %v, want 0", n, err)
	}
	if got, err := f.Boards(t.Context()); len(got) != 0 || err != nil {
		t.Errorf("Boards: got %v, %v, want none", got, err)
	}
	f.submit(t) // nothing
	f.submit(t, sub(best, "a", 1, tick(0)))
	for _, board := range []string{"none", best.Name} {
		if _, err := f.Entry(t.Context(), board, "b"); !errors.Is(err, leaderboard.ErrNotFound) {
			t.Errorf("Entry on %s: got %v, want ErrNotFound", board, err)
		}
		if _, err := f.Around(t.Context(), board, "b", 2); !errors.Is(err, leaderboard.ErrNotFound) {
			t.Errorf("Around on %s: got %v, want ErrNotFound", board, err)
		}
	}
}

// fill puts n entries on best, the scores n down to 1 of players "p0001" to "p<n>".
func fill(t *testing.T, f *fixture, n int) {
	subs := make([]leaderboard.Submission, n)
	for i := range subs {
		subs[i] = sub(best, fmt.Sprintf("p%04d", i+1), int64(n-i), tick(0))
	}
	f.submit(t, subs...)
}

func pages(t *testing.T, f *fixture) {
	const n = leaderboard.MaxPage + 205
	fill(t, f, n)
	whole := append(f.top(t, best.Name, 0, leaderboard.MaxPage), f.top(t, best.Name, leaderboard.MaxPage, leaderboard.MaxPage)...)
	if len(whole) != n || whole[n-1].Rank != n || whole[0].Player != "p0001" {
		t.Fatalf("got %d entries, the last %v", len(whole), whole[len(whole)-1])
	}
	var joined []leaderboard.Entry
	for offset := 0; ; offset += 100 {
		page := f.top(t, best.Name, offset, 100)
		if len(page) == 0 {
			break
		}
		joined = append(joined, page...)
	}
	equal(t, "joined pages", joined, whole)
	for _, past := range []int{n, n + 1, math.MaxInt - 1, math.MaxInt} {
		if got := f.top(t, best.Name, past, 10); len(got) != 0 {
			t.Errorf("page from %d: got %v, want nothing", past, got)
		}
	}
	if got := f.top(t, best.Name, 0, 0); len(got) != 0 {
		t.Errorf("page of 0: got %v", got)
	}
}

func around(t *testing.T, f *fixture) {
	fill(t, f, 7)
	for _, test := range []struct {
		player      string
		n           int
		first, last int64
	}{
		{"p0004", 0, 4, 4}, {"p0004", 2, 2, 6}, {"p0004", 3, 1, 7}, {"p0004", 400, 1, 7},
		{"p0001", 2, 1, 3}, {"p0002", 2, 1, 4}, {"p0006", 2, 4, 7}, {"p0007", 2, 5, 7}, {"p0001", 0, 1, 1},
	} {
		got := f.around(t, best.Name, test.player, test.n)
		if got[0].Rank != test.first || got[len(got)-1].Rank != test.last || len(got) != int(test.last-test.first+1) {
			t.Errorf("%d around %s: got %q, want ranks %d to %d", test.n, test.player, places(got), test.first, test.last)
		}
	}
}

func limits(t *testing.T, f *fixture) {
	epoch := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	last := epoch.Add((1<<24 - 1) * leaderboard.Tick)
	times := []time.Time{epoch, epoch.Add(leaderboard.Tick), last.Add(-leaderboard.Tick), last}
	scores := []int64{leaderboard.MaxScore, leaderboard.MaxScore - 1, 1, 0, -1, leaderboard.MinScore + 1, leaderboard.MinScore}
	var want []leaderboard.Entry
	for _, score := range scores {
		for _, at := range times {
			s := sub(best, fmt.Sprintf("p%02d", len(want)), score, at.In(time.FixedZone("east", 3600)))
			f.submit(t, s)
			want = append(want, leaderboard.Entry{Player: s.Player, Score: score, Rank: int64(len(want) + 1), At: at})
		}
	}
	equal(t, "whole board", f.top(t, best.Name, 0, 100), want)
	for player, at := range map[string]time.Time{
		"before": epoch.Add(-time.Hour), "long before": time.Date(1, 2, 3, 0, 0, 0, 0, time.UTC),
	} {
		f.submit(t, sub(sum, player, 5, at))
		if e := f.entry(t, sum.Name, player); !e.At.Equal(epoch) || e.Rank != 1 {
			t.Errorf("%s: got %v, want %v at rank 1", player, e, epoch)
		}
	}
	f.submit(t, sub(sum, "after", 5, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)))
	if e := f.entry(t, sum.Name, "after"); !e.At.Equal(last) || e.Rank != 3 {
		t.Errorf("after: got %v, want %v at rank 3", e, last)
	}
	for _, score := range []int64{leaderboard.MaxScore + 1, leaderboard.MinScore - 1, math.MaxInt64, math.MinInt64} {
		err := f.Submit(t.Context(), sub(sum, "good", 1, tick(0)), sub(best, "bad", score, tick(0)))
		if !errors.Is(err, leaderboard.ErrRange) {
			t.Errorf("score %d: got %v, want ErrRange", score, err)
		}
	}
	if _, err := f.Entry(t.Context(), sum.Name, "good"); !errors.Is(err, leaderboard.ErrNotFound) {
		t.Errorf("beside a refused score: got %v, want ErrNotFound", err)
	}
}

func sumRange(t *testing.T, f *fixture) {
	f.submit(t, sub(sum, "high", leaderboard.MaxScore, tick(0)), sub(sum, "low", leaderboard.MinScore, tick(0)))
	high, low := sub(sum, "high", 1, tick(1)), sub(sum, "low", -1, tick(1))
	err := f.Submit(t.Context(), sub(sum, "a", 1, tick(1)), high, low, sub(sum, "b", 2, tick(1)))
	if !errors.Is(err, leaderboard.ErrRange) {
		t.Errorf("got %v, want ErrRange", err)
	}
	samePlaces(t, f.top(t, sum.Name, 0, 10),
		fmt.Sprint("1 high ", leaderboard.MaxScore), "2 b 2", "3 a 1", fmt.Sprint("4 low ", leaderboard.MinScore))
	// What was refused has not been counted, and may come again.
	f.submit(t, sub(sum, "high", -10, tick(2)), high, high)
	if got := f.entry(t, sum.Name, "high").Score; got != leaderboard.MaxScore-9 {
		t.Errorf("got %d, want %d", got, leaderboard.MaxScore-9)
	}
}

func mismatch(t *testing.T, f *fixture) {
	f.submit(t, sub(best, "a", 1, tick(0)))
	other := best
	other.Operator = leaderboard.Sum
	err := f.Submit(t.Context(), sub(other, "a", 1, tick(0)), sub(sum, "a", 1, tick(0)))
	if !errors.Is(err, leaderboard.ErrMismatch) {
		t.Errorf("got %v, want ErrMismatch", err)
	}
	samePlaces(t, f.top(t, best.Name, 0, 10), "1 a 1")
	samePlaces(t, f.top(t, sum.Name, 0, 10), "1 a 1")
}

func invalid(t *testing.T, f *fixture) {
	good := sub(best, "good", 1, tick(0))
	change := func(do func(*leaderboard.Submission)) leaderboard.Submission {
		s := sub(best, "bad", 1, tick(0))
		do(&s)
		return s
	}
	for name, bad := range map[string]leaderboard.Submission{
		"no id":         change(func(s *leaderboard.Submission) { s.ID = "" }),
		"long id":       change(func(s *leaderboard.Submission) { s.ID = strings.Repeat("x", 129) }),
		"no player":     change(func(s *leaderboard.Submission) { s.Player = "" }),
		"line feed":     change(func(s *leaderboard.Submission) { s.Player = "a\nb" }),
		"not UTF-8":     change(func(s *leaderboard.Submission) { s.Player = "a\xff" }),
		"long name":     change(func(s *leaderboard.Submission) { s.Name = strings.Repeat("x", 129) }),
		"no board":      change(func(s *leaderboard.Submission) { s.Board.Name = "" }),
		"odd board":     change(func(s *leaderboard.Submission) { s.Board.Name = "a:b" }),
		"long board":    change(func(s *leaderboard.Submission) { s.Board.Name = strings.Repeat("x", 65) }),
		"odd operator":  change(func(s *leaderboard.Submission) { s.Board.Operator = 99 }),
		"without times": change(func(s *leaderboard.Submission) { s.At = time.Time{} }),
	} {
		if err := f.Submit(t.Context(), good, bad); !errors.Is(err, leaderboard.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	name := best.Name
	for call, do := range map[string]func() error{
		"offset":       func() error { _, err := f.Top(t.Context(), name, -1, 1); return err },
		"limit":        func() error { _, err := f.Top(t.Context(), name, 0, -1); return err },
		"long page":    func() error { _, err := f.Top(t.Context(), name, 0, leaderboard.MaxPage+1); return err },
		"board":        func() error { _, err := f.Top(t.Context(), "a b", 0, 1); return err },
		"count":        func() error { _, err := f.Count(t.Context(), ""); return err },
		"player":       func() error { _, err := f.Entry(t.Context(), name, ""); return err },
		"neighbours":   func() error { _, err := f.Around(t.Context(), name, "good", -1); return err },
		"long around":  func() error { _, err := f.Around(t.Context(), name, "good", leaderboard.MaxPage/2); return err },
		"around board": func() error { _, err := f.Around(t.Context(), "", "good", 1); return err },
	} {
		if err := do(); !errors.Is(err, leaderboard.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", call, err)
		}
	}
	if got := f.top(t, name, 0, 10); len(got) != 0 {
		t.Errorf("something was written: %v", got)
	}
}

func boards(t *testing.T, f *fixture) {
	last := leaderboard.Board{Name: "z", Operator: leaderboard.Sum}
	f.submit(t, sub(last, "a", 1, tick(0)), sub(sum, "a", 1, tick(0)), sub(best, "a", 1, tick(0)), sub(last, "b", 1, tick(0)))
	got, err := f.Boards(t.Context())
	if want := []leaderboard.Board{best, sum, last}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}
