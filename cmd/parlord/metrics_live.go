package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parlor/game/room"
	"parlor/leaderboard"
	"parlor/matchmaking"
)

// live is where metrics finds what is now, when it is scraped.
type live struct {
	rooms   func() []room.Info
	queues  func(context.Context) ([]matchmaking.Depth, error)
	counts  func() (sessions, connected int)
	seated  func() int
	results func() leaderboard.RecorderStats
}

// asleepState is the state of rooms that play, but whose clock stands because nobody is connected.
const asleepState = "asleep"

var roomStates = []string{
	room.Opening.String(), room.Lobby.String(), room.Playing.String(), asleepState, room.Ended.String(), room.Closed.String(),
}

var (
	roomsDesc = prometheus.NewDesc("parlor_rooms",
		"Rooms, by what they do.", []string{"game", "state"}, nil)
	playersDesc = prometheus.NewDesc("parlor_players",
		"People who hold a seat, connected or not.", []string{"game"}, nil)
	sessionsDesc = prometheus.NewDesc("parlor_sessions",
		"Sessions that are kept, connected or not.", nil, nil)
	seatedDesc = prometheus.NewDesc("parlor_connections_seated",
		"Connections that rooms read and write at their ticks, without a goroutine for each.", nil, nil)
	ticketsDesc = prometheus.NewDesc("parlor_matchmaking_tickets",
		"Tickets that wait for a match.", []string{"queue"}, nil)
	waitersDesc = prometheus.NewDesc("parlor_matchmaking_players",
		"People who wait for a match, alone or in parties.", []string{"queue"}, nil)
	endsDesc = prometheus.NewDesc("parlor_matchmaking_tickets_ended_total",
		"Tickets, by how they ended.", []string{"queue", "end"}, nil)
	matchesDesc = prometheus.NewDesc("parlor_matchmaking_matches_total",
		"Matches that were made.", []string{"queue"}, nil)
	botSeatsDesc = prometheus.NewDesc("parlor_matchmaking_bot_seats_total",
		"Seats that a match could not begin without, and that nobody was found for.", []string{"queue"}, nil)
	writesDesc = prometheus.NewDesc("parlor_leaderboard_writes_total",
		"Results: taken by the store, refused by it for good, or dropped before it could have them.", []string{"result"}, nil)
	retriesDesc = prometheus.NewDesc("parlor_leaderboard_retries_total",
		"Failed writes of results, each of which was tried again.", nil, nil)
	waitingDesc = prometheus.NewDesc("parlor_results_waiting",
		"Results that the store has not taken yet.", nil, nil)
)

// watch makes a scrape tell what is now. It is called once, when there is something to look at.
func (m *metrics) watch(l live) {
	m.registry.MustRegister(&liveCollector{live: l, metrics: m})
}

// liveCollector asks when it is scraped, so that nothing needs to be kept in step.
type liveCollector struct {
	live
	metrics *metrics
}

// Describe implements prometheus.Collector.
func (c *liveCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		roomsDesc, playersDesc, sessionsDesc, seatedDesc, ticketsDesc, waitersDesc, endsDesc, matchesDesc, botSeatsDesc,
		writesDesc, retriesDesc, waitingDesc,
	} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c *liveCollector) Collect(to chan<- prometheus.Metric) {
	set := func(d *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, kind, value, labels...)
	}
	c.collectRooms(set)
	c.collectTickets(set)
	sessions, _ := c.counts()
	set(sessionsDesc, prometheus.GaugeValue, float64(sessions))
	set(seatedDesc, prometheus.GaugeValue, float64(c.seated()))
	stats := c.results()
	set(writesDesc, prometheus.CounterValue, float64(stats.Written), "written")
	set(writesDesc, prometheus.CounterValue, float64(stats.Refused), "refused")
	set(writesDesc, prometheus.CounterValue, float64(stats.Dropped), "dropped")
	set(retriesDesc, prometheus.CounterValue, float64(stats.Retried))
	set(waitingDesc, prometheus.GaugeValue, float64(stats.Queued))
}

type setter func(d *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string)

// collectRooms tells zeros too: a series that vanishes looks like a fault.
func (c *liveCollector) collectRooms(set setter) {
	type key struct{ game, state string }
	rooms, players := map[key]int{}, map[string]int{}
	for _, info := range c.rooms() {
		state := info.Phase.String()
		if info.Phase == room.Playing && info.Asleep {
			state = asleepState
		}
		rooms[key{info.Game, state}]++
		players[info.Game] += info.Players
	}
	for game := range c.metrics.games {
		for _, state := range roomStates {
			set(roomsDesc, prometheus.GaugeValue, float64(rooms[key{game, state}]), game, state)
		}
		set(playersDesc, prometheus.GaugeValue, float64(players[game]), game)
	}
}

// collectTickets leaves the queues out when they do not answer: they end before the server does.
func (c *liveCollector) collectTickets(set setter) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	depths, err := c.queues(ctx)
	if err != nil {
		return
	}
	for _, d := range depths {
		if c.metrics.waits[d.Queue] == nil {
			continue
		}
		queue := queueLabel(d.Queue)
		set(ticketsDesc, prometheus.GaugeValue, float64(d.Waiting), queue)
		set(waitersDesc, prometheus.GaugeValue, float64(d.Players), queue)
		for _, end := range []struct {
			name string
			n    uint64
		}{{"matched", d.Counts.Matched}, {"cancelled", d.Counts.Removed}, {"timed_out", d.Counts.TimedOut}, {"not_accepted", d.Counts.NotAccepted}} {
			set(endsDesc, prometheus.CounterValue, float64(end.n), queue, end.name)
		}
		set(matchesDesc, prometheus.CounterValue, float64(d.Counts.Matches), queue)
		set(botSeatsDesc, prometheus.CounterValue, float64(d.Counts.Bots), queue)
	}
}
