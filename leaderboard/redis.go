package leaderboard

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Redis is a Store on sorted sets, for one Redis (7.0 or later) or a Redis Cluster. keys.go draws the keys,
// packed.go the scores. Each submission is one script, hence atomic; a read asks all shards in one pipeline and
// is exact or fails: a shard that does not answer is never counted as empty.
//
// A submission leaves a receipt for ReceiptLife, so that one whose answer was lost, and which go-redis or a
// caller sends again, still counts once.
type Redis struct {
	client   redis.UniversalClient
	shards   int
	breakers []breaker // by shard
	catalog  atomic.Pointer[catalog]
	close    func() error
}

var _ Store = (*Redis)(nil)

var (
	//go:embed submit.lua
	submitLua string
	//go:embed read.lua
	readLua string
	//go:embed above.lua
	aboveLua string
	//go:embed remove.lua
	removeLua string
	//go:embed expire.lua
	expireLua string
	//go:embed swap.lua
	swapLua string

	submitScript = redis.NewScript(submitLua)
	readScript   = redis.NewScript(readLua)
	aboveScript  = redis.NewScript(aboveLua)
	removeScript = redis.NewScript(removeLua)
	expireScript = redis.NewScript(expireLua)
	swapScript   = redis.NewScript(swapLua)
)

// MaxShards is the largest number of shards; 16 are good for 100 million players on a board.
const MaxShards = 256

// NewRedis makes a store on a client that stays the caller's: Close leaves it open. The number of shards is that with which
// the first board was defined: 1 up to 10 million players, 16 for 100; any other is ErrNamespace in each call. The
// client should have ContextTimeoutEnabled, or deadlines do nothing; [Dial] makes one that has.
func NewRedis(client redis.UniversalClient, shards int) (*Redis, error) {
	if shards < 1 || shards > MaxShards {
		return nil, fmt.Errorf("%d shards: %w", shards, ErrInvalid)
	}
	return &Redis{client: client, shards: shards, breakers: make([]breaker, shards), close: func() error { return nil }}, nil
}

// Close implements [Store].
func (r *Redis) Close() error { return r.close() }

// all are the shards.
func (r *Redis) all() []shard {
	all := make([]shard, r.shards)
	for i := range all {
		all[i] = shard(i)
	}
	return all
}

func (r *Redis) shard(player string) shard { return shardOf(player, r.shards) }

// call is one command, or one run of a script, at a shard.
type call struct {
	shard  shard
	script *redis.Script // nil: args are a command
	keys   []string
	args   []any
}

// command is a call without a script.
func command(s shard, args ...any) call { return call{shard: s, args: args} }

// ask makes calls in one pipeline, in the order given for each shard. The error is that of the first that was not answered; the
// others may have been. Nil is an answer.
func (r *Redis) ask(ctx context.Context, calls ...call) ([]*redis.Cmd, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	now := time.Now()
	asked := map[shard]error{} // how each took it
	for _, c := range calls {
		if _, ok := asked[c.shard]; !ok && !r.breakers[c.shard].allow(now) {
			return nil, fmt.Errorf("%w: shard %d has not answered for a while", ErrUnavailable, c.shard)
		}
		asked[c.shard] = nil
	}
	answers := r.pipe(ctx, calls)
	unknown := map[*redis.Script]bool{}
	for i, answer := range answers {
		if redis.HasErrorPrefix(answer.Err(), "NOSCRIPT") {
			unknown[calls[i].script] = true
		}
	}
	if len(unknown) > 0 { // the server has been restarted, or replaced
		for script := range unknown {
			if err := script.Load(ctx, r.client).Err(); err != nil {
				return nil, fmt.Errorf("load script: %w", unanswered(ctx, err))
			}
		}
		answers = r.pipe(ctx, calls) // what they have done is not done twice
	}
	var failed error
	for i, answer := range answers {
		err := answer.Err()
		if err != nil && !errors.Is(err, redis.Nil) {
			err = unanswered(ctx, err)
			failed = cmp.Or(failed, err)
			asked[calls[i].shard] = cmp.Or(asked[calls[i].shard], err)
		}
	}
	for s, err := range asked {
		if !errors.Is(err, context.Canceled) { // which says nothing about Redis
			r.breakers[s].told(!errors.Is(err, ErrUnavailable), time.Now())
		}
	}
	return answers, failed
}

func (r *Redis) pipe(ctx context.Context, calls []call) []*redis.Cmd {
	pipe := r.client.Pipeline()
	answers := make([]*redis.Cmd, len(calls))
	for i, c := range calls {
		if c.script == nil {
			answers[i] = pipe.Do(ctx, c.args...)
		} else {
			answers[i] = pipe.EvalSha(ctx, c.script.Hash(), c.keys, c.args...)
		}
	}
	_, _ = pipe.Exec(ctx) // each answer has its error
	return answers
}

// odd is the error of an answer that no command of ours gives.
func odd(answer any) error { return fmt.Errorf("odd answer %v", answer) }
