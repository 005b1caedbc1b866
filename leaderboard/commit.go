package leaderboard

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// groupSize is how many changes become one write to the disk at most.
const groupSize = 256

// work is a change that somebody waits for.
type work struct {
	do   func(*tx) error
	done chan error // one slot
}

// do has a change made by the committer, and waits until it is on the disk. If ctx ends first it may still be
// made. do runs on the committer's goroutine: where it fails it must not have written, unless what it wrote
// is to stay.
func (e *Embedded) do(ctx context.Context, do func(*tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := work{do, make(chan error, 1)}
	select {
	case e.work <- w:
	case <-e.stop:
		return ErrUnavailable
	case <-ctx.Done():
		return overdue(ctx)
	}
	select {
	case err := <-w.done:
		return err
	case <-e.ended:
		select {
		case err := <-w.done:
			return err
		default:
			return ErrUnavailable
		}
	case <-ctx.Done():
		return overdue(ctx)
	}
}

// overdue is the error of a call whose context has ended.
func overdue(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err() // the caller left; it says nothing about the store
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
}

// commitAll is the committer.
func (e *Embedded) commitAll() {
	defer close(e.ended)
	group := make([]work, 0, groupSize)
	for {
		group = group[:0]
		select {
		case w := <-e.work:
			group = append(group, w)
		case <-e.stop:
			return
		}
	more:
		for len(group) < groupSize {
			select {
			case w := <-e.work:
				group = append(group, w)
			default:
				break more
			}
		}
		e.commit(group)
	}
}

// commit makes the changes of a group: all decide, one write, then all are shown and acknowledged.
func (e *Embedded) commit(group []work) {
	now := time.Now()
	errs := make([]error, len(group))
	tx := &tx{e: e, now: now, batch: e.db.NewBatch(), held: map[heldID]*standing{}, grown: map[listID]*kept{}, records: map[string]string{}, receipts: map[receipt]bool{}}
	err := e.writable()
	if err == nil {
		e.turn(tx, now)
		for i, w := range group {
			errs[i] = w.do(tx)
		}
		err = e.write(tx)
	}
	for i, w := range group {
		if err != nil {
			w.done <- err
		} else {
			w.done <- errs[i]
		}
	}
}

// write gets a tx onto the disk and then into memory.
func (e *Embedded) write(tx *tx) error {
	if err := tx.err; err != nil {
		return errors.Join(fmt.Errorf("%w: %w", ErrUnavailable, err), tx.batch.Close())
	}
	if !tx.batch.Empty() {
		if err := tx.batch.Commit(pebble.Sync); err != nil {
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		if failed := e.failed.Load(); failed != nil {
			return *failed
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, show := range tx.shows {
		show()
	}
	for id, k := range tx.grown {
		e.trim(k, id, e.ledgers[id])
	}
	return nil
}

// writable tells why nothing can be written.
func (e *Embedded) writable() error {
	if failed := e.failed.Load(); failed != nil {
		return *failed
	}
	usage, err := e.fs.GetDiskUsage(e.dir)
	if err == nil && usage.AvailBytes < diskReserve {
		return fmt.Errorf("%w: %w: %d MB are left of the %d that it keeps free", ErrUnavailable, ErrFull, usage.AvailBytes>>20, diskReserve>>20)
	}
	return nil // a system that cannot say is taken to have room
}

// turn forgets what is over: receipts and tombstones once a day, periods within a minute.
func (e *Embedded) turn(tx *tx, now time.Time) {
	if g := generation(now); g > e.receipts {
		e.receipts = g
		tx.fail(tx.batch.DeleteRange([]byte("r"), receiptKey(g-1, receipt{}), nil))
		for player, until := range e.forgotten {
			if now.UnixMilli() > until+(2*ReceiptLife).Milliseconds() {
				delete(e.forgotten, player)
				tx.delete(forgottenKey(player))
			}
		}
	}
	if now.Sub(e.swept) < time.Minute {
		return
	}
	e.swept = now
	for id := range e.ledgers {
		k := e.boards[id.board]
		if s := k.span(time.Unix(id.period, 0)); !k.over(s, now) {
			continue
		}
		prefix := entryPrefix(id)
		tx.fail(tx.batch.DeleteRange(prefix, after(prefix), nil))
		tx.later(func() { delete(e.ledgers, id) })
	}
}

// tx is what one group changes. The committer reads through it what earlier changes of the group made.
type tx struct {
	e        *Embedded
	now      time.Time
	batch    *pebble.Batch
	held     map[heldID]*standing // nil: removed
	grown    map[listID]*kept     // lists that may be longer than their Size
	records  map[string]string    // by key
	receipts map[receipt]bool
	shows    []func() // once it is on the disk, under the lock
	err      error    // nothing of the group may be written
}

type heldID struct {
	listID
	player string
}

func (tx *tx) later(show func()) { tx.shows = append(tx.shows, show) }

func (tx *tx) fail(err error) {
	if tx.err == nil {
		tx.err = err
	}
}

func (tx *tx) set(key, value []byte) { tx.fail(tx.batch.Set(key, value, nil)) }
func (tx *tx) delete(key []byte)     { tx.fail(tx.batch.Delete(key, nil)) }

// at makes a change to what the rest of the group decides by. Readers may see it a moment before it is on the disk,
// so it is for boards and bans, not for entries.
func (tx *tx) at(once func()) {
	tx.e.mu.Lock()
	defer tx.e.mu.Unlock()
	once()
}

// keep puts a board in the place of the one that was.
func (tx *tx) keep(k *kept) {
	tx.set(boardKey(k.Name), []byte(k.text))
	tx.at(func() { tx.e.boards[k.Name] = k })
}

// standing is what a player has on a list.
func (tx *tx) standing(id listID, player string) (standing, bool) {
	if changed, ok := tx.held[heldID{id, player}]; ok {
		if changed == nil {
			return standing{}, false
		}
		return *changed, true
	}
	if ledger := tx.e.ledgers[id]; ledger != nil {
		held, ok := ledger.held[player]
		return held, ok
	}
	return standing{}, false
}

// put replaces it, and trims the list.
func (tx *tx) put(k *kept, id listID, player string, next standing) {
	tx.held[heldID{id, player}] = &next
	tx.set(entryKey(id, player), entryValue(next))
	tx.later(func() {
		ledger := tx.e.ledgers[id]
		if ledger == nil {
			ledger = newLedger(k)
			tx.e.ledgers[id] = ledger
		}
		ledger.put(player, next)
	})
	if k.Size > 0 {
		tx.grown[id] = k
	}
}

// trim takes the worst off a list that has more than its Size. That need not be on the disk: it is not asked for again, and
// what is still there after a restart is trimmed then.
func (e *Embedded) trim(k *kept, id listID, l *ledger) {
	for k.Size > 0 && l.all.len() > k.Size {
		player := l.all.worst().player
		l.remove(player)
		_ = e.db.Delete(entryKey(id, player), pebble.NoSync)
	}
}

// remove takes a player off a list that he is on.
func (tx *tx) remove(id listID, player string) {
	tx.held[heldID{id, player}] = nil
	tx.delete(entryKey(id, player))
	tx.later(func() {
		if ledger := tx.e.ledgers[id]; ledger != nil {
			if _, ok := ledger.held[player]; ok {
				ledger.remove(player)
			}
		}
	})
}

// removeEverywhere takes him off all lists.
func (tx *tx) removeEverywhere(player string) {
	for id := range tx.e.ledgers {
		if _, ok := tx.standing(id, player); ok {
			tx.remove(id, player)
		}
	}
	for changed, now := range tx.held { // lists that the group has begun
		if changed.player == player && now != nil {
			tx.remove(changed.listID, player)
		}
	}
}

// counted tells whether a submission has been, and notes that it is now.
func (tx *tx) counted(r receipt) (bool, error) {
	if tx.receipts[r] {
		return true, nil
	}
	g := tx.e.receipts
	for _, generation := range []uint32{g, g - 1} {
		if has, err := tx.e.has(receiptKey(generation, r)); has || err != nil {
			return has, err
		}
	}
	return false, nil
}

func (tx *tx) count(r receipt) {
	tx.receipts[r] = true
	tx.set(receiptKey(tx.e.receipts, r), nil)
}

// barred tells whether no result of a player that ended then is let in.
func (tx *tx) barred(player string, at time.Time) bool {
	until, forgotten := tx.e.forgotten[player]
	return tx.e.banned[player] || forgotten && at.UnixMilli() < until
}

func millis(t time.Time) []byte { return binary.BigEndian.AppendUint64(nil, uint64(t.UnixMilli())) }
