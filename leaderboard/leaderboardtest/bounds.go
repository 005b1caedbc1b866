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

func emptyBoard(t *testing.T, f *fixture) {
	f.define(t, best)
	l := leaderboard.List{Board: best.Name}
	f.submit(t) // nothing
	if p := f.top(t, l, "", 10); len(p.Entries) != 0 || p.Count != 0 || p.Next != "" || p.Start.IsZero() || !p.End.IsZero() {
		t.Errorf("Top: got %+v, want nothing", p)
	}
	if n, err := f.Count(t.Context(), l); n != 0 || err != nil {
		t.Errorf("Count: got %d, %v, want 0", n, err)
	}
	if got, err := f.Periods(t.Context(), best.Name); len(got) != 0 || err != nil {
		t.Errorf("Periods: got %v, %v, want none", got, err)
	}
	if p, err := f.Players(t.Context(), l, []string{"a"}); len(p.Entries) != 0 || err != nil {
		t.Errorf("Players: got %v, %v, want none", p, err)
	}
	f.absent(t, l, "b")
	f.submit(t, sub(best, "a", 1, tick(0)))
	f.absent(t, l, "b")
}

func undefined(t *testing.T, f *fixture) {
	l := leaderboard.List{Board: "none"}
	for call, do := range map[string]func() error{
		"Submit":    func() error { return f.Submit(t.Context(), sub(leaderboard.Board{Name: "none"}, "a", 1, tick(0))) },
		"Top":       func() error { _, err := f.Top(t.Context(), l, "", 1); return err },
		"Around":    func() error { _, err := f.Around(t.Context(), l, "a", 1); return err },
		"Players":   func() error { _, err := f.Players(t.Context(), l, []string{"a"}); return err },
		"Count":     func() error { _, err := f.Count(t.Context(), l); return err },
		"Periods":   func() error { _, err := f.Periods(t.Context(), "none"); return err },
		"EndPeriod": func() error { _, err := f.EndPeriod(t.Context(), "none", start); return err },
		"Import": func() error {
			_, err := f.Import(t.Context(), l, leaderboard.Entry{Player: "b", At: start})
			return err
		},
		"Remove": func() error { return f.Remove(t.Context(), l, "a") },
	} {
		if err := do(); !errors.Is(err, leaderboard.ErrNoBoard) {
			t.Errorf("%s: got %v, want ErrNoBoard", call, err)
		}
	}
	if got, err := f.Boards(t.Context()); len(got) != 0 || err != nil {
		t.Errorf("Boards: got %v, %v, want none", got, err)
	}
}

func describes(t *testing.T, f *fixture) {
	last := leaderboard.Board{Name: "z", Order: leaderboard.Ascending, Regional: true, Size: 10, Calendar: leaderboard.Calendar{Period: "2w", Zone: "Asia/Tokyo", Start: "2026-01-05T04:00"}}
	f.define(t, last, sum, best, sum)
	all, err := f.Boards(t.Context())
	if err != nil || len(all) != 3 || all[0].Name != best.Name || all[0].Tick != time.Minute || all[2].Tick != time.Second || all[2].Calendar != last.Calendar {
		t.Fatalf("got %+v, %v", all, err)
	}
	f.submit(t, sub(best, "a", 1, tick(0)))
	for what, change := range map[string]func(*leaderboard.Board){
		"operator": func(b *leaderboard.Board) { b.Operator = leaderboard.Sum },
		"order":    func(b *leaderboard.Board) { b.Order = leaderboard.Ascending },
		"ties":     func(b *leaderboard.Board) { b.Ties = leaderboard.Shared },
		"tick":     func(b *leaderboard.Board) { b.Tick = time.Second },
		"period":   func(b *leaderboard.Board) { b.Period = "daily" },
		"regional": func(b *leaderboard.Board) { b.Regional = true },
	} {
		other := best
		change(&other)
		if err := f.Define(t.Context(), other); !errors.Is(err, leaderboard.ErrMismatch) {
			t.Errorf("another %s: got %v, want ErrMismatch", what, err)
		}
	}
	longer := best
	longer.Archive, longer.Size = 100*time.Hour, 50
	f.define(t, longer)
	if all, err := f.Boards(t.Context()); err != nil || all[0].Archive != longer.Archive || all[0].Size != 50 {
		t.Errorf("got %+v, %v", all, err)
	}
	f.submit(t, sub(best, "b", 2, tick(0)))
	samePlaces(t, f.best(t, best.Name, 10), "1 b 2", "2 a 1")
}

// fill puts n entries on best, the scores n down to 1 of players "p0001" to "p<n>".
func fill(t *testing.T, f *fixture, n int) {
	t.Helper()
	f.define(t, best)
	subs := make([]leaderboard.Submission, n)
	for i := range subs {
		subs[i] = sub(best, fmt.Sprintf("p%04d", i+1), int64(n-i), tick(0))
	}
	f.submit(t, subs...)
}

func pages(t *testing.T, f *fixture) {
	const n = leaderboard.MaxPage + 205
	fill(t, f, n)
	l := leaderboard.List{Board: best.Name}
	first := f.top(t, l, "", leaderboard.MaxPage)
	second := f.top(t, l, first.Next, leaderboard.MaxPage)
	whole := append(first.Entries, second.Entries...)
	if len(whole) != n || whole[n-1].Rank != n || whole[0].Player != "p0001" || second.Next != "" || second.Count != n {
		t.Fatalf("got %d entries, the last %v", len(whole), whole[len(whole)-1])
	}
	var joined []leaderboard.Entry
	for after, more := "", true; more; more = after != "" {
		page := f.top(t, l, after, 100)
		joined, after = append(joined, page.Entries...), page.Next
	}
	equal(t, "joined pages", joined, whole)
	if got := f.top(t, l, "", 0); len(got.Entries) != 0 || got.Count != n {
		t.Errorf("page of 0: got %v", got)
	}
}

func cursors(t *testing.T, f *fixture) {
	fill(t, f, 9)
	l := leaderboard.List{Board: best.Name}
	after := f.top(t, l, "", 3).Next
	if err := f.Remove(t.Context(), l, "p0003"); err != nil { // who stood there
		t.Fatal(err)
	}
	samePlaces(t, f.top(t, l, after, 2).Entries, "3 p0004 6", "4 p0005 5")
	f.submit(t, sub(best, "p0009", 100, tick(1))) // who comes ahead of it shifts ranks, and repeats nobody
	samePlaces(t, f.top(t, l, after, 2).Entries, "4 p0004 6", "5 p0005 5")
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
		got := f.around(t, leaderboard.List{Board: best.Name}, test.player, test.n)
		if got[0].Rank != test.first || got[len(got)-1].Rank != test.last || len(got) != int(test.last-test.first+1) {
			t.Errorf("%d around %s: got %q, want ranks %d to %d", test.n, test.player, places(got), test.first, test.last)
		}
	}
}

func players(t *testing.T, f *fixture) {
	fill(t, f, 300)
	var ids []string
	for n := 300; n > 100; n-- {
		ids = append(ids, fmt.Sprintf("p%04d", n))
	}
	p, err := f.Players(t.Context(), leaderboard.List{Board: best.Name}, ids)
	if err != nil || len(p.Entries) != 200 || p.Entries[0].Rank != 101 || p.Entries[199].Rank != 300 || p.Count != 300 {
		t.Fatalf("got %d of %d, %v", len(p.Entries), p.Count, err)
	}
	if got := p.Entries[0].Percentile(p.Count); got < 66.6 || got > 66.7 {
		t.Errorf("percentile %v of rank 101 among 300", got)
	}
	p, err = f.Players(t.Context(), leaderboard.List{Board: best.Name}, []string{"p0002", "nobody", "p0001", "p0002"})
	if err != nil {
		t.Fatal(err)
	}
	samePlaces(t, p.Entries, "1 p0001 300", "2 p0002 299")
}

func limits(t *testing.T, f *fixture) {
	epoch := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	last := epoch.Add((1<<24 - 1) * time.Minute)
	golf := leaderboard.Board{Name: "golf", Order: leaderboard.Ascending}
	f.define(t, best, golf, sum)
	for _, b := range []leaderboard.Board{best, golf} {
		scores := []int64{b.Limit(), b.Limit() - 1, 1, 0, -1, 1 - b.Limit(), -b.Limit()}
		if b.Order == leaderboard.Ascending {
			slices.Reverse(scores)
		}
		var want []leaderboard.Entry
		for _, score := range scores {
			for _, at := range []time.Time{epoch, epoch.Add(time.Minute), last.Add(-time.Minute), last} {
				s := sub(b, fmt.Sprintf("p%02d", len(want)), score, at.In(time.FixedZone("east", 3600)))
				f.submit(t, s)
				want = append(want, leaderboard.Entry{Player: s.Player, Score: score, Rank: int64(len(want) + 1), At: at})
			}
		}
		equal(t, "whole board", f.best(t, b.Name, 100), want)
	}
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
	for _, score := range []int64{best.Limit() + 1, -best.Limit() - 1, math.MaxInt64, math.MinInt64} {
		if err := f.Submit(t.Context(), sub(best, "bad", score, tick(0))); !errors.Is(err, leaderboard.ErrRange) {
			t.Errorf("score %d: got %v, want ErrRange", score, err)
		}
	}
	f.absent(t, leaderboard.List{Board: best.Name}, "bad")
}

func sumRange(t *testing.T, f *fixture) {
	wide := leaderboard.Board{Name: "wide", Operator: leaderboard.Sum, Ties: leaderboard.Shared}
	f.define(t, sum, wide)
	if wide.Limit() != 1<<53 {
		t.Errorf("limit %d, want 2^53", wide.Limit())
	}
	for _, b := range []leaderboard.Board{sum, wide} {
		most := b.Limit()
		f.submit(t, sub(b, "high", most, tick(0)), sub(b, "low", -most, tick(0)))
		high, low := sub(b, "high", 1, tick(1)), sub(b, "low", -1, tick(1))
		err := f.Submit(t.Context(), sub(b, "a", 1, tick(1)), high, low, sub(b, "b", 2, tick(1)))
		if !errors.Is(err, leaderboard.ErrRange) {
			t.Errorf("got %v, want ErrRange", err)
		}
		samePlaces(t, f.best(t, b.Name, 10), fmt.Sprint("1 high ", most), "2 b 2", "3 a 1", fmt.Sprint("4 low ", -most))
		// What was refused has not been counted, and may come again.
		f.submit(t, sub(b, "high", -10, tick(2)), high, high)
		if got := f.entry(t, b.Name, "high").Score; got != most-9 {
			t.Errorf("got %d, want %d", got, most-9)
		}
		f.submit(t, sub(b, "low", most, tick(2)), sub(b, "low", most-1, tick(2)))
		if got := f.entry(t, b.Name, "low").Score; got != most-1 {
			t.Errorf("got %d, want %d", got, most-1)
		}
	}
}

func invalid(t *testing.T, f *fixture) {
	f.define(t, best)
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
		"no time":       change(func(s *leaderboard.Submission) { s.At = time.Time{} }),
		"odd region":    change(func(s *leaderboard.Submission) { s.Region = "a:b" }),
		"long proof":    change(func(s *leaderboard.Submission) { s.Proof = strings.Repeat("x", 129) }),
		"broken match":  change(func(s *leaderboard.Submission) { s.Match = "a\nb" }),
		"no board":      change(func(s *leaderboard.Submission) { s.Scores[0].Board = "" }),
		"odd board":     change(func(s *leaderboard.Submission) { s.Scores[0].Board = "a:b" }),
		"long board":    change(func(s *leaderboard.Submission) { s.Scores[0].Board = strings.Repeat("x", 65) }),
		"no scores":     change(func(s *leaderboard.Submission) { s.Scores = nil }),
		"a board twice": change(func(s *leaderboard.Submission) { s.Scores = append(s.Scores, s.Scores[0]) }),
	} {
		if err := f.Submit(t.Context(), good, bad); !errors.Is(err, leaderboard.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	invalidReads(t, f)
	if got := f.best(t, best.Name, 10); len(got) != 0 {
		t.Errorf("something was written: %v", got)
	}
}

func invalidReads(t *testing.T, f *fixture) {
	l := leaderboard.List{Board: best.Name}
	many := make([]string, leaderboard.MaxPlayers+1)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	top := func(l leaderboard.List, after string, limit int) error {
		_, err := f.Top(t.Context(), l, after, limit)
		return err
	}
	aroundOf := func(l leaderboard.List, player string, n int) error {
		_, err := f.Around(t.Context(), l, player, n)
		return err
	}
	for call, do := range map[string]func() error{
		"cursor":     func() error { return top(l, "?", 1) },
		"cut cursor": func() error { return top(l, "AA", 1) },
		"limit":      func() error { return top(l, "", -1) },
		"long page":  func() error { return top(l, "", leaderboard.MaxPage+1) },
		"board":      func() error { return top(leaderboard.List{Board: "a b"}, "", 1) },
		"odd region": func() error { return top(leaderboard.List{Board: best.Name, Region: "a b"}, "", 1) },
		"far period": func() error {
			return top(leaderboard.List{Board: best.Name, Period: time.UnixMilli(math.MaxInt64)}, "", 1)
		},
		"old period": func() error {
			return aroundOf(leaderboard.List{Board: best.Name, Period: time.UnixMilli(math.MinInt64)}, "good", 1)
		},
		"no regions":      func() error { return top(leaderboard.List{Board: best.Name, Region: "eu"}, "", 1) },
		"count":           func() error { _, err := f.Count(t.Context(), leaderboard.List{}); return err },
		"periods":         func() error { _, err := f.Periods(t.Context(), ""); return err },
		"player":          func() error { return aroundOf(l, "", 1) },
		"neighbours":      func() error { return aroundOf(l, "good", -1) },
		"long around":     func() error { return aroundOf(l, "good", leaderboard.MaxPage/2) },
		"players":         func() error { _, err := f.Players(t.Context(), l, many); return err },
		"odd player":      func() error { _, err := f.Players(t.Context(), l, []string{"\x00"}); return err },
		"imported player": func() error { _, err := f.Import(t.Context(), l, leaderboard.Entry{At: start}); return err },
		"import, region": func() error {
			_, err := f.Import(t.Context(), leaderboard.List{Board: best.Name, Region: "eu"}, leaderboard.Entry{Player: "a", At: start})
			return err
		},
		"forgotten": func() error { return f.Forget(t.Context(), "") },
		"banned":    func() error { return f.Ban(t.Context(), "", true) },
		"ended": func() error {
			_, err := f.EndPeriod(t.Context(), best.Name, time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC))
			return err
		},
		"defined": func() error { return f.Define(t.Context(), leaderboard.Board{Name: "x", Operator: 99}) },
	} {
		if err := do(); !errors.Is(err, leaderboard.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", call, err)
		}
	}
}
