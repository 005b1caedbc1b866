package leaderboard

import (
	"fmt"
	"log/slog"
	"time"
	"unicode"
	"unicode/utf8"
)

// Submission is one result of one player for one board.
type Submission struct {
	// ID names the result, say the match id; 1 to 128 bytes. Together with Board and Player it is
	// what makes a submission count once, however often it is sent: so the same ID serves for all
	// players of a match and all their boards, and must come with the same score each time.
	ID     string
	Board  Board
	Player string // 1 to 128 bytes
	// Name to show, up to 128 bytes. It replaces the former one even when the score does not count;
	// empty leaves it.
	Name  string
	Score int64     // MinScore to MaxScore
	At    time.Time // when the match ended, by the clock of the room; not when it is sent
}

const (
	maxID   = 128
	maxName = 128
)

// Validate tells, with ErrInvalid or ErrRange, why a store would refuse the submission at once.
func (s Submission) Validate() error {
	if err := validID("submission id", s.ID); err != nil {
		return err
	}
	if err := s.Board.Validate(); err != nil {
		return err
	}
	if err := validID("player", s.Player); err != nil {
		return err
	}
	if len(s.Name) > maxName || !printable(s.Name) {
		return fmt.Errorf("name of %d bytes: %w", len(s.Name), ErrInvalid)
	}
	if s.At.IsZero() {
		return fmt.Errorf("submission without a time: %w", ErrInvalid)
	}
	if s.Score < MinScore || s.Score > MaxScore {
		return fmt.Errorf("score %d: %w", s.Score, ErrRange)
	}
	return nil
}

// onto is the new standing of a player who stood at held, if he has an entry. submit.lua does the same.
func (s Submission) onto(held packed, has bool) (packed, error) {
	fresh := pack(s.Score, s.At)
	switch {
	case !has:
		return fresh, nil
	case s.Board.Operator == Best:
		return max(held, fresh), nil
	case s.Score == 0:
		return held, nil
	}
	sum := held.score() + s.Score
	if sum < MinScore || sum > MaxScore {
		return held, fmt.Errorf("sum %d: %w", sum, ErrRange)
	}
	return packed(sum<<tickBits | min(held.left(), fresh.left())), nil
}

// LogValue implements [slog.LogValuer].
func (s Submission) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", s.ID), slog.String("board", s.Board.Name), slog.String("player", s.Player), slog.Int64("score", s.Score))
}

// needsReceipt tells that applying the submission twice is not the same as once.
func (s Submission) needsReceipt() bool { return s.Board.Operator == Sum && s.Score != 0 }

// wrap names the submission in an error of it.
func (s Submission) wrap(err error) error {
	return fmt.Errorf("submit %q of %q to %s: %w", s.ID, s.Player, s.Board.Name, err)
}

// validate checks all before any is applied.
func validate(subs []Submission) error {
	for _, s := range subs {
		if err := s.Validate(); err != nil {
			return s.wrap(err)
		}
	}
	return nil
}

func validID(what, id string) error {
	if id == "" || len(id) > maxID || !printable(id) {
		return fmt.Errorf("%s of %d bytes: %w", what, len(id), ErrInvalid)
	}
	return nil
}

// printable is for what ends up in keys, logs and terminals.
func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) {
			return false
		}
	}
	return true
}

// validPage checks the arguments of Top.
func validPage(board string, offset, limit int) error {
	if err := validBoardName(board); err != nil {
		return err
	}
	if offset < 0 {
		return fmt.Errorf("offset %d: %w", offset, ErrInvalid)
	}
	if limit < 0 || limit > MaxPage {
		return fmt.Errorf("limit %d: %w", limit, ErrInvalid)
	}
	return nil
}

// validAround checks the arguments of Around and, with n = 0, of Entry.
func validAround(board, player string, n int) error {
	if err := validBoardName(board); err != nil {
		return err
	}
	if err := validID("player", player); err != nil {
		return err
	}
	if n < 0 || n > (MaxPage-1)/2 {
		return fmt.Errorf("%d neighbours: %w", n, ErrInvalid)
	}
	return nil
}
