package leaktest

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

func wait(until <-chan struct{}) { <-until }

func TestAGoroutineThatStaysIsShownAndOneThatEndsInTimeIsNot(t *testing.T) {
	before, end := runtime.NumGoroutine(), make(chan struct{})
	go wait(end)
	if left := stacksOver(before, 50*time.Millisecond); !strings.Contains(left, "leaktest.wait") {
		t.Errorf("left behind: %q", left)
	}
	time.AfterFunc(50*time.Millisecond, func() { close(end) })
	if left := stacksOver(before, grace); left != "" {
		t.Errorf("it has ended, but these are left: %s", left)
	}
}
