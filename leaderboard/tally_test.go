package leaderboard_test

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"parlor/leaderboard"
)

// tally is a store of one board: it adds up what each player has, and counts each result once.
type tally struct {
	mu     sync.Mutex
	scores map[string]int64
	seen   map[string]bool
}

func newTally() *tally { return &tally{scores: map[string]int64{}, seen: map[string]bool{}} }

func (a *tally) Submit(_ context.Context, subs ...leaderboard.Submission) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var refused []error
	for _, s := range subs {
		key := s.Player + " " + s.ID
		switch {
		case s.Player == "":
			return leaderboard.ErrInvalid // as a store does, before it writes
		case s.Scores[0].Score > wins.Limit():
			refused = append(refused, leaderboard.ErrRange)
		case !a.seen[key]:
			a.seen[key] = true
			a.scores[s.Player] += s.Scores[0].Score
		}
	}
	return errors.Join(refused...)
}

func (a *tally) Rate(_ context.Context, matches ...leaderboard.RatedMatch) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, m := range matches {
		if err := m.Validate(); err != nil {
			return err
		}
	}
	for _, m := range matches {
		for _, team := range m.Teams {
			if key := team.Players[0] + " " + m.ID; !a.seen[key] {
				a.seen[key] = true
				a.scores[team.Players[0]]++
			}
		}
	}
	return nil
}

func (a *tally) of(player string) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.scores[player]
}

// flaky is a tally that can go away, either refusing at once or hanging.
type flaky struct {
	*tally
	mu       sync.Mutex
	away     bool
	hang     bool
	attempts int
}

func newFlaky() *flaky { return &flaky{tally: newTally()} }

func (f *flaky) set(away, hang bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away, f.hang = away, hang
}

func (f *flaky) tried() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.attempts
}

func (f *flaky) Submit(ctx context.Context, subs ...leaderboard.Submission) error {
	f.mu.Lock()
	f.attempts++
	away, hang := f.away, f.hang
	f.mu.Unlock()
	if hang {
		<-ctx.Done()
		return fmt.Errorf("%w: %w", leaderboard.ErrUnavailable, ctx.Err())
	}
	if away {
		// The worst kind: it takes half of them, and loses the answer.
		if err := f.tally.Submit(ctx, subs[:len(subs)/2]...); err != nil {
			return err
		}
		return leaderboard.ErrUnavailable
	}
	return f.tally.Submit(ctx, subs...)
}
