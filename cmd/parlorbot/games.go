package main

import (
	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/arcade/gomoku"
	"parlor/game/arcade/snakes"
	"parlor/game/arcade/tictactoe"
	"parlor/game/arcade/tiles"
)

// games are what the bots can play. A game of your own goes here, as in parlord.
var games = []game.Kind{dash.Game, gomoku.Game, snakes.Game, tictactoe.Game, tiles.Game, tiles.Pairs}

// dealt are games in which no two seats can ever hold the same secrets: every tile is there once.
var dealt = map[string]bool{tiles.Game.Name: true, tiles.Pairs.Name: true}

func gameNames() (names string) {
	for i, k := range games {
		if i > 0 {
			names += ", "
		}
		names += k.Info().Name
	}
	return names
}
