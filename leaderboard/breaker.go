package leaderboard

import (
	"sync"
	"time"
)

// breaker keeps callers from waiting for a shard that does not answer: after some failures in a row it lets one
// call in a second through, and the others know at once.
type breaker struct {
	mu       sync.Mutex
	failures int
	again    time.Time // when the next one may try
}

const (
	breakAfter = 3
	breakFor   = time.Second
)

// allow tells whether a call may be made.
func (b *breaker) allow(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < breakAfter {
		return true
	}
	if now.Before(b.again) {
		return false
	}
	b.again = now.Add(breakFor)
	return true
}

// told is how a call went.
func (b *breaker) told(answered bool, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if answered {
		b.failures = 0
		return
	}
	b.failures++
	b.again = now.Add(breakFor)
}
