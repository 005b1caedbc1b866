package leaderboardtest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// RedisCluster is a Redis Cluster of a test's own, on loopback, that ends with the test.
type RedisCluster struct {
	URL   string // for leaderboard.Dial, without shards
	Nodes []*RedisServer
}

// slots is how many a cluster has.
const slots = 16384

// StartCluster starts primaries, each with its share of the slots and no replica.
func StartCluster(t testing.TB, primaries int, args ...string) *RedisCluster {
	t.Helper()
	c := &RedisCluster{}
	clients := make([]*redis.Client, primaries)
	for i := range clients {
		node := StartRedis(t, append([]string{"--cluster-enabled", "yes"}, args...)...)
		c.Nodes = append(c.Nodes, node)
		clients[i] = redis.NewClient(&redis.Options{Addr: strings.TrimPrefix(node.URL, "redis://")})
		defer clients[i].Close()
		if err := clients[i].ClusterAddSlotsRange(t.Context(), i*slots/primaries, (i+1)*slots/primaries-1).Err(); err != nil {
			t.Fatal(err)
		}
		if err := clients[i].ClusterMeet(t.Context(), "127.0.0.1", fmt.Sprint(c.Nodes[0].port)).Err(); err != nil {
			t.Fatal(err)
		}
	}
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(startTimeout)
	for _, client := range clients {
		for !together(client.ClusterInfo(t.Context()).Val(), primaries) {
			select {
			case <-poll.C:
			case <-deadline:
				t.Fatalf("no cluster after %v:\n%s", startTimeout, client.ClusterInfo(t.Context()).Val())
			}
		}
	}
	c.URL = c.Nodes[0].URL + "?cluster=true"
	return c
}

func together(info string, primaries int) bool {
	return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, fmt.Sprintf("cluster_size:%d\r", primaries))
}

// Flush empties all nodes.
func (c *RedisCluster) Flush(t testing.TB) {
	t.Helper()
	for _, node := range c.Nodes {
		node.Flush(t)
	}
}

// Flush empties the server.
func (s *RedisServer) Flush(t testing.TB) {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: strings.TrimPrefix(s.URL, "redis://")})
	defer client.Close()
	if err := client.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
}
