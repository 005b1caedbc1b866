package leaderboard

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// catalog is what boards there were at a time.
type catalog struct {
	boards map[string]*kept
	at     time.Time
}

// catalogLife is for how long reads take a catalog as it is: that late a node may see that another has ended a period.
// Submissions are checked against each shard's own copy.
const catalogLife = time.Second

// known is a catalog that is fresh enough.
func (r *Redis) known(ctx context.Context) (*catalog, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c := r.catalog.Load(); c != nil && time.Since(c.at) < catalogLife {
		return c, nil
	}
	return r.look(ctx)
}

// look reads the catalog, and makes sure that the number of shards is the one that all agree on.
func (r *Redis) look(ctx context.Context) (*catalog, error) {
	s := firstShard
	at := time.Now()
	answers, err := r.ask(ctx, command(s, "SETNX", s.shards(), r.shards), command(s, "GET", s.shards()), command(s, "HGETALL", s.boards()))
	if err != nil {
		return nil, fmt.Errorf("list boards: %w", err)
	}
	if n, err := answers[1].Int(); err != nil || n != r.shards {
		return nil, fmt.Errorf("boards are spread over %v shards, not %d: %w", answers[1].Val(), r.shards, ErrNamespace)
	}
	c := &catalog{map[string]*kept{}, at}
	texts, err := stringMap(answers[2].Val())
	if err != nil {
		return nil, err
	}
	for name, text := range texts {
		if c.boards[name], err = parseKept(text); err != nil {
			return nil, fmt.Errorf("board %s: %w", name, err)
		}
	}
	r.catalog.Store(c)
	return c, nil
}

// stringMap reads HGETALL's answer, which is a map or a list by the protocol that was agreed on.
func stringMap(answer any) (map[string]string, error) {
	texts := map[string]string{}
	add := func(field, value any) bool {
		f, ok := field.(string)
		v, ok2 := value.(string)
		texts[f] = v
		return ok && ok2
	}
	switch pairs := answer.(type) {
	case map[any]any:
		for field, value := range pairs {
			if !add(field, value) {
				return nil, odd(answer)
			}
		}
	case []any:
		for pair := range slices.Chunk(pairs, 2) {
			if len(pair) != 2 || !add(pair[0], pair[1]) {
				return nil, odd(answer)
			}
		}
	case nil:
	default:
		return nil, odd(answer)
	}
	return texts, nil
}

// board is one that is defined. Who is about to write looks again before he takes it for missing.
func (r *Redis) board(ctx context.Context, name string, insist bool) (*kept, error) {
	c, err := r.known(ctx)
	if err == nil && c.boards[name] == nil && insist {
		c, err = r.look(ctx)
	}
	if err != nil {
		return nil, err
	}
	if c.boards[name] == nil {
		return nil, noBoard(name)
	}
	return c.boards[name], nil
}

// Boards implements [Store].
func (r *Redis) Boards(ctx context.Context) ([]Board, error) {
	c, err := r.look(ctx)
	if err != nil {
		return nil, err
	}
	boards := make([]Board, 0, len(c.boards))
	for _, name := range slices.Sorted(maps.Keys(c.boards)) {
		boards = append(boards, c.boards[name].Board)
	}
	return boards, nil
}

// Define implements [Store].
func (r *Redis) Define(ctx context.Context, board Board) error {
	if err := board.Validate(); err != nil {
		return err
	}
	_, err := r.change(ctx, board.Name, func(k *kept) (*kept, error) {
		if k == nil {
			return newKept(board, nil)
		}
		return k.redefined(board)
	})
	return err
}

// change puts another description in the place of a board's, first where it counts, then in all shards. A shard that
// it does not get to is mended by the next submission there.
func (r *Redis) change(ctx context.Context, name string, to func(*kept) (*kept, error)) (*kept, error) {
	for {
		c, err := r.look(ctx)
		if err != nil {
			return nil, err
		}
		before := c.boards[name]
		next, err := to(before)
		if err != nil {
			return nil, err
		}
		was := ""
		if before != nil {
			was = before.text
		}
		answers, err := r.ask(ctx, call{firstShard, swapScript, []string{firstShard.boards()}, []any{name, was, next.text}})
		if err != nil {
			return nil, fmt.Errorf("describe board %s: %w", name, err)
		}
		swapped, err := answers[0].Int()
		if err != nil {
			return nil, odd(answers[0].Val())
		}
		if swapped != 1 {
			continue // somebody else has changed it meanwhile
		}
		r.catalog.Store(nil)
		return next, r.spread(ctx, next, r.all()[1:]...)
	}
}

// spread writes a description to shards.
func (r *Redis) spread(ctx context.Context, k *kept, to ...shard) error {
	calls := make([]call, len(to))
	for i, s := range to {
		calls[i] = command(s, "HSET", s.boards(), k.Name, k.text)
	}
	if _, err := r.ask(ctx, calls...); err != nil {
		return fmt.Errorf("describe board %s: %w", k.Name, err)
	}
	return nil
}

// Eviction is the server's maxmemory-policy; of a cluster, one node's. Anything but noeviction may throw entries away. It is asked
// by INFO, since hosted servers often forbid CONFIG.
func (r *Redis) Eviction(ctx context.Context) (string, error) {
	answers, err := r.ask(ctx, command(firstShard, "INFO", "memory"))
	if err != nil {
		return "", fmt.Errorf("ask for the eviction policy: %w", err)
	}
	text, err := answers[0].Text()
	if err != nil {
		return "", odd(answers[0].Val())
	}
	for line := range strings.Lines(text) {
		if policy, ok := strings.CutPrefix(line, "maxmemory_policy:"); ok {
			return strings.TrimSpace(policy), nil
		}
	}
	return "", odd(text)
}

// EndPeriod implements [Edits].
func (r *Redis) EndPeriod(ctx context.Context, board string, at time.Time) (Span, error) {
	if err := validBoardName(board); err != nil {
		return Span{}, err
	}
	var ended Span
	k, err := r.change(ctx, board, func(k *kept) (next *kept, err error) {
		if k == nil {
			return nil, noBoard(board)
		}
		ended, next, err = k.cut(at)
		return next, err
	})
	if err != nil {
		return Span{}, err
	}
	calls := make([]call, r.shards)
	id := listID{board, ended.Start.Unix()}
	for i, s := range r.all() {
		keys := []string{s.board(id), s.notes(id), s.regions(id), s.periods(board)}
		calls[i] = call{s, expireScript, keys, []any{k.until(ended).Unix(), s.region(id, ""), id.period}}
	}
	if _, err := r.ask(ctx, calls...); err != nil {
		return Span{}, fmt.Errorf("end period of board %s: %w", board, err)
	}
	return ended, nil
}

// Periods implements [Reads].
func (r *Redis) Periods(ctx context.Context, board string) ([]Period, error) {
	if err := validBoardName(board); err != nil {
		return nil, err
	}
	k, err := r.board(ctx, board, false)
	if err != nil {
		return nil, err
	}
	starts, err := r.starts(ctx, r.all(), board)
	if err != nil {
		return nil, err
	}
	var calls []call
	var of []int64
	for s, lists := range starts {
		for _, start := range lists {
			calls = append(calls, command(s, "ZCARD", s.board(listID{board, start})))
			of = append(of, start)
		}
	}
	answers, err := r.ask(ctx, calls...)
	if err != nil {
		return nil, fmt.Errorf("count periods of %s: %w", board, err)
	}
	counts := map[int64]int64{}
	for i, answer := range answers {
		n, err := answer.Int64()
		if err != nil {
			return nil, odd(answer.Val())
		}
		counts[of[i]] += n
	}
	return k.listed(counts, time.Now()), nil
}

// starts are the periods of a board that shards know of.
func (r *Redis) starts(ctx context.Context, shards []shard, board string) (map[shard][]int64, error) {
	calls := make([]call, len(shards))
	for i, s := range shards {
		calls[i] = command(s, "ZRANGE", s.periods(board), 0, -1)
	}
	answers, err := r.ask(ctx, calls...)
	if err != nil {
		return nil, fmt.Errorf("list periods of %s: %w", board, err)
	}
	starts := map[shard][]int64{}
	for i, answer := range answers {
		texts, err := answer.StringSlice()
		if err != nil {
			return nil, odd(answer.Val())
		}
		for _, text := range texts {
			start, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return nil, odd(text)
			}
			starts[shards[i]] = append(starts[shards[i]], start)
		}
	}
	return starts, nil
}

// Bans implements [Edits].
func (r *Redis) Bans(ctx context.Context) ([]string, error) {
	if _, err := r.known(ctx); err != nil {
		return nil, err
	}
	var calls []call
	for _, s := range r.all() {
		calls = append(calls, command(s, "SMEMBERS", s.banned()))
	}
	answers, err := r.ask(ctx, calls...)
	if err != nil {
		return nil, fmt.Errorf("list bans: %w", err)
	}
	var players []string
	for _, answer := range answers {
		some, err := members(answer.Val())
		if err != nil {
			return nil, err
		}
		players = append(players, some...)
	}
	slices.SortFunc(players, cmp.Compare)
	return players, nil
}

// members reads SMEMBERS' answer.
func members(answer any) ([]string, error) {
	list, ok := answer.([]any)
	if !ok {
		return nil, odd(answer)
	}
	texts := make([]string, len(list))
	for i, member := range list {
		if texts[i], ok = member.(string); !ok {
			return nil, odd(answer)
		}
	}
	return texts, nil
}
