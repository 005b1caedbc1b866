// Package api is Parlor over HTTP: demo pages, health, and reads of boards and ratings for the public;
// for operators a page, rooms, queues, boards, metrics and profiles.
//
// It owns the routes, the JSON and the error codes, and reads what others own: nothing here starts a
// goroutine or changes anything. [Public] and [Admin] make the handlers of the two listeners.
package api

import (
	"cmp"
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"parlor/game/room"
	"parlor/leaderboard"
	"parlor/matchmaking"
)

// Node is what plays on this machine. A *session.Server is one.
type Node interface {
	Rooms() []room.Info
	Queues(ctx context.Context) ([]matchmaking.Depth, error)
	Explain(ctx context.Context, queue matchmaking.Name, player, other string) (matchmaking.Explanation, error)
	Counts() (sessions, connected int)
	Draining() bool
}

// PublicConfig is what Public needs to know. Only Boards, Ratings and Draining must be set.
type PublicConfig struct {
	Boards   Boards
	Ratings  Ratings
	Hosted   []leaderboard.Board // of hosted games: they are there before their first entry
	Draining func() bool         // the node takes nobody new
	Pages    fs.FS               // served at /; nil: none
	WS       http.Handler        // serves /ws; nil: nothing does
	Logger   *slog.Logger        // Defaults to slog.Default().
}

// Public is the handler for everybody: /ws, /healthz, /readyz, reads of boards and ratings, and the pages.
func Public(cfg PublicConfig) http.Handler {
	out := answers{log: cmp.Or(cfg.Logger, slog.Default())}
	boards, ratings := boards{cfg.Boards, cfg.Hosted}, ratings{cfg.Ratings}
	mux := http.NewServeMux()
	mux.Handle("/healthz", reads(http.HandlerFunc(healthy)))
	mux.Handle("/readyz", reads(out.text(ready(cfg.Draining))))
	mux.Handle("/v1/boards/{board}", anyOrigin(out.json(boards.page)))
	mux.Handle("/v1/boards/{board}/players/{player}", anyOrigin(out.json(boards.player)))
	mux.Handle("/v1/ratings/{game}/players/{player}", anyOrigin(out.json(ratings.player)))
	mux.Handle("/v1/", reads(out.json(nothing)))
	if cfg.Pages != nil {
		mux.Handle("/", reads(pages{cfg.Pages, out}))
	} else {
		mux.Handle("/", reads(out.json(nothing)))
	}
	guarded := out.contain(mux)
	if cfg.WS == nil {
		return guarded
	}
	// A socket takes its connection over, so it must get the ResponseWriter of net/http itself.
	outer := http.NewServeMux()
	outer.Handle("/ws", cfg.WS)
	outer.Handle("/", guarded)
	return outer
}

// AdminConfig is what Admin needs to know. Only Node, Boards and Ratings must be set.
type AdminConfig struct {
	Node     Node
	Boards   Boards
	Ratings  Ratings
	Hosted   []leaderboard.Board              // of hosted games: they are there before their first entry
	InMemory bool                             // the boards are, and end with this process; the page says so
	Recorder func() leaderboard.RecorderStats // nil: the page says nothing about it
	Metrics  http.Handler                     // serves /metrics; nil: nothing does
	Version  string
	Started  time.Time
	Addr     net.Addr     // of the listener. On a loopback one only loopback Host names are answered
	Logger   *slog.Logger // Defaults to slog.Default().
}

// Admin is the handler for operators. It asks nobody who he is: keep its listener private.
func Admin(cfg AdminConfig) http.Handler {
	out := answers{log: cmp.Or(cfg.Logger, slog.Default())}
	boards, ratings, node := boards{cfg.Boards, cfg.Hosted}, ratings{cfg.Ratings}, node{cfg.Node}
	mux := http.NewServeMux()
	mux.Handle("/{$}", reads(&adminPage{cfg: cfg, boards: boards, out: out}))
	mux.Handle("/", reads(out.json(nothing)))
	mux.Handle("/healthz", reads(http.HandlerFunc(healthy)))
	mux.Handle("/readyz", reads(out.text(ready(cfg.Node.Draining))))
	mux.Handle("/v1/rooms", reads(out.json(node.rooms)))
	mux.Handle("/v1/rooms/{room}", reads(out.json(node.room)))
	mux.Handle("/v1/queues", reads(out.json(node.queues)))
	mux.Handle("/v1/queues/{game}", reads(out.json(node.queue)))
	mux.Handle("/v1/queues/{game}/explain", reads(out.json(node.explain)))
	mux.Handle("/v1/boards", reads(out.json(boards.list)))
	mux.Handle("/v1/boards/{board}", reads(out.json(boards.page)))
	mux.Handle("/v1/boards/{board}/players/{player}", reads(out.json(boards.player)))
	mux.Handle("/v1/ratings/{game}/players/{player}", reads(out.json(ratings.player)))
	if cfg.Metrics != nil {
		mux.Handle("/metrics", reads(cfg.Metrics))
	}
	mux.Handle("/debug/pprof/", reads(http.HandlerFunc(pprof.Index)))
	mux.Handle("/debug/pprof/cmdline", reads(http.HandlerFunc(pprof.Cmdline)))
	mux.Handle("/debug/pprof/profile", reads(http.HandlerFunc(pprof.Profile)))
	mux.Handle("/debug/pprof/trace", reads(http.HandlerFunc(pprof.Trace)))
	// The pprof tool posts addresses to symbol.
	mux.Handle("/debug/pprof/symbol", allow(http.HandlerFunc(pprof.Symbol), "GET", "HEAD", "POST"))
	if isLoopback(cfg.Addr) {
		return out.contain(loopbackOnly(mux))
	}
	return out.contain(mux)
}

func nothing(*http.Request) (any, error) { return nil, notFound("nothing is served here") }

func healthy(w http.ResponseWriter, _ *http.Request) { writeText(w, "ok\n") }

// ready is for load balancers. A store that is away does not make a node unready: matches go on
// without it.
func ready(draining func() bool) func(*http.Request) (string, error) {
	return func(*http.Request) (string, error) {
		if draining() {
			return "", &fault{http.StatusServiceUnavailable, "UNAVAILABLE", "this server stops"}
		}
		return "ok\n", nil
	}
}
