package main

import (
	"fmt"
	"maps"
	"os"
	"time"

	"parlor/matchmaking"
)

// queueRules are the rules of all queues: those of a file, where there is one, take the place of built-in
// ones of the same name, whole, and stand beside the others.
func queueRules(path string, botsAfter time.Duration) (map[matchmaking.Name]matchmaking.Rule, error) {
	rules := queues(botsAfter)
	if path == "" {
		return rules, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err // names the file
	}
	defer file.Close()
	read, err := matchmaking.ReadRules(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for name, rule := range read {
		if err := playable(name.Game, rule); err != nil {
			return nil, fmt.Errorf("%s: queue %s/%s: %w", path, name.Game, name.Mode, err)
		}
	}
	maps.Copy(rules, read)
	return rules, nil
}

// playable fails on a rule that makes sense by itself, but not for the game.
func playable(name string, rule matchmaking.Rule) error {
	for _, k := range games {
		info := k.Info()
		switch {
		case info.Name != name:
		case rule.Max > info.Seats.Max:
			return fmt.Errorf("max: %d, but the game has %d seats", rule.Max, info.Seats.Max)
		case rule.Teams != info.Teams:
			return fmt.Errorf("teams: %d, but the game has %d", rule.Teams, info.Teams)
		case rule.BotsAfter > 0 && !info.HasBot:
			return fmt.Errorf("bots_after: %v, but the game has no bot", rule.BotsAfter)
		case rule.Min < info.Seats.Min && !info.HasBot:
			return fmt.Errorf("min: %d, but the game needs %d", rule.Min, info.Seats.Min)
		default:
			return nil
		}
	}
	return fmt.Errorf("game: %q is not hosted here", name)
}
