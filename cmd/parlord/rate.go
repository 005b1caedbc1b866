package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"parlor/leaderboard"
	"parlor/matchmaking"
	"parlor/matchmaking/rating"
)

// ratingWithin is for how long a player who wants to wait in a queue waits for his rating: rather than keep him,
// he is matched as a newcomer.
const ratingWithin = 300 * time.Millisecond

// ratingsFrom is how queues learn how good players are.
func ratingsFrom(store leaderboard.Ratings, log *slog.Logger) func(matchmaking.Name, string) matchmaking.Rating {
	return func(queue matchmaking.Name, player string) matchmaking.Rating {
		ctx, cancel := context.WithTimeout(context.Background(), ratingWithin)
		defer cancel()
		known, err := store.Rating(ctx, leaderboard.Ladder{Game: queue.Game, Mode: queue.Mode}, player)
		if err != nil {
			known.Rating = rating.Standard().Start
		}
		if err != nil && !errors.Is(err, leaderboard.ErrNotFound) {
			log.Warn("a rating is not known: the player is matched as a newcomer", "game", queue.Game, "mode", queue.Mode, "err", err)
		}
		return matchmaking.Rating{Mu: known.Mu, Sigma: known.Sigma}
	}
}
