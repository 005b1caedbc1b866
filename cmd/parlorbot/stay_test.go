package main

import (
	"testing"
	"time"

	"parlor/game"
)

var (
	midnight = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ticking  = game.Info{Rate: 20, SendEvery: 1}
	stepping = game.Info{SendEvery: 1}
)

// after is so many milliseconds past midnight.
func after(ms int) time.Time { return midnight.Add(time.Duration(ms) * time.Millisecond) }

func TestExpectedFramesAreThoseThatTimeAndNumbersTell(t *testing.T) {
	type frame struct {
		ms     int
		number uint32
	}
	for _, c := range []struct {
		name     string
		info     game.Info
		frames   []frame
		over     int // 0: the match goes on
		end      int
		expected int64
		gaps     int64
	}{
		{"nothing came, nothing was due", ticking, nil, 0, 1000, 0, 0},
		{"all on time", ticking, []frame{{0, 7}, {50, 8}, {100, 9}, {150, 10}}, 0, 180, 4, 0},
		{"the last is due at the end", ticking, []frame{{0, 7}, {50, 8}, {100, 9}}, 0, 150, 4, 0},
		{"one is left out", ticking, []frame{{0, 7}, {50, 8}, {150, 10}}, 0, 160, 4, 1},
		{"they stop coming", ticking, []frame{{0, 7}, {50, 8}}, 0, 1000, 21, 0},
		{"the clock of the match is slow", ticking, []frame{{0, 7}, {100, 8}, {200, 9}}, 0, 200, 5, 0},
		{"numbers tell more than the time", ticking, []frame{{0, 7}, {50, 12}}, 0, 60, 6, 4},
		{"the match ends first", ticking, []frame{{0, 7}, {50, 8}}, 50, 5000, 2, 0},
		{"every third tick", game.Info{Rate: 60, SendEvery: 3}, []frame{{0, 3}, {50, 6}, {150, 12}}, 0, 160, 4, 1},
		{"no rate: silence is no loss", stepping, []frame{{0, 0}, {300, 1}}, 0, 60_000, 2, 0},
		{"no rate: a step is left out", stepping, []frame{{0, 0}, {300, 1}, {900, 4}}, 0, 1000, 5, 2},
	} {
		var s stay
		for _, f := range c.frames {
			s.frame(after(f.ms), f.number, c.info)
		}
		if c.over > 0 {
			s.over(after(c.over))
		}
		if expected, gaps := s.end(after(c.end), c.info); expected != c.expected || gaps != c.gaps {
			t.Errorf("%s: expected %d with %d gaps, want %d and %d", c.name, expected, gaps, c.expected, c.gaps)
		}
		if s.open {
			t.Errorf("%s: still open", c.name)
		}
	}
}

func TestAResumeIsFollowedByFrames(t *testing.T) {
	for _, c := range []struct {
		name     string
		info     game.Info
		seated   int
		expected int64
	}{
		{"a rate", ticking, 1000, 20},
		{"a rate, lost again at once", ticking, 40, 0},
		{"no rate: a whole view is due", stepping, 1000, 1},
		{"no rate, lost again at once", stepping, 40, 0},
	} {
		var s stay
		s.resumed(after(0))
		if expected, _ := s.end(after(c.seated), c.info); expected != c.expected {
			t.Errorf("%s: expected %d, want %d", c.name, expected, c.expected)
		}
	}
}

func TestAFrameIsKnownForWhatItIs(t *testing.T) {
	var s stay
	for i, f := range []struct {
		number uint32
		want   news
	}{{5, firstFrame}, {6, nextFrame}, {6, sameFrame}, {5, olderFrame}, {8, nextFrame}} {
		if got := s.frame(after(50*i), f.number, ticking); got != f.want {
			t.Errorf("frame %d, number %d: %d, want %d", i, f.number, got, f.want)
		}
	}
	if s.frames != 3 {
		t.Errorf("%d frames counted, want 3", s.frames)
	}
}
