package leaderboard

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
)

// What an Embedded store keeps on the disk. Integers are big-endian; a period is the unix seconds of its start with the
// sign bit turned, so that keys sort as times do. Names of boards, games and modes hold no zero byte.
//
//	v                                        version of this layout: "1"
//	b <board>                                description (JSON)
//	e <board> 0 <period:8> <player>          packed score:8, note (layout: entry.go)
//	r <generation:4> <hash:16>               a receipt; a generation is a day, and two are kept
//	x <player>                               a ban
//	f <player>                               forgotten: unix ms until when results are of before:8
//	l <game> 0 <mode> 0 <player>             record (layout: record.go)
const diskVersion = "1"

func boardKey(name string) []byte { return []byte("b" + name) }

func entryPrefix(id listID) []byte {
	key := append([]byte("e"+id.board), 0)
	return binary.BigEndian.AppendUint64(key, uint64(id.period)^1<<63)
}

func entryKey(id listID, player string) []byte { return append(entryPrefix(id), player...) }

func entryValue(s standing) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(s.packed)), s.note...)
}

func receiptKey(generation uint32, r receipt) []byte {
	return append(binary.BigEndian.AppendUint32([]byte("r"), generation), r[:]...)
}

func banKey(player string) []byte       { return []byte("x" + player) }
func forgottenKey(player string) []byte { return []byte("f" + player) }

func ladderPrefix(l Ladder) []byte { return []byte("l" + l.Game + "\x00" + l.Mode + "\x00") }

func recordKey(l Ladder, player string) []byte { return append(ladderPrefix(l), player...) }

// after is the first key beyond all that begin with prefix; no prefix here ends in 0xff bytes alone.
func after(prefix []byte) []byte {
	next := append([]byte(nil), prefix...)
	for i := len(next) - 1; i >= 0; i-- {
		if next[i]++; next[i] != 0 {
			return next[:i+1]
		}
	}
	return nil
}

// open opens the database and reads it all.
func (e *Embedded) open() error {
	options := &pebble.Options{
		FS: e.fs, FormatMajorVersion: pebble.FormatNewest, Logger: journal{e}, MemTableSize: 16 << 20,
	}
	for i := range options.Levels { // receipts are asked for before they are there
		options.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
	}
	db, err := pebble.Open(e.dir, options)
	if isLocked(err) {
		return errors.New("another parlord uses this directory")
	}
	if err != nil {
		return err
	}
	e.db = db
	if err := e.load(); err != nil {
		return errors.Join(err, db.Close())
	}
	return nil
}

// isLocked tells whether somebody else has the directory open: another process, or this one.
func isLocked(err error) bool {
	return err != nil && (errors.Is(err, syscall.EAGAIN) || strings.Contains(err.Error(), "lock held by current process"))
}

// load reads what the database holds.
func (e *Embedded) load() error {
	version, err := e.get([]byte("v"))
	switch {
	case err != nil:
		return err
	case version == "":
		if err := e.db.Set([]byte("v"), []byte(diskVersion), pebble.Sync); err != nil {
			return err
		}
	case version != diskVersion:
		return fmt.Errorf("layout %q, this is %q: %w", version, diskVersion, ErrMismatch)
	}
	err = e.scan([]byte("b"), func(key, value []byte) error {
		k, err := parseKept(string(value))
		if err != nil {
			return err
		}
		e.boards[k.Name] = k
		return nil
	})
	if err != nil {
		return err
	}
	if err := e.loadEntries(); err != nil {
		return err
	}
	err = e.scan([]byte("x"), func(key, _ []byte) error {
		e.banned[string(key[1:])] = true
		return nil
	})
	if err != nil {
		return err
	}
	return e.scan([]byte("f"), func(key, value []byte) error {
		if len(value) != 8 {
			return fmt.Errorf("tombstone of %d bytes: %w", len(value), ErrMismatch)
		}
		e.forgotten[string(key[1:])] = int64(binary.BigEndian.Uint64(value))
		return nil
	})
}

// loadEntries reads list by list, in whose order they lie.
func (e *Embedded) loadEntries() error {
	var current listID
	held := map[string]standing{}
	flush := func() {
		if k := e.boards[current.board]; k != nil && len(held) > 0 {
			e.ledgers[current] = newLedger(k)
			e.ledgers[current].load(held)
			e.trim(k, current, e.ledgers[current])
			held = map[string]standing{}
		}
	}
	err := e.scan([]byte("e"), func(key, value []byte) error {
		text := string(key[1:])
		board, rest, ok := strings.Cut(text, "\x00")
		if !ok || len(rest) < 9 || len(value) < 8 || e.boards[board] == nil {
			return fmt.Errorf("entry %q: %w", text, ErrMismatch)
		}
		id := listID{board, int64(binary.BigEndian.Uint64([]byte(rest[:8])) ^ 1<<63)}
		if id != current {
			flush()
			current = id
		}
		held[strings.Clone(rest[8:])] = standing{packed(binary.BigEndian.Uint64(value)), string(value[8:])}
		return nil
	})
	flush()
	return err
}

// get reads a value; "" if there is none.
func (e *Embedded) get(key []byte) (string, error) {
	value, closer, err := e.db.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer closer.Close()
	return string(value), nil
}

func (e *Embedded) has(key []byte) (bool, error) {
	_, closer, err := e.db.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, closer.Close()
}

// scan calls do for each key with the prefix, in order. Both slices are Pebble's.
func (e *Embedded) scan(prefix []byte, do func(key, value []byte) error) error {
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: prefix, UpperBound: after(prefix)})
	if err != nil {
		return err
	}
	for ok := it.First(); ok; ok = it.Next() {
		value, err := it.ValueAndErr()
		if err == nil {
			err = do(it.Key(), value)
		}
		if err != nil {
			return errors.Join(err, it.Close())
		}
	}
	return errors.Join(it.Error(), it.Close())
}

// generation is that of receipts.
func generation(now time.Time) uint32 { return uint32(now.Unix() / int64(ReceiptLife/time.Second)) }

// journal is what Pebble says, in our log. It calls Fatalf where it cannot go on, and expects the process to end; ours
// has matches to play, so the store refuses writes from then on.
type journal struct{ *Embedded }

func (journal) Infof(string, ...any) {}

func (j journal) Errorf(format string, args ...any) {
	j.log.Warn("the store of boards complains", "why", fmt.Sprintf(format, args...))
}

func (j journal) Fatalf(format string, args ...any) {
	err := fmt.Errorf("%w: the store of boards cannot go on: "+format, append([]any{ErrUnavailable}, args...)...)
	if j.failed.CompareAndSwap(nil, &err) {
		j.log.Error("the store of boards takes no more results; mend the disk and start again", slog.Any("err", err))
	}
}
