package main

import (
	"time"

	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/arcade/snakes"
	"parlor/game/arcade/tictactoe"
	"parlor/matchmaking"
)

// games are what this server hosts. A game of your own goes here, with its queue below.
var games = []game.Kind{dash.Game, snakes.Game, tictactoe.Game}

// queues say how the players of each game are brought together.
func queues(botsAfter time.Duration) map[matchmaking.Name]matchmaking.Rule {
	return map[matchmaking.Name]matchmaking.Rule{
		{Game: "dash"}:      {Min: 2, Max: 8, StartAfter: 4 * time.Second, BotsAfter: botsAfter},
		{Game: "snakes"}:    {Min: 1, Max: 30, Backfill: true},
		{Game: "tictactoe"}: {Min: 2, Max: 2, BotsAfter: botsAfter},
	}
}

// bots are the seats that bots fill up to, by game. Games not named here get no more bots than
// a match needs to begin.
var bots = map[string]int{"dash": 6, "snakes": 12}
