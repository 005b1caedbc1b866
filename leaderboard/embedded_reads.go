package leaderboard

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Top implements [Reads].
func (e *Embedded) Top(ctx context.Context, l List, after string, limit int) (Page, error) {
	c, err := validTop(l, after, limit)
	if err := cmp.Or(err, ctx.Err()); err != nil {
		return Page{}, err
	}
	if after != "" {
		l.Period = time.Unix(c.period, 0)
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	s, ledger, err := e.find(l)
	if err != nil || ledger == nil {
		return Page{Span: s.Span}, err
	}
	shelf, start := ledger.shelf(s.region), 0
	if after != "" {
		start = shelf.index(c.packed, c.player)
		if places := shelf.from(start, 1); len(places) == 1 && places[0] == (place{c.packed, c.player}) {
			start++
		}
	}
	return s.read(ledger, start, limit, true), nil
}

// read is a page of a shelf from an index on.
func (s scope) read(l *ledger, start, n int, full bool) Page {
	shelf := l.shelf(s.region)
	rows := l.rows(shelf.from(start, n))
	rank := 0
	if len(rows) > 0 {
		rank = shelf.above(rows[0].packed) + 1
	}
	return s.page(rows, int64(start), int64(rank), int64(shelf.len()), full)
}

// Around implements [Reads].
func (e *Embedded) Around(ctx context.Context, l List, player string, n int) (Page, error) {
	if err := cmp.Or(validAround(l, player, n), ctx.Err()); err != nil {
		return Page{}, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	s, ledger, err := e.find(l)
	if err != nil {
		return Page{}, err
	}
	held, ok := s.holds(ledger, player)
	if !ok {
		return Page{}, fmt.Errorf("%q on %s: %w", player, l.Board, ErrNotFound)
	}
	index := ledger.shelf(s.region).index(held.packed, player)
	start := max(index-n, 0)
	return s.read(ledger, start, index+n+1-start, false), nil
}

// holds is what a player has on the list.
func (s scope) holds(l *ledger, player string) (standing, bool) {
	if l == nil {
		return standing{}, false
	}
	held, ok := l.held[player]
	if ok && s.region != "" && parseNote(held.note).region != s.region {
		return standing{}, false
	}
	return held, ok
}

// Players implements [Reads].
func (e *Embedded) Players(ctx context.Context, l List, players []string) (Page, error) {
	if err := cmp.Or(validPlayers(l, players), ctx.Err()); err != nil {
		return Page{}, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	s, ledger, err := e.find(l)
	if err != nil || ledger == nil {
		return Page{Span: s.Span}, err
	}
	var rows []row
	for _, player := range players {
		if held, ok := s.holds(ledger, player); ok {
			rows = append(rows, row{player, held})
		}
	}
	shelf := ledger.shelf(s.region)
	return s.picked(rows, int64(shelf.len()), func(p packed) int64 { return int64(shelf.above(p)) }), nil
}

// picked is a page of rows that do not follow each other, given the number of those above each.
func (s scope) picked(rows []row, count int64, above func(packed) int64) Page {
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(-cmp.Compare(a.packed, b.packed), -cmp.Compare(a.player, b.player))
	})
	rows = slices.CompactFunc(rows, func(a, b row) bool { return a.player == b.player })
	p := Page{Span: s.Span, Count: count}
	for _, r := range rows {
		p.Entries = append(p.Entries, s.entry(r, above(r.packed)+1, s.Span))
	}
	return p
}

// Count implements [Reads].
func (e *Embedded) Count(ctx context.Context, l List) (int64, error) {
	page, err := e.Top(ctx, l, "", 0)
	return page.Count, err
}

// Periods implements [Reads].
func (e *Embedded) Periods(ctx context.Context, board string) ([]Period, error) {
	if err := cmp.Or(validBoardName(board), ctx.Err()); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	k := e.boards[board]
	if k == nil {
		return nil, noBoard(board)
	}
	counts := map[int64]int64{}
	for id, ledger := range e.ledgers {
		if id.board == board {
			counts[id.period] = int64(ledger.all.len())
		}
	}
	return k.listed(counts, time.Now()), nil
}

// listed are the periods of which counts has entries, by their starts.
func (k *kept) listed(counts map[int64]int64, now time.Time) []Period {
	var periods []Period
	for start, count := range counts {
		if s := k.span(time.Unix(start, 0)); count > 0 && !k.over(s, now) {
			periods = append(periods, Period{s, count})
		}
	}
	slices.SortFunc(periods, func(a, b Period) int { return b.Start.Compare(a.Start) })
	return periods
}
