package game_test

import (
	"slices"
	"strings"
	"testing"

	"parlor/game"
)

func TestTheHighestScoreWins(t *testing.T) {
	for _, c := range []struct {
		scores  []int64
		winners []game.Seat
	}{
		{[]int64{1, 3, 2}, []game.Seat{1}},
		{[]int64{3, 1, 3}, []game.Seat{0, 2}},
		{[]int64{2, 2, 2}, nil},
		{[]int64{0, 0}, nil},
		{[]int64{-5, -2}, []game.Seat{1}},
		{[]int64{0}, []game.Seat{0}},
		{nil, nil},
	} {
		r := game.ByScore(c.scores...)
		if !slices.Equal(r.Winners, c.winners) || !slices.Equal(r.Scores, c.scores) {
			t.Errorf("ByScore(%v) = %+v, want winners %v", c.scores, r, c.winners)
		}
	}
}

func TestPlacesAreSharedByEquals(t *testing.T) {
	for name, c := range map[string]struct {
		result game.Result
		seats  int
		want   []int
	}{
		"by score":           {game.ByScore(10, 40, 20, 20), 4, []int{4, 1, 2, 2}},
		"two at the top":     {game.ByScore(9, 9, 1), 3, []int{1, 1, 3}},
		"scores below zero":  {game.ByScore(-3, -1, 0), 3, []int{3, 2, 1}},
		"all equal":          {game.ByScore(4, 4), 2, []int{1, 1}},
		"one winner":         {game.Win(2), 4, []int{2, 2, 1, 2}},
		"a team of winners":  {game.Win(0, 3), 4, []int{1, 3, 3, 1}},
		"a draw":             {game.Draw(), 3, []int{1, 1, 1}},
		"nobody":             {game.Draw(), 0, []int{}},
		"everybody has won":  {game.Win(0, 1), 2, []int{1, 1}},
		"alone, with points": {game.ByScore(7), 1, []int{1}},
	} {
		if got := c.result.Places(c.seats); !slices.Equal(got, c.want) {
			t.Errorf("%s: places %v, want %v", name, got, c.want)
		}
	}
}

func TestWonTellsTheWinners(t *testing.T) {
	r := game.Win(1, 2)
	for seat, want := range []bool{false, true, true, false} {
		if got := r.Won(game.Seat(seat)); got != want {
			t.Errorf("seat %d won: %v, want %v", seat, got, want)
		}
	}
	if game.Draw().Won(0) || game.Draw().Won(game.Watcher) {
		t.Error("somebody won a draw")
	}
}

func TestAnEndThatCannotBePanics(t *testing.T) {
	for name, r := range map[string]game.Result{
		"a seat too many":      game.Win(2),
		"a watcher":            game.Win(game.Watcher),
		"one winner twice":     game.Win(1, 1),
		"too few scores":       game.ByScore(1),
		"too many scores":      game.ByScore(1, 2, 3),
		"a score over 2^53-1":  game.ByScore(0, game.MaxScore+1),
		"a score under -2^53":  game.ByScore(0, -game.MaxScore-1),
		"winners and no seats": {Winners: []game.Seat{0, 1, 2}},
	} {
		sim := begin(t, scripted(script{tick: func(t *game.Tick) { t.End(r) }}), 2)
		if got := panics(t, func() { sim.Step(1, nil) }); !strings.HasPrefix(got, "game: End") {
			t.Errorf("%s: panic %q", name, got)
		}
	}
}

func TestTheLargestScoresAreFine(t *testing.T) {
	sim := begin(t, scripted(script{tick: func(t *game.Tick) { t.End(game.ByScore(game.MaxScore, -game.MaxScore)) }}), 2)
	sim.Step(1, nil)
	if r, over := sim.Result(); !over || !r.Won(0) {
		t.Errorf("result %+v, over %v", r, over)
	}
}
