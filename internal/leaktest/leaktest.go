// Package leaktest fails a package's tests when they have left goroutines behind: rooms, loops,
// connections, servers.
package leaktest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// grace is the time that goroutines get to end after the last test: the test's own among them, and
// those of libraries that sleep for a second.
const grace = 5 * time.Second

// Main is all that a TestMain needs to do. All tests run once more after each of again, which changes
// what they run with. It does not return.
func Main(m *testing.M, again ...func()) {
	before := runtime.NumGoroutine()
	code := m.Run()
	for _, change := range again {
		if change(); code == 0 {
			code = m.Run()
		}
	}
	if f := flag.Lookup("test.fuzz"); f != nil && f.Value.String() != "" {
		os.Exit(code) // the fuzzer has goroutines of its own
	}
	if left := stacksOver(before, grace); left != "" && code == 0 {
		fmt.Fprintf(os.Stderr, "FAIL: goroutines left behind; all that run:\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// stacksOver waits until no more goroutines than allowed are left, and returns the stacks of all
// if that takes longer than grace.
func stacksOver(allowed int, grace time.Duration) string {
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(grace)
	for runtime.NumGoroutine() > allowed {
		select {
		case <-poll.C:
		case <-deadline:
			stacks := make([]byte, 1<<20)
			return string(bytes.TrimSpace(stacks[:runtime.Stack(stacks, true)]))
		}
	}
	return ""
}
