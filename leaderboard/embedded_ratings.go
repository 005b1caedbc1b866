package leaderboard

import (
	"bytes"
	"context"
	"errors"

	"github.com/cockroachdb/pebble/v2"
)

// Rate implements [Ratings].
func (e *Embedded) Rate(ctx context.Context, matches ...RatedMatch) error {
	return rate(ctx, e, matches)
}

// Rating implements [Ratings].
func (e *Embedded) Rating(ctx context.Context, ladder Ladder, player string) (PlayerRating, error) {
	return ratingOf(ctx, e, ladder, player)
}

// records are not kept in memory: they are asked for one by one, never in order.
func (e *Embedded) records(ctx context.Context, ladder Ladder, players []string) ([]string, error) {
	held := make([]string, len(players))
	for i, player := range players {
		var err error
		if held[i], err = e.get(recordKey(ladder, player)); err != nil {
			return nil, err
		}
	}
	return held, ctx.Err()
}

func (e *Embedded) swap(ctx context.Context, ladder Ladder, changes []change) (all bool, err error) {
	err = e.do(ctx, func(tx *tx) error {
		all = true
		for _, c := range changes {
			made, err := tx.swap(recordKey(ladder, c.player), c)
			if err != nil {
				tx.fail(err)
				return err
			}
			all = all && made
		}
		return nil
	})
	return all, err
}

// swap makes a change if the record is the one that it was made from. Who has been forgotten gets none: that counts as made.
func (tx *tx) swap(key []byte, c change) (bool, error) {
	held, changed := tx.records[string(key)]
	if !changed {
		var err error
		if held, err = tx.e.get(key); err != nil {
			return false, err
		}
	}
	if held != c.from {
		return false, nil
	}
	if _, gone := tx.e.forgotten[c.player]; gone {
		return true, nil
	}
	tx.records[string(key)] = c.to
	tx.set(key, []byte(c.to))
	return true, nil
}

// removeRecords takes a player off all ladders, from one to the next.
func (tx *tx) removeRecords(player string) (err error) {
	for key := range tx.records {
		if bytes.HasSuffix([]byte(key), []byte("\x00"+player)) {
			tx.records[key] = ""
			tx.delete([]byte(key))
		}
	}
	it, err := tx.e.db.NewIter(&pebble.IterOptions{LowerBound: []byte("l"), UpperBound: []byte("m")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for ok := it.First(); ok; {
		game, rest, _ := bytes.Cut(it.Key()[1:], []byte{0})
		mode, _, _ := bytes.Cut(rest, []byte{0})
		ladder := Ladder{string(game), string(mode)}
		tx.records[string(recordKey(ladder, player))] = ""
		tx.delete(recordKey(ladder, player))
		ok = it.SeekGE(after(ladderPrefix(ladder)))
	}
	return it.Error()
}
