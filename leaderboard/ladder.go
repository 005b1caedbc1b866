package leaderboard

import (
	"fmt"
	"log/slog"

	"parlor/matchmaking/rating"
)

// Ladder is what a rating counts for: a game in one of its modes. Both are spelled as names of boards
// are; Mode may be empty.
type Ladder struct{ Game, Mode string }

// Validate tells, with ErrInvalid, what is wrong with the names.
func (l Ladder) Validate() error {
	if err := validBoardName(l.Game); err != nil {
		return fmt.Errorf("ladder: %w", err)
	}
	if l.Mode == "" {
		return nil
	}
	if err := validBoardName(l.Mode); err != nil {
		return fmt.Errorf("mode of ladder %s: %w", l.Game, err)
	}
	return nil
}

// RatedMatch is a match that changes the ratings of those who played it.
type RatedMatch struct {
	// ID names the match; 1 to 128 bytes. It is what makes the match count once, so it must come with
	// the same teams and places each time.
	ID     string
	Ladder Ladder
	Teams  []RatedTeam // two at least, and nobody twice
}

// RatedTeam is one side of a match, somebody on his own included.
type RatedTeam struct {
	Place   int      // 1 is best; teams that share a place have tied
	Players []string // one at least, 1 to 128 bytes each
}

// PlayerRating is how good a player is believed to be on a ladder.
type PlayerRating struct {
	rating.Rating
	Matches int64 // that it was made from
}

// Validate tells, with ErrInvalid, why a store would refuse the match at once.
func (m RatedMatch) Validate() error {
	if err := validID("match id", m.ID); err != nil {
		return err
	}
	if err := m.Ladder.Validate(); err != nil {
		return err
	}
	if len(m.Teams) < 2 {
		return fmt.Errorf("%d teams: %w", len(m.Teams), ErrInvalid)
	}
	seen := map[string]bool{}
	for _, team := range m.Teams {
		if len(team.Players) == 0 || team.Place < 1 {
			return fmt.Errorf("team of %d at place %d: %w", len(team.Players), team.Place, ErrInvalid)
		}
		for _, player := range team.Players {
			if err := validID("player", player); err != nil {
				return err
			}
			if seen[player] {
				return fmt.Errorf("player %q twice: %w", player, ErrInvalid)
			}
			seen[player] = true
		}
	}
	return nil
}

// LogValue implements [slog.LogValuer].
func (m RatedMatch) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", m.ID), slog.String("game", m.Ladder.Game), slog.String("mode", m.Ladder.Mode), slog.Any("players", m.players()))
}

// players are all of them, team by team.
func (m RatedMatch) players() (all []string) {
	for _, team := range m.Teams {
		all = append(all, team.Players...)
	}
	return all
}

// change is what a match makes of a player's record.
type change struct{ player, from, to string }

// changes are those that the match still makes, given all players' records in the order of
// players: none for those whose record knows the match already. The others are rated against
// what those had been before it, so a match that was written by half comes out as if in one go.
func (m RatedMatch) changes(held []string) ([]change, error) {
	var records []record // in the order of players
	teams := make([]rating.Team, len(m.Teams))
	for i, team := range m.Teams {
		teams[i].Place = team.Place
		for _, player := range team.Players {
			r, err := parseRecord(held[len(records)])
			if err != nil {
				return nil, fmt.Errorf("rating of %q: %w", player, err)
			}
			records = append(records, r)
			teams[i].Players = append(teams[i].Players, r.before(m.ID))
		}
	}
	var changes []change
	at := 0
	for i, rated := range rating.Standard().Rate(teams) {
		for j, to := range rated {
			if r := records[at]; !r.knows(m.ID) {
				changes = append(changes, change{m.Teams[i].Players[j], held[at], r.after(m.ID, to).String()})
			}
			at++
		}
	}
	return changes, nil
}

// wrap names the match in an error of it.
func (m RatedMatch) wrap(err error) error {
	return fmt.Errorf("rate %q on %s/%s: %w", m.ID, m.Ladder.Game, m.Ladder.Mode, err)
}

// validateMatches checks all before any is applied.
func validateMatches(matches []RatedMatch) error {
	for _, m := range matches {
		if err := m.Validate(); err != nil {
			return m.wrap(err)
		}
	}
	return nil
}
