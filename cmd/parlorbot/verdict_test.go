package main

import (
	"errors"
	"slices"
	"testing"

	"parlor/cmd/parlorbot/link"
)

func TestTheVerdictNamesWhatIsBroken(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(r *report)
		endless bool
		failed  []string
	}{
		{"all is well", func(*report) {}, false, nil},
		{"just enough frames", func(r *report) { r.StateFrames = 995 }, false, nil},
		{"an endless game has no end", func(r *report) { r.MatchesFinished = 0 }, true, nil},
		{"resumes are no fault", func(r *report) { r.Resumes = 12 }, false, nil},
		{"more frames than expected", func(r *report) { r.StateFrames = 1001 }, false, nil},

		{"a bot is missing", func(r *report) { r.Connected = 9 }, false,
			[]string{"connected 9 of 10 bots"}},
		{"a connection failed", func(r *report) { r.ConnectFailed, r.connectErr = 2, errors.New("dial: refused") }, false,
			[]string{"connect_failed 2, over 0 (the first: dial: refused)"}},
		{"a resume failed", func(r *report) { r.ResumeFailed = 1 }, false,
			[]string{"resume_failed 1, over 0"}},
		{"a view is not the server's", func(r *report) { r.HashMismatches = 3 }, false,
			[]string{"hash_mismatches 3, over 0"}},
		{"a view leaks", func(r *report) { r.Leaks = 1 }, false,
			[]string{"leaks 1, over 0"}},
		{"frames are missing", func(r *report) { r.StateFrames = 981 }, false,
			[]string{"state_frames 98.1 % of expected, under 99.5 %"}},
		{"a little under does not read like enough", func(r *report) { r.StateFrames, r.StateExpected = 99_499, 100_000 }, false,
			[]string{"state_frames 99.4 % of expected, under 99.5 %"}},
		{"no view came", func(r *report) { r.StateFrames, r.StateExpected = 0, 0 }, false,
			[]string{"state_frames 0: no view came"}},
		{"a connection is lost", func(r *report) { r.Errors["LOST"], r.lostErr = 2, errors.New("EOF") }, false,
			[]string{"errors: LOST 2 (the first: EOF)"}},
		{"errors", func(r *report) { r.Errors = map[string]int{"TOO_SLOW": 1, "REFUSED": 3} }, false,
			[]string{"errors: REFUSED 3, TOO_SLOW 1"}},
		{"nothing began", func(r *report) { r.MatchesStarted, r.StateFrames, r.StateExpected = 0, 0, 0 }, true,
			[]string{"matches_started 0, under 1"}},
		{"interrupted", func(r *report) { r.Interrupted = true }, false,
			[]string{"interrupted: the run has not come to its end"}},
		{"nothing ended", func(r *report) { r.MatchesFinished = 0 }, false,
			[]string{"matches_finished 0, under 1"}},
		{"two at once", func(r *report) { r.Connected, r.HashMismatches = 0, 1 }, false,
			[]string{"connected 0 of 10 bots", "hash_mismatches 1, over 0"}},
	} {
		r := report{
			Bots: 10, Connected: 10, MatchesStarted: 20, MatchesFinished: 18,
			StateFrames: 1000, StateExpected: 1000, Errors: map[string]int{}, Failed: []string{},
		}
		c.change(&r)
		r.judge(config{minFrames: 99.5, minFinished: 1, endless: c.endless})
		if !slices.Equal(r.Failed, c.failed) || r.Pass != (len(c.failed) == 0) {
			t.Errorf("%s: pass %v, failed %q, want %q", c.name, r.Pass, r.Failed, c.failed)
		}
	}
}

// TestALinkExcusesWhatItDoes and nothing that the server does.
func TestALinkExcusesWhatItDoes(t *testing.T) {
	for _, p := range link.Profiles {
		want, ok := minFrames[p.Name]
		if !ok {
			t.Errorf("no share of frames for %s", p.Name)
		}
		cut := report{
			Bots: 10, Connected: 10, MatchesStarted: 20, ConnectFailed: 3,
			StateFrames: int64(want * 100), StateExpected: 10_000, Errors: map[string]int{}, Failed: []string{},
		}
		cfg := config{link: p, minFrames: want, endless: true}
		refused := cut
		refused.connectRefused = 2
		if cut.judge(cfg); cut.Pass != p.Breaks() {
			t.Errorf("%s: connections that died on the way: %q", p.Name, cut.Failed)
		}
		if refused.judge(cfg); refused.Pass {
			t.Errorf("%s: passed though the server refused some", p.Name)
		}
	}
}
