// Package leaderboardtest proves stores: [Run] is the contract that each implementation of
// leaderboard.Store passes, and [StartRedis] gives any test a Redis of its own.
//
// It is for tests only, and what it starts ends with the test.
package leaderboardtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

	"parlor/leaderboard"
)

var (
	best = leaderboard.Board{Name: "snakes-best"}
	sum  = leaderboard.Board{Name: "tictactoe.wins_1", Operator: leaderboard.Sum}
)

// Run runs the contract. newStore makes an empty store, which Run closes.
func Run(t *testing.T, newStore func(*testing.T) leaderboard.Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, *fixture)
	}{
		{"BestRanksLikeBruteForce", func(t *testing.T, f *fixture) { f.bruteForce(t, best) }},
		{"SumRanksLikeBruteForce", func(t *testing.T, f *fixture) { f.bruteForce(t, sum) }},
		{"EarlierOfEqualScoresIsAhead", earlierIsAhead},
		{"SameTickSharesARank", sameTickShares},
		{"BestKeepsTheBetter", bestKeeps},
		{"SumAddsAndAgesByTheLatest", sumAdds},
		{"SameIDCountsOncePerBoardAndPlayer", sameID},
		{"ConcurrentSubmissionsCountOnce", concurrent},
		{"LastNameIsShown", lastName},
		{"EmptyBoardReadsAsEmpty", emptyBoard},
		{"PagesMeetWithoutGaps", pages},
		{"AroundIsCutAtTheEnds", around},
		{"ScoresAndTimesReachTheirLimits", limits},
		{"SumOutsideTheRangeIsRefusedAlone", sumRange},
		{"BoardKeepsItsDescription", mismatch},
		{"InvalidArgumentsAreRefusedBeforeAnyWrite", invalid},
		{"BoardsAreListedByName", boards},
		{"MatchesMakeRatings", matchesRate},
		{"TheSameMatchRatesOnce", sameMatch},
		{"LaddersAreApart", ladders},
		{"ConcurrentMatchesRateOnce", concurrentMatches},
		{"InvalidMatchesAreRefusedBeforeAnyRating", invalidMatches},
		{"EndedContextEndsEachCall", endedContext},
	} {
		t.Run(test.name, func(t *testing.T) {
			store := newStore(t)
			defer func() {
				if err := store.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			}()
			test.run(t, &fixture{store})
		})
	}
}

// fixture is a store with the answers a test insists on.
type fixture struct{ leaderboard.Store }

func (f *fixture) submit(t *testing.T, subs ...leaderboard.Submission) {
	t.Helper()
	if err := f.Submit(t.Context(), subs...); err != nil {
		t.Fatalf("Submit: %v", err)
	}
}

func (f *fixture) top(t *testing.T, board string, offset, limit int) []leaderboard.Entry {
	t.Helper()
	entries, err := f.Top(t.Context(), board, offset, limit)
	if err != nil {
		t.Fatalf("Top(%s, %d, %d): %v", board, offset, limit, err)
	}
	return entries
}

func (f *fixture) entry(t *testing.T, board, player string) leaderboard.Entry {
	t.Helper()
	e, err := f.Entry(t.Context(), board, player)
	if err != nil {
		t.Fatalf("Entry(%s, %s): %v", board, player, err)
	}
	return e
}

func (f *fixture) around(t *testing.T, board, player string, n int) []leaderboard.Entry {
	t.Helper()
	entries, err := f.Around(t.Context(), board, player, n)
	if err != nil {
		t.Fatalf("Around(%s, %s, %d): %v", board, player, n, err)
	}
	return entries
}

// equal compares pages; nil and empty are the same.
func equal(t *testing.T, what string, got, want []leaderboard.Entry) {
	t.Helper()
	if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\ngot  %v\nwant %v", what, got, want)
	}
}

// places are rank, player and score of each, which is what most tests are about.
func places(entries []leaderboard.Entry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, fmt.Sprintf("%d %s %d", e.Rank, e.Player, e.Score))
	}
	return all
}

func samePlaces(t *testing.T, got []leaderboard.Entry, want ...string) {
	t.Helper()
	if !slices.Equal(places(got), want) {
		t.Errorf("got  %q\nwant %q", places(got), want)
	}
}

// bruteForce plays 6,000 random submissions, many of them ties, some of them sent again, and
// compares the whole board with a model that counts.
func (f *fixture) bruteForce(t *testing.T, board leaderboard.Board) {
	const seed, rounds, perRound, players = 20260301, 12, 500, 150
	rng := rand.New(rand.NewPCG(seed, uint64(board.Operator)))
	m := newModel(board)
	var sent []leaderboard.Submission
	for round := range rounds {
		for n := 0; n < perRound; {
			batch := make([]leaderboard.Submission, 1+rng.IntN(20))
			for i := range batch {
				if len(sent) > 0 && rng.IntN(5) == 0 {
					batch[i] = sent[rng.IntN(len(sent))]
					continue
				}
				batch[i] = leaderboard.Submission{
					ID: fmt.Sprint("match-", len(sent)), Board: board,
					Player: fmt.Sprintf("玩家 %d", rng.IntN(players)), Name: fmt.Sprint("name ", rng.IntN(9)),
					Score: rng.Int64N(25) - 12, At: tick(rng.IntN(6)),
				}
				sent = append(sent, batch[i])
			}
			f.submit(t, batch...)
			m.submit(batch...)
			n += len(batch)
		}
		f.compare(t, m, rng)
		if t.Failed() {
			t.Fatalf("in round %d of seed %d", round, seed)
		}
	}
}

// compare holds every read against the model.
func (f *fixture) compare(t *testing.T, m *model, rng *rand.Rand) {
	t.Helper()
	want := m.all()
	name := m.board.Name
	equal(t, "whole board", f.top(t, name, 0, leaderboard.MaxPage), want)
	if n, err := f.Count(t.Context(), name); err != nil || n != int64(len(want)) {
		t.Errorf("Count: got %d, %v, want %d", n, err, len(want))
	}
	offset, limit := rng.IntN(len(want)+5), rng.IntN(20)
	from := min(offset, len(want))
	equal(t, "page", f.top(t, name, offset, limit), want[from:min(from+limit, len(want))])
	for range 20 {
		i, n := rng.IntN(len(want)), rng.IntN(8)
		player := want[i].Player
		if got := f.entry(t, name, player); got != want[i] {
			t.Errorf("Entry(%s): got %v, want %v", player, got, want[i])
		}
		equal(t, "around "+player, f.around(t, name, player, n), want[max(0, i-n):min(i+n+1, len(want))])
	}
}

// concurrent sends one set of submissions from eight goroutines at once, each in an order of its own.
func concurrent(t *testing.T, f *fixture) {
	var subs []leaderboard.Submission
	models := map[string]*model{best.Name: newModel(best), sum.Name: newModel(sum)}
	for i := range 300 {
		for _, board := range []leaderboard.Board{best, sum} {
			s := leaderboard.Submission{
				ID: fmt.Sprint("match-", i), Board: board, Player: fmt.Sprint("p", i%20),
				Score: int64(i % 7), At: tick(1),
			}
			subs = append(subs, s)
			models[board.Name].submit(s)
		}
	}
	var senders sync.WaitGroup
	for sender := range 8 {
		senders.Go(func() {
			rng := rand.New(rand.NewPCG(7, uint64(sender)))
			mine := slices.Clone(subs)
			rng.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
			for batch := range slices.Chunk(mine, 16) {
				if err := f.Submit(t.Context(), batch...); err != nil {
					t.Errorf("Submit: %v", err)
				}
				if _, err := f.Around(t.Context(), best.Name, batch[0].Player, 2); err != nil && !errors.Is(err, leaderboard.ErrNotFound) {
					t.Errorf("Around: %v", err)
				}
			}
		})
	}
	senders.Wait()
	for name, m := range models {
		equal(t, name, f.top(t, name, 0, 100), m.all())
	}
}

func endedContext(t *testing.T, f *fixture) {
	f.submit(t, leaderboard.Submission{ID: "1", Board: best, Player: "a", Score: 1, At: start})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	name := best.Name
	calls := map[string]func() error{
		"Submit": func() error {
			return f.Submit(ctx, leaderboard.Submission{ID: "2", Board: best, Player: "a", Score: 2, At: start})
		},
		"Top":    func() error { _, err := f.Top(ctx, name, 0, 1); return err },
		"Entry":  func() error { _, err := f.Entry(ctx, name, "a"); return err },
		"Around": func() error { _, err := f.Around(ctx, name, "a", 1); return err },
		"Count":  func() error { _, err := f.Count(ctx, name); return err },
		"Boards": func() error { _, err := f.Boards(ctx); return err },
		"Rate":   func() error { return f.Rate(ctx, duel("1", "a", "b")) },
		"Rating": func() error { _, err := f.Rating(ctx, casual, "a"); return err },
	}
	for call, do := range calls {
		if err := do(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want context.Canceled", call, err)
		}
	}
	if got := f.entry(t, name, "a").Score; got != 1 {
		t.Errorf("score after an ended Submit: got %d, want 1", got)
	}
}
