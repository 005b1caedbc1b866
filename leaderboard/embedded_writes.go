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
			return noBoard(score.Board)
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
func (e *Embedded) Import(ctx context.Context, l List, entries ...Entry) (int, error) {
	if err := validImport(l, entries); err != nil || len(entries) == 0 {
		return 0, err
	}
	out := make(chan int, 1) // the committer may still be at it when ctx has ended
	err := e.do(ctx, func(tx *tx) error {
		k := e.boards[l.Board]
		if k == nil {
			return noBoard(l.Board)
		}
		s, err := k.of(l, tx.now)
		if err != nil {
			return err
		}
		results, err := s.imported(entries, tx.now)
		if err != nil {
			return err
		}
		left := 0
		for i, entry := range entries {
			if tx.barred(entry.Player, entry.At) {
				left++
				continue
			}
			tx.put(k, listID{k.Name, s.Start.Unix()}, entry.Player, results[i].fresh)
		}
		out <- left
		return nil
	})
	if err != nil {
		return 0, err
	}
	return <-out, nil
}

// validImport checks what can be without the board.
func validImport(l List, entries []Entry) error {
	if err := l.validate(); err != nil {
		return err
	}
	if l.Region != "" {
		return tell(ErrInvalid, "an import takes no region: each entry has its own")
	}
	if len(entries) > MaxPage {
		return tell(ErrInvalid, "an import takes %d entries at most, not %d", MaxPage, len(entries))
	}
	for i, e := range entries {
		if err := validID("player", e.Player); err != nil {
			return &EntryError{i, err}
		}
		if err := validNote(note{name: e.Name, region: e.Region, match: e.Match, proof: e.Proof}); err != nil {
			return &EntryError{i, err}
		}
	}
	return nil
}

// imported are the entries as the board takes them.
func (s scope) imported(entries []Entry, now time.Time) ([]result, error) {
	results := make([]result, len(entries))
	for i, e := range entries {
		if !s.holdable().Contains(e.At) {
			return nil, &EntryError{i, s.outside(e.At)}
		}
		var err error
		results[i], err = s.result(e.Score, note{name: e.Name, region: e.Region, match: e.Match, proof: e.Proof}, e.At, now)
		if err != nil {
			return nil, &EntryError{i, err}
		}
	}
	return results, nil
}

// holdable is what times the entries of a period may have. One that was ended by hand may hold what clocks that were ahead had put
// there before, and all that it exports must come back.
func (s scope) holdable() Span { return Span{s.Start, s.periods.at(s.Start).End} }

// outside says that a time is not in the period.
func (s scope) outside(at time.Time) error {
	s.Span = s.holdable()
	switch {
	case at.IsZero():
		return tell(ErrInvalid, "at is missing: when the score was reached")
	case s.End.IsZero():
		return tell(ErrInvalid, "at %s is before the period begins, which is at %s", at.Format(time.RFC3339), s.Start.Format(time.RFC3339))
	}
	return tell(ErrInvalid, "at %s is not in the period from %s to %s; say period= for another one",
		at.Format(time.RFC3339Nano), s.Start.Format(time.RFC3339), s.End.Format(time.RFC3339))
}

// Remove implements [Edits].
func (e *Embedded) Remove(ctx context.Context, l List, player string) error {
	if err := validAround(l, player, 0); err != nil {
		return err
	}
	return e.do(ctx, func(tx *tx) error {
		k := e.boards[l.Board]
		if k == nil {
			return noBoard(l.Board)
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
