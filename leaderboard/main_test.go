package leaderboard_test

import (
	"testing"
	"time"

	"parlor/internal/leaktest"
)

// TestMain fails the package when goroutines are left after all tests: loops, pools, servers.
func TestMain(m *testing.M) { leaktest.Main(m) }

// eventually polls until ok, and fails the test after 20 s.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-poll.C:
		case <-deadline:
			t.Fatalf("still not: %s", what)
		}
	}
}
