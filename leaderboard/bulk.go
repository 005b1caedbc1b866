package leaderboard

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
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
// of its line. Rank is read and means nothing. Further columns of CSV are ignored; further fields of NDJSON are not, since one that
// is mistyped would be taken for none.
func ReadEntries(from io.Reader, f Format, each func(line int, e Entry) error) error {
	if f == CSV {
		return readCSV(from, each)
	}
	lines := bufio.NewScanner(withoutBOM(from))
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		if len(lines.Bytes()) == 0 {
			continue
		}
		var l entryLine
		if err := parseLine(lines.Bytes(), &l); err != nil {
			return tell(ErrInvalid, "line %d: %s", n, JSONFault(err))
		}
		if err := each(n, Entry{Player: l.Player, Score: l.Score, At: l.At, Name: l.Name, Region: l.Region, Match: l.Match, Proof: l.Proof}); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return tell(ErrInvalid, "line %d is longer than %d bytes", n+1, maxLine)
	}
	return lines.Err()
}

// parseLine reads one object, and nothing after it.
func parseLine(text []byte, l *entryLine) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(l); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON object in it")
	}
	return nil
}

// withoutBOM skips the mark that spreadsheets put before UTF-8.
func withoutBOM(from io.Reader) io.Reader {
	r := bufio.NewReader(from)
	const mark = "\xef\xbb\xbf"
	if first, _ := r.Peek(len(mark)); string(first) == mark {
		_, _ = r.Discard(len(mark))
	}
	return r
}

// readCSV takes the columns in any order; those after at may be missing.
func readCSV(from io.Reader, each func(int, Entry) error) error {
	r := csv.NewReader(withoutBOM(from))
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
			return tell(ErrInvalid, "line 1: there is no column %q: the first line must name player, score and at", needed)
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
		if e.Score, err = strconv.ParseInt(field("score"), 10, 64); err != nil {
			return tell(ErrInvalid, "line %d: score must be a whole number, not %.40q", line, field("score"))
		}
		if e.At, err = time.Parse(time.RFC3339, field("at")); err != nil {
			return tell(ErrInvalid, "line %d: %s", line, JSONFault(err))
		}
		if err := each(line, e); err != nil {
			return err
		}
	}
	if odd, ok := errors.AsType[*csv.ParseError](err); ok {
		return tell(ErrInvalid, "line %d: %v", odd.Line, odd.Err)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
