package leaderboard

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
)

// Memory is a Store in this process: for development, tests, and a single node whose boards may end
// with it.
//
// It keeps every entry, 100 to 200 bytes for a player and board, and trims nothing. A rank is a binary
// search; moving an entry shifts the ones between, so past about 100,000 entries a board is better
// kept in Redis. Of submissions to Sum boards it remembers at least the last 65,536; an older one
// that is sent again would count again.
type Memory struct {
	mu       sync.RWMutex // guards what is below, and nothing that waits
	boards   map[string]*shelf
	receipts receipts
	ratings  map[Ladder]map[string]string // by player: records
}

var _ Store = (*Memory)(nil)

// NewMemory makes an empty store.
func NewMemory() *Memory {
	return &Memory{boards: make(map[string]*shelf), ratings: make(map[Ladder]map[string]string)}
}

// Submit implements [Store].
func (m *Memory) Submit(ctx context.Context, subs ...Submission) error {
	if err := cmp.Or(ctx.Err(), validate(subs)); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var refused []error
	for _, s := range subs {
		if err := m.apply(s); err != nil {
			refused = append(refused, s.wrap(err))
		}
	}
	return errors.Join(refused...)
}

func (m *Memory) apply(s Submission) error {
	b := m.boards[s.Board.Name]
	if b != nil && b.board != s.Board {
		return ErrMismatch
	}
	receipt := receipt{s.Board.Name, s.Player, s.ID}
	if s.needsReceipt() && m.receipts.has(receipt) {
		return nil
	}
	if b == nil {
		b = &shelf{board: s.Board, held: make(map[string]standing)}
		m.boards[s.Board.Name] = b
	}
	if err := b.put(s); err != nil {
		return err
	}
	if s.needsReceipt() {
		m.receipts.add(receipt)
	}
	return nil
}

// Top implements [Store].
func (m *Memory) Top(ctx context.Context, board string, offset, limit int) ([]Entry, error) {
	if err := cmp.Or(ctx.Err(), validPage(board, offset, limit)); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	b := m.boards[board]
	if b == nil {
		return nil, nil
	}
	return b.page(min(offset, len(b.rows)), min(limit, len(b.rows))), nil
}

// Entry implements [Store].
func (m *Memory) Entry(ctx context.Context, board, player string) (Entry, error) {
	entries, err := m.Around(ctx, board, player, 0)
	if err != nil {
		return Entry{}, err
	}
	return entries[0], nil
}

// Around implements [Store].
func (m *Memory) Around(ctx context.Context, board, player string, n int) ([]Entry, error) {
	if err := cmp.Or(ctx.Err(), validAround(board, player, n)); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	b := m.boards[board]
	if b == nil {
		return nil, ErrNotFound
	}
	held, has := b.held[player]
	if !has {
		return nil, ErrNotFound
	}
	i := b.index(held.packed, player)
	start := max(i-n, 0)
	return b.page(start, i+n+1-start), nil
}

// Count implements [Store].
func (m *Memory) Count(ctx context.Context, board string) (int64, error) {
	if err := cmp.Or(ctx.Err(), validBoardName(board)); err != nil {
		return 0, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if b := m.boards[board]; b != nil {
		return int64(len(b.rows)), nil
	}
	return 0, nil
}

// Boards implements [Store].
func (m *Memory) Boards(ctx context.Context) ([]Board, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	boards := make([]Board, 0, len(m.boards))
	for _, name := range slices.Sorted(maps.Keys(m.boards)) {
		boards = append(boards, m.boards[name].board)
	}
	return boards, nil
}

// Rate implements [Ratings].
func (m *Memory) Rate(ctx context.Context, matches ...RatedMatch) error {
	return rate(ctx, m, matches)
}

// Rating implements [Ratings].
func (m *Memory) Rating(ctx context.Context, ladder Ladder, player string) (PlayerRating, error) {
	return ratingOf(ctx, m, ladder, player)
}

func (m *Memory) records(ctx context.Context, ladder Ladder, players []string) ([]string, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	held := make([]string, len(players))
	for i, player := range players {
		held[i] = m.ratings[ladder][player]
	}
	return held, ctx.Err()
}

func (m *Memory) swap(_ context.Context, ladder Ladder, changes []change) (all bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ratings[ladder] == nil {
		m.ratings[ladder] = make(map[string]string)
	}
	all = true
	for _, c := range changes {
		if m.ratings[ladder][c.player] == c.from {
			m.ratings[ladder][c.player] = c.to
		} else {
			all = false
		}
	}
	return all, nil
}

// Close implements [Store]; there is nothing to free.
func (m *Memory) Close() error { return nil }

// receipt is what a submission counts once by.
type receipt struct{ board, player, id string }

// receipts remembers at least the last receiptsKept receipts: when the new map is full, it becomes
// the old one, and what the old one knew is forgotten.
type receipts struct{ new, old map[receipt]struct{} }

const receiptsKept = 1 << 16

func (r *receipts) has(k receipt) bool {
	_, isNew := r.new[k]
	_, isOld := r.old[k]
	return isNew || isOld
}

func (r *receipts) add(k receipt) {
	if r.new == nil || len(r.new) >= receiptsKept {
		r.new, r.old = make(map[receipt]struct{}), r.new
	}
	r.new[k] = struct{}{}
}
