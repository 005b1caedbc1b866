package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"parlor/leaderboard"
)

// storeWithin is how long a request waits for what others keep.
const storeWithin = 2 * time.Second

// What one read of a board may ask for.
const (
	defaultLimit = 10
	maxLimit     = 100
	maxOffset    = 10_000
	maxAround    = 25
)

// Boards are the boards as they are read here. A leaderboard.Store is one.
type Boards interface {
	Top(ctx context.Context, board string, offset, limit int) ([]leaderboard.Entry, error)
	Around(ctx context.Context, board, player string, n int) ([]leaderboard.Entry, error)
	Count(ctx context.Context, board string) (int64, error)
	Boards(ctx context.Context) ([]leaderboard.Board, error)
}

type entryJSON struct {
	Rank   int64     `json:"rank"`
	Player string    `json:"player"`
	Name   string    `json:"name"`
	Score  int64     `json:"score"`
	At     time.Time `json:"at"`
}

func toEntry(e leaderboard.Entry) entryJSON {
	return entryJSON{Rank: e.Rank, Player: e.Player, Name: e.Name, Score: e.Score, At: e.At.UTC()}
}

// toEntries never answers nil: an empty list is [] in JSON.
func toEntries(entries []leaderboard.Entry) []entryJSON {
	list := make([]entryJSON, len(entries))
	for i, e := range entries {
		list[i] = toEntry(e)
	}
	return list
}

// boards are the endpoints of boards.
type boards struct {
	store  Boards
	hosted []leaderboard.Board
}

type pageJSON struct {
	Board   string      `json:"board"`
	Count   int64       `json:"count"`
	Entries []entryJSON `json:"entries"`
}

// page is GET /v1/boards/{board}.
func (b boards) page(r *http.Request) (any, error) {
	query := r.URL.Query()
	limit, err := number(query, "limit", defaultLimit, 1, maxLimit)
	if err != nil {
		return nil, err
	}
	offset, err := number(query, "offset", 0, 0, maxOffset)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	return b.top(ctx, r.PathValue("board"), offset, limit)
}

// top reads a page and then the count, at two instants: entries only come, so the count is never
// less than what the page shows.
func (b boards) top(ctx context.Context, board string, offset, limit int) (pageJSON, error) {
	entries, err := b.store.Top(ctx, board, offset, limit)
	if err != nil {
		return pageJSON{}, fmt.Errorf("read top of %q: %w", board, err)
	}
	count, err := b.store.Count(ctx, board)
	if err != nil {
		return pageJSON{}, fmt.Errorf("count %q: %w", board, err)
	}
	if count == 0 && !b.hosts(board) {
		return pageJSON{}, notFound("no such board")
	}
	return pageJSON{Board: board, Count: count, Entries: toEntries(entries)}, nil
}

func (b boards) hosts(board string) bool {
	return slices.ContainsFunc(b.hosted, func(h leaderboard.Board) bool { return h.Name == board })
}

// player is GET /v1/boards/{board}/players/{player}.
func (b boards) player(r *http.Request) (any, error) {
	around, err := number(r.URL.Query(), "around", 0, 0, maxAround)
	if err != nil {
		return nil, err
	}
	board, player := r.PathValue("board"), r.PathValue("player")
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	entries, err := b.store.Around(ctx, board, player, around)
	if err != nil {
		return nil, fmt.Errorf("read %q on %q: %w", player, board, err)
	}
	i := slices.IndexFunc(entries, func(e leaderboard.Entry) bool { return e.Player == player })
	if i < 0 {
		return nil, fmt.Errorf("read %q on %q: not among those around", player, board)
	}
	answer := struct {
		Board string `json:"board"`
		entryJSON
		Around []entryJSON `json:"around,omitempty"`
	}{Board: board, entryJSON: toEntry(entries[i])}
	if around > 0 {
		answer.Around = toEntries(entries)
	}
	return answer, nil
}

type boardJSON struct {
	Board    string `json:"board"`
	Operator string `json:"operator"`
	Count    int64  `json:"count"`
}

// list is GET /v1/boards.
func (b boards) list(r *http.Request) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	all, err := b.all(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]boardJSON, len(all))
	for i, board := range all {
		count, err := b.store.Count(ctx, board.Name)
		if err != nil {
			return nil, fmt.Errorf("count %q: %w", board.Name, err)
		}
		list[i] = boardJSON{Board: board.Name, Operator: board.Operator.String(), Count: count}
	}
	return struct {
		Boards []boardJSON `json:"boards"`
	}{list}, nil
}

// all are the boards with entries and those of hosted games, by name.
func (b boards) all(ctx context.Context) ([]leaderboard.Board, error) {
	kept, err := b.store.Boards(ctx)
	if err != nil {
		return nil, fmt.Errorf("list boards: %w", err)
	}
	// The description that a board was made with is the one that counts.
	all := append(slices.Clone(kept), b.hosted...)
	slices.SortStableFunc(all, func(x, y leaderboard.Board) int { return strings.Compare(x.Name, y.Name) })
	return slices.CompactFunc(all, func(x, y leaderboard.Board) bool { return x.Name == y.Name }), nil
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
