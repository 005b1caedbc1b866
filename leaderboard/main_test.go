package leaderboard_test

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// TestMain fails the package when goroutines are left after all tests: loops, pools, servers.
func TestMain(m *testing.M) {
	before := runtime.NumGoroutine()
	code := m.Run()
	if leaked := goroutinesOver(before); leaked != "" && code == 0 {
		fmt.Fprintf(os.Stderr, "FAIL: goroutines left behind; all that run:\n%s\n", leaked)
		code = 1
	}
	os.Exit(code)
}

// goroutinesOver gives those that are ending 5 s, as go-redis's dial probe sleeps for one, and then
// returns all stacks if there are still more than allowed.
func goroutinesOver(allowed int) string {
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(5 * time.Second)
	for runtime.NumGoroutine() > allowed {
		select {
		case <-poll.C:
		case <-deadline:
			stacks := make([]byte, 1<<20)
			return string(stacks[:runtime.Stack(stacks, true)])
		}
	}
	return ""
}

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
