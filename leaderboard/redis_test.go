package leaderboard_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"parlor/leaderboard"
	"parlor/leaderboard/leaderboardtest"
)

// dial makes a store that ends with the test.
func dial(t testing.TB, url string) *leaderboard.Redis {
	t.Helper()
	store, err := leaderboard.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() }) // a second Close, in some tests
	return store
}

// raw is a client beside the store, to look and to meddle.
func raw(t testing.TB, url string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(o)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestRedisPassesTheContract(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	client := raw(t, server.URL)
	leaderboardtest.Run(t, func(t *testing.T) leaderboard.Store {
		if err := client.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		return dial(t, server.URL)
	})
}

// One node with all slots refuses keys of different slots in a script as many nodes would.
func TestRedisClusterPassesTheContract(t *testing.T) {
	server := leaderboardtest.StartRedis(t, "--cluster-enabled", "yes")
	node := raw(t, server.URL)
	if err := node.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "cluster is up", func() bool {
		return strings.Contains(node.ClusterInfo(t.Context()).Val(), "cluster_state:ok")
	})
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{node.Options().Addr}, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = client.Close() })
	leaderboardtest.Run(t, func(t *testing.T) leaderboard.Store {
		if err := node.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		return leaderboard.NewRedis(client)
	})
}

func TestKeysAreInOneSlotAndReceiptsExpire(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store, client := dial(t, server.URL), raw(t, server.URL)
	s := win("a:b", 1)
	s.Name = "Ann"
	if err := store.Submit(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	keys, err := client.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) != 4 {
		t.Fatalf("got keys %q, %v, want 4", keys, err)
	}
	for _, key := range keys {
		ttl := client.TTL(t.Context(), key).Val()
		isReceipt := key == "parlor:{0}:receipt:wins:3:a:b:match-1"
		if !strings.HasPrefix(key, "parlor:{0}:") || isReceipt != (ttl > 23*time.Hour) {
			t.Errorf("key %s expires in %v", key, ttl)
		}
	}
}

// calls are all methods of a store that ask Redis.
func calls(store leaderboard.Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Submit": func(ctx context.Context) error { return store.Submit(ctx, win("a", 1), win("b", 1)) },
		"Top":    func(ctx context.Context) error { _, err := store.Top(ctx, wins.Name, 0, 9); return err },
		"Entry":  func(ctx context.Context) error { _, err := store.Entry(ctx, wins.Name, "a"); return err },
		"Around": func(ctx context.Context) error { _, err := store.Around(ctx, wins.Name, "a", 1); return err },
		"Count":  func(ctx context.Context) error { _, err := store.Count(ctx, wins.Name); return err },
		"Boards": func(ctx context.Context) error { _, err := store.Boards(ctx); return err },
		"Rate":   func(ctx context.Context) error { return store.Rate(ctx, duel("a", "b", 1)) },
		"Rating": func(ctx context.Context) error { _, err := store.Rating(ctx, toys, "a"); return err },
	}
}

func TestDeadlineIsHonouredWhileRedisStalls(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store := dial(t, server.URL)
	for _, connected := range []bool{false, true} {
		if connected { // else the stall meets the handshake
			if err := store.Submit(t.Context(), win("a", 0)); err != nil {
				t.Fatal(err)
			}
		}
		server.Stall()
		for name, call := range calls(store) {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			began := time.Now()
			err := call(ctx)
			if took := time.Since(began); took > 800*time.Millisecond { // the read timeout is 1 s
				t.Errorf("%s, connected %t: returned after %v, want 50 ms", name, connected, took)
			}
			if !errors.Is(err, leaderboard.ErrUnavailable) {
				t.Errorf("%s, connected %t: got %v, want ErrUnavailable", name, connected, err)
			}
			cancel()
		}
		server.Resume()
	}
}

func TestCallsEndWithoutADeadline(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store := dial(t, server.URL)
	if err := store.Submit(t.Context(), win("a", 1)); err != nil {
		t.Fatal(err)
	}
	check := func(state string) {
		t.Helper()
		var all sync.WaitGroup
		for name, call := range calls(store) {
			all.Go(func() {
				began := time.Now()
				err := call(t.Context())
				took := time.Since(began).Round(time.Millisecond)
				t.Logf("%s, %s: %v", state, name, took)
				if !errors.Is(err, leaderboard.ErrUnavailable) || took > 4*time.Second {
					t.Errorf("%s, %s: got %v after %v, want ErrUnavailable within 4 s", state, name, err, took)
				}
			})
		}
		all.Wait()
	}
	server.Kill()
	check("killed")

	server.Restart() // empty, scripts forgotten too
	eventually(t, "store is back", func() bool { return store.Submit(t.Context(), win("a", 2)) == nil })
	if e, err := store.Entry(t.Context(), wins.Name, "a"); err != nil || e.Score != 1 {
		t.Errorf("after a restart: got %v, %v, want score 1", e, err)
	}
	server.Stall()
	check("stalled")
	server.Resume()
}

// go-redis sends a script again when its answer is late; a stalled Redis runs both in the end.
func TestSumSentAgainThroughAStallCountsOnce(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store, client := dial(t, server.URL+"?read_timeout=100ms&max_retries=3"), raw(t, server.URL)
	if err := store.Submit(t.Context(), win("a", 0)); err != nil {
		t.Fatal(err)
	}
	if err := client.ConfigResetStat(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	server.Stall()
	if err := store.Submit(t.Context(), win("a", 1)); !errors.Is(err, leaderboard.ErrUnavailable) {
		t.Errorf("stalled: got %v, want ErrUnavailable", err)
	}
	server.Resume()
	for range 3 {
		if err := store.Submit(t.Context(), win("a", 1)); err != nil {
			t.Error(err)
		}
	}
	if e, err := store.Entry(t.Context(), wins.Name, "a"); err != nil || e.Score != 2 {
		t.Errorf("got %v, %v, want score 2", e, err)
	}
	// The test would prove nothing if only the last three had reached Redis, and the read.
	stats := client.Info(t.Context(), "commandstats").Val()
	found := regexp.MustCompile(`cmdstat_evalsha:calls=(\d+)`).FindStringSubmatch(stats)
	if found == nil {
		t.Fatalf("no evalsha in %s", stats)
	}
	if n, _ := strconv.Atoi(found[1]); n < 6 {
		t.Errorf("Redis ran %d scripts, want 6 or more, two of them from the stall", n)
	}
}

func TestForgottenScriptIsLoadedAgain(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store, client := dial(t, server.URL), raw(t, server.URL)
	for n := range 3 {
		if err := client.ScriptFlush(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		var batch []leaderboard.Submission
		for i := range 10 {
			batch = append(batch, win(fmt.Sprint("p", i), n))
		}
		if err := store.Submit(t.Context(), batch...); err != nil {
			t.Fatal(err)
		}
		if err := store.Rate(t.Context(), duel("a", "b", n)); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := store.Rating(t.Context(), toys, "a"); err != nil || r.Matches != 3 {
		t.Errorf("got %+v, %v, want 3 matches", r, err)
	}
	top, err := store.Top(t.Context(), wins.Name, 0, 10)
	if err != nil || len(top) != 10 || top[9].Score != 3 {
		t.Errorf("got %v, %v, want ten scores of 3", top, err)
	}
}

func TestRedisThatCannotNowIsUnavailable(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store, client := dial(t, server.URL), raw(t, server.URL)
	if err := client.ConfigSet(t.Context(), "maxmemory", "1kb").Err(); err != nil {
		t.Fatal(err)
	}
	if err := store.Submit(t.Context(), win("a", 1)); !errors.Is(err, leaderboard.ErrUnavailable) {
		t.Errorf("out of memory: got %v, want ErrUnavailable", err)
	}
	if err := client.ConfigSet(t.Context(), "maxmemory", "0").Err(); err != nil {
		t.Fatal(err)
	}
	if err := client.Do(t.Context(), "REPLICAOF", "127.0.0.1", "1").Err(); err != nil {
		t.Fatal(err)
	}
	if err := store.Submit(t.Context(), win("a", 1)); !errors.Is(err, leaderboard.ErrUnavailable) {
		t.Errorf("read only: got %v, want ErrUnavailable", err)
	}
	if err := client.Do(t.Context(), "REPLICAOF", "NO", "ONE").Err(); err != nil {
		t.Fatal(err)
	}
	if err := client.Set(t.Context(), "parlor:{0}:board:points", "meddled", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Count(t.Context(), points.Name); err == nil || errors.Is(err, leaderboard.ErrUnavailable) {
		t.Errorf("wrong type: got %v, want an error that does not pass", err)
	}
}

func TestDialKeepsThePasswordToItself(t *testing.T) {
	for _, url := range []string{"http://:secret@localhost", "redis://:secret@local host", "redis://:secret@localhost/x", ""} {
		_, err := leaderboard.Dial(url)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("Dial(%q): got %v, want an error without the password", url, err)
		}
	}
}
