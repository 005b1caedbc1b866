package leaderboard

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Embedded is a Store in this process, durable under a directory of its own: Pebble, a log-structured store,
// beneath B-trees in memory. disk.go draws the keys.
//
// All changes go through one goroutine, which takes what has come while it was busy, decides, writes one batch,
// waits until it is on the disk, and only then shows and acknowledges it. So nothing is acknowledged, or
// seen by anybody, that a killed process or a power cut could take back.
//
// Every entry is in memory, some 200 bytes for a player and board; past 5 million entries use Redis.
type Embedded struct {
	log   *slog.Logger
	db    *pebble.DB
	fs    vfs.FS
	dir   string
	work  chan work
	stop  chan struct{} // closed by Close
	ended chan struct{} // closed when the committer has ended
	once  sync.Once

	failed atomic.Pointer[error] // why the disk can be written no more

	mu      sync.RWMutex // guards what is below: held to change by the committer alone, and never while it waits
	boards  map[string]*kept
	ledgers map[listID]*ledger
	banned  map[string]bool

	forgotten map[string]int64 // player -> unix ms until when results are of before; the committer's own
	receipts  uint32           // the generation that receipts are written to; the committer's own
	swept     time.Time        // when periods that are over were last looked for; the committer's own
}

// listID names a ledger.
type listID struct {
	board  string
	period int64 // unix seconds of its start
}

var _ Store = (*Embedded)(nil)

// EmbeddedConfig is how an Embedded store is opened.
type EmbeddedConfig struct {
	Log *slog.Logger // Defaults to slog.Default().
	fs  vfs.FS       // Defaults to the disk's; tests have others.
}

// diskReserve is left free on the disk: Pebble cannot go on after a write that fails, so none is tried that may.
const diskReserve = 64 << 20

// OpenEmbedded opens the store in a directory, or makes one. Close ends its goroutine.
func OpenEmbedded(dir string, cfg EmbeddedConfig) (*Embedded, error) {
	if cfg.fs == nil {
		cfg.fs = vfs.Default
	}
	e := &Embedded{
		log: cmp.Or(cfg.Log, slog.Default()), fs: cfg.fs, dir: dir,
		work: make(chan work, groupSize), stop: make(chan struct{}), ended: make(chan struct{}),
		boards: make(map[string]*kept), ledgers: make(map[listID]*ledger), banned: make(map[string]bool), forgotten: make(map[string]int64),
	}
	if err := e.open(); err != nil {
		return nil, fmt.Errorf("open boards in %s: %w", dir, err)
	}
	go e.commitAll()
	return e, nil
}

// Close implements [Store]. What has been acknowledged is on the disk already.
func (e *Embedded) Close() (err error) {
	e.once.Do(func() {
		close(e.stop)
		<-e.ended
		if failed := e.failed.Load(); failed != nil {
			err = *failed // Pebble cannot be closed in good order any more
			_ = e.db.Close()
			return
		}
		err = e.db.Close()
	})
	return err
}

// Define implements [Store].
func (e *Embedded) Define(ctx context.Context, board Board) error {
	if err := board.Validate(); err != nil {
		return err
	}
	return e.do(ctx, func(tx *tx) error {
		k, there := e.boards[board.Name]
		var next *kept
		var err error
		if there {
			next, err = k.redefined(board)
		} else {
			next, err = newKept(board, nil)
		}
		if err != nil || there && next.text == k.text {
			return err
		}
		tx.keep(next)
		return nil
	})
}

// Boards implements [Store].
func (e *Embedded) Boards(ctx context.Context) ([]Board, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	boards := make([]Board, 0, len(e.boards))
	for _, name := range slices.Sorted(maps.Keys(e.boards)) {
		boards = append(boards, e.boards[name].Board)
	}
	return boards, nil
}

// EndPeriod implements [Edits].
func (e *Embedded) EndPeriod(ctx context.Context, board string, at time.Time) (ended Span, err error) {
	if err := validBoardName(board); err != nil {
		return Span{}, err
	}
	err = e.do(ctx, func(tx *tx) error {
		k := e.boards[board]
		if k == nil {
			return noBoard(board)
		}
		span, next, err := k.cut(at)
		if err != nil {
			return err
		}
		ended = span
		tx.keep(next)
		return nil
	})
	return ended, err
}

// Ban implements [Edits].
func (e *Embedded) Ban(ctx context.Context, player string, banned bool) error {
	if err := validID("player", player); err != nil {
		return err
	}
	return e.do(ctx, func(tx *tx) error {
		if !banned {
			tx.delete(banKey(player))
			tx.at(func() { delete(e.banned, player) })
			return nil
		}
		tx.removeEverywhere(player)
		tx.set(banKey(player), nil)
		tx.at(func() { e.banned[player] = true })
		return nil
	})
}

// Bans implements [Edits].
func (e *Embedded) Bans(ctx context.Context) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	return slices.Sorted(maps.Keys(e.banned)), nil
}

// find looks a list up; the ledger is nil if it has no entries, or is no longer kept. The caller holds mu.
func (e *Embedded) find(l List) (scope, *ledger, error) {
	k := e.boards[l.Board]
	if k == nil {
		return scope{}, nil, noBoard(l.Board)
	}
	now := time.Now()
	s, err := k.of(l, now)
	if err != nil || s.over(s.Span, now) {
		return s, nil, err
	}
	ledger := e.ledgers[listID{l.Board, s.Start.Unix()}]
	if ledger == nil || ledger.shelf(s.region) == nil {
		return s, nil, nil
	}
	return s, ledger, nil
}
