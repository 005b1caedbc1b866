package leaderboard_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"parlor/leaderboard"
	"parlor/leaderboard/leaderboardtest"
)

// benchEntries is how long the boards are that benchmarks read and write.
var benchEntries = flag.Int("entries", 100_000, "entries of a board in benchmarks")

// stores runs a benchmark on each implementation, its board points filled.
func stores(b *testing.B, run func(b *testing.B, store leaderboard.Store)) {
	b.Run("Embedded", func(b *testing.B) {
		store := embedded(b)
		fill(b, store)
		run(b, store)
	})
	for _, shards := range []int{1, 16} {
		b.Run(fmt.Sprintf("Redis/%d", shards), func(b *testing.B) {
			server := leaderboardtest.StartRedis(b)
			store := dial(b, fmt.Sprintf("%s?shards=%d", server.URL, shards))
			fill(b, store)
			client := raw(b, server.URL)
			b.Run("ping", func(b *testing.B) { // the reference: a round trip that does nothing
				times(b, func() error { return client.Ping(b.Context()).Err() })
			})
			run(b, store)
		})
	}
}

func playerName(n int) string { return fmt.Sprintf("player-%09d", n) }

func fill(b *testing.B, store leaderboard.Store) {
	b.Helper()
	define(b, store, points, wins)
	rng := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < *benchEntries; from += leaderboard.MaxPage {
		batch := make([]leaderboard.Entry, leaderboard.MaxPage)
		for i := range batch {
			batch[i] = leaderboard.Entry{Player: playerName(from + i), Name: "Ann", Score: rng.Int64N(1_000_000), At: noon.Add(time.Duration(rng.IntN(1e5)) * time.Minute)}
		}
		if _, err := store.Import(b.Context(), leaderboard.List{Board: points.Name}, batch...); err != nil {
			b.Fatal(err)
		}
	}
}

// times reports the 50th and 99th percentile of what calls take.
func times(b *testing.B, call func() error) {
	b.Helper()
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		if err := call(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "p50-us")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-us")
}

// BenchmarkRank reads: one player's rank, his five neighbours to either side, the top 100, a page in the middle, 50 friends.
func BenchmarkRank(b *testing.B) {
	stores(b, func(b *testing.B, store leaderboard.Store) {
		rng := rand.New(rand.NewPCG(5, 6))
		l := leaderboard.List{Board: points.Name}
		player := func() string { return playerName(rng.IntN(*benchEntries)) }
		around := func(n int) func() error {
			return func() error { _, err := store.Around(b.Context(), l, player(), n); return err }
		}
		b.Run("rank", func(b *testing.B) { times(b, around(0)) })
		b.Run("around-11", func(b *testing.B) { times(b, around(5)) })
		b.Run("top-100", func(b *testing.B) {
			times(b, func() error { _, err := store.Top(b.Context(), l, "", 100); return err })
		})
		b.Run("page-of-100", func(b *testing.B) {
			after := ""
			times(b, func() error {
				page, err := store.Top(b.Context(), l, after, 100)
				after = page.Next
				return err
			})
		})
		b.Run("friends-50", func(b *testing.B) {
			ids := make([]string, 50)
			times(b, func() error {
				for i := range ids {
					ids[i] = player()
				}
				_, err := store.Players(b.Context(), l, ids)
				return err
			})
		})
	})
}

func randomScore(rng *rand.Rand, n int64) leaderboard.Submission {
	return leaderboard.Submission{
		ID: fmt.Sprint("match-", n), Player: playerName(rng.IntN(*benchEntries)), Name: "Ann", At: noon.Add(time.Duration(rng.IntN(1e5)) * time.Minute),
		Scores: []leaderboard.Score{{Board: points.Name, Score: rng.Int64N(1_000_000)}},
	}
}

// BenchmarkSubmit writes to random players: 64 writers of one at a time, each of whom reads his rank after; and batches of 256
// as the Recorder does. What is acknowledged is durable in Embedded.
func BenchmarkSubmit(b *testing.B) {
	stores(b, func(b *testing.B, store leaderboard.Store) {
		var id atomic.Int64
		b.Run("64-writers-and-rank", func(b *testing.B) {
			b.SetParallelism(max(1, 64/runtime.GOMAXPROCS(0)))
			l := leaderboard.List{Board: points.Name}
			b.RunParallel(func(pb *testing.PB) {
				rng := rand.New(rand.NewPCG(7, uint64(id.Add(1))))
				for pb.Next() {
					s := randomScore(rng, id.Add(1))
					if err := store.Submit(context.Background(), s); err != nil {
						b.Error(err)
					}
					if _, err := store.Around(context.Background(), l, s.Player, 0); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submits/s")
		})
		b.Run("batches-of-256", func(b *testing.B) {
			rng := rand.New(rand.NewPCG(3, 1))
			batch := make([]leaderboard.Submission, 256)
			for b.Loop() {
				for i := range batch {
					batch[i] = randomScore(rng, id.Add(1))
				}
				if err := store.Submit(b.Context(), batch...); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*256/b.Elapsed().Seconds(), "submits/s")
		})
	})
}

// BenchmarkRestart opens a store that holds the entries, until it answers the first rank.
func BenchmarkRestart(b *testing.B) {
	dir := b.TempDir()
	open := func() *leaderboard.Embedded {
		store, err := leaderboard.OpenEmbedded(dir, leaderboard.EmbeddedConfig{Log: quiet()})
		if err != nil {
			b.Fatal(err)
		}
		return store
	}
	store := open()
	fill(b, store)
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	store = nil
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for b.Loop() {
		store := open()
		if _, err := store.Around(b.Context(), leaderboard.List{Board: points.Name}, playerName(1), 0); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		b.ReportMetric(float64(heap()-before)/float64(*benchEntries), "B/entry")
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkRate rates matches of two, and of eight for themselves, as many in a call as the server does.
func BenchmarkRate(b *testing.B) {
	stores(b, func(b *testing.B, store leaderboard.Store) {
		for _, players := range []int{2, 8} {
			b.Run(fmt.Sprint(players), func(b *testing.B) {
				rng := rand.New(rand.NewPCG(9, uint64(players)))
				batch := make([]leaderboard.RatedMatch, leaderboard.MatchesKept)
				for b.Loop() {
					for i := range batch {
						first := rng.IntN(*benchEntries)
						batch[i] = leaderboard.RatedMatch{ID: fmt.Sprint("match-", rng.Uint64()), Ladder: toys}
						for p := range players {
							batch[i].Teams = append(batch[i].Teams, leaderboard.RatedTeam{Place: p + 1, Players: []string{playerName(first + p)}})
						}
					}
					if err := store.Rate(b.Context(), batch...); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N)*float64(len(batch))/b.Elapsed().Seconds(), "matches/s")
			})
		}
	})
}
