package main

import (
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parlor/game/room"
	"parlor/matchmaking"
	"parlor/net/session"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// metrics counts what happens, for Prometheus. Every label value is known when it is made: what a
// client sends, or an id, never becomes a series. Its methods may be called from any goroutine and
// never wait; those of a tick neither allocate nor look labels up.
type metrics struct {
	registry *prometheus.Registry
	scrape   http.Handler

	connected     prometheus.Gauge
	connections   labelled
	disconnects   labelled
	received      labelled
	dropped       labelled
	resumes       labelled
	receivedBytes prometheus.Counter
	sentBytes     prometheus.Counter

	games map[string]*gameMeter // not changed once made
	waits map[matchmaking.Name]prometheus.Observer

	spreads map[matchmaking.Name]prometheus.Observer
}

// gameMeter is what is counted for each game.
type gameMeter struct {
	took, late      prometheus.Observer
	skipped, panics prometheus.Counter
	stuck, results  prometheus.Counter
}

var (
	_ session.Meter = (*metrics)(nil)
	_ room.Observer = (*metrics)(nil)
)

// tickBuckets are finest where a tick should be: 60 of them a second leave 16 ms for each.
var tickBuckets = []float64{
	50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 16e-3, 25e-3, 50e-3, 100e-3, 250e-3, 500e-3, 1,
}

// spreadBuckets are in the units of mu, of which a newcomer has 25.
var spreadBuckets = []float64{.5, 1, 2, 3, 4, 6, 8, 12, 16, 24}

var waitBuckets = []float64{.05, .1, .25, .5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300}

// newMetrics makes the metrics of a server that hosts these games and has these queues.
func newMetrics(version string, games []string, queues []matchmaking.Name) *metrics {
	r := prometheus.NewRegistry()
	codes := codeNames()
	m := &metrics{
		registry: r,
		scrape:   promhttp.HandlerFor(r, promhttp.HandlerOpts{MaxRequestsInFlight: 4}),
		connected: gauge(r, "parlor_connections",
			"Connections that are past their hello."),
		connections: newLabelled(r, "parlor_connections_total", "Connections, by how they began: ok, or why not.", "result",
			append(codes, "ok", "subprotocol", "per_ip", "per_ip_rate", "upgrade")),
		disconnects: newLabelled(r, "parlor_disconnects_total", "Connections that ended: gone, or the code they were closed with.", "reason",
			append(codes, "gone")),
		received: newLabelled(r, "parlor_messages_received_total", "Messages from clients; a frame may hold several.", "type",
			[]string{"ack", "away", "call", "inputs", "ping"}),
		dropped: newLabelled(r, "parlor_messages_dropped_total", "Frames from clients that were not served.", "reason",
			[]string{"bad", "rate"}),
		resumes: newLabelled(r, "parlor_resume_total", "Sessions that somebody came back for, and whether he got in.", "result",
			[]string{"ok", "expired", "unauthenticated"}),
		receivedBytes: counter(r, "parlor_received_bytes_total", "Bytes of frames from clients."),
		sentBytes:     counter(r, "parlor_sent_bytes_total", "Bytes of frames to clients."),
		games:         map[string]*gameMeter{},
		waits:         map[matchmaking.Name]prometheus.Observer{},
		spreads:       map[matchmaking.Name]prometheus.Observer{},
	}
	m.addGames(games)
	m.addQueues(queues)
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "parlor_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "go_version": runtime.Version()},
	})
	build.Set(1)
	r.MustRegister(build, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) addGames(games []string) {
	byGame := []string{"game"}
	took := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "parlor_tick_duration_seconds", Help: "Time a tick's step took.", Buckets: tickBuckets,
	}, byGame)
	late := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "parlor_tick_lateness_seconds", Help: "Time by which a tick began after it was due.", Buckets: tickBuckets,
	}, byGame)
	skipped := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parlor_ticks_skipped_total", Help: "Ticks that a room's schedule slipped by, for want of time.",
	}, byGame)
	panics := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parlor_room_panics_total", Help: "Matches that ended because their rules panicked.",
	}, byGame)
	stuck := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parlor_room_stuck_total", Help: "Times that a room had not come back from its rules after a second.",
	}, byGame)
	results := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parlor_results_total", Help: "Results that rooms have handed over for the boards.",
	}, byGame)
	m.registry.MustRegister(took, late, skipped, panics, stuck, results)
	for _, name := range games {
		m.games[name] = &gameMeter{
			took: took.WithLabelValues(name), late: late.WithLabelValues(name),
			skipped: skipped.WithLabelValues(name), panics: panics.WithLabelValues(name),
			stuck: stuck.WithLabelValues(name), results: results.WithLabelValues(name),
		}
	}
}

func (m *metrics) addQueues(queues []matchmaking.Name) {
	waits := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "parlor_matchmaking_wait_seconds", Help: "Time from a ticket to its match.", Buckets: waitBuckets,
	}, []string{"queue"})
	spreads := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "parlor_matchmaking_spread", Help: "From the lowest rating in a match to the highest.", Buckets: spreadBuckets,
	}, []string{"queue"})
	m.registry.MustRegister(waits, spreads)
	for _, name := range queues {
		m.waits[name], m.spreads[name] = waits.WithLabelValues(queueLabel(name)), spreads.WithLabelValues(queueLabel(name))
	}
}

// ServeHTTP answers a scrape.
func (m *metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.scrape.ServeHTTP(w, r)
}

// Connected and those below implement session.Meter.
func (m *metrics) Connected() {
	m.connected.Inc()
	m.connections.inc("ok")
}

// Refused takes the names of wire codes, and what net/ws says.
func (m *metrics) Refused(why string) { m.connections.inc(strings.ToLower(why)) }

func (m *metrics) Disconnected(why string) {
	m.connected.Dec()
	m.disconnects.inc(strings.ToLower(why))
}

func (m *metrics) Resumed(result string) { m.resumes.inc(result) }

func (m *metrics) Received(kind string, bytes int) {
	m.received.inc(kind)
	m.receivedBytes.Add(float64(bytes))
}

func (m *metrics) Dropped(why string) { m.dropped.inc(why) }

func (m *metrics) Sent(bytes int) { m.sentBytes.Add(float64(bytes)) }

func (m *metrics) Waited(queue matchmaking.Name, d time.Duration) {
	if w := m.waits[queue]; w != nil {
		w.Observe(d.Seconds())
	}
}

func (m *metrics) Matched(queue matchmaking.Name, spread float64) {
	if s := m.spreads[queue]; s != nil {
		s.Observe(spread)
	}
}

// Ticked and those below implement room.Observer.
func (m *metrics) Ticked(game string, took, late time.Duration) {
	if g := m.games[game]; g != nil {
		g.took.Observe(took.Seconds())
		g.late.Observe(late.Seconds())
	}
}

func (m *metrics) Skipped(game string, ticks int64) {
	if g := m.games[game]; g != nil {
		g.skipped.Add(float64(ticks))
	}
}

func (m *metrics) Panicked(game string) {
	if g := m.games[game]; g != nil {
		g.panics.Inc()
	}
}

// Results counts what a game's rooms have handed over for the boards.
func (m *metrics) Results(game string, n int) {
	if g := m.games[game]; g != nil {
		g.results.Add(float64(n))
	}
}

func (m *metrics) Stuck(game string) {
	if g := m.games[game]; g != nil {
		g.stuck.Inc()
	}
}

// labelled is a counter for each value that its label can have. Any other counts as "other".
type labelled map[string]prometheus.Counter

func newLabelled(r prometheus.Registerer, name, help, label string, values []string) labelled {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
	r.MustRegister(vec)
	l := labelled{"other": vec.WithLabelValues("other")}
	for _, v := range values {
		l[v] = vec.WithLabelValues(v)
	}
	return l
}

func (l labelled) inc(value string) {
	c := l[value]
	if c == nil {
		c = l["other"]
	}
	c.Inc()
}

func counter(r prometheus.Registerer, name, help string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	r.MustRegister(c)
	return c
}

func gauge(r prometheus.Registerer, name, help string) prometheus.Gauge {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	r.MustRegister(g)
	return g
}

// codeNames are the codes of the wire as label values. Capacity is cut, so that each append copies.
func codeNames() []string {
	var names []string
	for code := range pb.Code_name {
		if pb.Code(code) != pb.Code_CODE_UNSPECIFIED {
			names = append(names, strings.ToLower(wire.CodeName(pb.Code(code))))
		}
	}
	return names[:len(names):len(names)]
}

// queueLabel is "snakes", or "snakes/ranked" where there is a mode.
func queueLabel(name matchmaking.Name) string {
	if name.Mode == "" {
		return name.Game
	}
	return name.Game + "/" + name.Mode
}
