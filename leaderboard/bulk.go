package leaderboard

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// Export calls each for every entry of a list, the best first, a page at a time: what changes meanwhile may be
// in or not.
func Export(ctx context.Context, from Reads, l List, each func(Entry) error) error {
	for after := ""; ; {
		page, err := from.Top(ctx, l, after, MaxPage)
		if err != nil {
			return err
		}
		for _, e := range page.Entries {
			if err := each(e); err != nil {
				return err
			}
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

// Format is how entries are written in bulk, one a line.
type Format uint8

const (
	NDJSON Format = iota // an object each
	CSV                  // with a head
)

// entryLine is an entry in either format.
type entryLine struct {
	Player string    `json:"player"`
	Score  int64     `json:"score"`
	At     time.Time `json:"at"`
	Rank   int64     `json:"rank,omitempty"`
	Name   string    `json:"name,omitempty"`
	Region string    `json:"region,omitempty"`
	Match  string    `json:"match,omitempty"`
	Proof  string    `json:"proof,omitempty"`
}

var csvHead = []string{"player", "score", "at", "rank", "name", "region", "match", "proof"}

// EntryWriter writes entries in bulk. Flush comes last.
type EntryWriter struct {
	json *json.Encoder
	csv  *csv.Writer
	head bool // is written
}

// NewEntryWriter makes one.
func NewEntryWriter(w io.Writer, f Format) *EntryWriter {
	if f == CSV {
		return &EntryWriter{csv: csv.NewWriter(w)}
	}
	return &EntryWriter{json: json.NewEncoder(w)}
}

// Write writes an entry.
func (w *EntryWriter) Write(e Entry) error {
	if w.json != nil {
		return w.json.Encode(entryLine{e.Player, e.Score, e.At, e.Rank, e.Name, e.Region, e.Match, e.Proof})
	}
	if err := w.begin(); err != nil {
		return err
	}
	return w.csv.Write([]string{
		e.Player, strconv.FormatInt(e.Score, 10), e.At.UTC().Format(time.RFC3339Nano), strconv.FormatInt(e.Rank, 10), e.Name, e.Region, e.Match, e.Proof,
	})
}

func (w *EntryWriter) begin() error {
	if w.head {
		return nil
	}
	w.head = true
	return w.csv.Write(csvHead)
}

// Flush writes what is left; of no entries at all the head.
func (w *EntryWriter) Flush() error {
	if w.csv == nil {
		return nil
	}
	err := w.begin()
	w.csv.Flush()
	return errors.Join(err, w.csv.Error())
}

// maxLine is far above an entry with every field full.
const maxLine = 8 << 10

// ReadEntries calls each for every entry of a stream, which is read as it comes. What cannot be one is ErrInvalid, with the number
// of its line. Rank is read and means nothing.
func ReadEntries(from io.Reader, f Format, each func(Entry) error) error {
	if f == CSV {
		return readCSV(from, each)
	}
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		if len(lines.Bytes()) == 0 {
			continue
		}
		var l entryLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("line %d: %w: %w", n, ErrInvalid, err)
		}
		if err := each(Entry{Player: l.Player, Score: l.Score, At: l.At, Name: l.Name, Region: l.Region, Match: l.Match, Proof: l.Proof}); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("line %d is too long: %w", n+1, ErrInvalid)
	}
	return lines.Err()
}

// readCSV takes the columns in any order; those after at may be missing.
func readCSV(from io.Reader, each func(Entry) error) error {
	r := csv.NewReader(from)
	r.ReuseRecord = true
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	at := map[string]int{}
	for i, name := range head {
		at[name] = i
	}
	for _, needed := range csvHead[:3] {
		if _, ok := at[needed]; err == nil && !ok {
			return fmt.Errorf("no column %q: %w", needed, ErrInvalid)
		}
	}
	for err == nil {
		var record []string
		if record, err = r.Read(); err != nil {
			break
		}
		line, _ := r.FieldPos(0)
		field := func(name string) string {
			if i, ok := at[name]; ok {
				return record[i]
			}
			return ""
		}
		e := Entry{Player: field("player"), Name: field("name"), Region: field("region"), Match: field("match"), Proof: field("proof")}
		var err1, err2 error
		e.Score, err1 = strconv.ParseInt(field("score"), 10, 64)
		e.At, err2 = time.Parse(time.RFC3339, field("at"))
		if bad := errors.Join(err1, err2); bad != nil {
			return fmt.Errorf("line %d: %w: %w", line, ErrInvalid, bad)
		}
		if err := each(e); err != nil {
			return err
		}
	}
	if _, odd := errors.AsType[*csv.ParseError](err); odd {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
