package leaderboard

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Redis is a Store on sorted sets, for one Redis (7.0 or later) or a Redis Cluster. keys.go draws the
// keys, packed.go the scores. Each submission and each page is one script, hence atomic.
//
// A submission to a Sum board leaves a receipt for 24 hours, so that one whose answer was lost, and
// which go-redis or a caller sends again, still counts once. Best, and adding 0, need none.
type Redis struct {
	client redis.UniversalClient
	close  func() error
	submit *redis.Script
	page   *redis.Script
	change *redis.Script
}

var _ Store = (*Redis)(nil)

//go:embed submit.lua
var submitLua string

//go:embed page.lua
var pageLua string

//go:embed swap.lua
var swapLua string

// receiptLife outlasts any outage after which a submission may still be sent again. A receipt takes
// about 200 bytes of Redis, so a million results a day take 200 MB.
const receiptLife = 24 * time.Hour

// NewRedis makes a store on a client that stays the caller's: Close leaves it open. The client
// should have ContextTimeoutEnabled, or deadlines do nothing; [Dial] makes one that has.
func NewRedis(client redis.UniversalClient) *Redis {
	return &Redis{
		client: client,
		close:  func() error { return nil },
		submit: redis.NewScript(submitLua),
		page:   redis.NewScript(pageLua),
		change: redis.NewScript(swapLua),
	}
}

// Submit implements [Store], in one pipeline.
func (r *Redis) Submit(ctx context.Context, subs ...Submission) error {
	if err := cmp.Or(ctx.Err(), validate(subs)); err != nil || len(subs) == 0 {
		return err
	}
	calls := make([]call, len(subs))
	for i, s := range subs {
		calls[i] = toCall(s)
	}
	answers, err := r.run(ctx, r.submit, calls)
	if err != nil {
		return err
	}
	var refused []error
	var failed error
	for i, answer := range answers {
		code, err := answer.Int()
		switch {
		case err != nil:
			failed = cmp.Or(failed, subs[i].wrap(unanswered(ctx, err)))
		case code == -1:
			refused = append(refused, subs[i].wrap(ErrRange))
		case code == -2:
			refused = append(refused, subs[i].wrap(ErrMismatch))
		}
	}
	return errors.Join(append(refused, failed)...)
}

// toCall is a submission for submit.lua.
func toCall(s Submission) call {
	life := 0
	if s.needsReceipt() {
		life = int(receiptLife.Seconds())
	}
	return call{
		keys: []string{
			onlyShard.boards(),
			onlyShard.board(s.Board.Name),
			onlyShard.names(s.Board.Name),
			onlyShard.receipt(receipt{s.Board.Name, s.Player, s.ID}),
		},
		args: []any{
			s.Board.Name, definitions[s.Board.Operator], s.Board.Operator.String(), s.Player, s.Name,
			s.Score, tickMask - tickOf(s.At), tickMask + 1, MinScore, MaxScore, life,
		},
	}
}

// call is one run of a script.
type call struct {
	keys []string
	args []any
}

// run makes calls of a script in one pipeline, and loads the script if the server has been restarted or
// replaced since it was. Then it makes all of them again: what they have done is not done twice.
func (r *Redis) run(ctx context.Context, script *redis.Script, calls []call) ([]*redis.Cmd, error) {
	answers := r.pipe(ctx, script, calls)
	unknown := func(answer *redis.Cmd) bool { return redis.HasErrorPrefix(answer.Err(), "NOSCRIPT") }
	if !slices.ContainsFunc(answers, unknown) {
		return answers, nil
	}
	if err := script.Load(ctx, r.client).Err(); err != nil {
		return nil, fmt.Errorf("load script: %w", unanswered(ctx, err))
	}
	return r.pipe(ctx, script, calls), nil
}

func (r *Redis) pipe(ctx context.Context, script *redis.Script, calls []call) []*redis.Cmd {
	pipe := r.client.Pipeline()
	answers := make([]*redis.Cmd, len(calls))
	for i, c := range calls {
		answers[i] = script.EvalSha(ctx, pipe, c.keys, c.args...)
	}
	_, _ = pipe.Exec(ctx) // its error is that of the first command
	return answers
}

// Top implements [Store].
func (r *Redis) Top(ctx context.Context, board string, offset, limit int) ([]Entry, error) {
	if err := cmp.Or(ctx.Err(), validPage(board, offset, limit)); err != nil || limit == 0 {
		return nil, err
	}
	offset = min(offset, 1<<53) // which no board reaches
	return r.read(ctx, board, offset, offset+limit-1)
}

// Entry implements [Store].
func (r *Redis) Entry(ctx context.Context, board, player string) (Entry, error) {
	entries, err := r.Around(ctx, board, player, 0)
	if err != nil {
		return Entry{}, err
	}
	return entries[0], nil
}

// Around implements [Store].
func (r *Redis) Around(ctx context.Context, board, player string, n int) ([]Entry, error) {
	if err := cmp.Or(ctx.Err(), validAround(board, player, n)); err != nil {
		return nil, err
	}
	return r.read(ctx, board, n, "", player)
}

// read runs page.lua.
func (r *Redis) read(ctx context.Context, board string, args ...any) ([]Entry, error) {
	keys := []string{onlyShard.board(board), onlyShard.names(board)}
	reply, err := r.page.Run(ctx, r.client, keys, args...).Slice()
	if errors.Is(err, redis.Nil) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read board %s: %w", board, unanswered(ctx, err))
	}
	entries, err := parsePage(reply)
	if err != nil {
		return nil, fmt.Errorf("read board %s: %w", board, err)
	}
	return entries, nil
}

// parsePage reads the answer of page.lua.
func parsePage(reply []any) ([]Entry, error) {
	odd := fmt.Errorf("odd answer %v", reply)
	if len(reply) != 4 {
		return nil, odd
	}
	start, ok0 := reply[0].(int64)
	rank, ok1 := reply[1].(int64)
	flat, ok2 := reply[2].([]any)
	names, ok3 := reply[3].([]any)
	if !ok0 || !ok1 || !ok2 || !ok3 || len(flat) != 2*len(names) {
		return nil, odd
	}
	rows := make([]row, len(names))
	for i := range rows {
		player, ok := flat[2*i].(string)
		text, ok2 := flat[2*i+1].(string)
		// Newer servers may write a large integer as 9.1e+15; a double holds each of ours exactly.
		score, err := strconv.ParseFloat(text, 64)
		if !ok || !ok2 || err != nil {
			return nil, odd
		}
		name, _ := names[i].(string) // nil: no name
		rows[i] = row{packed(score), player, name}
	}
	return ranked(rows, start, rank), nil
}

// Count implements [Store].
func (r *Redis) Count(ctx context.Context, board string) (int64, error) {
	if err := cmp.Or(ctx.Err(), validBoardName(board)); err != nil {
		return 0, err
	}
	n, err := r.client.ZCard(ctx, onlyShard.board(board)).Result()
	if err != nil {
		return 0, fmt.Errorf("count board %s: %w", board, unanswered(ctx, err))
	}
	return n, nil
}

// Boards implements [Store].
func (r *Redis) Boards(ctx context.Context) ([]Board, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	texts, err := r.client.HGetAll(ctx, onlyShard.boards()).Result()
	if err != nil {
		return nil, fmt.Errorf("list boards: %w", unanswered(ctx, err))
	}
	boards := make([]Board, 0, len(texts))
	for name, text := range texts {
		b, err := boardOf(name, text)
		if err != nil {
			return nil, err
		}
		boards = append(boards, b)
	}
	slices.SortFunc(boards, func(a, b Board) int { return cmp.Compare(a.Name, b.Name) })
	return boards, nil
}

// Close implements [Store].
func (r *Redis) Close() error { return r.close() }
