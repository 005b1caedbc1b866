package leaderboardtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"parlor/leaderboard"
	"parlor/matchmaking/rating"
)

var (
	casual = leaderboard.Ladder{Game: "tictactoe"}
	blitz  = leaderboard.Ladder{Game: "tictactoe", Mode: "blitz"}
)

// duel is a match that the first player has won.
func duel(id, winner, loser string) leaderboard.RatedMatch {
	return leaderboard.RatedMatch{ID: id, Ladder: casual, Teams: []leaderboard.RatedTeam{
		{Place: 1, Players: []string{winner}}, {Place: 2, Players: []string{loser}},
	}}
}

func (f *fixture) rate(t *testing.T, matches ...leaderboard.RatedMatch) {
	t.Helper()
	if err := f.Rate(t.Context(), matches...); err != nil {
		t.Fatalf("Rate: %v", err)
	}
}

func (f *fixture) rating(t *testing.T, ladder leaderboard.Ladder, player string) leaderboard.PlayerRating {
	t.Helper()
	r, err := f.Rating(t.Context(), ladder, player)
	if err != nil {
		t.Fatalf("Rating(%v, %s): %v", ladder, player, err)
	}
	return r
}

// ratings is a ladder that keeps nothing but what matches make of it.
type ratings map[string]leaderboard.PlayerRating

func (all ratings) rate(m leaderboard.RatedMatch) {
	model := rating.Standard()
	teams := make([]rating.Team, len(m.Teams))
	for i, team := range m.Teams {
		teams[i].Place = team.Place
		for _, player := range team.Players {
			if _, known := all[player]; !known {
				all[player] = leaderboard.PlayerRating{Rating: model.Start}
			}
			teams[i].Players = append(teams[i].Players, all[player].Rating)
		}
	}
	for i, team := range model.Rate(teams) {
		for j, r := range team {
			player := m.Teams[i].Players[j]
			all[player] = leaderboard.PlayerRating{Rating: r, Matches: all[player].Matches + 1}
		}
	}
}

// randomMatch is one of two to four teams of one to three among twenty players, with ties.
func randomMatch(rng *rand.Rand, id string) leaderboard.RatedMatch {
	m := leaderboard.RatedMatch{ID: id, Ladder: casual}
	players := rng.Perm(20)
	for range 2 + rng.IntN(3) {
		team := leaderboard.RatedTeam{Place: 1 + rng.IntN(3)}
		for range 1 + rng.IntN(3) {
			team.Players = append(team.Players, fmt.Sprint("玩家 ", players[0]))
			players = players[1:]
		}
		m.Teams = append(m.Teams, team)
	}
	return m
}

// matchesRate sends each match twice, alone and with others, and compares with what they make of
// ratings to the last bit.
func matchesRate(t *testing.T, f *fixture) {
	const seed = 20260302
	rng := rand.New(rand.NewPCG(seed, 1))
	want := ratings{}
	for n := 0; n < 200; {
		batch := make([]leaderboard.RatedMatch, 1+rng.IntN(5))
		for i := range batch {
			batch[i] = randomMatch(rng, fmt.Sprint("match-", n))
			want.rate(batch[i])
			n++
		}
		f.rate(t, batch...)
		f.rate(t, batch[rng.IntN(len(batch))])
	}
	for player, r := range want {
		if got := f.rating(t, casual, player); got != r {
			t.Errorf("%s of seed %d: got %+v, want %+v", player, seed, got, r)
		}
	}
	if _, err := f.Rating(t.Context(), casual, "nobody"); !errors.Is(err, leaderboard.ErrNotFound) {
		t.Errorf("nobody's rating: %v, want ErrNotFound", err)
	}
}

// sameMatch sends a match again after as many others as are promised to make no difference.
func sameMatch(t *testing.T, f *fixture) {
	first := duel("0", "a", "b")
	f.rate(t, first, first)
	for n := 1; n <= leaderboard.MatchesKept; n++ {
		before := f.rating(t, casual, "a")
		if before.Matches != int64(n) {
			t.Errorf("%d matches rated, want %d", before.Matches, n)
		}
		f.rate(t, first)
		if after := f.rating(t, casual, "a"); after != before {
			t.Errorf("sent again after %d others: %+v became %+v", n-1, before, after)
		}
		f.rate(t, duel(fmt.Sprint(n), "b", "a"))
	}
}

func ladders(t *testing.T, f *fixture) {
	fast := duel("1", "a", "b")
	fast.Ladder = blitz
	f.rate(t, duel("1", "a", "b"), duel("2", "a", "b"), fast)
	if slow, fast := f.rating(t, casual, "a"), f.rating(t, blitz, "a"); slow.Matches != 2 || fast.Matches != 1 || slow.Mu <= fast.Mu {
		t.Errorf("two won on one ladder: %+v, one on the other: %+v", slow, fast)
	}
	if _, err := f.Rating(t.Context(), leaderboard.Ladder{Game: "tictactoe", Mode: "bli"}, "a"); !errors.Is(err, leaderboard.ErrNotFound) {
		t.Errorf("on a ladder that nobody plays on: %v, want ErrNotFound", err)
	}
}

// concurrentMatches sends the same matches from four goroutines at once, each in an order of its own,
// seven matches of a player at a time: within what a store remembers.
func concurrentMatches(t *testing.T, f *fixture) {
	const rounds, perRound = 12, 7
	for round := range rounds {
		var batch []leaderboard.RatedMatch
		for n := range perRound {
			batch = append(batch, duel(fmt.Sprint("match-", round, "-", n), "a", "b"))
		}
		var senders sync.WaitGroup
		for sender := range 4 {
			senders.Go(func() {
				rng := rand.New(rand.NewPCG(7, uint64(sender)))
				mine := slices.Clone(batch)
				rng.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
				for _, m := range mine {
					if err := f.Rate(t.Context(), m); err != nil {
						t.Errorf("Rate: %v", err)
					}
				}
			})
		}
		senders.Wait()
	}
	for _, player := range []string{"a", "b"} {
		if got := f.rating(t, casual, player); got.Matches != rounds*perRound {
			t.Errorf("%s: %d matches rated, want %d", player, got.Matches, rounds*perRound)
		}
	}
}

func invalidMatches(t *testing.T, f *fixture) {
	change := func(do func(*leaderboard.RatedMatch)) leaderboard.RatedMatch {
		m := duel("bad", "a", "b")
		do(&m)
		return m
	}
	for name, bad := range map[string]leaderboard.RatedMatch{
		"no id":       change(func(m *leaderboard.RatedMatch) { m.ID = "" }),
		"no game":     change(func(m *leaderboard.RatedMatch) { m.Ladder.Game = "" }),
		"odd game":    change(func(m *leaderboard.RatedMatch) { m.Ladder.Game = "a:b" }),
		"odd mode":    change(func(m *leaderboard.RatedMatch) { m.Ladder.Mode = "a:b" }),
		"one team":    change(func(m *leaderboard.RatedMatch) { m.Teams = m.Teams[:1] }),
		"no teams":    change(func(m *leaderboard.RatedMatch) { m.Teams = nil }),
		"empty team":  change(func(m *leaderboard.RatedMatch) { m.Teams[0].Players = nil }),
		"no place":    change(func(m *leaderboard.RatedMatch) { m.Teams[0].Place = 0 }),
		"no player":   change(func(m *leaderboard.RatedMatch) { m.Teams[0].Players[0] = "" }),
		"long player": change(func(m *leaderboard.RatedMatch) { m.Teams[0].Players[0] = strings.Repeat("x", 129) }),
		"twice":       change(func(m *leaderboard.RatedMatch) { m.Teams[0].Players[0] = "b" }),
	} {
		if err := f.Rate(t.Context(), duel("good", "a", "b"), bad); !errors.Is(err, leaderboard.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	for name, ladder := range map[string]leaderboard.Ladder{"no game": {}, "odd mode": {Game: "g", Mode: " "}} {
		if _, err := f.Rating(t.Context(), ladder, "a"); !errors.Is(err, leaderboard.ErrInvalid) {
			t.Errorf("Rating, %s: got %v, want ErrInvalid", name, err)
		}
	}
	if _, err := f.Rating(t.Context(), casual, "a\n"); !errors.Is(err, leaderboard.ErrInvalid) {
		t.Errorf("Rating of an odd player: got %v, want ErrInvalid", err)
	}
	if _, err := f.Rating(t.Context(), casual, "a"); !errors.Is(err, leaderboard.ErrNotFound) {
		t.Errorf("something was rated: %v", err)
	}
}
