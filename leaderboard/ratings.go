package leaderboard

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// Ratings keeps how good players are, by ladder. A match changes several players, who may be on
// several nodes of a cluster, so it is no transaction: each player's rating is swapped on its own,
// against the one that it was computed from.
type Ratings interface {
	// Rate applies each match once, in the order given. It checks all of them before it writes
	// anything, with ErrInvalid. One that is refused after that (ErrMismatch: a record that this
	// version cannot read) does not hinder the others. After any other error some may have been
	// applied, one of them by half: rate them all again.
	//
	// A match counts once as long as it is not sent again after [MatchesKept] others of the same
	// player: who sends must have got a match in, or given it up, before he goes on to later ones.
	Rate(ctx context.Context, matches ...RatedMatch) error

	// Rating is a player's on a ladder, or ErrNotFound for who has played no rated match.
	Rating(ctx context.Context, ladder Ladder, player string) (PlayerRating, error)
}

// book is where a store keeps records.
type book interface {
	// records are those of the players, in that order; empty where there is none.
	records(ctx context.Context, ladder Ladder, players []string) ([]string, error)
	// swap makes each change whose player has the record that it is made from, and tells whether
	// it could make all.
	swap(ctx context.Context, ladder Ladder, changes []change) (all bool, err error)
}

// rate implements Ratings.Rate on a book.
func rate(ctx context.Context, b book, matches []RatedMatch) error {
	if err := cmp.Or(ctx.Err(), validateMatches(matches)); err != nil {
		return err
	}
	var refused []error
	for _, m := range matches {
		err := rateOne(ctx, b, m)
		switch {
		case err == nil:
		case isRefusal(err):
			refused = append(refused, m.wrap(err))
		default:
			return errors.Join(append(refused, m.wrap(err))...)
		}
	}
	return errors.Join(refused...)
}

// rateOne reads and swaps until every player has the match. Where a swap fails somebody else has
// swapped meanwhile, so of all who try one always gets on.
func rateOne(ctx context.Context, b book, m RatedMatch) error {
	for {
		held, err := b.records(ctx, m.Ladder, m.players())
		if err != nil {
			return err
		}
		changes, err := m.changes(held)
		if err != nil || len(changes) == 0 {
			return err
		}
		if all, err := b.swap(ctx, m.Ladder, changes); err != nil || all {
			return err
		}
	}
}

// ratingOf implements Ratings.Rating on a book.
func ratingOf(ctx context.Context, b book, ladder Ladder, player string) (PlayerRating, error) {
	if err := cmp.Or(ctx.Err(), ladder.Validate(), validID("player", player)); err != nil {
		return PlayerRating{}, err
	}
	held, err := b.records(ctx, ladder, []string{player})
	if err != nil {
		return PlayerRating{}, fmt.Errorf("read rating: %w", err)
	}
	if held[0] == "" {
		return PlayerRating{}, ErrNotFound
	}
	r, err := parseRecord(held[0])
	if err != nil {
		return PlayerRating{}, fmt.Errorf("read rating of %q on %s/%s: %w", player, ladder.Game, ladder.Mode, err)
	}
	return PlayerRating{Rating: r.Rating, Matches: int64(r.matches)}, nil
}
