package leaderboard

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// outbox is results on the disk that the store has not taken yet, in the order they came. It is a directory of segments,
// and what has been taken:
//
//	<number>.box   +----------+---------+--------------------+
//	               | length:4 | crc32:4 | a result (JSON)    |  one after the other, little-endian
//	               +----------+---------+--------------------+
//	taken          number of a segment:8, offset in it:8     all before has been taken
//
// Each append and each step of taken is synced, so after a crash at most one batch is sent to the store again. A segment
// that has been taken whole is deleted; a record cut short by a crash was not acknowledged to anybody, and is cut off.
type outbox[Result any] struct {
	dir  string
	most int64 // bytes

	mu       sync.Mutex // guards what is below; files are written under it, by the Recorder's two goroutines only
	segments []segment  // the oldest first; the last is appended to
	last     *os.File   // nil: the next append begins a segment
	taken    *os.File
	at       int64 // in the first segment: what has not been taken begins there
	next     uint64
	waiting  int
}

type segment struct {
	number uint64
	size   int64
}

const (
	segmentSize = 4 << 20
	recordHeads = 8
	boxSuffix   = ".box"
)

var errOutboxFull = errors.New("the outbox of results is full")

func openOutbox[Result any](dir string, most int64) (*outbox[Result], error) {
	o := &outbox[Result]{dir: dir, most: most, next: 1}
	if err := o.open(); err != nil {
		return nil, fmt.Errorf("open outbox %s: %w", dir, errors.Join(err, o.close()))
	}
	return o, nil
}

func (o *outbox[Result]) open() error {
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return err
	}
	var err error
	if o.taken, err = os.OpenFile(filepath.Join(o.dir, "taken"), os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return err
	}
	var position [16]byte
	if _, err := o.taken.ReadAt(position[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	number, at := binary.LittleEndian.Uint64(position[:]), int64(binary.LittleEndian.Uint64(position[8:]))
	o.next = number + 1
	entries, err := os.ReadDir(o.dir) // by name, so by number
	if err != nil {
		return err
	}
	for _, entry := range entries {
		digits, ok := strings.CutSuffix(entry.Name(), boxSuffix)
		n, err := strconv.ParseUint(digits, 10, 64)
		if !ok || err != nil {
			continue
		}
		if n < number {
			if err := os.Remove(o.path(n)); err != nil {
				return err
			}
			continue
		}
		from := int64(0)
		if n == number {
			from = at
		}
		size, count, err := measure(o.path(n), from)
		if err != nil {
			return err
		}
		o.segments = append(o.segments, segment{n, size})
		o.waiting += count
		o.next = n + 1
	}
	if len(o.segments) > 0 && o.segments[0].number == number {
		o.at = min(at, o.segments[0].size)
	}
	return nil
}

func (o *outbox[Result]) path(number uint64) string {
	return filepath.Join(o.dir, fmt.Sprintf("%016d", number)+boxSuffix)
}

// measure counts the records of a segment from an offset on, and cuts off what is none.
func measure(path string, from int64) (size int64, count int, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, err
	}
	at := min(from, int64(len(text)))
	for {
		record, err := parseRecordAt(text[at:])
		if err != nil {
			break
		}
		at += int64(recordHeads + len(record))
		count++
	}
	if at == int64(len(text)) {
		return at, count, nil
	}
	return at, count, os.Truncate(path, at)
}

// parseRecordAt is the record at the start of text.
func parseRecordAt(text []byte) ([]byte, error) {
	if len(text) < recordHeads {
		return nil, io.ErrUnexpectedEOF
	}
	length := int64(binary.LittleEndian.Uint32(text))
	if int64(len(text)) < recordHeads+length {
		return nil, io.ErrUnexpectedEOF
	}
	record := text[recordHeads : recordHeads+length]
	if crc32.ChecksumIEEE(record) != binary.LittleEndian.Uint32(text[4:]) {
		return nil, fmt.Errorf("record of %d bytes: %w", length, ErrMismatch)
	}
	return record, nil
}

// append puts results at the end, and returns once they are on the disk. Where it fails, none of them is.
func (o *outbox[Result]) append(results []Result) error {
	var text []byte
	for _, r := range results {
		record, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("write to outbox: %w", err)
		}
		text = binary.LittleEndian.AppendUint32(text, uint32(len(record)))
		text = binary.LittleEndian.AppendUint32(text, crc32.ChecksumIEEE(record))
		text = append(text, record...)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	total := int64(len(text)) - o.at
	for _, s := range o.segments {
		total += s.size
	}
	if total > o.most {
		return errOutboxFull
	}
	if err := o.begin(); err != nil {
		return fmt.Errorf("write to outbox: %w", err)
	}
	s := &o.segments[len(o.segments)-1]
	_, err := o.last.WriteAt(text, s.size)
	if err = errors.Join(err, o.last.Sync()); err != nil {
		return fmt.Errorf("write to outbox: %w", errors.Join(err, o.last.Truncate(s.size)))
	}
	s.size += int64(len(text))
	o.waiting += len(results)
	return nil
}

// begin makes sure that there is a segment with room.
func (o *outbox[Result]) begin() error {
	if o.last != nil && o.segments[len(o.segments)-1].size < segmentSize {
		return nil
	}
	file, err := os.OpenFile(o.path(o.next), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if o.last != nil {
		_ = o.last.Close() // it is synced
	}
	o.last, o.segments = file, append(o.segments, segment{number: o.next})
	o.next++
	dir, err := os.Open(o.dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// batch is some of the oldest results.
type batch[Result any] struct {
	results []Result
	bytes   []int64 // of each, on the disk; nil in memory
}

func (b batch[Result]) one(i int) batch[Result] {
	one := batch[Result]{results: b.results[i : i+1]}
	if b.bytes != nil {
		one.bytes = b.bytes[i : i+1]
	}
	return one
}

// oldest is up to n results.
func (o *outbox[Result]) oldest(n int) (batch[Result], error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var b batch[Result]
	if o.waiting == 0 {
		return b, nil
	}
	first := o.segments[0]
	file, err := os.Open(o.path(first.number))
	if err != nil {
		return b, fmt.Errorf("read outbox: %w", err)
	}
	defer file.Close()
	r := io.NewSectionReader(file, o.at, first.size-o.at)
	for len(b.results) < n && r.Size() > 0 {
		var head [recordHeads]byte
		if _, err := io.ReadFull(r, head[:]); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return b, fmt.Errorf("read outbox: %w", err)
		}
		text := make([]byte, recordHeads+int64(binary.LittleEndian.Uint32(head[:])))
		copy(text, head[:])
		if _, err := io.ReadFull(r, text[recordHeads:]); err != nil {
			return b, fmt.Errorf("read outbox: %w", err)
		}
		record, err := parseRecordAt(text)
		if err != nil {
			return b, fmt.Errorf("read outbox: %w", err)
		}
		var result Result
		if err := json.Unmarshal(record, &result); err != nil {
			return b, fmt.Errorf("read outbox: %w: %w", ErrMismatch, err)
		}
		b.results, b.bytes = append(b.results, result), append(b.bytes, int64(len(text)))
	}
	return b, nil
}

// took lets go of the first results of a batch.
func (o *outbox[Result]) took(bytes []int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range bytes {
		o.at += n
	}
	o.waiting -= len(bytes)
	number, at := o.segments[0].number, o.at
	whole := o.at >= o.segments[0].size
	if whole {
		number, at = number+1, 0
	}
	position := binary.LittleEndian.AppendUint64(nil, number)
	position = binary.LittleEndian.AppendUint64(position, uint64(at))
	_, err := o.taken.WriteAt(position, 0)
	err = errors.Join(err, o.taken.Sync())
	if whole {
		if len(o.segments) == 1 && o.last != nil {
			_ = o.last.Close() // all of it has been taken
			o.last = nil
		}
		err = errors.Join(err, os.Remove(o.path(o.segments[0].number)))
		o.segments, o.at = slices.Delete(o.segments, 0, 1), 0
	}
	if err != nil {
		return fmt.Errorf("write to outbox: %w", err)
	}
	return nil
}

func (o *outbox[Result]) len() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.waiting
}

func (o *outbox[Result]) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	var err error
	for _, file := range []*os.File{o.last, o.taken} {
		if file != nil {
			err = errors.Join(err, file.Close())
		}
	}
	return err
}
