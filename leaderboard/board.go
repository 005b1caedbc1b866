package leaderboard

import (
	"fmt"
	"slices"
)

// Board describes a board. It goes with every submission; the first one fixes it.
// Higher scores are better.
type Board struct {
	Name     string   // 1 to 64 of a-z, A-Z, 0-9, dot, dash and underscore
	Operator Operator // what a further score of the same player does; the zero value is Best
}

// Operator says what becomes of a player's entry when he submits another score.
type Operator uint8

const (
	// Best keeps the higher score, and of equal scores the earlier one.
	Best Operator = iota
	// Sum adds the score. The time of the entry becomes the later of both; adding 0 leaves it.
	Sum
)

var operatorNames = [...]string{Best: "best", Sum: "sum"}

func (o Operator) String() string {
	if int(o) < len(operatorNames) {
		return operatorNames[o]
	}
	return fmt.Sprintf("Operator(%d)", uint8(o))
}

// Validate tells, with ErrInvalid, what is wrong with the description.
func (b Board) Validate() error {
	if err := validBoardName(b.Name); err != nil {
		return err
	}
	if int(b.Operator) >= len(operatorNames) {
		return fmt.Errorf("board %s: operator %d: %w", b.Name, uint8(b.Operator), ErrInvalid)
	}
	return nil
}

func validBoardName(name string) error {
	if name == "" || len(name) > 64 {
		return fmt.Errorf("board name of %d bytes: %w", len(name), ErrInvalid)
	}
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
		default:
			return fmt.Errorf("board name %q: %w", name, ErrInvalid)
		}
	}
	return nil
}

// definitions are what stores keep beside a board, by its operator, and compare as text: so a field
// added later must be left out where it holds what was true before it existed.
var definitions = [...]string{Best: definition(Best), Sum: definition(Sum)}

func definition(o Operator) string {
	return fmt.Sprintf(`{"operator":%q,"tick_bits":%d,"tick_s":%d,"epoch":%d}`,
		o, tickBits, int(Tick.Seconds()), epoch.Unix())
}

// boardOf is the board of that name and definition.
func boardOf(name, text string) (Board, error) {
	o := slices.Index(definitions[:], text)
	if o < 0 {
		return Board{}, fmt.Errorf("board %s, %s: %w", name, text, ErrMismatch)
	}
	return Board{Name: name, Operator: Operator(o)}, nil
}
