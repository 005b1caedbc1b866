package leaderboard

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"time"
	"unicode"
	"unicode/utf8"
)

// Submission is one result of one player, for one board or several: all of them take it, or none.
type Submission struct {
	// ID names the result, say the match id; 1 to 128 bytes. Together with Player it is what makes a
	// submission count once, however often it is sent: so the same ID serves for all players of a
	// match, and must come with the same scores each time.
	ID     string `json:"id"`
	Player string `json:"player"` // 1 to 128 bytes
	// Name to show, up to 128 bytes. It replaces the former one even when the score does not count;
	// empty leaves it. So does Region, up to 64 of the letters of a board's name.
	Name   string `json:"name,omitempty"`
	Region string `json:"region,omitempty"`
	// Match and Proof, up to 128 bytes each, stay with the score that they came with.
	Match  string    `json:"match,omitempty"`
	Proof  string    `json:"proof,omitempty"`
	At     time.Time `json:"at"` // when the match ended, by the clock of the room; not when it is sent
	Scores []Score   `json:"scores"`
}

// Score is one of a submission's, for a board that is defined.
type Score struct {
	Board string `json:"board"`
	Score int64  `json:"score"` // up to the board's Limit
}

const (
	maxText   = 128
	maxScores = 16
	// ReceiptLife is how long a store remembers at least that it has counted a submission: longer than any
	// outage after which it may still be sent again.
	ReceiptLife = 24 * time.Hour
	// forgetWindow is for matches that are being played while their player is forgotten.
	forgetWindow = time.Hour
)

// Validate tells, with ErrInvalid, why any store would refuse the submission.
func (s Submission) Validate() error {
	if err := validID("submission id", s.ID); err != nil {
		return err
	}
	if err := validID("player", s.Player); err != nil {
		return err
	}
	if err := validNote(note{name: s.Name, region: s.Region, match: s.Match, proof: s.Proof}); err != nil {
		return err
	}
	if s.At.IsZero() {
		return tell(ErrInvalid, "at is missing: when the result was reached")
	}
	if len(s.Scores) == 0 || len(s.Scores) > maxScores {
		return tell(ErrInvalid, "scores must be for 1 to %d boards, not %d boards", maxScores, len(s.Scores))
	}
	seen := make(map[string]bool, len(s.Scores))
	for _, score := range s.Scores {
		if err := validBoardName(score.Board); err != nil {
			return err
		}
		if seen[score.Board] {
			return tell(ErrInvalid, "scores name board %s twice", score.Board)
		}
		seen[score.Board] = true
	}
	return nil
}

func validNote(n note) error {
	for _, text := range []struct{ what, text string }{{"name", n.name}, {"match", n.match}, {"proof", n.proof}} {
		if len(text.text) > maxText || !printable(text.text) {
			return tell(ErrInvalid, "%s must be at most %d bytes of UTF-8 without control characters; it is %d bytes", text.what, maxText, len(text.text))
		}
	}
	if n.region == "" {
		return nil
	}
	return validName("region", n.region)
}

// LogValue implements [slog.LogValuer].
func (s Submission) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", s.ID), slog.String("player", s.Player), slog.Any("scores", s.Scores))
}

// wrap names the submission in an error of it.
func (s Submission) wrap(err error) error {
	return fmt.Errorf("submit %.128q of %.128q: %w", s.ID, s.Player, err)
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

// receipt is what a submission counts once by.
type receipt [16]byte

func (s Submission) receipt() receipt {
	// The length keeps apart what one text would join.
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s%s", len(s.Player), s.Player, s.ID))
	return receipt(sum[:16])
}

// result is a submission as one board takes it: what its entry would be alone.
type result struct {
	score int64
	fresh standing
}

// result checks the score and the time against the board.
func (s scope) result(score int64, n note, at time.Time, now time.Time) (result, error) {
	if score < -s.limit || score > s.limit {
		return result{}, tell(ErrRange, "score %d is out of range: board %s takes %d to %d", score, s.Name, -s.limit, s.limit)
	}
	if s.over(s.Span, now) {
		return result{}, tell(ErrOver, "the period of board %s that ended at %s is no longer kept: its archive is %v",
			s.Name, s.End.Format(time.RFC3339), s.Archive)
	}
	if s.bits == 0 {
		n.at = at.UnixMilli()
	}
	return result{score, standing{s.pack(score, at, s.Span), n.String()}}, nil
}

// onto is what a result makes of a standing, if there is one. submit.lua does the same.
func (k *kept) onto(op Operator, held standing, has bool, r result) (standing, error) {
	if !has || op == set {
		return r.fresh, nil
	}
	old, fresh := parseNote(held.note), parseNote(r.fresh.note)
	fresh.name, fresh.region = cmp.Or(fresh.name, old.name), cmp.Or(fresh.region, old.region)
	old.name, old.region = fresh.name, fresh.region
	next := r.fresh.packed
	takes := next > held.packed
	switch {
	case op == Latest && k.bits > 0:
		takes = k.leftOf(next) <= k.leftOf(held.packed)
	case op == Latest:
		takes = fresh.at >= old.at
	case op == Sum && r.score == 0:
		takes = false
	case op == Sum:
		merit, add := k.merit(held.packed), k.merit(next)
		if merit+add < -k.limit || merit+add > k.limit {
			return held, k.sumOut()
		}
		next = packed((merit+add)<<k.bits | min(k.leftOf(held.packed), k.leftOf(next)))
		fresh.at = max(old.at, fresh.at)
		takes = true
	}
	if !takes {
		return standing{held.packed, old.String()}, nil
	}
	return standing{next, fresh.String()}, nil
}

func (k *kept) sumOut() error {
	return tell(ErrRange, "the sum would be out of range: board %s takes sums from %d to %d", k.Name, -k.limit, k.limit)
}

func validID(what, id string) error {
	if id == "" || len(id) > maxText || !printable(id) {
		return tell(ErrInvalid, "%s must be 1 to %d bytes of UTF-8 without control characters; it is %d bytes", what, maxText, len(id))
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
