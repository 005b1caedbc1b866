package leaderboard

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Submit implements [Store], in one pipeline unless a board has been described anew.
func (r *Redis) Submit(ctx context.Context, subs ...Submission) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := validate(subs); err != nil || len(subs) == 0 {
		return err
	}
	var refused []error
	tasks := make([]task, len(subs))
	for i, s := range subs {
		tasks[i] = task{player: s.Player, at: s.At, note: note{name: s.Name, region: s.Region, match: s.Match, proof: s.Proof}, scores: s.Scores, refuse: func(err error) {
			refused = append(refused, s.wrap(err))
		}}
		receipt := s.receipt()
		tasks[i].receipt = string(receipt[:])
	}
	err := r.perform(ctx, tasks)
	return errors.Join(append(refused, err)...)
}

// task is one run of submit.lua.
type task struct {
	player  string
	receipt string // empty: it replaces what is there, and leaves none
	at      time.Time
	period  time.Time // any time within the one that is meant. Defaults to at
	note    note
	scores  []Score
	refuse  func(error)
	leave   func() // it was not to be counted; nil: nobody asks
}

// maxStale is how often a board may be described anew while results of it are under way.
const maxStale = 5

// perform makes all tasks, those again whose board turns out to be described otherwise by now. A task that is refused is
// told so; the error is that of a store that does not answer.
func (r *Redis) perform(ctx context.Context, tasks []task) error {
	for range maxStale {
		var calls []call
		var of []task
		for _, t := range tasks {
			c, err := r.prepare(ctx, t)
			switch {
			case err == nil:
				calls, of = append(calls, c), append(of, t)
			case isRefusal(err):
				t.refuse(err)
			default:
				return err
			}
		}
		answers, failed := r.ask(ctx, calls...)
		tasks = nil
		stale := map[shard][]string{}
		for i, answer := range answers {
			if answer.Err() != nil {
				continue // failed says it
			}
			t := of[i]
			codes, err := answer.Int64Slice()
			switch {
			case err != nil || len(codes) == 0 || codes[0] < 0 && (len(codes) != 2 || codes[1] < 1 || int(codes[1]) > len(t.scores)):
				return odd(answer.Val())
			case codes[0] == -1:
				t.refuse(r.sumOut(t.scores[codes[1]-1].Board))
			case codes[0] == 0 && t.leave != nil:
				t.leave()
			case codes[0] == -2:
				tasks = append(tasks, t)
				stale[calls[i].shard] = append(stale[calls[i].shard], t.scores[codes[1]-1].Board)
			}
		}
		if failed != nil {
			return failed
		}
		if len(tasks) == 0 {
			return nil
		}
		if err := r.mend(ctx, stale); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: boards are described anew all the time", ErrUnavailable)
}

// sumOut says what the board takes, as far as it is known.
func (r *Redis) sumOut(board string) error {
	if c := r.catalog.Load(); c != nil && c.boards[board] != nil {
		return c.boards[board].sumOut()
	}
	return tell(ErrRange, "the sum would be out of range of board %s", board)
}

// mend reads the catalog anew, and writes it to shards that have another.
func (r *Redis) mend(ctx context.Context, stale map[shard][]string) error {
	c, err := r.look(ctx)
	if err != nil {
		return err
	}
	for s, names := range stale {
		for _, name := range names {
			if k := c.boards[name]; k != nil && s != firstShard {
				if err := r.spread(ctx, k, s); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// prepare is the call of a task.
func (r *Redis) prepare(ctx context.Context, t task) (call, error) {
	s := r.shard(t.player)
	minute := t.at.Unix() / 60
	now := time.Now()
	c := call{shard: s, script: submitScript, keys: []string{s.boards(), s.receipts(minute), s.banned(), s.forgotten(t.player)}}
	c.args = []any{
		t.player, t.receipt, int64(ReceiptLife / time.Second), t.at.UnixMilli(), now.Unix(),
		t.note.name, t.note.region, t.note.match, t.note.proof,
	}
	for _, score := range t.scores {
		k, err := r.board(ctx, score.Board, true)
		if err != nil {
			return c, err
		}
		scope := scope{kept: k, Span: k.span(cmp.Or(t.period, t.at))}
		if _, err := scope.result(score.Score, t.note, t.at, now); err != nil {
			return c, err
		}
		id := scope.id()
		merit, operator, until, prefix := score.Score, k.Operator.String(), "inf", ""
		if k.Order == Ascending {
			merit = -merit
		}
		if t.receipt == "" {
			operator = "set"
		}
		if u := k.until(scope.Span); !u.IsZero() {
			until = strconv.FormatInt(u.Unix(), 10)
		}
		if k.Regional {
			prefix = s.region(id, "")
		}
		c.keys = append(c.keys, s.board(id), s.notes(id), s.periods(k.Name), s.regions(id))
		c.args = append(c.args, k.Name, k.text, id.period, until, merit, k.left(t.at, scope.Span), int64(1)<<k.bits, k.limit, operator,
			k.share(r.shards), prefix)
	}
	return c, nil
}

// Import implements [Edits].
func (r *Redis) Import(ctx context.Context, l List, entries ...Entry) (int, error) {
	if err := validImport(l, entries); err != nil || len(entries) == 0 {
		return 0, err
	}
	k, err := r.board(ctx, l.Board, true)
	if err != nil {
		return 0, err
	}
	now := time.Now()
	s, err := k.of(l, now)
	if err != nil {
		return 0, err
	}
	if _, err := s.imported(entries, now); err != nil {
		return 0, err
	}
	var refused error
	left := 0
	tasks := make([]task, len(entries))
	for i, e := range entries {
		tasks[i] = task{player: e.Player, at: e.At, period: s.Start, note: note{name: e.Name, region: e.Region, match: e.Match, proof: e.Proof},
			scores: []Score{{l.Board, e.Score}}, refuse: func(err error) { refused = err }, leave: func() { left++ }}
	}
	if err := errors.Join(r.perform(ctx, tasks), refused); err != nil {
		return 0, err
	}
	return left, nil
}

// Remove implements [Edits].
func (r *Redis) Remove(ctx context.Context, l List, player string) error {
	if err := validAround(l, player, 0); err != nil {
		return err
	}
	s, err := r.scope(ctx, l)
	if err != nil {
		return err
	}
	answers, err := r.ask(ctx, removal(r.shard(player), s.id(), player))
	if err != nil {
		return fmt.Errorf("remove %q from %s: %w", player, l.Board, err)
	}
	if n, err := answers[0].Int(); err != nil || n == 0 {
		return fmt.Errorf("%q on %s: %w", player, l.Board, ErrNotFound)
	}
	return nil
}

func removal(s shard, id listID, player string) call {
	return call{s, removeScript, []string{s.board(id), s.notes(id)}, []any{player, s.region(id, "")}}
}

// Forget implements [Edits]. The tombstone is first, so that what comes while the rest is removed stays out; where this
// fails half-way it must be asked for again.
func (r *Redis) Forget(ctx context.Context, player string) error {
	if err := validID("player", player); err != nil {
		return err
	}
	if _, err := r.known(ctx); err != nil { // or the shard may be another
		return err
	}
	s := r.shard(player)
	until := time.Now().Add(forgetWindow).UnixMilli()
	life := int64(2 * ReceiptLife / time.Second)
	answers, err := r.ask(ctx, command(s, "SET", s.forgotten(player), until, "EX", life), command(s, "SMEMBERS", s.ladders()))
	if err != nil {
		return fmt.Errorf("forget %q: %w", player, err)
	}
	ladders, err := members(answers[1].Val())
	if err != nil {
		return err
	}
	var calls []call
	for _, ladder := range ladders {
		calls = append(calls, command(s, "HDEL", s.ratings(ladder), player))
	}
	if _, err := r.ask(ctx, calls...); err != nil {
		return fmt.Errorf("forget %q: %w", player, err)
	}
	return r.removeEverywhere(ctx, player)
}

// Ban implements [Edits]; what is said of Forget is true of it too.
func (r *Redis) Ban(ctx context.Context, player string, banned bool) error {
	if err := validID("player", player); err != nil {
		return err
	}
	if _, err := r.known(ctx); err != nil {
		return err
	}
	s, verb := r.shard(player), "SREM"
	if banned {
		verb = "SADD"
	}
	if _, err := r.ask(ctx, command(s, verb, s.banned(), player)); err != nil {
		return fmt.Errorf("ban %q: %w", player, err)
	}
	if !banned {
		return nil
	}
	return r.removeEverywhere(ctx, player)
}

// removeEverywhere takes a player off all boards and periods.
func (r *Redis) removeEverywhere(ctx context.Context, player string) error {
	c, err := r.look(ctx)
	if err != nil {
		return err
	}
	s := r.shard(player)
	var calls []call
	for name := range c.boards {
		starts, err := r.starts(ctx, []shard{s}, name)
		if err != nil {
			return err
		}
		for _, start := range starts[s] {
			calls = append(calls, removal(s, listID{name, start}, player))
		}
	}
	if _, err := r.ask(ctx, calls...); err != nil {
		return fmt.Errorf("remove %q everywhere: %w", player, err)
	}
	return nil
}
