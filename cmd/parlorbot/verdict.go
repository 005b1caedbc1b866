package main

import (
	"fmt"
	"math"
)

// judge holds the report against the thresholds, and says of each that is broken by how much.
func (r *report) judge(cfg config) {
	broken := func(format string, args ...any) {
		r.Failed = append(r.Failed, fmt.Sprintf(format, args...))
	}
	if r.Connected < int64(r.Bots) {
		broken("connected %d of %d bots", r.Connected, r.Bots)
	}
	for _, count := range []struct {
		name string
		n    int64
	}{
		{"connect_failed", r.ConnectFailed},
		{"resume_failed", r.ResumeFailed},
		{"hash_mismatches", r.HashMismatches},
		{"leaks", r.Leaks},
	} {
		why := ""
		if count.name == "connect_failed" && r.connectErr != nil {
			why = fmt.Sprintf(" (the first: %v)", r.connectErr)
		}
		if count.n > 0 {
			broken("%s %d, over 0%s", count.name, count.n, why)
		}
	}
	share := float64(r.StateFrames) / float64(r.StateExpected) * 100
	switch {
	case r.StateExpected > 0 && share < cfg.minFrames:
		// Rounded down, so that what is under the threshold does not read like it.
		broken("state_frames %.1f %% of expected, under %v %%", math.Floor(share*10)/10, cfg.minFrames)
	case r.StateExpected == 0 && r.MatchesStarted > 0:
		broken("state_frames 0: no view came")
	}
	if len(r.Errors) > 0 {
		broken("errors: %s", r.errors())
	}
	if r.MatchesStarted < 1 {
		broken("matches_started 0, under 1")
	}
	if !cfg.endless && r.MatchesFinished < 1 {
		broken("matches_finished 0, under 1")
	}
	r.Pass = len(r.Failed) == 0
}
