// Package leaderboardtest proves stores: [Run] is the contract that each implementation of
// leaderboard.Store passes, and [StartRedis] and [StartCluster] give any test a Redis of its own.
//
// It is for tests only, and what it starts ends with the test.
package leaderboardtest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"parlor/leaderboard"
)

// tenYears keeps periods of the past readable for as long as this test may be of use.
const tenYears = 10 * 365 * 24 * time.Hour

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
		{"RanksAreThoseOfBruteForce", bruteForce},
		{"EarlierOfEqualScoresIsAhead", earlierIsAhead},
		{"SameTickSharesARank", sameTickShares},
		{"SharedTiesShareARank", sharedTies},
		{"BestKeepsTheBetter", bestKeeps},
		{"SumAddsAndAgesByTheLatest", sumAdds},
		{"LatestReplaces", latestReplaces},
		{"SameIDCountsOncePerPlayer", sameID},
		{"ConcurrentSubmissionsCountOnce", concurrent},
		{"SeveralBoardsTakeASubmissionOrNone", severalBoards},
		{"LastNameIsShownAndNotesStayWithTheScore", notes},
		{"EmptyBoardReadsAsEmpty", emptyBoard},
		{"UndefinedBoardIsNoBoard", undefined},
		{"DescriptionStays", describes},
		{"PagesMeetWithoutGaps", pages},
		{"CursorOutlivesItsPlayer", cursors},
		{"AroundIsCutAtTheEnds", around},
		{"PlayersAreFoundByTheirIDs", players},
		{"ScoresAndTimesReachTheirLimits", limits},
		{"SumOutsideTheRangeIsRefusedAlone", sumRange},
		{"PeriodsChangeAtMidnightOfThePlace", periodsChange},
		{"PeriodsEndEarly", periodsEnd},
		{"ExportOfAnEndedPeriodComesBack", endedComesBack},
		{"PeriodsAreKeptForTheirArchive", periodsAreOver},
		{"RegionsHaveRanksOfTheirOwn", regions},
		{"SizeTrimsTheWorst", trims},
		{"RemovedEntryIsGone", removes},
		{"ForgottenPlayerIsGoneEverywhere", forgets},
		{"BannedPlayerIsOnNoBoard", bans},
		{"ImportReplacesAndExportsTheSame", imports},
		{"InvalidArgumentsAreRefusedBeforeAnyWrite", invalid},
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

func (f *fixture) define(t *testing.T, boards ...leaderboard.Board) {
	t.Helper()
	for _, b := range boards {
		if err := f.Define(t.Context(), b); err != nil {
			t.Fatalf("Define: %v", err)
		}
	}
}

func (f *fixture) submit(t *testing.T, subs ...leaderboard.Submission) {
	t.Helper()
	if err := f.Submit(t.Context(), subs...); err != nil {
		t.Fatalf("Submit: %v", err)
	}
}

func (f *fixture) top(t *testing.T, l leaderboard.List, after string, limit int) leaderboard.Page {
	t.Helper()
	p, err := f.Top(t.Context(), l, after, limit)
	if err != nil {
		t.Fatalf("Top(%v, %s, %d): %v", l, after, limit, err)
	}
	return p
}

// best are the first entries of a board in its present period.
func (f *fixture) best(t *testing.T, board string, limit int) []leaderboard.Entry {
	t.Helper()
	return f.top(t, leaderboard.List{Board: board}, "", limit).Entries
}

func (f *fixture) around(t *testing.T, l leaderboard.List, player string, n int) []leaderboard.Entry {
	t.Helper()
	p, err := f.Around(t.Context(), l, player, n)
	if err != nil {
		t.Fatalf("Around(%v, %s, %d): %v", l, player, n, err)
	}
	return p.Entries
}

func (f *fixture) entry(t *testing.T, board, player string) leaderboard.Entry {
	t.Helper()
	return f.around(t, leaderboard.List{Board: board}, player, 0)[0]
}

// absent fails unless the player has no entry.
func (f *fixture) absent(t *testing.T, l leaderboard.List, player string) {
	t.Helper()
	if p, err := f.Around(t.Context(), l, player, 1); !errors.Is(err, leaderboard.ErrNotFound) {
		t.Errorf("%s on %v: %v, %v, want ErrNotFound", player, l, p.Entries, err)
	}
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

// everyKind is a board of each order, operator and rule for ties, every other one with days.
func everyKind() (boards []leaderboard.Board) {
	for _, order := range []leaderboard.Order{leaderboard.Descending, leaderboard.Ascending} {
		for _, operator := range []leaderboard.Operator{leaderboard.Best, leaderboard.Sum, leaderboard.Latest} {
			for _, ties := range []leaderboard.Ties{leaderboard.Earliest, leaderboard.Shared} {
				b := leaderboard.Board{Name: fmt.Sprintf("%v-%v-%v", order, operator, ties), Order: order, Operator: operator, Ties: ties, Archive: tenYears}
				b.Regional = operator != leaderboard.Sum
				if len(boards)%4 > 1 {
					b.Period = "daily"
				}
				boards = append(boards, b)
			}
		}
	}
	return boards
}

// ops is for long runs: go test ./leaderboard -run 'Contract/(1|16|RanksAre)/RanksAre' -timeout 20m -ops 1000000.
var ops = flag.Int("ops", 3500, "random operations that each store's ranks are held against brute force after")

// bruteForce plays random submissions for boards of all kinds, many of them ties, some of them for several boards,
// some sent again, with removals and imports among them, and compares all that can be read with a model that counts.
func bruteForce(t *testing.T, f *fixture) {
	const seed, rounds, players = 20260301, 5, 120
	boards := everyKind()
	f.define(t, boards...)
	p := &play{rng: rand.New(rand.NewPCG(seed, 1)), m: newModel(boards...), boards: boards, players: players}
	for round := range rounds {
		for n := 0; n < *ops/rounds; {
			batch := make([]leaderboard.Submission, 1+p.rng.IntN(40))
			for i := range batch {
				batch[i] = p.submission()
			}
			f.submit(t, batch...)
			p.m.submit(batch...)
			p.edit(t, f)
			n += len(batch) + 1
		}
		for _, b := range boards {
			f.compare(t, p.m, p.rng, leaderboard.List{Board: b.Name, Period: start})
			f.compare(t, p.m, p.rng, leaderboard.List{Board: b.Name, Period: start.Add(24 * time.Hour)})
			if b.Regional {
				f.compare(t, p.m, p.rng, leaderboard.List{Board: b.Name, Period: start, Region: "cn"})
			}
		}
		if t.Failed() {
			t.Fatalf("in round %d of seed %d", round, seed)
		}
	}
}

// play is the dice of bruteForce, and what they have come to.
type play struct {
	rng     *rand.Rand
	m       *model
	boards  []leaderboard.Board
	players int
	number  int
	sent    []leaderboard.Submission // some, to be sent again
}

func (p *play) player() string { return fmt.Sprintf("玩家 %d", p.rng.IntN(p.players)) }

func (p *play) time() time.Time {
	return tick(p.rng.IntN(6)).Add(24 * time.Hour * time.Duration(p.rng.IntN(2)))
}

func (p *play) region() string { return []string{"", "", "eu", "cn"}[p.rng.IntN(4)] }

func (p *play) submission() leaderboard.Submission {
	if len(p.sent) > 0 && p.rng.IntN(5) == 0 {
		return p.sent[p.rng.IntN(len(p.sent))]
	}
	p.number++
	s := leaderboard.Submission{ID: fmt.Sprint("match-", p.number), Player: p.player(), At: p.time(), Region: p.region()}
	if p.rng.IntN(2) == 0 {
		s.Name, s.Match = fmt.Sprint("name ", p.rng.IntN(9)), s.ID
	}
	for _, b := range p.rng.Perm(len(p.boards))[:1+p.rng.IntN(4)] {
		s.Scores = append(s.Scores, leaderboard.Score{Board: p.boards[b].Name, Score: p.rng.Int64N(25) - 12})
	}
	if len(p.sent) < 5000 {
		p.sent = append(p.sent, s)
	} else {
		p.sent[p.rng.IntN(len(p.sent))] = s
	}
	return s
}

// edit removes somebody, or puts somebody in.
func (p *play) edit(t *testing.T, f *fixture) {
	t.Helper()
	l := leaderboard.List{Board: p.boards[p.rng.IntN(len(p.boards))].Name, Period: p.time()}
	e := leaderboard.Entry{Player: p.player(), Score: p.rng.Int64N(25) - 12, At: l.Period, Region: p.region(), Proof: "hash"}
	if p.rng.IntN(2) == 0 {
		if _, err := f.Import(t.Context(), l, e); err != nil {
			t.Fatalf("Import: %v", err)
		}
		p.m.put(l.Board, e)
		return
	}
	if err := f.Remove(t.Context(), l, e.Player); (err == nil) != p.m.remove(l.Board, l.Period, e.Player) || err != nil && !errors.Is(err, leaderboard.ErrNotFound) {
		t.Fatalf("Remove: %v", err)
	}
}

// compare holds every read against the model.
func (f *fixture) compare(t *testing.T, m *model, rng *rand.Rand, l leaderboard.List) {
	t.Helper()
	want := m.all(l.Board, l.Period, l.Region)
	page := f.top(t, l, "", leaderboard.MaxPage)
	equal(t, fmt.Sprint("whole of ", l), page.Entries, want)
	if n, err := f.Count(t.Context(), l); err != nil || n != int64(len(want)) || page.Count != n || page.Next != "" {
		t.Errorf("%v: count %d and %d, %v, next %q, want %d", l, n, page.Count, err, page.Next, len(want))
	}
	var joined []leaderboard.Entry
	for after, more := "", true; more; more = after != "" {
		p := f.top(t, l, after, 1+rng.IntN(40))
		joined, after = append(joined, p.Entries...), p.Next
	}
	equal(t, fmt.Sprint("pages of ", l), joined, want)
	var ids []string
	for range min(5, len(want)) {
		i, n := rng.IntN(len(want)), rng.IntN(8)
		player := want[i].Player
		if got := f.around(t, l, player, 0); got[0] != want[i] {
			t.Errorf("%s on %v: got %v, want %v", player, l, got, want[i])
		}
		equal(t, fmt.Sprintf("around %s on %v", player, l), f.around(t, l, player, n), want[max(0, i-n):min(i+n+1, len(want))])
		ids = append(ids, player)
	}
	friends, err := f.Players(t.Context(), l, append(ids, "nobody"))
	if err != nil {
		t.Fatal(err)
	}
	var known []leaderboard.Entry
	for _, e := range want {
		if slices.Contains(ids, e.Player) {
			known = append(known, e)
		}
	}
	equal(t, fmt.Sprint("players on ", l), friends.Entries, known)
}

// concurrent sends one set of submissions from eight goroutines at once, each in an order of its own.
func concurrent(t *testing.T, f *fixture) {
	f.define(t, best, sum)
	m := newModel(best, sum)
	var subs []leaderboard.Submission
	for i := range 300 {
		s := sub(best, fmt.Sprint("p", i%20), int64(i%7), tick(1))
		s.ID = fmt.Sprint("match-", i)
		s.Scores = append(s.Scores, leaderboard.Score{Board: sum.Name, Score: int64(i % 7)})
		subs = append(subs, s)
		m.submit(s)
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
				if _, err := f.Around(t.Context(), leaderboard.List{Board: best.Name}, batch[0].Player, 2); err != nil && !errors.Is(err, leaderboard.ErrNotFound) {
					t.Errorf("Around: %v", err)
				}
			}
		})
	}
	senders.Wait()
	for name := range m.boards {
		equal(t, name, f.best(t, name, 100), m.all(name, start, ""))
	}
}

func endedContext(t *testing.T, f *fixture) {
	f.define(t, best)
	f.submit(t, sub(best, "a", 1, start))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l := leaderboard.List{Board: best.Name}
	calls := map[string]func() error{
		"Define":    func() error { return f.Define(ctx, sum) },
		"Submit":    func() error { return f.Submit(ctx, sub(best, "a", 2, start)) },
		"Top":       func() error { _, err := f.Top(ctx, l, "", 1); return err },
		"Around":    func() error { _, err := f.Around(ctx, l, "a", 1); return err },
		"Players":   func() error { _, err := f.Players(ctx, l, []string{"a"}); return err },
		"Count":     func() error { _, err := f.Count(ctx, l); return err },
		"Periods":   func() error { _, err := f.Periods(ctx, best.Name); return err },
		"Boards":    func() error { _, err := f.Boards(ctx); return err },
		"EndPeriod": func() error { _, err := f.EndPeriod(ctx, best.Name, start); return err },
		"Import":    func() error { _, err := f.Import(ctx, l, leaderboard.Entry{Player: "b", At: start}); return err },
		"Remove":    func() error { return f.Remove(ctx, l, "a") },
		"Forget":    func() error { return f.Forget(ctx, "a") },
		"Ban":       func() error { return f.Ban(ctx, "a", true) },
		"Bans":      func() error { _, err := f.Bans(ctx); return err },
		"Rate":      func() error { return f.Rate(ctx, duel("1", "a", "b")) },
		"Rating":    func() error { _, err := f.Rating(ctx, casual, "a"); return err },
	}
	for call, do := range calls {
		if err := do(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want context.Canceled", call, err)
		}
	}
	samePlaces(t, f.best(t, best.Name, 10), "1 a 1")
}
