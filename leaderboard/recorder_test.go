package leaderboard_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parlor/leaderboard"
	"parlor/leaderboard/leaderboardtest"
)

func recorder[R slog.LogValuer](t *testing.T, submit func(context.Context, ...R) error, cfg leaderboard.RecorderConfig) *leaderboard.Recorder[R] {
	t.Helper()
	r, err := leaderboard.NewRecorder(submit, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// run starts a Recorder, and returns how to end it and wait for its answer.
func run[R slog.LogValuer](r *leaderboard.Recorder[R]) (end func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	answer := make(chan error, 1)
	go func() { answer <- r.Run(ctx) }()
	return func() error {
		cancel()
		return <-answer
	}
}

// pass lets time go by, in a bubble of synctest.
func pass(d time.Duration) { <-time.After(d) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func scoreOf(t *testing.T, store leaderboard.Store, player string) int64 {
	t.Helper()
	p, err := store.Around(context.Background(), leaderboard.List{Board: wins.Name}, player, 0)
	if err != nil {
		t.Fatal(err)
	}
	return p.Entries[0].Score
}

func wantStats(t *testing.T, r *leaderboard.Recorder[leaderboard.Submission], want leaderboard.RecorderStats) {
	t.Helper()
	got := r.Stats()
	got.Retried = 0 // how often is a matter of the clock
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestRecorderWritesWhatRoomsHandOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFlaky()
		r := recorder(t, store.Submit, leaderboard.RecorderConfig{Batch: 100, Log: quiet()})
		end := run(r)
		var rooms sync.WaitGroup
		for room := range 20 {
			rooms.Go(func() {
				for match := range 50 {
					r.Record(win("a", 50*room+match), win("b", 50*room+match))
				}
			})
		}
		rooms.Wait()
		synctest.Wait()
		wantStats(t, r, leaderboard.RecorderStats{Written: 2000})
		if a, b := store.of("a"), store.of("b"); a != 1000 || b != 1000 {
			t.Errorf("got %d and %d, want 1000 each", a, b)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
		r.Record(win("a", 5000))
		wantStats(t, r, leaderboard.RecorderStats{Written: 2000, Dropped: 1})
	})
}

func TestRecorderOutlastsAnOutage(t *testing.T) {
	for name, hang := range map[string]bool{"refusing": false, "hanging": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newFlaky()
				store.set(true, hang)
				r := recorder(t, store.Submit, leaderboard.RecorderConfig{Batch: 7, Log: quiet()})
				end := run(r)
				for n := range 100 {
					r.Record(win("a", n))
				}
				pass(time.Minute)
				wantStats(t, r, leaderboard.RecorderStats{Queued: 100})
				if n := store.tried(); n < 8 || n > 40 {
					t.Errorf("%d attempts in a minute, want some", n)
				}
				store.set(false, false)
				pass(8 * time.Second) // more than the longest wait and a timeout
				wantStats(t, r, leaderboard.RecorderStats{Written: 100})
				if got := store.of("a"); got != 100 {
					t.Errorf("got %d, want 100", got)
				}
				if err := end(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestFullQueueDropsTheNewestMatchAsAWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFlaky()
		store.set(true, false)
		var log bytes.Buffer
		r := recorder(t, store.Submit, leaderboard.RecorderConfig{
			Queue: 5, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		r.Record(win("a", 1), win("b", 1))
		r.Record(win("a", 2), win("b", 2))
		r.Record(win("a", 3), win("b", 3)) // room for one only
		r.Record(win("c", 4))
		wantStats(t, r, leaderboard.RecorderStats{Queued: 5, Dropped: 2})
		end := run(r)
		pass(10 * time.Second)
		r.Record(win("d", 5)) // what is being written still takes its place
		wantStats(t, r, leaderboard.RecorderStats{Queued: 5, Dropped: 3})
		store.set(false, false)
		pass(10 * time.Second)
		r.Record(win("d", 6))
		synctest.Wait()
		wantStats(t, r, leaderboard.RecorderStats{Written: 6, Dropped: 3})
		if err := end(); err != nil {
			t.Error(err)
		}
		text := log.String()
		if strings.Count(text, "results dropped") != 2 || !strings.Contains(text, "dropped=2") {
			t.Errorf("log does not tell once of each drop:\n%s", text)
		}
	})
}

func TestRefusedResultDoesNotHinderTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFlaky()
		var log bytes.Buffer
		r := recorder(t, store.Submit, leaderboard.RecorderConfig{Log: slog.New(slog.NewTextHandler(&log, nil))})
		tooBig, nobody := win("big", 1), win("", 1)
		tooBig.Scores[0].Score = wins.Limit() + 1
		r.Record(win("a", 1), tooBig, win("b", 1))
		r.Record(nobody, win("a", 2))
		end := run(r)
		synctest.Wait()
		wantStats(t, r, leaderboard.RecorderStats{Written: 3, Refused: 2})
		if a, b := store.of("a"), store.of("b"); a != 2 || b != 1 {
			t.Errorf("got %d and %d, want 2 and 1", a, b)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
		if n := strings.Count(log.String(), "result refused"); n != 2 {
			t.Errorf("got %d refusals in the log, want 2:\n%s", n, &log)
		}
	})
}

func TestRecorderWritesRatedMatchesToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newTally()
		var log bytes.Buffer
		r := recorder(t, store.Rate, leaderboard.RecorderConfig{Log: slog.New(slog.NewTextHandler(&log, nil))})
		r.Record(duel("a", "b", 1), duel("a", "a", 2), duel("a", "b", 3))
		end := run(r)
		synctest.Wait()
		if got := r.Stats(); got != (leaderboard.RecorderStats{Written: 2, Refused: 1}) {
			t.Errorf("got %+v", got)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
		if got := store.of("a"); got != 2 {
			t.Errorf("got %d matches, want 2", got)
		}
		if !strings.Contains(log.String(), "result.id=match-2 result.game=toy") {
			t.Errorf("the log does not name the refused match:\n%s", &log)
		}
	})
}

func TestNoMatchRatesTwiceWhereAnswersAreLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, calls := newTally(), 0
		// Of each batch it takes half, then all, and only then does the answer arrive.
		lossy := func(ctx context.Context, matches ...leaderboard.RatedMatch) error {
			calls++
			taken := matches
			if calls%3 == 1 {
				taken = matches[:len(matches)/2]
			}
			if err := store.Rate(ctx, taken...); err != nil || calls%3 == 0 {
				return err
			}
			return leaderboard.ErrUnavailable
		}
		r := recorder(t, lossy, leaderboard.RecorderConfig{Batch: leaderboard.MatchesKept, Log: quiet()})
		for n := range 100 {
			r.Record(duel("a", "b", n))
		}
		end := run(r)
		pass(time.Minute)
		if err := end(); err != nil {
			t.Error(err)
		}
		if got := store.of("a"); got != 100 || calls < 36 {
			t.Errorf("got %d after %d calls, want 100 matches", got, calls)
		}
	})
}

func TestRecorderUsesItsGraceTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFlaky()
		store.set(true, false)
		r := recorder(t, store.Submit, leaderboard.RecorderConfig{
			MaxBackoff: 10 * time.Minute, Grace: 4 * time.Second, Log: quiet(),
		})
		end := run(r)
		r.Record(win("a", 1))
		pass(time.Hour) // deep in a wait of minutes
		time.AfterFunc(2*time.Second, func() { store.set(false, false) })
		began := time.Now()
		if err := end(); err != nil {
			t.Errorf("store back within the grace time: %v", err)
		}
		if took := time.Since(began); took < 2*time.Second || took > 2100*time.Millisecond {
			t.Errorf("ended after %v, want 2 s and a short wait", took)
		}
		wantStats(t, r, leaderboard.RecorderStats{Written: 1})
	})
}

func TestRecorderEndsWithItsGraceTime(t *testing.T) {
	for name, hang := range map[string]bool{"refusing": false, "hanging": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newFlaky()
				store.set(true, hang)
				r := recorder(t, store.Submit, leaderboard.RecorderConfig{Grace: 3 * time.Second, Log: quiet()})
				end := run(r)
				r.Record(win("a", 1), win("a", 2), win("a", 3))
				began := time.Now()
				if err := end(); !errors.Is(err, leaderboard.ErrUnavailable) || !strings.Contains(err.Error(), "3 results") {
					t.Errorf("got %v, want that 3 results are lost", err)
				}
				if took := time.Since(began); took != 3*time.Second {
					t.Errorf("ended after %v, want 3 s", took)
				}
				wantStats(t, r, leaderboard.RecorderStats{Dropped: 3})
			})
		})
	}
}

func TestRecorderConfigNamesTheWrongField(t *testing.T) {
	err := leaderboard.RecorderConfig{Grace: -1}.Validate()
	if !errors.Is(err, leaderboard.ErrInvalid) || !strings.Contains(err.Error(), "Grace") {
		t.Errorf("got %v, want ErrInvalid of Grace", err)
	}
	if err := (leaderboard.RecorderConfig{}).Validate(); err != nil {
		t.Error(err)
	}
}

// A Redis that syncs each command is killed in the middle of writes, stays away while more results
// come in, is stalled, and returns; meanwhile the Recorder is ended and begun again on its directory. Each result counts once.
func TestResultsSurviveADeadRedis(t *testing.T) {
	const results, players = 4000, 20
	server := leaderboardtest.StartRedis(t, "--appendonly", "yes", "--appendfsync", "always")
	store := dial(t, server.URL)
	define(t, store, wins)
	cfg := leaderboard.RecorderConfig{
		Batch: 16, Timeout: 200 * time.Millisecond, MaxBackoff: 100 * time.Millisecond, Grace: 300 * time.Millisecond, Dir: t.TempDir(), Log: quiet(),
	}
	r := recorder(t, store.Submit, cfg)
	end := run(r)
	record := func(from, to int) {
		for n := from; n < to; n++ {
			r.Record(win(fmt.Sprint("p", n%players), n))
		}
	}
	written := func(n int64) { // at least
		eventually(t, fmt.Sprint(n, " written"), func() bool { return r.Stats().Written >= n })
	}
	record(0, 1000)
	written(200)
	server.Kill()
	record(1000, 2000)
	retried := r.Stats().Retried
	eventually(t, "retried", func() bool { return r.Stats().Retried > retried })
	before := r.Stats().Written
	if err := end(); err != nil {
		t.Error(err)
	}
	server.Restart()
	r = recorder(t, store.Submit, cfg)
	end = run(r)
	written(1200 - before)
	server.Stall()
	record(2000, 3000)
	retried = r.Stats().Retried
	eventually(t, "retried", func() bool { return r.Stats().Retried > retried+1 })
	server.Resume()
	written(2200 - before)
	server.Restart()
	record(3000, results)
	written(results - before)
	if err := end(); err != nil {
		t.Error(err)
	}
	if s := r.Stats(); s.Written != results-before || s.Dropped+s.Refused+int64(s.Queued) > 0 {
		t.Errorf("got %+v, want %d written", s, results-before)
	}
	for p := range players {
		if got := scoreOf(t, store, fmt.Sprint("p", p)); got != results/players {
			t.Errorf("p%d: got %d, want %d", p, got, results/players)
		}
	}
}
