package leaderboard

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	neturl "net/url"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// What Dial sets unless the URL says otherwise. A healthy Redis on the same network answers within a
// millisecond, so these say "gone", not "slow". A call ends within about
// (dial + write + read timeout) x (1 + retries), some 4 seconds, however Redis fails, and at its
// context's deadline if that is sooner. One retry is for a connection that Redis had closed; those
// who must not give up (Recorder) come back themselves.
const (
	dialTimeout  = 500 * time.Millisecond
	readTimeout  = time.Second
	writeTimeout = time.Second
	poolTimeout  = time.Second // waiting for a free connection
	maxRetries   = 1
	poolSize     = 16 // and 10 for pipelines, which go-redis keeps apart
)

// Dial makes a store on the Redis at a redis://, rediss:// or unix:// URL. Its query may have shards=16, the number
// with which the boards were begun (1 if it is not said); cluster=true for a Redis Cluster, with further nodes as
// addr=host:port; and go-redis's options, say pool_size=50&read_timeout=2s. It connects when first used: a Redis
// that is away does not keep a server from starting. The store owns its connections; Close closes them.
//
// go-redis writes each failed connection to stderr by itself; as every call returns that error too,
// Dial switches those lines off, for the whole process.
func Dial(url string) (*Redis, error) {
	url, shards, cluster, err := ours(url)
	if err != nil {
		return nil, fmt.Errorf("redis url: %w", withoutURL(err))
	}
	var client redis.UniversalClient
	if cluster {
		client, err = dialCluster(url)
	} else {
		client, err = dialOne(url)
	}
	if err != nil {
		return nil, fmt.Errorf("redis url: %w", withoutURL(err))
	}
	logging.Disable()
	r, err := NewRedis(client, shards)
	if err != nil {
		return nil, errors.Join(err, client.Close())
	}
	r.close = client.Close
	return r, nil
}

// ours takes what is not go-redis's out of a URL's query.
func ours(text string) (url string, shards int, cluster bool, err error) {
	u, err := neturl.Parse(text)
	if err != nil {
		return "", 0, false, err
	}
	query := u.Query()
	shards = 1
	if n := query.Get("shards"); n != "" {
		if shards, err = strconv.Atoi(n); err != nil {
			return "", 0, false, fmt.Errorf("shards %q: %w", n, ErrInvalid)
		}
	}
	cluster = query.Get("cluster") == "true"
	query.Del("shards")
	query.Del("cluster")
	u.RawQuery = query.Encode()
	return u.String(), shards, cluster, nil
}

func dialOne(url string) (redis.UniversalClient, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	o.ContextTimeoutEnabled = true // else deadlines of contexts do nothing
	impatient(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout, &o.PoolTimeout)
	o.MaxRetries = cmp.Or(o.MaxRetries, maxRetries)
	o.PoolSize = cmp.Or(o.PoolSize, poolSize)
	o.DialerRetries = 1 // go-redis would dial five times for each try
	// Both would cost each new connection commands that only newer servers know.
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(o), nil
}

func dialCluster(url string) (redis.UniversalClient, error) {
	o, err := redis.ParseClusterURL(url)
	if err != nil {
		return nil, err
	}
	o.ContextTimeoutEnabled = true
	impatient(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout, &o.PoolTimeout)
	o.PoolSize = cmp.Or(o.PoolSize, poolSize)
	o.DialerRetries = 1
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClusterClient(o), nil
}

// impatient sets what the URL leaves open.
func impatient(dial, read, write, pool *time.Duration) {
	*dial = cmp.Or(*dial, dialTimeout)
	*read = cmp.Or(*read, readTimeout)
	*write = cmp.Or(*write, writeTimeout)
	*pool = cmp.Or(*pool, poolTimeout)
}

// withoutURL keeps the password of a malformed URL out of the log.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*neturl.Error](err); ok {
		return u.Err
	}
	return err
}

// passing are the answers by which a Redis says that it cannot now, rather than that we asked wrongly.
var passing = []string{
	"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "BUSY", "OOM",
	"MISCONF", "max number of clients",
}

// unanswered makes an error of go-redis one of ours: ErrUnavailable if asking later may help, and
// the context's own error besides if that has ended.
func unanswered(ctx context.Context, err error) error {
	if ended := ctx.Err(); errors.Is(ended, context.Canceled) {
		return ended // the caller left; it says nothing about Redis
	} else if ended != nil && !errors.Is(err, ended) {
		return fmt.Errorf("%w: %w: %w", ErrUnavailable, ended, err)
	}
	if _, isReply := errors.AsType[redis.Error](err); isReply {
		if !slices.ContainsFunc(passing, func(prefix string) bool { return redis.HasErrorPrefix(err, prefix) }) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
