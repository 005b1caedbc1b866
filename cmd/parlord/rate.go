package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"parlor/leaderboard"
	"parlor/matchmaking"
	"parlor/matchmaking/rating"
)

// ratingWithin is for how long a player who wants to wait in a queue waits for his rating: rather than keep him,
// he is matched as a newcomer.
const ratingWithin = 300 * time.Millisecond

// ratingsFrom is how queues learn how good players are. That they are not known is logged once, and once more when they are again:
// all who come to a queue meanwhile would fill the log.
func ratingsFrom(store leaderboard.Ratings, log *slog.Logger) func(matchmaking.Name, string) matchmaking.Rating {
	var away atomic.Bool
	return func(queue matchmaking.Name, player string) matchmaking.Rating {
		ctx, cancel := context.WithTimeout(context.Background(), ratingWithin)
		defer cancel()
		known, err := store.Rating(ctx, leaderboard.Ladder{Game: queue.Game, Mode: queue.Mode}, player)
		if err != nil {
			known.Rating = rating.Standard().Start
		}
		failed := err != nil && !errors.Is(err, leaderboard.ErrNotFound)
		switch was := away.Swap(failed); {
		case failed && !was:
			log.Warn("ratings are not known: players are matched as newcomers", "game", queue.Game, "mode", queue.Mode, "err", err)
		case was && !failed:
			log.Info("ratings are known again")
		}
		return matchmaking.Rating{Mu: known.Mu, Sigma: known.Sigma}
	}
}
