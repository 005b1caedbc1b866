package api_test

import (
	"testing"

	"parlor/leaderboard"
	"parlor/matchmaking/rating"
)

func TestARatingIsReadByGameModeAndPlayer(t *testing.T) {
	h := newHouse(t)
	h.boards.ratings = map[leaderboard.Ladder]map[string]leaderboard.PlayerRating{
		{Game: "tictactoe"}:                {"p/1": {Rating: rating.Rating{Mu: 27.5, Sigma: 8}, Matches: 3}},
		{Game: "tictactoe", Mode: "blitz"}: {"p/1": {Rating: rating.Rating{Mu: 20, Sigma: 8.25}, Matches: 1}},
	}
	for target, want := range map[string]string{
		"p%2F1":            `{"game":"tictactoe","mode":"","player":"p/1","rating":3.5,"mu":27.5,"sigma":8,"matches":3}`,
		"p%2F1?mode=":      `{"game":"tictactoe","mode":"","player":"p/1","rating":3.5,"mu":27.5,"sigma":8,"matches":3}`,
		"p%2F1?mode=blitz": `{"game":"tictactoe","mode":"blitz","player":"p/1","rating":-4.75,"mu":20,"sigma":8.25,"matches":1}`,
	} {
		wantJSON(t, h.public("/v1/ratings/tictactoe/players/"+target), 200, want)
		wantJSON(t, h.admin("/v1/ratings/tictactoe/players/"+target), 200, want)
	}
	for _, target := range []string{"tictactoe/players/nobody", "tictactoe/players/p%2F1?mode=slow", "snakes/players/p%2F1", "tictactoe", "tictactoe/players/"} {
		wantFault(t, h.public("/v1/ratings/"+target), 404, "NOT_FOUND")
	}
}
