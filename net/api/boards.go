package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"parlor/leaderboard"
)

// storeWithin is how long a request waits for what others keep.
const storeWithin = 2 * time.Second

// What one read of a board may ask for.
const (
	defaultLimit = 10
	maxLimit     = 100
	maxAround    = 25
)

// Boards are the boards as they are read here. A leaderboard.Store is one.
type Boards interface {
	leaderboard.Reads
	Boards(ctx context.Context) ([]leaderboard.Board, error)
}

type entryJSON struct {
	Rank   int64     `json:"rank"`
	Player string    `json:"player"`
	Name   string    `json:"name"`
	Score  int64     `json:"score"`
	At     time.Time `json:"at"`
	Region string    `json:"region,omitempty"`
	Match  string    `json:"match,omitempty"`
	Proof  string    `json:"proof,omitempty"`
}

func toEntry(e leaderboard.Entry) entryJSON {
	return entryJSON{e.Rank, e.Player, e.Name, e.Score, e.At.UTC(), e.Region, e.Match, e.Proof}
}

// toEntries never answers nil: an empty list is [] in JSON.
func toEntries(entries []leaderboard.Entry) []entryJSON {
	list := make([]entryJSON, len(entries))
	for i, e := range entries {
		list[i] = toEntry(e)
	}
	return list
}

// periodJSON is a period; one without an end has none here.
type periodJSON struct {
	Start time.Time  `json:"start"`
	End   *time.Time `json:"end,omitempty"`
	Count *int64     `json:"count,omitempty"`
}

func toPeriod(s leaderboard.Span) periodJSON {
	p := periodJSON{Start: s.Start.UTC()}
	if !s.End.IsZero() {
		end := s.End.UTC()
		p.End = &end
	}
	return p
}

// boards are the endpoints that read boards.
type boards struct {
	store  Boards
	recent *recent // of first pages; nil: each is read anew
}

type pageJSON struct {
	Board   string      `json:"board"`
	Period  periodJSON  `json:"period"`
	Count   int64       `json:"count"`
	Entries []entryJSON `json:"entries"`
	Next    string      `json:"next,omitempty"`
}

func toPage(board string, p leaderboard.Page) pageJSON {
	return pageJSON{board, toPeriod(p.Span), p.Count, toEntries(p.Entries), p.Next}
}

// listOf reads which list is asked for.
func listOf(r *http.Request) (leaderboard.List, error) {
	query := r.URL.Query()
	l := leaderboard.List{Board: r.PathValue("board"), Region: query.Get("region")}
	if text := query.Get("period"); text != "" {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return l, badRequest("period must be a time within it, such as 2026-03-01T00:00:00Z")
		}
		l.Period = at.UTC()
	}
	return l, nil
}

// page is GET /v1/boards/{board}.
func (b boards) page(r *http.Request) (any, error) {
	l, err := listOf(r)
	if err != nil {
		return nil, err
	}
	limit, err := number(r.URL.Query(), "limit", defaultLimit, 1, maxLimit)
	if err != nil {
		return nil, err
	}
	after := r.URL.Query().Get("after")
	if b.recent == nil || after != "" {
		return b.top(r.Context(), l, after, limit)
	}
	return b.recent.get(r.Context(), firstPage{l, limit}, func() (pageJSON, error) {
		return b.top(context.WithoutCancel(r.Context()), l, "", limit) // who asked first may leave while others wait
	})
}

func (b boards) top(ctx context.Context, l leaderboard.List, after string, limit int) (pageJSON, error) {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	page, err := b.store.Top(ctx, l, after, limit)
	if err != nil {
		return pageJSON{}, fmt.Errorf("read top of %q: %w", l.Board, err)
	}
	return toPage(l.Board, page), nil
}

// players is GET /v1/boards/{board}/players?id=…&id=…: those of them who have an entry. A super-app gives us ids, never a
// friend graph.
func (b boards) players(r *http.Request) (any, error) {
	l, err := listOf(r)
	if err != nil {
		return nil, err
	}
	ids := r.URL.Query()["id"]
	if len(ids) == 0 || len(ids) > leaderboard.MaxPlayers {
		return nil, badRequest(fmt.Sprintf("id must be given 1 to %d times", leaderboard.MaxPlayers))
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	page, err := b.store.Players(ctx, l, ids)
	if err != nil {
		return nil, fmt.Errorf("read players on %q: %w", l.Board, err)
	}
	return toPage(l.Board, page), nil
}

// playerJSON is an entry with what it is a part of.
type playerJSON struct {
	Board      string     `json:"board"`
	Period     periodJSON `json:"period"`
	Count      int64      `json:"count"`
	Percentile float64    `json:"percentile"`
	entryJSON
	Around []entryJSON `json:"around,omitempty"`
}

// player is GET /v1/boards/{board}/players/{player}.
func (b boards) player(r *http.Request) (any, error) {
	l, err := listOf(r)
	if err != nil {
		return nil, err
	}
	around, err := number(r.URL.Query(), "around", 0, 0, maxAround)
	if err != nil {
		return nil, err
	}
	player := r.PathValue("player")
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	page, err := b.store.Around(ctx, l, player, around)
	if err != nil {
		return nil, fmt.Errorf("read %q on %q: %w", player, l.Board, err)
	}
	i := slices.IndexFunc(page.Entries, func(e leaderboard.Entry) bool { return e.Player == player })
	if i < 0 { // it has moved between two shards' answers
		return nil, fmt.Errorf("read %q on %q: not among those around: %w", player, l.Board, leaderboard.ErrUnavailable)
	}
	e := page.Entries[i]
	answer := playerJSON{l.Board, toPeriod(page.Span), page.Count, e.Percentile(page.Count), toEntry(e), nil}
	if around > 0 {
		answer.Around = toEntries(page.Entries)
	}
	return answer, nil
}

// periods is GET /v1/boards/{board}/periods.
func (b boards) periods(r *http.Request) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	board := r.PathValue("board")
	periods, err := b.store.Periods(ctx, board)
	if err != nil {
		return nil, fmt.Errorf("list periods of %q: %w", board, err)
	}
	list := make([]periodJSON, len(periods))
	for i, p := range periods {
		list[i] = toPeriod(p.Span)
		list[i].Count = &p.Count
	}
	return struct {
		Board   string       `json:"board"`
		Periods []periodJSON `json:"periods"`
	}{board, list}, nil
}

// list is GET /v1/boards: as they are defined, and how many entries each has in its present period.
func (b boards) list(r *http.Request) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	all, err := b.store.Boards(ctx)
	if err != nil {
		return nil, fmt.Errorf("list boards: %w", err)
	}
	type boardJSON struct {
		Definition leaderboard.Board `json:"definition"`
		Count      int64             `json:"count"`
	}
	list := make([]boardJSON, len(all))
	for i, board := range all {
		count, err := b.store.Count(ctx, leaderboard.List{Board: board.Name})
		if err != nil {
			return nil, fmt.Errorf("count %q: %w", board.Name, err)
		}
		list[i] = boardJSON{board, count}
	}
	return struct {
		Boards []boardJSON `json:"boards"`
	}{list}, nil
}

// number reads a whole number from lo to hi out of a query.
func number(query url.Values, name string, without, lo, hi int) (int, error) {
	text := query.Get(name)
	if text == "" {
		return without, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < lo || n > hi {
		return 0, badRequest(fmt.Sprintf("%s must be a number from %d to %d", name, lo, hi))
	}
	return n, nil
}
