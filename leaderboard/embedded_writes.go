package leaderboard

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Submit implements [Store].
func (e *Embedded) Submit(ctx context.Context, subs ...Submission) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := validate(subs); err != nil || len(subs) == 0 {
		return err
	}
	return e.do(ctx, func(tx *tx) error {
		var refused []error
		for _, s := range subs {
			if err := tx.submit(s); err != nil {
				refused = append(refused, s.wrap(err))
			}
		}
		return errors.Join(refused...)
	})
}

// submit applies a submission, or writes nothing.
func (tx *tx) submit(s Submission) error {
	receipt := s.receipt()
	if counted, err := tx.counted(receipt); err != nil {
		tx.fail(err)
		return err
	} else if counted || tx.barred(s.Player, s.At) {
		return nil
	}
	type change struct {
		*kept
		id   listID
		next standing
	}
	changes := make([]change, len(s.Scores))
	for i, score := range s.Scores {
		k := tx.e.boards[score.Board]
		if k == nil {
			return fmt.Errorf("board %s: %w", score.Board, ErrNoBoard)
		}
		scope := scope{kept: k, Span: k.span(s.At)}
		r, err := scope.result(score.Score, note{name: s.Name, region: s.Region, match: s.Match, proof: s.Proof}, s.At, tx.now)
		if err != nil {
			return err
		}
		id := listID{k.Name, scope.Start.Unix()}
		held, has := tx.standing(id, s.Player)
		next, err := k.onto(k.Operator, held, has, r)
		if err != nil {
			return err
		}
		changes[i] = change{k, id, next}
	}
	for _, c := range changes {
		tx.put(c.kept, c.id, s.Player, c.next)
	}
	tx.count(receipt)
	return nil
}

// Import implements [Edits].
func (e *Embedded) Import(ctx context.Context, l List, entries ...Entry) error {
	if err := validImport(l, entries); err != nil || len(entries) == 0 {
		return err
	}
	return e.do(ctx, func(tx *tx) error {
		k := e.boards[l.Board]
		if k == nil {
			return fmt.Errorf("board %s: %w", l.Board, ErrNoBoard)
		}
		s, err := k.of(l, tx.now)
		if err != nil {
			return err
		}
		results, err := s.imported(entries, tx.now)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			if !tx.barred(entry.Player, entry.At) {
				tx.put(k, listID{k.Name, s.Start.Unix()}, entry.Player, results[i].fresh)
			}
		}
		return nil
	})
}

// validImport checks what can be without the board.
func validImport(l List, entries []Entry) error {
	if err := l.validate(); err != nil {
		return err
	}
	if l.Region != "" || len(entries) > MaxPage {
		return fmt.Errorf("import of %d entries into region %q: %w", len(entries), l.Region, ErrInvalid)
	}
	for _, e := range entries {
		if err := validID("player", e.Player); err != nil {
			return err
		}
		if err := validNote(note{name: e.Name, region: e.Region, match: e.Match, proof: e.Proof}); err != nil {
			return fmt.Errorf("entry of %q: %w", e.Player, err)
		}
	}
	return nil
}

// imported are the entries as the board takes them.
func (s scope) imported(entries []Entry, now time.Time) ([]result, error) {
	results := make([]result, len(entries))
	for i, e := range entries {
		if !s.Contains(e.At) {
			return nil, fmt.Errorf("entry of %q: %v is not in the period of %v: %w", e.Player, e.At, s.Start, ErrInvalid)
		}
		var err error
		results[i], err = s.result(e.Score, note{name: e.Name, region: e.Region, match: e.Match, proof: e.Proof}, e.At, now)
		if err != nil {
			return nil, fmt.Errorf("entry of %q: %w", e.Player, err)
		}
	}
	return results, nil
}

// Remove implements [Edits].
func (e *Embedded) Remove(ctx context.Context, l List, player string) error {
	if err := validAround(l, player, 0); err != nil {
		return err
	}
	return e.do(ctx, func(tx *tx) error {
		k := e.boards[l.Board]
		if k == nil {
			return fmt.Errorf("board %s: %w", l.Board, ErrNoBoard)
		}
		s, err := k.of(l, tx.now)
		if err != nil {
			return err
		}
		id := listID{k.Name, s.Start.Unix()}
		if _, ok := tx.standing(id, player); !ok {
			return fmt.Errorf("%q on %s: %w", player, l.Board, ErrNotFound)
		}
		tx.remove(id, player)
		return nil
	})
}

// Forget implements [Edits].
func (e *Embedded) Forget(ctx context.Context, player string) error {
	if err := validID("player", player); err != nil {
		return err
	}
	return e.do(ctx, func(tx *tx) error {
		tx.removeEverywhere(player)
		if err := tx.removeRecords(player); err != nil {
			tx.fail(err)
			return err
		}
		until := tx.now.Add(forgetWindow)
		tx.set(forgottenKey(player), millis(until))
		e.forgotten[player] = until.UnixMilli()
		return nil
	})
}
