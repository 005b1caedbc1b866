package main

import (
	"time"

	"parlor/game"
)

// stay is a bot's time in one match over one connection, and the state frames that came in it.
// How many should have come is told by the time, so that frames that are late or never sent are
// missed too, and by the gaps in their numbers.
type stay struct {
	open   bool
	resume bool      // begun by a resume, so the first frame is due too
	since  time.Time // from when frames are due
	until  time.Time // when the match ended; zero: it goes on
	any    bool      // a frame has come
	last   uint32    // its number: the tick, or the step in a game without a rate
	at     time.Time
	frames int64
	gaps   int64
}

// news is what a frame is, beside those before.
type news int

const (
	firstFrame news = iota // of this stay
	nextFrame
	sameFrame  // the newest one, a second time
	olderFrame // than the newest
)

// frame takes a frame in. After a resume the server may send again what was sent before.
func (s *stay) frame(at time.Time, number uint32, info game.Info) news {
	if !s.open {
		*s = stay{open: true, since: at}
	}
	is := nextFrame
	switch {
	case !s.any:
		is = firstFrame
	case number == s.last:
		return sameFrame
	case number < s.last:
		return olderFrame
	default:
		s.gaps += max(0, int64(number-s.last)/int64(info.SendEvery)-1)
	}
	s.any, s.last, s.at = true, number, at
	s.frames++
	return is
}

// resumed begins a stay in a match that the bot sat in before its connection was lost.
func (s *stay) resumed(at time.Time) { *s = stay{open: true, resume: true, since: at} }

// over stops the time of the match: no frame is due after its end.
func (s *stay) over(at time.Time) {
	if s.open && s.until.IsZero() {
		s.until = at
	}
}

// end closes the stay and answers with how many frames should have come.
func (s *stay) end(at time.Time, info game.Info) (expected, gaps int64) {
	if !s.open {
		return 0, 0
	}
	if !s.until.IsZero() {
		at = s.until
	}
	seated := max(0, at.Sub(s.since))
	var due int64
	switch {
	case info.Rate > 0:
		due = int64(seated) * int64(info.Rate) / (int64(time.Second) * int64(info.SendEvery))
		if !s.resume {
			due++ // the one that it began with
		}
	case s.resume && seated >= time.Second:
		due = 1 // a whole view follows a resume, though nobody moves
	}
	expected, gaps = max(due, s.frames+s.gaps), s.gaps
	*s = stay{}
	return expected, gaps
}
