package session_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/matchmaking"
	"parlor/net/session"
	pb "parlor/proto/parlor/v1"
)

// lockedBuffer is written by loggers of many goroutines.
type lockedBuffer struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}

// trap is a game whose tick, at tick 20 and at tick 40, does not return before the test says so.
type trap struct {
	tape
	release chan struct{}
}

func (g *trap) Tick(t *game.Tick) {
	if t.N%20 == 0 {
		neverReturns(g.release)
	}
}

func neverReturns(until chan struct{}) { <-until }

// stuckCount counts what the watchdog tells; the rest is not looked at.
type stuckCount struct {
	mu    sync.Mutex
	games []string
}

func (*stuckCount) Ticked(string, time.Duration, time.Duration) {}
func (*stuckCount) Skipped(string, int64)                       {}
func (*stuckCount) Panicked(string)                             {}
func (c *stuckCount) Stuck(game string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.games = append(c.games, game)
}

// A room whose rules never returned was seen by nobody: it has no panic, no lateness, no log.
func TestRulesThatDoNotReturnAreToldOfOnceWithTheirStack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lockedBuffer
		var count stuckCount
		release := make(chan struct{})
		g := spec{Name: "trap", Seats: game.Exactly(1), Rate: 20, New: func(*game.Tick) logic { return &trap{release: release} }}
		h := openWith(t, session.Config{
			Games: []game.Kind{solo, g}, Observe: &count, Logger: slog.New(slog.NewTextHandler(&log, nil)),
			Rules: map[matchmaking.Name]matchmaking.Rule{{Game: "solo"}: {Min: 1, Max: 1}, {Game: "trap"}: {Min: 1, Max: 1}},
		})
		ann, bob := h.guest(), h.guest()
		bob.play("solo")
		ann.play("trap")
		time.Sleep(1500 * time.Millisecond) // half a second in tick 20
		if strings.Contains(log.String(), "level=ERROR") {
			t.Fatalf("told too soon: %s", log.String())
		}
		time.Sleep(10 * time.Second)
		text := log.String()
		if strings.Count(text, "rules do not return") != 1 {
			t.Fatalf("told %d times: %s", strings.Count(text, "rules do not return"), text)
		}
		for _, want := range []string{"level=ERROR", "game=trap", "room=" + ann.place(), "match=" + ann.place() + "-1", "neverReturns"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in %s", want, text)
			}
		}
		for _, info := range h.server.Rooms() {
			if stuck := info.Stuck(time.Now()); stuck != (info.Game == "trap") {
				t.Errorf("a room of %s is stuck: %v", info.Game, stuck)
			}
		}
		release <- struct{}{}
		time.Sleep(10 * time.Second) // tick 40
		close(release)
		if n := strings.Count(log.String(), "rules do not return"); n != 2 {
			t.Errorf("stuck again, and told %d times: %s", n, log.String())
		}
		count.mu.Lock()
		defer count.mu.Unlock()
		if strings.Join(count.games, " ") != "trap trap" {
			t.Errorf("counted %q", count.games)
		}
		if bob.room.GetPhase() != pb.Phase_PHASE_PLAYING {
			t.Errorf("the other room: %v", bob.room)
		}
	})
}

// Connections waited for the room to take them over, with nobody to close them: whoever came again and
// again left one each time.
func TestAConnectionThatWaitsForAStuckRoomIsClosedWhenItIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		g := spec{Name: "trap", Seats: game.Exactly(1), Rate: 20, New: func(*game.Tick) logic { return &trap{release: release} }}
		h := openWith(t, session.Config{
			Games: []game.Kind{g}, Logger: quietly(), Rules: map[matchmaking.Name]matchmaking.Rule{{Game: "trap"}: {Min: 1, Max: 1}},
		})
		ann := h.guest()
		ann.play("trap")
		time.Sleep(1500 * time.Millisecond) // half a second in tick 20
		ann.takeOver()
		ann.put(ann.pipe, &pb.ClientFrame{Ping: &pb.Ping{T: 1}})
		time.Sleep(100 * time.Millisecond)
		waits := ann.pipe
		ann.takeOver()
		time.Sleep(100 * time.Millisecond)
		if code := waits.closed(); code != 4107 {
			t.Errorf("closed with %d, want 4107", code)
		}
		close(release)
		ann.until("the room goes on", func() bool { return ann.tick > 20 })
	})
}
