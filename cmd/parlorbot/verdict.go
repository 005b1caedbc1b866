package main

import (
	"fmt"
	"math"
)

// minFrames is what percentage of the expected frames must come over a link, where -min-frames does
// not say. Stalls cost frames: past a second without an acknowledgement the server sends none.
var minFrames = map[string]float64{"none": 99.5, "wifi": 99.5, "4g": 99.5, "busy4g": 98, "subway": 92}

// judge holds the report against the thresholds, and says of each that is broken by how much.
func (r *report) judge(cfg config) {
	broken := func(format string, args ...any) {
		r.Failed = append(r.Failed, fmt.Sprintf(format, args...))
	}
	if r.Interrupted {
		broken("interrupted: the run has not come to its end")
	}
	if r.Connected < int64(r.Bots) {
		broken("connected %d of %d bots", r.Connected, r.Bots)
	}
	unconnected := r.ConnectFailed
	if cfg.link.Breaks() {
		unconnected = r.connectRefused // the others died like those that were made
	}
	for _, count := range []struct {
		name string
		n    int64
	}{
		{"connect_failed", unconnected},
		{"resume_failed", r.ResumeFailed},
		{"hash_mismatches", r.HashMismatches},
		{"leaks", r.Leaks},
	} {
		why := ""
		if count.name == "connect_failed" {
			why = first(r.connectErr)
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
		broken("errors: %s%s", r.errors(), first(r.lostErr))
	}
	if r.MatchesStarted < 1 {
		broken("matches_started 0, under 1")
	}
	if !cfg.endless && r.MatchesFinished < cfg.minFinished {
		broken("matches_finished %d, under %d", r.MatchesFinished, cfg.minFinished)
	}
	r.Pass = len(r.Failed) == 0
}

// first tells why the first of many failed, where that is known.
func first(why error) string {
	if why == nil {
		return ""
	}
	return fmt.Sprintf(" (the first: %v)", why)
}
