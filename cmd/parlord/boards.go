package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"parlor/game"
	"parlor/leaderboard"
)

// readBoards are the boards of a file, none if it has no name, and those of the games. A game's board that the file describes
// is as the file says.
func readBoards(file string) ([]leaderboard.Board, error) {
	var boards []leaderboard.Board
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &boards); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, b := range boards {
		if err := b.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, k := range games {
		info := k.Info()
		described := slices.ContainsFunc(boards, func(b leaderboard.Board) bool { return b.Name == info.Name })
		if info.Ranked != game.Unranked && !described {
			boards = append(boards, boardOf(info))
		}
	}
	return boards, nil
}

// boardOf is the board of a ranked game.
func boardOf(info game.Info) leaderboard.Board {
	b := leaderboard.Board{Name: info.Name, Operator: leaderboard.Best}
	if info.Ranked == game.Wins {
		b.Operator = leaderboard.Sum
	}
	return b
}
