package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"parlor/client/demo"
	"parlor/game"
	"parlor/leaderboard"
	"parlor/matchmaking"
	"parlor/net/api"
	"parlor/net/session"
	"parlor/net/ws"
)

// serve wires the server, runs it until ctx ends, then lets matches end and results be written
// within the grace time.
func serve(ctx context.Context, cfg config, log *slog.Logger) error {
	started := time.Now()
	rules, err := queueRules(cfg.queues, cfg.botsAfter)
	if err != nil {
		return fmt.Errorf("read -queues: %w", err)
	}
	key, token, err := loadSecrets(cfg.data)
	if err != nil {
		return err
	}
	store, err := openStore(cfg, log)
	if err != nil {
		return fmt.Errorf("open boards: %w", err)
	}
	defer store.Close()
	public, err := net.Listen("tcp", cfg.listen)
	if err != nil {
		return fmt.Errorf("listen for players: %w", err)
	}
	defer public.Close()
	admin, err := net.Listen("tcp", cfg.admin)
	if err != nil {
		return fmt.Errorf("listen for operators: %w", err)
	}
	defer admin.Close()

	carrier, sockets, err := ws.NewCarrier(cfg.sockets)
	if err != nil {
		return fmt.Errorf("-sockets: %w", err)
	}
	meter := newMetrics(version(), gameNames(), queueNames(rules))
	results, err := beginResults(ctx, cfg, store, log)
	if err != nil {
		return err
	}
	hosting := hosts(cfg, key, rules, meter, results, log)
	hosting.Rating, hosting.Boards = ratingsFrom(store, log), boardsFrom(store)
	if carrier != nil {
		defer carrier.Close()
		hosting.Carrier = carrier
	}
	sessions, err := session.New(hosting)
	if err != nil {
		return err
	}
	results.posted, results.handed = sessions.Posted, meter.Results
	meter.watch(live{
		rooms: sessions.Rooms, queues: sessions.Queues, counts: sessions.Counts, seated: sessions.Seated, results: results.stats,
	})
	upgrades := ws.NewHandler(sessions, ws.Config{
		Origins: cfg.origins, ConnsPerIP: cfg.connsPerIP, ConnectsPerIP: cfg.connectsPerIP, Trusted: cfg.trustProxy, Refused: meter.Refused,
	})
	n := node{
		cfg: cfg, log: log, sessions: sessions, results: results, upgrades: upgrades,
		public: ws.Server(api.Public(api.PublicConfig{
			Boards: store, Ratings: store, Draining: sessions.Draining, Pages: demo.Files, WS: upgrades, Caller: upgrades.ClientIP, Rate: cfg.readsPerIP, Logger: log,
		})),
		admin: ws.Server(api.Admin(api.AdminConfig{
			Node: sessions, Boards: store, Ratings: store, Token: token, Recorder: results.stats, Metrics: meter,
			Version: version(), Started: started, Addr: admin.Addr(), Logger: log,
		})),
	}
	for _, s := range []*http.Server{n.public, n.admin} {
		s.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn) // its own would be info
	}
	log.Info("parlord is ready", "page", pageURL(public.Addr()), "admin", pageURL(admin.Addr()), "boards", boardsAt(cfg),
		"data", cfg.data, "sockets", sockets, "version", version())
	return n.run(ctx, public, admin)
}

// hosts is what the sessions of this node are served with.
func hosts(cfg config, key []byte, rules map[matchmaking.Name]matchmaking.Rule, meter *metrics, results *results, log *slog.Logger) session.Config {
	crashed := &crashes{dir: filepath.Join(cfg.data, "crashes")}
	return session.Config{
		Games: games, Rules: rules, Bots: bots, Key: key,
		Outcome: results.outcome, Scored: results.scored,
		Crashed: func(l *game.Log, _ any) {
			file, err := crashed.keep(l, time.Now())
			if err != nil {
				log.Error("the log of a crashed match cannot be kept", "game", l.Game, "err", err)
				return
			}
			log.Warn("the log of a crashed match is kept", "game", l.Game, "file", file)
		},
		Observe: meter, Meter: meter, Logger: log,
	}
}

// node is the server's parts that run.
type node struct {
	cfg           config
	log           *slog.Logger
	sessions      *session.Server
	results       *results
	upgrades      *ws.Handler
	public, admin *http.Server
}

// closeWithin is the time for rooms to end once they are told to, and then for sockets and pages.
const closeWithin = 2 * time.Second

var errStuck = errors.New("rooms did not end: their rules do not return")

// run serves until ctx ends, or a listener fails. The order of the end: nobody new; matches end,
// or the grace time does; rooms close; results are written; sockets and pages close.
func (n *node) run(ctx context.Context, public, admin net.Listener) error {
	var parts sync.WaitGroup
	failed := make(chan error, 2)
	for _, s := range []struct {
		server *http.Server
		l      net.Listener
	}{{n.public, public}, {n.admin, admin}} {
		parts.Go(func() {
			if err := s.server.Serve(s.l); !errors.Is(err, http.ErrServerClosed) {
				failed <- err
			}
		})
	}
	play, endPlay := context.WithCancel(context.Background())
	defer endPlay()
	rooms := make(chan struct{})
	go func() { defer close(rooms); n.sessions.Run(play) }()
	write, endWrite := context.WithCancel(context.Background())
	defer endWrite()
	written := make(chan error, 1)
	go func() { written <- n.results.run(write) }()

	var cause error
	select {
	case <-ctx.Done():
		n.drain()
	case cause = <-failed:
	}
	_ = public.Close() // those who are sent away now resume, but elsewhere
	endPlay()
	select {
	case <-rooms:
	case <-time.After(closeWithin): // results that there are must be written all the same
		if len(n.sessions.Rooms()) > 0 { // else it is a socket that takes no goodbye
			cause = errors.Join(cause, errStuck)
		}
	}
	endWrite()
	cause = errors.Join(cause, <-written)
	quick, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	n.upgrades.Wait(quick)
	for _, s := range []*http.Server{n.public, n.admin} {
		if err := s.Shutdown(quick); err != nil {
			_ = s.Close() // a reader of pages who will not end must not keep us
		}
	}
	parts.Wait()
	stats := n.results.stats()
	n.log.Info("stopped", "results_written", stats.Written, "results_dropped", stats.Dropped)
	return cause
}

// drain lets matches end, for as long as the grace time.
func (n *node) drain() {
	_, connected := n.sessions.Counts()
	n.log.Info("draining", "grace", n.cfg.grace, "rooms", len(n.sessions.Rooms()), "connected", connected)
	grace, cancel := context.WithTimeout(context.Background(), n.cfg.grace)
	defer cancel()
	n.sessions.Drain(grace)
	if left := len(n.sessions.Rooms()); left > 0 {
		n.log.Warn("the grace time is over: matches are cut off", "rooms", left)
	}
}

func openStore(cfg config, log *slog.Logger) (leaderboard.Store, error) {
	if cfg.redis == "" {
		return leaderboard.OpenEmbedded(filepath.Join(cfg.data, "boards"), leaderboard.EmbeddedConfig{Log: log})
	}
	return leaderboard.Dial(cfg.redis)
}

func boardsAt(cfg config) string {
	if cfg.redis == "" {
		return "embedded"
	}
	return "redis"
}

// pageURL is the address to type into a browser on this machine.
func pageURL(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}

func gameNames() (names []string) {
	for _, k := range games {
		names = append(names, k.Info().Name)
	}
	return names
}

func queueNames(rules map[matchmaking.Name]matchmaking.Rule) (names []matchmaking.Name) {
	for name := range rules {
		names = append(names, name)
	}
	return names
}
