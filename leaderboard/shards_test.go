package leaderboard_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/leaderboard"
	"parlor/leaderboard/leaderboardtest"
)

// A cluster spreads what is of different slots, and refuses a script that needs two.
func TestKeysAreInTheSlotOfTheirPlayerAndExpire(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store, client := dial(t, server.URL+"?shards=16"), raw(t, server.URL)
	daily := leaderboard.Board{Name: "daily", Regional: true, Calendar: leaderboard.Calendar{Period: "daily"}}
	define(t, store, wins, daily)
	s := win("a:b", 1)
	s.Name, s.Region, s.At = "Ann", "eu", time.Now()
	s.Scores = append(s.Scores, leaderboard.Score{Board: daily.Name, Score: 1})
	if err := store.Submit(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	keys, err := client.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	tags := map[string]int{}
	for _, key := range keys {
		tag, kind, ok := strings.Cut(strings.TrimPrefix(key, "parlor:"), ":")
		if !ok {
			t.Errorf("odd key %s", key)
		}
		if kind == "boards" || kind == "shards" {
			continue
		}
		tags[tag]++
		ttl := client.TTL(t.Context(), key).Val()
		expires := strings.HasPrefix(kind, "receipts") || strings.Contains(kind, ":daily:")
		if expires != (ttl > 0) || expires && ttl < 23*time.Hour {
			t.Errorf("key %s expires in %v", key, ttl)
		}
	}
	// Board, notes and periods of both; regions and one region of one; receipts.
	if len(tags) != 1 || len(keys) != 17+9 {
		t.Errorf("keys of shards %v, in all %d: %q", tags, len(keys), keys)
	}
}

func TestTheNumberOfShardsIsFixed(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	define(t, dial(t, server.URL+"?shards=16"), wins)
	other := dial(t, server.URL)
	for name, call := range calls(other) {
		if err := call(t.Context()); !errors.Is(err, leaderboard.ErrNamespace) || errors.Is(err, leaderboard.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrNamespace", name, err)
		}
	}
	for _, n := range []string{"0", "257", "x"} {
		if _, err := leaderboard.Dial(server.URL + "?shards=" + n); !errors.Is(err, leaderboard.ErrInvalid) {
			t.Errorf("%s shards: got %v, want ErrInvalid", n, err)
		}
	}
}

// A later version's description must not make this one refuse results for good.
func TestABoardOfALaterVersionRefusesNothing(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	store, client := dial(t, server.URL), raw(t, server.URL)
	define(t, store, wins)
	if err := client.HSet(t.Context(), "parlor:{0}:boards", "new", `{"board":{"board":"new","operator":"median"}}`).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Boards(t.Context()); !errors.Is(err, leaderboard.ErrNamespace) || errors.Is(err, leaderboard.ErrInvalid) {
		t.Errorf("got %v, want ErrNamespace", err)
	}
}

// A rank that leaves a shard out would be wrong by a third.
func TestNoRankIsToldWhileAShardIsDown(t *testing.T) {
	cluster := leaderboardtest.StartCluster(t, 3, "--cluster-require-full-coverage", "no", "--cluster-node-timeout", "2000")
	store := dial(t, cluster.URL+"&shards=16")
	define(t, store, wins)
	var subs []leaderboard.Submission
	for n := range 200 {
		subs = append(subs, win(fmt.Sprint("p", n), n))
	}
	if err := store.Submit(t.Context(), subs...); err != nil {
		t.Fatal(err)
	}
	cluster.Nodes[2].Kill()
	l := leaderboard.List{Board: wins.Name}
	for name, call := range map[string]func(context.Context) error{
		"Top":     func(ctx context.Context) error { _, err := store.Top(ctx, l, "", 9); return err },
		"Around":  func(ctx context.Context) error { _, err := store.Around(ctx, l, "p1", 1); return err },
		"Count":   func(ctx context.Context) error { _, err := store.Count(ctx, l); return err },
		"Players": func(ctx context.Context) error { _, err := store.Players(ctx, l, []string{"p1"}); return err },
	} {
		for range 5 {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			if err := call(ctx); !errors.Is(err, leaderboard.ErrUnavailable) {
				t.Errorf("%s: got %v, want ErrUnavailable", name, err)
			}
			cancel()
		}
	}
	// What lies on the others is taken all the same.
	taken := 0
	for n := range 200 {
		if store.Submit(t.Context(), win(fmt.Sprint("p", n), n+1000)) == nil {
			taken++
		}
	}
	if taken < 60 || taken > 190 {
		t.Errorf("%d of 200 submissions taken with two nodes of three", taken)
	}
}

// Another node ends a period; this one's next submission finds out from the shard itself.
func TestANodeFindsOutThatABoardHasChanged(t *testing.T) {
	server := leaderboardtest.StartRedis(t)
	here, there, client := dial(t, server.URL+"?shards=4"), dial(t, server.URL+"?shards=4"), raw(t, server.URL)
	kept := wins
	kept.Archive = 10 * 365 * 24 * time.Hour
	define(t, here, kept)
	before, cut := noon, noon.Add(time.Hour)
	submit := func(n int, at time.Time) {
		t.Helper()
		for p := range 20 {
			s := win(fmt.Sprint("p", p), n)
			s.At = at
			if err := here.Submit(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
	}
	submit(1, before)
	if _, err := there.EndPeriod(t.Context(), wins.Name, cut.Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	// One shard has not been told: its node was away.
	if err := client.HDel(t.Context(), "parlor:{3}:boards", wins.Name).Err(); err != nil {
		t.Fatal(err)
	}
	submit(2, cut)
	for _, at := range []time.Time{before, cut} {
		p, err := there.Top(t.Context(), leaderboard.List{Board: wins.Name, Period: at}, "", 100)
		if err != nil || len(p.Entries) != 20 || p.Entries[0].Score != 1 || p.Entries[19].Score != 1 {
			t.Errorf("period of %v: %v, %v, want 20 scores of 1", at, p.Entries, err)
		}
	}
}

// What a replica has been given is on it after a failover, receipts included: a submission that is sent five times, through a
// stall, a kill and the failover, counts once.
func TestASubmissionSentAgainAfterAFailoverCountsOnce(t *testing.T) {
	primary := leaderboardtest.StartRedis(t)
	replica := leaderboardtest.StartRedis(t)
	node, other := raw(t, primary.URL), raw(t, replica.URL)
	host, port, _ := strings.Cut(node.Options().Addr, ":")
	if err := other.Do(t.Context(), "REPLICAOF", host, port).Err(); err != nil {
		t.Fatal(err)
	}
	before := dial(t, primary.URL+"?shards=4&read_timeout=100ms&max_retries=2")
	eventually(t, "the primary takes boards", func() bool { return before.Define(t.Context(), wins) == nil })
	send := func(store leaderboard.Store, n int, want error) {
		t.Helper()
		if err := store.Submit(t.Context(), win("a", n)); !errors.Is(err, want) {
			t.Errorf("submission %d: got %v, want %v", n, err, want)
		}
	}
	send(before, 1, nil)
	primary.Stall()
	send(before, 1, leaderboard.ErrUnavailable)
	send(before, 2, leaderboard.ErrUnavailable)
	primary.Resume()
	eventually(t, "the primary answers", func() bool { return before.Submit(t.Context(), win("a", 2)) == nil })
	keys := node.Keys(t.Context(), "*").Val()
	board := keys[slices.IndexFunc(keys, func(key string) bool { return strings.Contains(key, ":board:") })]
	eventually(t, "the replica has it all", func() bool {
		same := other.ZScore(t.Context(), board, "a").Val() == node.ZScore(t.Context(), board, "a").Val()
		return same && other.DBSize(t.Context()).Val() == int64(len(keys))
	})
	primary.Kill()
	send(before, 2, leaderboard.ErrUnavailable)
	if err := other.Do(t.Context(), "REPLICAOF", "NO", "ONE").Err(); err != nil {
		t.Fatal(err)
	}
	after := dial(t, replica.URL+"?shards=4")
	for range 2 {
		send(after, 1, nil)
		send(after, 2, nil)
	}
	if got := scoreOf(t, after, "a"); got != 2 {
		t.Errorf("got %d, want 2", got)
	}
}
