package main

import (
	"testing"
	"time"
)

// Dash had a wait of its own, so that -bots-after 0 did not hold for it.
func TestBotsAfterCountsForEveryGameThatWaitsForPeople(t *testing.T) {
	for _, wait := range []time.Duration{0, 7 * time.Second} {
		for name, rule := range queues(wait) {
			if rule.Min > 1 && rule.BotsAfter != wait {
				t.Errorf("-bots-after %v: %s waits for %v", wait, name.Game, rule.BotsAfter)
			}
		}
	}
}
