package session

import (
	"bytes"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"
)

// lookEvery is how often rooms are looked at: one that does not come back from its rules is told of.
// Nothing can end it: Go has no way to stop a goroutine that does not stop itself.
const lookEvery = time.Second / 4

// watch looks at all rooms from time to time. It runs until end is called, which waits for it.
func (s *Server) watch() (end func()) {
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		look := time.NewTicker(lookEvery)
		defer look.Stop()
		told := map[*place]time.Time{}
		for {
			select {
			case now := <-look.C:
				told = s.tellStuck(now, told)
			case <-stop:
				return
			}
		}
	}()
	return func() { close(stop); <-ended }
}

// tellStuck logs the rooms that are stuck and were not told of yet. It answers with all that are.
// Told is by the time since when a room is busy: one that came back may get stuck again.
func (s *Server) tellStuck(now time.Time, told map[*place]time.Time) (stuck map[*place]time.Time) {
	var stacks string // of all goroutines: taken once for all rooms
	stuck = map[*place]time.Time{}
	for _, p := range s.places() {
		card := p.room.Info()
		if !card.Stuck(now) {
			continue
		}
		stuck[p] = card.Busy
		if told[p].Equal(card.Busy) {
			continue
		}
		if stacks == "" {
			stacks = goroutines()
		}
		s.cfg.Logger.Error("rules do not return", "room", card.ID, "game", card.Game, "match", card.Match,
			"tick", card.Tick, "since", card.Busy.UTC(), "stack", stackOf(card.ID, stacks))
		if s.cfg.Observe != nil {
			s.cfg.Observe.Stuck(card.Game)
		}
	}
	return stuck
}

// goroutines are the stacks of all goroutines with their labels, as pprof prints them: those that
// are alike together, an empty line between.
func goroutines() string {
	var all bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&all, 1) // a buffer takes everything
	return all.String()
}

// stackOf finds the stack of a room's goroutine by the label that start has given it.
func stackOf(room, stacks string) string {
	for stack := range strings.SplitSeq(stacks, "\n\n") {
		if strings.Contains(stack, `"room":`+strconv.Quote(room)) {
			return stack
		}
	}
	return ""
}
