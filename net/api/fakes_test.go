package api_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"parlor/game/room"
	"parlor/leaderboard"
	"parlor/matchmaking"
	"parlor/net/api"
	"parlor/net/session"
)

var (
	_ api.Node       = (*session.Server)(nil)
	_ api.BoardEdits = leaderboard.Store(nil)
	_ api.Ratings    = leaderboard.Store(nil)
)

var (
	march = time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	april = time.Date(2026, time.April, 1, 0, 0, 0, 0, time.UTC)
)

var reached = time.Date(2026, time.March, 4, 6, 7, 0, 0, time.FixedZone("", 3600))

// fakeBoards keeps boards, best first, and ratings, as they are given. It answers err instead, if that is set.
type fakeBoards struct {
	leaderboard.Store // of what nobody asks a fake
	entries           map[string][]leaderboard.Entry
	span              leaderboard.Span
	ratings           map[leaderboard.Ladder]map[string]leaderboard.PlayerRating
	err               error
	hang              bool // until the caller gives up
	panics            bool
	slow              time.Duration // each page takes
	reads             atomic.Int64  // of pages
}

func (f *fakeBoards) fails(ctx context.Context) error {
	if f.panics {
		panic("the store broke")
	}
	if f.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	return f.err
}

func (f *fakeBoards) page(ctx context.Context, l leaderboard.List, entries []leaderboard.Entry) (leaderboard.Page, error) {
	f.reads.Add(1)
	if f.slow > 0 {
		<-time.After(f.slow)
	}
	if err := f.fails(ctx); err != nil {
		return leaderboard.Page{}, err
	}
	if _, ok := f.entries[l.Board]; !ok {
		return leaderboard.Page{}, leaderboard.ErrNoBoard
	}
	return leaderboard.Page{Span: f.span, Count: int64(len(f.entries[l.Board])), Entries: entries}, nil
}

// Top knows cursors that are the number of entries before.
func (f *fakeBoards) Top(ctx context.Context, l leaderboard.List, after string, limit int) (leaderboard.Page, error) {
	all := f.entries[l.Board]
	from, _ := strconv.Atoi(after)
	all = all[min(from, len(all)):]
	p, err := f.page(ctx, l, all[:min(limit, len(all))])
	if limit < len(all) {
		p.Next = fmt.Sprint(from + limit)
	}
	return p, err
}

func (f *fakeBoards) Around(ctx context.Context, l leaderboard.List, player string, n int) (leaderboard.Page, error) {
	for i, e := range f.entries[l.Board] {
		if e.Player == player {
			return f.page(ctx, l, f.entries[l.Board][max(0, i-n):min(len(f.entries[l.Board]), i+n+1)])
		}
	}
	return leaderboard.Page{}, cmp.Or(f.fails(ctx), leaderboard.ErrNotFound)
}

func (f *fakeBoards) Players(ctx context.Context, l leaderboard.List, players []string) (leaderboard.Page, error) {
	var found []leaderboard.Entry
	for _, e := range f.entries[l.Board] {
		if slices.Contains(players, e.Player) {
			found = append(found, e)
		}
	}
	return f.page(ctx, l, found)
}

func (f *fakeBoards) Count(ctx context.Context, l leaderboard.List) (int64, error) {
	p, err := f.page(ctx, l, nil)
	return p.Count, err
}

func (f *fakeBoards) Periods(ctx context.Context, board string) ([]leaderboard.Period, error) {
	p, err := f.page(ctx, leaderboard.List{Board: board}, nil)
	if err != nil {
		return nil, err
	}
	return []leaderboard.Period{{Span: p.Span, Count: p.Count}}, nil
}

func (f *fakeBoards) Boards(ctx context.Context) ([]leaderboard.Board, error) {
	var list []leaderboard.Board
	for _, name := range slices.Sorted(maps.Keys(f.entries)) {
		list = append(list, leaderboard.Board{Name: name})
	}
	return list, f.fails(ctx)
}

func (f *fakeBoards) Rating(ctx context.Context, ladder leaderboard.Ladder, player string) (leaderboard.PlayerRating, error) {
	if err := f.fails(ctx); err != nil {
		return leaderboard.PlayerRating{}, err
	}
	known, ok := f.ratings[ladder][player]
	if !ok {
		return known, leaderboard.ErrNotFound
	}
	return known, nil
}

// fakeNode is a node that holds still.
type fakeNode struct {
	rooms     []room.Info
	depths    []matchmaking.Depth
	queuesErr error
	draining  bool
}

func (f *fakeNode) Rooms() []room.Info { return f.rooms }
func (f *fakeNode) Queues(context.Context) ([]matchmaking.Depth, error) {
	return f.depths, f.queuesErr
}
func (f *fakeNode) Explain(_ context.Context, queue matchmaking.Name, player, other string) (matchmaking.Explanation, error) {
	if queue.Game != "tictactoe" || player != "p1" {
		return nil, matchmaking.ErrNotWaiting
	}
	return matchmaking.Explanation{{Field: "max", Holds: true, Why: "1 and 1 people of 2"}, {Field: "rating", Why: "far from " + other}}, f.queuesErr
}
func (f *fakeNode) Counts() (sessions, connected int) { return 31, 29 }
func (f *fakeNode) Draining() bool                    { return f.draining }

// house is both handlers on fakes that a test may change.
type house struct {
	*testing.T
	boards *fakeBoards
	node   *fakeNode
	log    bytes.Buffer
	pub    api.PublicConfig
	adm    api.AdminConfig
}

func newHouse(t *testing.T) *house {
	h := &house{T: t}
	h.boards = &fakeBoards{entries: map[string][]leaderboard.Entry{"snakes": {
		{Player: "p1", Name: "Ann", Score: 42, Rank: 1, At: reached},
		{Player: "p/2", Name: "Ben", Score: 7, Rank: 2, At: reached},
		{Player: "p3", Name: "", Score: -3, Rank: 3, At: reached},
	}, "tictactoe": nil}, span: leaderboard.Span{Start: march, End: april}}
	h.node = &fakeNode{
		rooms: []room.Info{
			{ID: "r1", Game: "snakes", Match: "r1-1", Phase: room.Playing, Players: 3, Away: 1, Bots: 9, Free: 27, Tick: 777, Slipped: 4, Endless: true},
			{ID: "r2", Game: "tictactoe", Match: "r2-2", Phase: room.Ended, Players: 2, Asleep: true, Public: true, Locked: true, Watchers: 6},
		},
		depths: []matchmaking.Depth{
			{Queue: matchmaking.Name{Game: "snakes"}, Open: 1},
			{Queue: matchmaking.Name{Game: "tictactoe", Mode: "blitz"}, Waiting: 1, Oldest: reached},
		},
	}
	logger := slog.New(slog.NewTextHandler(&h.log, nil))
	says := func(text string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) })
	}
	h.pub = api.PublicConfig{
		Boards: h.boards, Ratings: h.boards, Draining: h.node.Draining, WS: says("the socket"), Logger: logger,
		Pages: fstest.MapFS{
			"index.html":      {Data: []byte("<title>games</title>")},
			"app.js":          {Data: []byte("play()")},
			"help/index.html": {Data: []byte("<title>help</title>")},
			"empty/note.txt":  {Data: []byte("a note")},
			".secret":         {Data: []byte("hush")},
			".git/config":     {Data: []byte("hush")},
		},
	}
	h.adm = api.AdminConfig{
		Node: h.node, Boards: h.boards, Ratings: h.boards, Metrics: says("parlor_up 1"), Version: "v1.2.3",
		Started: time.Now().Add(-90 * time.Second), Logger: logger,
		Recorder: func() leaderboard.RecorderStats {
			return leaderboard.RecorderStats{Queued: 11, Written: 222, Dropped: 3333}
		},
	}
	return h
}

// public and admin ask with GET.
func (h *house) public(target string) *httptest.ResponseRecorder {
	return ask(api.Public(h.pub), "GET", target)
}

func (h *house) admin(target string) *httptest.ResponseRecorder {
	return ask(api.Admin(h.adm), "GET", target)
}

func ask(handler http.Handler, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

// wantJSON checks an answer against JSON that is written with any white space.
func wantJSON(t *testing.T, w *httptest.ResponseRecorder, status int, want string) {
	t.Helper()
	if w.Code != status {
		t.Errorf("status %d, want %d", w.Code, status)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type %q", got)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(want)); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(w.Body.String()); got != compact.String() {
		t.Errorf("got  %s\nwant %s", got, compact.String())
	}
}

// wantFault checks an answer that is an error.
func wantFault(t *testing.T, w *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	var answer struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%q: %v", w.Body, err)
	}
	if w.Code != status || answer.Error.Code != code || answer.Error.Message == "" {
		t.Errorf("got %d %+v, want %d %s and a message", w.Code, answer.Error, status, code)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type %q", got)
	}
}

var errSecret = errors.New("password hunter2 was refused")
