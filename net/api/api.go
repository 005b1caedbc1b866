// Package api is Parlor over HTTP: demo pages, health, and reads of boards and ratings for the public;
// for operators a page, rooms, queues, boards, metrics and profiles.
//
// It owns the routes, the JSON and the error codes, and reads what others own: nothing here starts a
// goroutine, and only who knows the operators' token changes anything. [Public] and [Admin] make the handlers of the two
// listeners; openapi.json describes both.
package api

import (
	"cmp"
	"context"
	_ "embed"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
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
	Draining func() bool                    // the node takes nobody new
	Pages    fs.FS                          // served at /; nil: none
	WS       http.Handler                   // serves /ws; nil: nothing does
	Caller   func(*http.Request) netip.Addr // who asks, for Rate. Defaults to the other end of the connection
	Rate     int                            // reads of boards and ratings a second from one address, after a burst of four seconds' worth. Defaults to 50
	Logger   *slog.Logger                   // Defaults to slog.Default().
}

// Public is the handler for everybody: /ws, /healthz, /readyz, reads of boards and ratings, and the pages.
func Public(cfg PublicConfig) http.Handler {
	out := answers{log: cmp.Or(cfg.Logger, slog.Default())}
	boards, ratings, rate := boards{cfg.Boards, &recent{pages: map[firstPage]*recentPage{}}}, ratings{cfg.Ratings}, newRateLimit(cmp.Or(cfg.Rate, 50), cfg.Caller)
	shared := func(read func(*http.Request) (any, error)) http.Handler {
		return anyOrigin(rate.limit(out.shared(read)))
	}
	mux := http.NewServeMux()
	mux.Handle("/healthz", reads(http.HandlerFunc(healthy)))
	mux.Handle("/readyz", reads(out.text(ready(cfg.Draining))))
	mux.Handle("/v1/boards/{board}", shared(boards.page))
	mux.Handle("/v1/boards/{board}/periods", shared(boards.periods))
	mux.Handle("/v1/boards/{board}/players", shared(boards.players))
	mux.Handle("/v1/boards/{board}/players/{player}", shared(boards.player))
	mux.Handle("/v1/ratings/{game}/players/{player}", shared(ratings.player))
	mux.Handle("/v1/openapi.json", reads(http.HandlerFunc(description)))
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
	Boards   BoardEdits
	Ratings  Ratings
	Token    string                           // that changes and exports of boards need; empty: nobody may
	Recorder func() leaderboard.RecorderStats // nil: the page says nothing about it
	Metrics  http.Handler                     // serves /metrics; nil: nothing does
	Version  string
	Started  time.Time
	Addr     net.Addr     // of the listener. On a loopback one only loopback Host names are answered
	Logger   *slog.Logger // Defaults to slog.Default().
}

// Admin is the handler for operators. Of who only reads it does not ask who he is: keep its listener private.
func Admin(cfg AdminConfig) http.Handler {
	out := answers{log: cmp.Or(cfg.Logger, slog.Default())}
	boards, ratings, node := boards{store: cfg.Boards}, ratings{cfg.Ratings}, node{cfg.Node}
	mux := http.NewServeMux()
	mux.Handle("/{$}", reads(&adminPage{cfg: cfg, boards: boards, out: out}))
	mux.Handle("/", reads(out.json(nothing)))
	mux.Handle("/healthz", reads(http.HandlerFunc(healthy)))
	mux.Handle("/readyz", reads(out.text(ready(cfg.Node.Draining))))
	mux.Handle("/v1/openapi.json", reads(http.HandlerFunc(description)))
	mux.Handle("/v1/rooms", reads(out.json(node.rooms)))
	mux.Handle("/v1/rooms/{room}", reads(out.json(node.room)))
	mux.Handle("/v1/queues", reads(out.json(node.queues)))
	mux.Handle("/v1/queues/{game}", reads(out.json(node.queue)))
	mux.Handle("/v1/queues/{game}/explain", reads(out.json(node.explain)))
	for path, methods := range adminBoards(cfg, out) {
		mux.Handle(path, methods)
	}
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
		return out.contain(drained(loopbackOnly(mux)))
	}
	return out.contain(drained(mux))
}

// adminBoards are the routes of boards. What everybody may read needs no token here either.
func adminBoards(cfg AdminConfig, out answers) map[string]verbs {
	boards, edits := boards{store: cfg.Boards}, edits{cfg.Boards, out.log}
	free := func(read func(*http.Request) (any, error)) verbs { return verbs{"GET": out.json(read)} }
	guard := func(do func(*http.Request) (any, error)) http.Handler { return tokened(cfg.Token, out.json(do)) }
	return map[string]verbs{
		"/v1/boards":                          free(boards.list),
		"/v1/boards/{board}":                  free(boards.page).and("PUT", guard(edits.define)),
		"/v1/boards/{board}/periods":          free(boards.periods),
		"/v1/boards/{board}/players":          free(boards.players),
		"/v1/boards/{board}/players/{player}": free(boards.player).and("DELETE", guard(edits.remove)),
		"/v1/boards/{board}/end":              {"POST": guard(edits.end)},
		"/v1/boards/{board}/import":           {"POST": tokened(cfg.Token, edits.load(out))},
		"/v1/boards/{board}/export":           {"GET": tokened(cfg.Token, edits.export(out))},
		"/v1/submissions":                     {"POST": guard(edits.submit)},
		"/v1/players/{player}":                {"DELETE": guard(edits.forget)},
		"/v1/bans":                            {"GET": guard(edits.bans)},
		"/v1/bans/{player}":                   {"PUT": guard(edits.ban), "DELETE": guard(edits.ban)},
	}
}

func nothing(*http.Request) (any, error) { return nil, notFound("nothing is served here") }

//go:embed openapi.json
var openAPI []byte

// description is what is served, for programs.
func description(w http.ResponseWriter, _ *http.Request) {
	send(w, http.StatusOK, "application/json", openAPI)
}

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
