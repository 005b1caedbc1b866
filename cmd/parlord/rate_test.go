package main

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"parlor/leaderboard"
	"parlor/matchmaking"
	"parlor/matchmaking/rating"
)

// awayRatings answers err.
type awayRatings struct {
	leaderboard.Ratings
	err error
}

func (a *awayRatings) Rating(context.Context, leaderboard.Ladder, string) (leaderboard.PlayerRating, error) {
	return leaderboard.PlayerRating{}, a.err
}

func TestRatingsThatAreAwayAreLoggedOnceAndPlayersAreNewcomers(t *testing.T) {
	var log bytes.Buffer
	store := &awayRatings{}
	look := ratingsFrom(store, slog.New(slog.NewTextHandler(&log, nil)))
	newcomer := rating.Standard().Start
	for _, err := range []error{leaderboard.ErrNotFound, leaderboard.ErrUnavailable, context.DeadlineExceeded, leaderboard.ErrUnavailable} {
		store.err = err
		if got, want := look(matchmaking.Name{Game: "gomoku"}, "ann"), (matchmaking.Rating{Mu: newcomer.Mu, Sigma: newcomer.Sigma}); got != want {
			t.Errorf("%v: matched as %v, want %v", err, got, want)
		}
	}
	store.err = leaderboard.ErrNotFound // it is back, and he is new
	look(matchmaking.Name{Game: "gomoku"}, "ann")
	if text := log.String(); strings.Count(text, "not known") != 1 || strings.Count(text, "known again") != 1 {
		t.Errorf("logged:\n%s", text)
	}
}
