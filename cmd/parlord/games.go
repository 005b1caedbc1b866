package main

import (
	"time"

	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/arcade/gomoku"
	"parlor/game/arcade/snakes"
	"parlor/game/arcade/tictactoe"
	"parlor/game/arcade/tiles"
	"parlor/matchmaking"
)

// games are what this server hosts. A game of your own goes here, with its queue below.
var games = []game.Kind{dash.Game, gomoku.Game, snakes.Game, tictactoe.Game, tiles.Game, tiles.Pairs}

// queues say how the players of each game are brought together.
func queues(botsAfter time.Duration) map[matchmaking.Name]matchmaking.Rule {
	return map[matchmaking.Name]matchmaking.Rule{
		{Game: "dash"}: {Min: 2, Max: 8, StartAfter: 4 * time.Second, BotsAfter: botsAfter},
		{Game: "gomoku"}: {
			Min: 2, Max: 2, BotsAfter: botsAfter, RecentFor: 5 * time.Second,
			// Ratings begin at 25 with a sigma of 8.3: who is new meets many, who is known his like first.
			Rating: matchmaking.Window{From: 5, PerSecond: 0.5}, Sigmas: 0.5,
		},
		{Game: "snakes"}:      {Min: 1, Max: 30, Backfill: true},
		{Game: "tictactoe"}:   {Min: 2, Max: 2, BotsAfter: botsAfter},
		{Game: "tiles"}:       {Min: 2, Max: 4, StartAfter: 4 * time.Second, BotsAfter: botsAfter},
		{Game: "tiles-pairs"}: {Min: 4, Max: 4, Teams: 2, BotsAfter: botsAfter},
	}
}

// bots are the seats that bots fill up to, by game. Games not named here get no more bots than
// a match needs to begin.
var bots = map[string]int{"dash": 6, "snakes": 12}
