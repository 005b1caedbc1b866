package leaderboard_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"parlor/leaderboard"
	"parlor/leaderboard/leaderboardtest"
)

// benchEntries is a board large enough for its structure to matter.
const benchEntries = 100_000

// stores runs a benchmark on each implementation, its board points filled with benchEntries.
func stores(b *testing.B, run func(b *testing.B, store leaderboard.Store)) {
	b.Run("Memory", func(b *testing.B) {
		store := leaderboard.NewMemory()
		fill(b, store)
		run(b, store)
	})
	b.Run("Redis", func(b *testing.B) {
		server := leaderboardtest.StartRedis(b)
		store := dial(b, server.URL)
		fill(b, store)
		client := raw(b, server.URL)
		b.Run("ping", func(b *testing.B) { // the reference: a round trip that does nothing
			for b.Loop() {
				client.Ping(b.Context())
			}
		})
		run(b, store)
	})
}

func fill(b *testing.B, store leaderboard.Store) {
	rng := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < benchEntries; from += 1000 {
		batch := make([]leaderboard.Submission, 1000)
		for i := range batch {
			batch[i] = randomScore(rng, from+i)
		}
		if err := store.Submit(b.Context(), batch...); err != nil {
			b.Fatal(err)
		}
	}
}

func randomScore(rng *rand.Rand, player int) leaderboard.Submission {
	return leaderboard.Submission{
		ID: fmt.Sprint("match-", rng.Uint64()), Board: points, Player: fmt.Sprintf("player-%09d", player), Name: "Ann",
		Score: rng.Int64N(100_000), At: noon.Add(time.Duration(rng.IntN(1e6)) * time.Minute),
	}
}

// BenchmarkSubmit writes to random players: alone, and 256 in a call as the Recorder does. Sum
// leaves receipts.
func BenchmarkSubmit(b *testing.B) {
	stores(b, func(b *testing.B, store leaderboard.Store) {
		for _, board := range []leaderboard.Board{points, wins} {
			for _, size := range []int{1, 256} {
				b.Run(fmt.Sprintf("%v/%d", board.Operator, size), func(b *testing.B) {
					rng := rand.New(rand.NewPCG(3, uint64(size)))
					batch := make([]leaderboard.Submission, size)
					for b.Loop() {
						for i := range batch {
							batch[i] = randomScore(rng, rng.IntN(benchEntries))
							batch[i].Board = board
						}
						if board == wins {
							for i := range batch {
								batch[i].Score = 1
							}
						}
						if err := store.Submit(b.Context(), batch...); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(b.N)*float64(size)/b.Elapsed().Seconds(), "submits/s")
				})
			}
		}
	})
}

// BenchmarkRank reads: one player's entry, his five neighbours to either side, the top 100.
func BenchmarkRank(b *testing.B) {
	stores(b, func(b *testing.B, store leaderboard.Store) {
		rng := rand.New(rand.NewPCG(5, 6))
		player := func() string { return fmt.Sprintf("player-%09d", rng.IntN(benchEntries)) }
		check := func(b *testing.B, err error) {
			if err != nil {
				b.Fatal(err)
			}
		}
		b.Run("entry", func(b *testing.B) {
			for b.Loop() {
				_, err := store.Entry(b.Context(), points.Name, player())
				check(b, err)
			}
		})
		b.Run("around-11", func(b *testing.B) {
			for b.Loop() {
				_, err := store.Around(b.Context(), points.Name, player(), 5)
				check(b, err)
			}
		})
		b.Run("top-100", func(b *testing.B) {
			for b.Loop() {
				_, err := store.Top(b.Context(), points.Name, 0, 100)
				check(b, err)
			}
		})
	})
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
						first := rng.IntN(benchEntries)
						batch[i] = leaderboard.RatedMatch{ID: fmt.Sprint("match-", rng.Uint64()), Ladder: toys}
						for p := range players {
							batch[i].Teams = append(batch[i].Teams, leaderboard.RatedTeam{Place: p + 1, Players: []string{fmt.Sprintf("player-%09d", first+p)}})
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
