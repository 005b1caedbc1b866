package api

import (
	"context"
	"fmt"
	"net/http"

	"parlor/leaderboard"
)

// Ratings are the ratings as they are read here. A leaderboard.Store is one.
type Ratings interface {
	Rating(ctx context.Context, ladder leaderboard.Ladder, player string) (leaderboard.PlayerRating, error)
}

// ratings are the endpoints of ratings.
type ratings struct{ store Ratings }

type ratingJSON struct {
	Game    string  `json:"game"`
	Mode    string  `json:"mode"`
	Player  string  `json:"player"`
	Rating  float64 `json:"rating"` // to show
	Mu      float64 `json:"mu"`
	Sigma   float64 `json:"sigma"`
	Matches int64   `json:"matches"`
}

// player is GET /v1/ratings/{game}/players/{player}.
func (s ratings) player(r *http.Request) (any, error) {
	ladder := leaderboard.Ladder{Game: r.PathValue("game"), Mode: r.URL.Query().Get("mode")}
	player := r.PathValue("player")
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	known, err := s.store.Rating(ctx, ladder, player)
	if err != nil {
		return nil, fmt.Errorf("read rating of %q on %s/%s: %w", player, ladder.Game, ladder.Mode, err)
	}
	return ratingJSON{
		Game: ladder.Game, Mode: ladder.Mode, Player: player,
		Rating: known.Shown(), Mu: known.Mu, Sigma: known.Sigma, Matches: known.Matches,
	}, nil
}
