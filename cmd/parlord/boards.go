package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"parlor/game"
	"parlor/leaderboard"
)

// mostFed is how many boards a result can go to: all of them take it, or none.
const mostFed = 16

// shelves are the boards that there must be, and those of them that a game's results go to.
type shelves struct {
	boards []leaderboard.Board
	fed    map[string][]string // by game
}

// readBoards are the boards of a file, none if it has no name, and those of the games. A game's board that the file describes
// is as the file says.
func readBoards(file string) (shelves, error) {
	s := shelves{fed: map[string][]string{}}
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return s, err
		}
		if err := s.read(text); err != nil {
			return s, fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, k := range games {
		info := k.Info()
		if info.Ranked == game.Unranked {
			continue
		}
		if !slices.ContainsFunc(s.boards, func(b leaderboard.Board) bool { return b.Name == info.Name }) {
			s.boards = append(s.boards, boardOf(info))
		}
		if !slices.Contains(s.fed[info.Name], info.Name) {
			s.fed[info.Name] = append(s.fed[info.Name], info.Name)
		}
		if n := len(s.fed[info.Name]); n > mostFed {
			return s, fmt.Errorf("%s: the results of %s go to %d boards, want %d at most", file, info.Name, n, mostFed)
		}
	}
	return s, nil
}

// read takes a list of boards in, each as an operator describes one, and besides with the games whose results go to it.
func (s *shelves) read(text []byte) error {
	var list []map[string]json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	for _, described := range list {
		var from []string
		if text, ok := described["games"]; ok {
			if err := json.Unmarshal(text, &from); err != nil {
				return fmt.Errorf("games: %w", err)
			}
			delete(described, "games")
		}
		plain, err := json.Marshal(described)
		if err != nil {
			return err
		}
		var b leaderboard.Board
		if err := json.Unmarshal(plain, &b); err != nil {
			return err
		}
		if err := b.Validate(); err != nil {
			return err
		}
		if slices.ContainsFunc(s.boards, func(other leaderboard.Board) bool { return other.Name == b.Name }) {
			return fmt.Errorf("board %s: it is there twice: %w", b.Name, leaderboard.ErrInvalid)
		}
		s.boards = append(s.boards, b)
		for _, name := range from {
			if !slices.ContainsFunc(games, func(k game.Kind) bool { return k.Info().Name == name && k.Info().Ranked != game.Unranked }) {
				return fmt.Errorf("board %s: games: no ranked game %q is hosted: %w", b.Name, name, leaderboard.ErrInvalid)
			}
			s.fed[name] = append(s.fed[name], b.Name)
		}
	}
	return nil
}

// scores are those of one result, for all boards that it goes to.
func (s shelves) scores(game string, score int64) (all []leaderboard.Score) {
	for _, board := range s.fed[game] {
		all = append(all, leaderboard.Score{Board: board, Score: score})
	}
	return all
}

// boardOf is the board of a ranked game.
func boardOf(info game.Info) leaderboard.Board {
	b := leaderboard.Board{Name: info.Name, Operator: leaderboard.Best}
	if info.Ranked == game.Wins {
		b.Operator = leaderboard.Sum
	}
	return b
}
