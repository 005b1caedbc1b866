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
	if _, err := r.known(ctx); err != nil { // players are spread over shards as boards are
		return nil, err
	}
	calls := make([]call, len(players))
	for i, player := range players {
		s := r.shard(player)
		calls[i] = command(s, "HGET", s.ratings(ladder.key()), player)
	}
	answers, err := r.ask(ctx, calls...)
	if err != nil {
		return nil, err
	}
	held := make([]string, len(players))
	for i, answer := range answers {
		held[i], _ = answer.Val().(string) // nil: none
	}
	return held, nil
}

// swap runs swap.lua for each. A change that Redis made, and whose answer was lost, fails when it is
// sent again; who reads anew finds it.
func (r *Redis) swap(ctx context.Context, ladder Ladder, changes []change) (all bool, err error) {
	var calls []call
	for _, c := range changes {
		s := r.shard(c.player)
		calls = append(calls, command(s, "SADD", s.ladders(), ladder.key()),
			call{s, swapScript, []string{s.ratings(ladder.key()), s.forgotten(c.player)}, []any{c.player, c.from, c.to}})
	}
	answers, err := r.ask(ctx, calls...)
	if err != nil {
		return false, err
	}
	all = true
	for i := 1; i < len(answers); i += 2 {
		made, err := answers[i].Int()
		if err != nil {
			return false, fmt.Errorf("swap record: %w", odd(answers[i].Val()))
		}
		all = all && made == 1
	}
	return all, nil
}
