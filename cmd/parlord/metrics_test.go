package main

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"parlor/game/room"
	"parlor/leaderboard"
	"parlor/matchmaking"
)

var blitz = matchmaking.Name{Game: "tictactoe", Mode: "blitz"}

// testMetrics are the metrics of a server with two games, in which little goes on.
func testMetrics() (*metrics, *live) {
	m := newMetrics("v1.2.3", []string{"snakes", "tictactoe"}, []matchmaking.Name{{Game: "snakes"}, blitz})
	l := live{
		rooms: func() []room.Info {
			return []room.Info{
				{ID: "room-one", Game: "snakes", Phase: room.Playing, Players: 3, Away: 1},
				{ID: "room-two", Game: "snakes", Phase: room.Playing, Players: 4},
				{ID: "room-three", Game: "snakes", Phase: room.Playing, Players: 1, Away: 1, Asleep: true},
				{ID: "room-four", Game: "tictactoe", Phase: room.Ended, Players: 2},
			}
		},
		queues: func(context.Context) ([]matchmaking.Depth, error) {
			return []matchmaking.Depth{{Queue: matchmaking.Name{Game: "snakes"}}, {
				Queue: blitz, Waiting: 5, Players: 7,
				Counts: matchmaking.Counts{Added: 60, Matched: 40, Removed: 9, TimedOut: 4, NotAccepted: 2, Matches: 19, Bots: 3},
			}}, nil
		},
		counts: func() (sessions, connected int) { return 31, 29 },
		seated: func() int { return 17 },
		results: func() leaderboard.RecorderStats {
			return leaderboard.RecorderStats{Queued: 11, Written: 222, Retried: 3, Refused: 44, Dropped: 5}
		},
	}
	m.watch(live{
		rooms:   func() []room.Info { return l.rooms() },
		queues:  func(ctx context.Context) ([]matchmaking.Depth, error) { return l.queues(ctx) },
		counts:  func() (int, int) { return l.counts() },
		seated:  func() int { return l.seated() },
		results: func() leaderboard.RecorderStats { return l.results() },
	})
	return m, &l
}

func scrape(t *testing.T, m *metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func wantLines(t *testing.T, text string, lines ...string) {
	t.Helper()
	all := strings.Split(text, "\n")
	for _, line := range lines {
		if !slices.Contains(all, line) {
			t.Errorf("no line %q", line)
		}
	}
	if t.Failed() {
		for _, line := range all {
			if strings.HasPrefix(line, "parlor_") && !strings.Contains(line, "_bucket") {
				t.Log(line)
			}
		}
	}
}

func TestAScrapeTellsWhatIsNow(t *testing.T) {
	m, _ := testMetrics()
	wantLines(t, scrape(t, m),
		`parlor_rooms{game="snakes",state="playing"} 2`,
		`parlor_rooms{game="snakes",state="asleep"} 1`,
		`parlor_rooms{game="tictactoe",state="ended"} 1`,
		`parlor_rooms{game="tictactoe",state="playing"} 0`,
		`parlor_players{game="snakes"} 8`,
		`parlor_players{game="tictactoe"} 2`,
		`parlor_sessions 31`, `parlor_connections_seated 17`,
		`parlor_matchmaking_tickets{queue="snakes"} 0`,
		`parlor_matchmaking_tickets{queue="tictactoe/blitz"} 5`,
		`parlor_matchmaking_players{queue="tictactoe/blitz"} 7`,
		`parlor_matchmaking_tickets_ended_total{end="matched",queue="tictactoe/blitz"} 40`,
		`parlor_matchmaking_tickets_ended_total{end="cancelled",queue="tictactoe/blitz"} 9`,
		`parlor_matchmaking_tickets_ended_total{end="timed_out",queue="tictactoe/blitz"} 4`,
		`parlor_matchmaking_tickets_ended_total{end="not_accepted",queue="tictactoe/blitz"} 2`,
		`parlor_matchmaking_tickets_ended_total{end="matched",queue="snakes"} 0`,
		`parlor_matchmaking_matches_total{queue="tictactoe/blitz"} 19`,
		`parlor_matchmaking_bot_seats_total{queue="tictactoe/blitz"} 3`,
		`parlor_leaderboard_writes_total{result="written"} 222`,
		`parlor_leaderboard_writes_total{result="refused"} 44`,
		`parlor_leaderboard_writes_total{result="dropped"} 5`,
		`parlor_leaderboard_retries_total 3`,
		`parlor_results_waiting 11`,
	)
}

func TestAScrapeTellsWhatHappened(t *testing.T) {
	m, _ := testMetrics()
	m.Connected()
	m.Connected()
	m.Disconnected("TOO_SLOW")
	m.Refused("EXPIRED")
	m.Refused("per_ip")
	m.Resumed("ok")
	m.Received("inputs", 40)
	m.Received("call", 0)
	m.Dropped("rate")
	m.Sent(1000)
	m.Waited(blitz, 1500*time.Millisecond)
	m.Matched(blitz, 3.5)
	m.Ticked("snakes", 200*time.Microsecond, 3*time.Millisecond)
	m.Skipped("snakes", 7)
	m.Panicked("tictactoe")
	m.Stuck("snakes")
	wantLines(t, scrape(t, m),
		`parlor_connections 1`,
		`parlor_connections_total{result="ok"} 2`,
		`parlor_connections_total{result="expired"} 1`,
		`parlor_connections_total{result="per_ip"} 1`,
		`parlor_disconnects_total{reason="too_slow"} 1`,
		`parlor_resume_total{result="ok"} 1`,
		`parlor_messages_received_total{type="inputs"} 1`,
		`parlor_messages_received_total{type="call"} 1`,
		`parlor_received_bytes_total 40`,
		`parlor_messages_dropped_total{reason="rate"} 1`,
		`parlor_sent_bytes_total 1000`,
		`parlor_matchmaking_wait_seconds_bucket{queue="tictactoe/blitz",le="1"} 0`,
		`parlor_matchmaking_wait_seconds_bucket{queue="tictactoe/blitz",le="2"} 1`,
		`parlor_matchmaking_spread_bucket{queue="tictactoe/blitz",le="3"} 0`,
		`parlor_matchmaking_spread_bucket{queue="tictactoe/blitz",le="4"} 1`,
		`parlor_tick_duration_seconds_bucket{game="snakes",le="0.0001"} 0`,
		`parlor_tick_duration_seconds_bucket{game="snakes",le="0.00025"} 1`,
		`parlor_tick_lateness_seconds_sum{game="snakes"} 0.003`,
		`parlor_tick_lateness_seconds_count{game="snakes"} 1`,
		`parlor_ticks_skipped_total{game="snakes"} 7`,
		`parlor_room_panics_total{game="tictactoe"} 1`,
		`parlor_room_panics_total{game="snakes"} 0`,
		`parlor_room_stuck_total{game="snakes"} 1`,
	)
}

func TestAScrapeTellsWhatRuns(t *testing.T) {
	m, _ := testMetrics()
	text := scrape(t, m)
	if !strings.Contains(text, `parlor_build_info{go_version="go`) || !strings.Contains(text, `version="v1.2.3"} 1`) {
		t.Error("no build info")
	}
	for _, want := range []string{"\ngo_goroutines ", "\nprocess_cpu_seconds_total "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestEverySeriesIsThereBeforeAnythingHappens(t *testing.T) {
	m, _ := testMetrics()
	before := series(t, m)
	for i, why := range []string{"ok", "GONE", "gone", "BAD_REQUEST", "subprotocol", "room-one", "a\"}b", "", strings.Repeat("x", 9999)} {
		m.Connected()
		m.Refused(why)
		m.Disconnected(why)
		m.Resumed(why)
		m.Received(why, i)
		m.Dropped(why)
		m.Waited(matchmaking.Name{Game: why, Mode: why}, time.Second)
		m.Matched(matchmaking.Name{Game: why, Mode: why}, 1)
		m.Ticked(why, time.Second, time.Second)
		m.Skipped(why, 1)
		m.Panicked(why)
		m.Stuck(why)
	}
	after := series(t, m)
	if !slices.Equal(before, after) {
		t.Errorf("%d series have become %d", len(before), len(after))
	}
	if !strings.Contains(scrape(t, m), `parlor_messages_received_total{type="other"} 9`) {
		t.Error("what is unknown does not count as other")
	}
}

func TestNoIdIsALabel(t *testing.T) {
	m, l := testMetrics()
	l.rooms = func() []room.Info {
		return []room.Info{{ID: "room-one", Match: "room-one-1", Game: "not-hosted", Phase: room.Playing}}
	}
	l.queues = func(context.Context) ([]matchmaking.Depth, error) {
		return []matchmaking.Depth{{Queue: matchmaking.Name{Game: "not-hosted"}, Waiting: 1}}, nil
	}
	allowed := []string{"game", "state", "queue", "end", "result", "reason", "type", "le", "version", "go_version"}
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if !strings.HasPrefix(family.GetName(), "parlor_") {
			continue
		}
		for _, metric := range family.Metric {
			for _, l := range metric.Label {
				if !slices.Contains(allowed, l.GetName()) {
					t.Errorf("%s has label %s", family.GetName(), l.GetName())
				}
				if strings.Contains(l.GetValue(), "room-") || strings.Contains(l.GetValue(), "not-hosted") {
					t.Errorf("%s has %s=%q", family.GetName(), l.GetName(), l.GetValue())
				}
			}
		}
	}
}

func TestMetricsAreNamedAsPrometheusAsksFor(t *testing.T) {
	m, _ := testMetrics()
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestMetricsKeepTheirNames(t *testing.T) {
	m, _ := testMetrics()
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, family := range families {
		if name := family.GetName(); strings.HasPrefix(name, "parlor_") {
			got = append(got, name)
		}
	}
	want := []string{ // in the order of the alphabet; dashboards and alerts rely on them
		"parlor_build_info", "parlor_connections", "parlor_connections_seated", "parlor_connections_total", "parlor_disconnects_total",
		"parlor_leaderboard_retries_total", "parlor_leaderboard_writes_total", "parlor_matchmaking_bot_seats_total",
		"parlor_matchmaking_matches_total", "parlor_matchmaking_players", "parlor_matchmaking_spread", "parlor_matchmaking_tickets", "parlor_matchmaking_tickets_ended_total",
		"parlor_matchmaking_wait_seconds", "parlor_messages_dropped_total", "parlor_messages_received_total",
		"parlor_players", "parlor_received_bytes_total", "parlor_results_total", "parlor_results_waiting", "parlor_resume_total",
		"parlor_room_panics_total", "parlor_room_stuck_total", "parlor_rooms", "parlor_sent_bytes_total", "parlor_sessions",
		"parlor_tick_duration_seconds", "parlor_tick_lateness_seconds", "parlor_ticks_skipped_total",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestAScrapeWorksWithoutTheQueues(t *testing.T) {
	m, l := testMetrics()
	l.queues = func(context.Context) ([]matchmaking.Depth, error) { return nil, errors.New("closed") }
	text := scrape(t, m)
	if strings.Contains(text, "parlor_matchmaking_tickets{") || !strings.Contains(text, "parlor_sessions 31") {
		t.Error("the scrape is not what it should be")
	}
}

func TestATickIsCountedWithoutAllocating(t *testing.T) {
	m, _ := testMetrics()
	if got := testing.AllocsPerRun(1000, func() { m.Ticked("snakes", time.Millisecond, time.Microsecond) }); got != 0 {
		t.Errorf("%v allocations a tick", got)
	}
}

// series are all of ours with their labels, without their values.
func series(t *testing.T, m *metrics) []string {
	t.Helper()
	var all []string
	for line := range strings.SplitSeq(scrape(t, m), "\n") {
		if strings.HasPrefix(line, "parlor_") {
			all = append(all, line[:strings.LastIndexByte(line, ' ')])
		}
	}
	return all
}

func BenchmarkTicked(b *testing.B) {
	m, _ := testMetrics()
	b.ReportAllocs()
	for b.Loop() {
		m.Ticked("snakes", 180*time.Microsecond, 40*time.Microsecond)
	}
}

// Many rooms count at once: the counters are shared.
func BenchmarkTickedByManyRooms(b *testing.B) {
	m, _ := testMetrics()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m.Ticked("snakes", 180*time.Microsecond, 40*time.Microsecond)
		}
	})
}

func BenchmarkScrape(b *testing.B) {
	for _, rooms := range []int{0, 1000} {
		b.Run(fmt.Sprintf("rooms=%d", rooms), func(b *testing.B) {
			m, l := testMetrics()
			infos := make([]room.Info, rooms)
			for i := range infos {
				infos[i] = room.Info{Game: "snakes", Phase: room.Playing, Players: 8}
			}
			l.rooms = func() []room.Info { return infos }
			for b.Loop() {
				m.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/metrics", nil))
			}
		})
	}
}
