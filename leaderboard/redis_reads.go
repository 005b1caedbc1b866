package leaderboard

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// scope looks a list up.
func (r *Redis) scope(ctx context.Context, l List) (scope, error) {
	k, err := r.board(ctx, l.Board, false)
	if err != nil {
		return scope{}, err
	}
	return k.of(l, time.Now())
}

func (s scope) id() listID { return listID{s.Name, s.Start.Unix()} }

// Top implements [Reads].
func (r *Redis) Top(ctx context.Context, l List, after string, limit int) (Page, error) {
	c, err := validTop(l, after, limit)
	if err != nil {
		return Page{}, err
	}
	packed := "top"
	if after != "" {
		l.Period, packed = time.Unix(c.period, 0), c.packed.String()
	}
	s, err := r.scope(ctx, l)
	if err != nil || s.over(s.Span, time.Now()) {
		return Page{Span: s.Span}, err
	}
	p, err := r.read(ctx, s, r.all(), 0, limit, packed, c.player, 0, limit, "after")
	if err != nil {
		return Page{}, fmt.Errorf("read board %s: %w", l.Board, err)
	}
	return p, nil
}

// Around implements [Reads].
func (r *Redis) Around(ctx context.Context, l List, player string, n int) (Page, error) {
	if err := validAround(l, player, n); err != nil {
		return Page{}, err
	}
	s, err := r.scope(ctx, l)
	if err != nil {
		return Page{}, err
	}
	none := fmt.Errorf("%q on %s: %w", player, l.Board, ErrNotFound)
	if s.over(s.Span, time.Now()) {
		return Page{}, none
	}
	packed := "" // a single shard looks itself
	if r.shards > 1 {
		own := r.shard(player)
		answers, err := r.ask(ctx, command(own, "ZSCORE", own.scores(s.id(), s.region), player))
		if err != nil {
			return Page{}, fmt.Errorf("read board %s: %w", l.Board, err)
		}
		held, ok, err := parsePacked(answers[0].Val())
		if err != nil {
			return Page{}, err
		}
		if !ok {
			return Page{}, none
		}
		packed = held.String()
	}
	p, err := r.read(ctx, s, r.all(), n, n+1, packed, player, n, n+1, "")
	if errors.Is(err, redis.Nil) {
		return Page{}, none
	}
	if err != nil {
		return Page{}, fmt.Errorf("read board %s: %w", l.Board, err)
	}
	p.Next = ""
	return p, nil
}

func (p packed) String() string { return strconv.FormatInt(int64(p), 10) }

// parsePacked reads a score, if there is one. Newer servers may write a large integer as 9.1e+15, and RESP3 has doubles; a
// double holds each of ours exactly.
func parsePacked(answer any) (packed, bool, error) {
	switch score := answer.(type) {
	case nil:
		return 0, false, nil
	case float64:
		return packed(score), true, nil
	case string:
		f, err := strconv.ParseFloat(score, 64)
		if err != nil {
			return 0, false, odd(answer)
		}
		return packed(f), true, nil
	}
	return 0, false, odd(answer)
}

// part is what one shard has around a place.
type part struct {
	at, count, better int64
	ahead, from       []row
}

// read runs read.lua at shards and makes one page of what they have. Each shard is asked for as much as the page could need
// of it alone.
func (r *Redis) read(ctx context.Context, s scope, shards []shard, ahead, from int, args ...any) (Page, error) {
	calls := make([]call, len(shards))
	for i, shard := range shards {
		calls[i] = call{shard, readScript, []string{shard.scores(s.id(), s.region), shard.notes(s.id())}, args}
	}
	answers, err := r.ask(ctx, calls...)
	if err != nil {
		return Page{}, err
	}
	var whole part
	for _, answer := range answers {
		if err := answer.Err(); err != nil {
			return Page{}, err // Nil: no such player
		}
		p, err := parsePart(answer.Val())
		if err != nil {
			return Page{}, err
		}
		whole.at, whole.count, whole.better = whole.at+p.at, whole.count+p.count, whole.better+p.better
		whole.ahead, whole.from = append(whole.ahead, p.ahead...), append(whole.from, p.from...)
	}
	sortRows(whole.ahead)
	sortRows(whole.from)
	above := whole.ahead[max(0, len(whole.ahead)-ahead):]
	rows := append(slices.Clone(above), whole.from[:min(from, len(whole.from))]...)
	start, rank := whole.at-int64(len(above)), int64(1)
	switch {
	case start == 0 || len(rows) == 0:
	case len(shards) == 1:
		rank = whole.better + 1
	default: // the first of the page may be tied with others ahead of it, in any shard
		better, _, err := r.above(ctx, s, rows[0].packed)
		if err != nil {
			return Page{}, err
		}
		rank = min(better[0], start) + 1 // somebody may have come in between
	}
	return s.page(rows, start, rank, whole.count, true), nil
}

func sortRows(rows []row) {
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(-cmp.Compare(a.packed, b.packed), -cmp.Compare(a.player, b.player))
	})
}

// parsePart reads the answer of read.lua.
func parsePart(answer any) (part, error) {
	list, ok := answer.([]any)
	if !ok || len(list) != 6 {
		return part{}, odd(answer)
	}
	var numbers [4]int64
	for i := range numbers {
		if numbers[i], ok = list[i].(int64); !ok {
			return part{}, odd(answer)
		}
	}
	flat, ok1 := list[4].([]any)
	notes, ok2 := list[5].([]any)
	if !ok1 || !ok2 || len(flat) != 2*len(notes) || numbers[3] < 0 || numbers[3] > int64(len(notes)) {
		return part{}, odd(answer)
	}
	rows := make([]row, len(notes))
	for i := range rows {
		player, ok := flat[2*i].(string)
		held, has, err := parsePacked(flat[2*i+1])
		if !ok || !has || err != nil {
			return part{}, odd(answer)
		}
		note, _ := notes[i].(string) // nil: none
		rows[i] = row{player, standing{held, note}}
	}
	return part{numbers[0], numbers[1], numbers[2], rows[:numbers[3]], rows[numbers[3]:]}, nil
}

// above counts those that are better than each, over all shards, and all there are.
func (r *Redis) above(ctx context.Context, s scope, than ...packed) ([]int64, int64, error) {
	args := make([]any, len(than))
	for i, p := range than {
		args[i] = p.String()
	}
	calls := make([]call, r.shards)
	for i, shard := range r.all() {
		calls[i] = call{shard, aboveScript, []string{shard.scores(s.id(), s.region)}, args}
	}
	answers, err := r.ask(ctx, calls...)
	if err != nil {
		return nil, 0, err
	}
	sums := make([]int64, len(than)+1)
	for _, answer := range answers {
		counts, err := answer.Int64Slice()
		if err != nil || len(counts) != len(sums) {
			return nil, 0, odd(answer.Val())
		}
		for i, n := range counts {
			sums[i] += n
		}
	}
	return sums[1:], sums[0], nil
}

// Players implements [Reads].
func (r *Redis) Players(ctx context.Context, l List, players []string) (Page, error) {
	if err := validPlayers(l, players); err != nil {
		return Page{}, err
	}
	s, err := r.scope(ctx, l)
	if err != nil || s.over(s.Span, time.Now()) {
		return Page{Span: s.Span}, err
	}
	rows, err := r.held(ctx, s, players)
	if err != nil {
		return Page{}, fmt.Errorf("read players on %s: %w", l.Board, err)
	}
	than := make([]packed, len(rows))
	for i, row := range rows {
		than[i] = row.packed
	}
	better, count, err := r.above(ctx, s, than...)
	if err != nil {
		return Page{}, fmt.Errorf("rank players on %s: %w", l.Board, err)
	}
	ranks := make(map[packed]int64, len(rows))
	for i, p := range than {
		ranks[p] = better[i]
	}
	return s.picked(rows, count, func(p packed) int64 { return ranks[p] }), nil
}

// held are the rows of those players who have one.
func (r *Redis) held(ctx context.Context, s scope, players []string) ([]row, error) {
	by := map[shard][]any{}
	for _, player := range players {
		by[r.shard(player)] = append(by[r.shard(player)], player)
	}
	var calls []call
	var asked [][]any
	for shard, some := range by {
		calls = append(calls,
			command(shard, append([]any{"ZMSCORE", shard.scores(s.id(), s.region)}, some...)...),
			command(shard, append([]any{"HMGET", shard.notes(s.id())}, some...)...))
		asked = append(asked, some)
	}
	answers, err := r.ask(ctx, calls...)
	if err != nil {
		return nil, err
	}
	var rows []row
	for i, some := range asked {
		scores, err1 := answers[2*i].Slice()
		notes, err2 := answers[2*i+1].Slice()
		if err1 != nil || err2 != nil || len(scores) != len(some) || len(notes) != len(some) {
			return nil, odd(answers[2*i].Val())
		}
		for j, player := range some {
			p, has, err := parsePacked(scores[j])
			if err != nil {
				return nil, err
			}
			if note, _ := notes[j].(string); has {
				rows = append(rows, row{player.(string), standing{p, note}})
			}
		}
	}
	return rows, nil
}

// Count implements [Reads].
func (r *Redis) Count(ctx context.Context, l List) (int64, error) {
	if err := l.validate(); err != nil {
		return 0, err
	}
	s, err := r.scope(ctx, l)
	if err != nil || s.over(s.Span, time.Now()) {
		return 0, err
	}
	_, count, err := r.above(ctx, s)
	if err != nil {
		return 0, fmt.Errorf("count board %s: %w", l.Board, err)
	}
	return count, nil
}
