package main

import (
	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/arcade/snakes"
	"parlor/game/arcade/tictactoe"
)

// games are what the bots can play. A game of your own goes here, as in parlord.
var games = []game.Kind{dash.Game, snakes.Game, tictactoe.Game}

func gameNames() (names string) {
	for i, k := range games {
		if i > 0 {
			names += ", "
		}
		names += k.Info().Name
	}
	return names
}
