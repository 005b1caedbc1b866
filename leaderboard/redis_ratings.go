package leaderboard

import (
	"context"
	"fmt"
)

// Rate implements [Ratings], in two round trips a match.
func (r *Redis) Rate(ctx context.Context, matches ...RatedMatch) error {
	return rate(ctx, r, matches)
}

// Rating implements [Ratings].
func (r *Redis) Rating(ctx context.Context, ladder Ladder, player string) (PlayerRating, error) {
	return ratingOf(ctx, r, ladder, player)
}

func (r *Redis) records(ctx context.Context, ladder Ladder, players []string) ([]string, error) {
	values, err := r.client.HMGet(ctx, onlyShard.ratings(ladder), players...).Result()
	if err != nil {
		return nil, unanswered(ctx, err)
	}
	if len(values) != len(players) {
		return nil, fmt.Errorf("%d records of %d players", len(values), len(players))
	}
	held := make([]string, len(players))
	for i, value := range values {
		held[i], _ = value.(string) // nil: none
	}
	return held, nil
}

// swap runs swap.lua for each. A change that Redis made, and whose answer was lost, fails when it is
// sent again; who reads anew finds it.
func (r *Redis) swap(ctx context.Context, ladder Ladder, changes []change) (all bool, err error) {
	key := []string{onlyShard.ratings(ladder)}
	calls := make([]call, len(changes))
	for i, c := range changes {
		calls[i] = call{key, []any{c.player, c.from, c.to}}
	}
	answers, err := r.run(ctx, r.change, calls)
	if err != nil {
		return false, err
	}
	all = true
	for _, answer := range answers {
		made, err := answer.Int()
		if err != nil {
			return false, unanswered(ctx, err)
		}
		all = all && made == 1
	}
	return all, nil
}
