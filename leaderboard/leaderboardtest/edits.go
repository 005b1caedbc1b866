package leaderboardtest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"parlor/leaderboard"
)

func removes(t *testing.T, f *fixture) {
	world := leaderboard.Board{Name: "world", Regional: true}
	f.define(t, world, best)
	for _, player := range []string{"a", "b"} {
		s := sub(world, player, 3, tick(0))
		s.Region, s.Name = "eu", "Ann"
		s.Scores = append(s.Scores, leaderboard.Score{Board: best.Name, Score: 3})
		f.submit(t, s)
	}
	l := leaderboard.List{Board: world.Name}
	if err := f.Remove(t.Context(), l, "b"); err != nil {
		t.Fatal(err)
	}
	if err := f.Remove(t.Context(), l, "b"); !errors.Is(err, leaderboard.ErrNotFound) {
		t.Errorf("removed twice: %v, want ErrNotFound", err)
	}
	f.absent(t, l, "b")
	samePlaces(t, f.top(t, leaderboard.List{Board: world.Name, Region: "eu"}, "", 10).Entries, "1 a 3")
	samePlaces(t, f.best(t, best.Name, 10), "1 b 3", "1 a 3")
	f.submit(t, sub(world, "b", 1, tick(1))) // he may come back, as somebody new
	if e := f.entry(t, world.Name, "b"); e.Score != 1 || e.Name != "" {
		t.Errorf("got %+v", e)
	}
}

func forgets(t *testing.T, f *fixture) {
	f.define(t, best, sum, berlin)
	f.submit(t, sub(best, "a", 1, tick(0)), sub(best, "b", 2, tick(0)), sub(sum, "a", 1, tick(0)), sub(berlin, "a", 1, midnight), sub(berlin, "a", 1, nextDay))
	fast := duel("2", "a", "b")
	fast.Ladder = blitz
	f.rate(t, duel("1", "a", "b"), fast)
	for range 2 {
		if err := f.Forget(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
	}
	// What was under way comes late, and counts as applied.
	f.submit(t, sub(best, "a", 7, time.Now()), sub(sum, "a", 7, time.Now().Add(time.Minute)))
	f.rate(t, duel("3", "a", "b"))
	for _, l := range []leaderboard.List{{Board: best.Name}, {Board: sum.Name}, {Board: berlin.Name, Period: midnight}, {Board: berlin.Name, Period: nextDay}} {
		f.absent(t, l, "a")
	}
	for _, ladder := range []leaderboard.Ladder{casual, blitz} {
		if r, err := f.Rating(t.Context(), ladder, "a"); !errors.Is(err, leaderboard.ErrNotFound) {
			t.Errorf("rating on %v: %v, %v, want ErrNotFound", ladder, r, err)
		}
	}
	if r := f.rating(t, casual, "b"); r.Matches != 2 {
		t.Errorf("the other has %d matches, want 2", r.Matches)
	}
	samePlaces(t, f.best(t, best.Name, 10), "1 b 2")
	f.submit(t, sub(best, "a", 3, time.Now().Add(2*time.Hour))) // somebody new
	samePlaces(t, f.best(t, best.Name, 10), "1 a 3", "2 b 2")
}

func bans(t *testing.T, f *fixture) {
	f.define(t, best, sum)
	f.submit(t, sub(best, "a", 1, tick(0)), sub(best, "b", 2, tick(0)), sub(sum, "b", 2, tick(0)))
	ban := func(player string, banned bool) {
		t.Helper()
		if err := f.Ban(t.Context(), player, banned); err != nil {
			t.Fatal(err)
		}
	}
	ban("b", true)
	ban("x", true)
	ban("b", true)
	f.submit(t, sub(best, "b", 9, time.Now().Add(72*time.Hour)), sub(best, "c", 1, tick(1)))
	left, err := f.Import(t.Context(), leaderboard.List{Board: best.Name}, leaderboard.Entry{Player: "b", Score: 9, At: tick(1)}, leaderboard.Entry{Player: "c", Score: 1, At: tick(1)})
	if err != nil || left != 1 {
		t.Fatalf("%d are left out, %v, want 1", left, err)
	}
	samePlaces(t, f.best(t, best.Name, 10), "1 a 1", "2 c 1")
	samePlaces(t, f.best(t, sum.Name, 10))
	if got, err := f.Bans(t.Context()); err != nil || !slices.Equal(got, []string{"b", "x"}) {
		t.Errorf("banned %q, %v", got, err)
	}
	ban("b", false)
	ban("b", false)
	f.submit(t, sub(best, "b", 5, tick(2)))
	samePlaces(t, f.best(t, best.Name, 10), "1 b 5", "2 a 1", "3 c 1")
	if got, err := f.Bans(t.Context()); err != nil || !slices.Equal(got, []string{"x"}) {
		t.Errorf("banned %q, %v", got, err)
	}
}

// imports moves a board to another through a file of each format.
func imports(t *testing.T, f *fixture) {
	world := leaderboard.Board{Name: "world", Regional: true, Archive: tenYears, Calendar: leaderboard.Calendar{Period: "daily"}}
	copied := world
	copied.Name = "copied"
	f.define(t, world, copied)
	l, to := leaderboard.List{Board: world.Name, Period: start}, leaderboard.List{Board: copied.Name, Period: start}
	var entries []leaderboard.Entry
	for n := range 700 {
		e := leaderboard.Entry{Player: fmt.Sprintf("p,%03d", n), Score: int64(n % 90), At: start.Add(time.Duration(n%7) * time.Second)}
		if n%2 == 0 {
			e.Name, e.Region, e.Match, e.Proof = "\"Ann\", 安娜", "eu", "m", "hash"
		}
		entries = append(entries, e)
	}
	for range 2 {
		if _, err := f.Import(t.Context(), l, entries...); err != nil {
			t.Fatal(err)
		}
	}
	want := f.top(t, l, "", leaderboard.MaxPage).Entries
	for _, format := range []leaderboard.Format{leaderboard.NDJSON, leaderboard.CSV} {
		var file bytes.Buffer
		w := leaderboard.NewEntryWriter(&file, format)
		if err := leaderboard.Export(t.Context(), f, l, w.Write); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		var read []leaderboard.Entry
		if err := leaderboard.ReadEntries(&file, format, func(_ int, e leaderboard.Entry) error { read = append(read, e); return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Import(t.Context(), to, read...); err != nil {
			t.Fatal(err)
		}
		equal(t, "copy", f.top(t, to, "", leaderboard.MaxPage).Entries, want)
		to.Region, l.Region = "eu", "eu"
		equal(t, "copy of the region", f.top(t, to, "", leaderboard.MaxPage).Entries, f.top(t, l, "", leaderboard.MaxPage).Entries)
		to.Region, l.Region = "", ""
	}
	// An import replaces, even the better.
	worse := leaderboard.Entry{Player: want[0].Player, Score: 1, At: start}
	if _, err := f.Import(t.Context(), to, worse); err != nil {
		t.Fatal(err)
	}
	if got := f.around(t, to, worse.Player, 0)[0]; got.Score != 1 || got.Name != "" || got.Region != "" {
		t.Errorf("got %+v", got)
	}
	for what, bad := range map[string]leaderboard.Entry{
		"another day": {Player: "x", At: start.Add(24 * time.Hour)}, "no time": {Player: "x"}, "a score out of range": {Player: "x", Score: 1 << 60, At: start},
	} {
		if _, err := f.Import(t.Context(), to, leaderboard.Entry{Player: "good", At: start}, bad); !errors.Is(err, leaderboard.ErrInvalid) && !errors.Is(err, leaderboard.ErrRange) {
			t.Errorf("%s: %v", what, err)
		}
	}
	f.absent(t, to, "good")
}
