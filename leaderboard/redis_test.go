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
	for _, shards := range []int{1, 16} {
		t.Run(fmt.Sprint(shards), func(t *testing.T) {
			server := leaderboardtest.StartRedis(t)
			leaderboardtest.Run(t, func(t *testing.T) leaderboard.Store {
				server.Flush(t)
				return dial(t, fmt.Sprintf("%s?shards=%d", server.URL, shards))
			})
		})
	}
}

func TestRedisClusterPassesTheContract(t *testing.T) {
	cluster := leaderboardtest.StartCluster(t, 3)
	for _, shards := range []int{1, 16} {
		t.Run(fmt.Sprint(shards), func(t *testing.T) {
			leaderboardtest.Run(t, func(t *testing.T) leaderboard.Store {
				cluster.Flush(t)
				return dial(t, fmt.Sprintf("%s&shards=%d", cluster.URL, shards))
			})
		})
	}
}

func TestReadsAreToldAtOnceThatRedisIsGone(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store := dial(t, server.URL)
	define(t, store, wins)
	server.Stall()
	l := leaderboard.List{Board: wins.Name}
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		_, _ = store.Count(ctx, l)
		cancel()
	}
	waited, began := 0, time.Now()
	for range 1000 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		_, err := store.Count(ctx, l)
		cancel()
		if !errors.Is(err, leaderboard.ErrUnavailable) {
			t.Fatalf("got %v, want ErrUnavailable", err)
		}
		if errors.Is(err, context.DeadlineExceeded) {
			waited++
		}
	}
	if most := 2 + int(time.Since(began)/time.Second); waited > most {
		t.Errorf("%d of 1000 reads waited, want %d at most", waited, most)
	}
	server.Resume()
	eventually(t, "reads are answered again", func() bool { _, err := store.Count(t.Context(), l); return err == nil })
}

// calls are all methods of a store that ask Redis.
func calls(store leaderboard.Store) map[string]func(context.Context) error {
	l := leaderboard.List{Board: wins.Name}
	return map[string]func(context.Context) error{
		"Define":    func(ctx context.Context) error { return store.Define(ctx, points) },
		"Submit":    func(ctx context.Context) error { return store.Submit(ctx, win("a", 1), win("b", 1)) },
		"Top":       func(ctx context.Context) error { _, err := store.Top(ctx, l, "", 9); return err },
		"Around":    func(ctx context.Context) error { _, err := store.Around(ctx, l, "a", 1); return err },
		"Players":   func(ctx context.Context) error { _, err := store.Players(ctx, l, []string{"a"}); return err },
		"Count":     func(ctx context.Context) error { _, err := store.Count(ctx, l); return err },
		"Boards":    func(ctx context.Context) error { _, err := store.Boards(ctx); return err },
		"Periods":   func(ctx context.Context) error { _, err := store.Periods(ctx, wins.Name); return err },
		"EndPeriod": func(ctx context.Context) error { _, err := store.EndPeriod(ctx, wins.Name, noon); return err },
		"Import": func(ctx context.Context) error {
			_, err := store.Import(ctx, l, leaderboard.Entry{Player: "a", At: noon})
			return err
		},
		"Remove": func(ctx context.Context) error { return store.Remove(ctx, l, "a") },
		"Forget": func(ctx context.Context) error { return store.Forget(ctx, "a") },
		"Ban":    func(ctx context.Context) error { return store.Ban(ctx, "a", true) },
		"Bans":   func(ctx context.Context) error { _, err := store.Bans(ctx); return err },
		"Rate":   func(ctx context.Context) error { return store.Rate(ctx, duel("a", "b", 1)) },
		"Rating": func(ctx context.Context) error { _, err := store.Rating(ctx, toys, "a"); return err },
	}
}

func TestDeadlineIsHonouredWhileRedisStalls(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store := dial(t, server.URL)
	for _, connected := range []bool{false, true} {
		if connected { // else the stall meets the handshake
			eventually(t, "the store is back", func() bool { return store.Define(t.Context(), wins) == nil })
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
	define(t, store, wins)
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
				if !errors.Is(err, leaderboard.ErrUnavailable) || took > 6*time.Second { // some wait for a connection first
					t.Errorf("%s, %s: got %v after %v, want ErrUnavailable within 6 s", state, name, err, took)
				}
			})
		}
		all.Wait()
	}
	server.Kill()
	check("killed")

	server.Restart() // empty, scripts forgotten too
	eventually(t, "store is back", func() bool { return store.Define(t.Context(), wins) == nil })
	if err := store.Submit(t.Context(), win("a", 2)); err != nil {
		t.Fatal(err)
	}
	if got := scoreOf(t, store, "a"); got != 1 {
		t.Errorf("after a restart: got %d, want 1", got)
	}
	server.Stall()
	check("stalled")
	server.Resume()
}

// go-redis sends a script again when its answer is late; a stalled Redis runs both in the end.
func TestSumSentAgainThroughAStallCountsOnce(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store, client := dial(t, server.URL+"?read_timeout=100ms&max_retries=3"), raw(t, server.URL)
	define(t, store, wins)
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
	if got := scoreOf(t, store, "a"); got != 2 {
		t.Errorf("got %d, want 2", got)
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
	define(t, store, wins)
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
	top, err := store.Top(t.Context(), leaderboard.List{Board: wins.Name}, "", 10)
	if err != nil || len(top.Entries) != 10 || top.Entries[9].Score != 3 {
		t.Errorf("got %v, %v, want ten scores of 3", top.Entries, err)
	}
}

func TestRedisThatCannotNowIsUnavailable(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store, client := dial(t, server.URL), raw(t, server.URL)
	define(t, store, wins, points)
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
	if err := client.Set(t.Context(), "parlor:{0}:board:points:1767225600", "meddled", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Count(t.Context(), leaderboard.List{Board: points.Name}); err == nil || errors.Is(err, leaderboard.ErrUnavailable) {
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
