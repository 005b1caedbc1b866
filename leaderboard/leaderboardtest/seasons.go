package leaderboardtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"parlor/leaderboard"
)

// berlin has a period for each day of a place whose clocks change on 2026-03-29, at 01:00 UTC.
var berlin = leaderboard.Board{
	Name: "daily", Operator: leaderboard.Sum, Calendar: leaderboard.Calendar{Period: "daily", Zone: "Europe/Berlin"}, Archive: tenYears,
}

var (
	midnight = time.Date(2026, time.March, 28, 23, 0, 0, 0, time.UTC) // that the day of 23 hours begins at
	nextDay  = midnight.Add(23 * time.Hour)
)

// periodsChange submits around two midnights from many goroutines, and finds each result in its own day.
func periodsChange(t *testing.T, f *fixture) {
	f.define(t, berlin)
	times := []time.Time{midnight.Add(-time.Millisecond), midnight, nextDay.Add(-time.Millisecond), nextDay}
	var senders sync.WaitGroup
	for sender := range 8 {
		senders.Go(func() {
			rng := rand.New(rand.NewPCG(3, uint64(sender)))
			for n := range 40 {
				at := rng.Perm(len(times))
				for _, i := range at {
					s := sub(berlin, fmt.Sprint("p", n%5), 1, times[i])
					s.ID = fmt.Sprint(sender/2, n, i) // each is sent by two
					if err := f.Submit(t.Context(), s); err != nil {
						t.Errorf("Submit: %v", err)
					}
				}
			}
		})
	}
	senders.Wait()
	for day, n := range map[time.Time]int64{midnight.Add(-time.Hour): 1, midnight: 2, nextDay.Add(-time.Hour): 2, nextDay: 1} {
		p := f.top(t, leaderboard.List{Board: berlin.Name, Period: day}, "", 10)
		if len(p.Entries) != 5 || !p.Contains(day) {
			t.Fatalf("on %v: %+v", day, p)
		}
		for _, e := range p.Entries {
			if e.Score != n*4*40/5 {
				t.Errorf("%s on %v: got %d, want %d", e.Player, day, e.Score, n*4*40/5)
			}
		}
	}
	got, err := f.Periods(t.Context(), berlin.Name)
	if err != nil || len(got) != 3 || !got[0].Start.Equal(nextDay) || !got[1].Start.Equal(midnight) || !got[1].End.Equal(nextDay) || got[1].Count != 5 {
		t.Errorf("got %+v, %v", got, err)
	}
	if p := f.top(t, leaderboard.List{Board: berlin.Name}, "", 10); len(p.Entries) != 0 || !p.Contains(time.Now()) {
		t.Errorf("today: %+v", p)
	}
	// A cursor stays in its period.
	first := f.top(t, leaderboard.List{Board: berlin.Name, Period: midnight}, "", 2)
	if p := f.top(t, leaderboard.List{Board: berlin.Name}, first.Next, 10); len(p.Entries) != 3 || !p.Start.Equal(midnight) {
		t.Errorf("after the cursor: %+v", p)
	}
}

func periodsEnd(t *testing.T, f *fixture) {
	league := leaderboard.Board{Name: "league", Archive: tenYears, Regional: true}
	f.define(t, league, berlin)
	before, cut, later := midnight.Add(time.Hour), midnight.Add(2*time.Hour), midnight.Add(3*time.Hour)
	for _, b := range []leaderboard.Board{league, berlin} {
		s := sub(b, "a", 5, before)
		s.Region = "eu"
		f.submit(t, s)
		ended, err := f.EndPeriod(t.Context(), b.Name, cut.Add(-time.Millisecond))
		if err != nil || !ended.End.Equal(cut) || !ended.Contains(before) {
			t.Fatalf("%s: ended %v, %v", b.Name, ended, err)
		}
		f.submit(t, s, sub(b, "b", 7, later), sub(b, "c", 6, cut.Add(-time.Second)), sub(b, "c", 1, cut))
		samePlaces(t, f.top(t, leaderboard.List{Board: b.Name, Period: before}, "", 10).Entries, "1 c 6", "2 a 5")
		samePlaces(t, f.top(t, leaderboard.List{Board: b.Name, Period: later}, "", 10).Entries, "1 b 7", "2 c 1")
		if again, err := f.EndPeriod(t.Context(), b.Name, cut.Add(-time.Second)); err != nil || again != ended {
			t.Errorf("%s: ended again in that second: %v, %v, want %v", b.Name, again, err, ended)
		}
		if got, err := f.Periods(t.Context(), b.Name); err != nil || len(got) != 2 || !got[0].Start.Equal(cut) || got[1].Count != 2 {
			t.Errorf("%s: periods %+v, %v", b.Name, got, err)
		}
	}
	f.define(t, league) // it is the same board still
	samePlaces(t, f.top(t, leaderboard.List{Board: league.Name, Period: before, Region: "eu"}, "", 10).Entries, "1 a 5")
	// What begins now is the present period.
	if _, err := f.EndPeriod(t.Context(), league.Name, time.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := f.best(t, league.Name, 10); len(got) != 0 {
		t.Errorf("the new period has %v", got)
	}
	if _, err := f.EndPeriod(t.Context(), league.Name, start.AddDate(-9, 0, 0)); !errors.Is(err, leaderboard.ErrInvalid) {
		t.Errorf("ended before it began: %v, want ErrInvalid", err)
	}
}

// endedComesBack ends a period in a second in which it has taken results, and imports all that it exports.
func endedComesBack(t *testing.T, f *fixture) {
	league := leaderboard.Board{Name: "league", Archive: tenYears}
	shared := leaderboard.Board{Name: "shared", Archive: tenYears, Ties: leaderboard.Shared}
	fine := leaderboard.Board{Name: "fine", Archive: tenYears, Tick: time.Millisecond, Calendar: leaderboard.Calendar{Period: "daily"}}
	f.define(t, league, shared, fine)
	second := midnight.Add(time.Hour)
	for _, b := range []leaderboard.Board{league, shared, fine} {
		f.submit(t, sub(b, "a", 3, second), sub(b, "b", 2, second.Add(200*time.Millisecond)), sub(b, "e", 0, second.Add(30*time.Second)))
		ended, err := f.EndPeriod(t.Context(), b.Name, second.Add(700*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		f.submit(t, sub(b, "c", 1, second.Add(900*time.Millisecond)), sub(b, "d", 9, second.Add(time.Second)))
		l := leaderboard.List{Board: b.Name, Period: ended.Start}
		var all []leaderboard.Entry
		if err := leaderboard.Export(t.Context(), f, l, func(e leaderboard.Entry) error { all = append(all, e); return nil }); err != nil {
			t.Fatal(err)
		}
		samePlaces(t, all, "1 a 3", "2 b 2", "3 c 1", "4 e 0") // whose clock was ahead
		if _, err := f.Import(t.Context(), l, all...); err != nil {
			t.Errorf("%s: %v", b.Name, err)
		}
		equal(t, "imported again", f.top(t, l, "", 10).Entries, all)
	}
}

func periodsAreOver(t *testing.T, f *fixture) {
	short := leaderboard.Board{Name: "short", Calendar: leaderboard.Calendar{Period: "daily"}, Archive: 48 * time.Hour}
	f.define(t, short, best)
	now := time.Now()
	day := 24 * time.Hour
	old := leaderboard.List{Board: short.Name, Period: now.Add(-5 * day)}
	f.submit(t, sub(short, "a", 1, now.Add(-day)), sub(short, "a", 2, now))
	both := sub(short, "b", 1, old.Period)
	both.Scores = append(both.Scores, leaderboard.Score{Board: best.Name, Score: 1})
	if err := f.Submit(t.Context(), both, sub(short, "c", 3, now)); !errors.Is(err, leaderboard.ErrOver) {
		t.Errorf("late result: %v, want ErrOver", err)
	}
	if _, err := f.Import(t.Context(), old, leaderboard.Entry{Player: "b", At: old.Period}); !errors.Is(err, leaderboard.ErrOver) {
		t.Errorf("late import: %v, want ErrOver", err)
	}
	f.absent(t, leaderboard.List{Board: best.Name}, "b")
	f.absent(t, old, "b")
	if p := f.top(t, old, "", 10); len(p.Entries) != 0 || !p.Contains(old.Period) {
		t.Errorf("a period that is over has %+v", p)
	}
	samePlaces(t, f.top(t, leaderboard.List{Board: short.Name, Period: now.Add(-day)}, "", 10).Entries, "1 a 1")
	samePlaces(t, f.best(t, short.Name, 10), "1 c 3", "2 a 2")
}

func regions(t *testing.T, f *fixture) {
	world := leaderboard.Board{Name: "world", Regional: true}
	f.define(t, world)
	in := func(region, player string, score int64) leaderboard.Submission {
		s := sub(world, player, score, tick(0))
		s.Region = region
		return s
	}
	list := func(region string) leaderboard.List { return leaderboard.List{Board: world.Name, Region: region} }
	f.submit(t, in("eu", "a", 9), in("cn", "b", 8), in("eu", "c", 7), in("", "d", 6), in("cn", "e", 5))
	samePlaces(t, f.best(t, world.Name, 10), "1 a 9", "2 b 8", "3 c 7", "4 d 6", "5 e 5")
	samePlaces(t, f.top(t, list("eu"), "", 10).Entries, "1 a 9", "2 c 7")
	samePlaces(t, f.around(t, list("cn"), "e", 1), "1 b 8", "2 e 5")
	f.absent(t, list("cn"), "a")
	f.absent(t, list("us"), "a")
	if p, err := f.Players(t.Context(), list("cn"), []string{"a", "e"}); err != nil || len(p.Entries) != 1 || p.Entries[0].Rank != 2 || p.Count != 2 {
		t.Errorf("players of a region: %+v, %v", p, err)
	}
	f.submit(t, in("cn", "a", 1)) // he has moved; his score stays
	samePlaces(t, f.top(t, list("cn"), "", 10).Entries, "1 a 9", "2 b 8", "3 e 5")
	samePlaces(t, f.top(t, list("eu"), "", 10).Entries, "1 c 7")
	if n, err := f.Count(t.Context(), list("us")); n != 0 || err != nil {
		t.Errorf("count of a region without entries: %d, %v", n, err)
	}
}

// trims holds the best of a board with a Size against one that keeps all.
func trims(t *testing.T, f *fixture) {
	const size, players = 100, 1200
	small, all := best, best
	small.Size, small.Regional = size, true
	all.Name = "all"
	f.define(t, small, all)
	rng := rand.New(rand.NewPCG(1, 5))
	var subs []leaderboard.Submission
	for n := range 3 * players {
		s := sub(small, fmt.Sprint("p", rng.IntN(players)), rng.Int64N(5000), tick(rng.IntN(50)))
		s.ID, s.Region = fmt.Sprint(n), "eu"
		s.Scores = append(s.Scores, leaderboard.Score{Board: all.Name, Score: s.Scores[0].Score})
		subs = append(subs, s)
	}
	f.submit(t, subs...)
	equal(t, "the best", f.best(t, small.Name, size), f.best(t, all.Name, size))
	equal(t, "the best of the region", f.top(t, leaderboard.List{Board: small.Name, Region: "eu"}, "", size).Entries, f.best(t, all.Name, size))
	n, err := f.Count(t.Context(), leaderboard.List{Board: small.Name})
	if err != nil || n < size || n > players*2/3 { // shards keep a little more each
		t.Errorf("%d entries are kept, %v, want about %d", n, err, size)
	}
}
