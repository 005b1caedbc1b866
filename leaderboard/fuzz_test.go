package leaderboard

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func FuzzCursor(f *testing.F) {
	for _, c := range []cursor{{1767225600, 5 << 24, "p1"}, {-1, -1 << 53, "玩家"}, {0, 1 << 53, strings.Repeat("x", 128)}, {1 << 62, 0, "p1"}} {
		f.Add(c.String())
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCursor(text)
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("%q: %v is not ErrInvalid", text, err)
			}
			return
		}
		if !inCalendar(time.Unix(c.period, 0)) {
			t.Errorf("%q is of a period that cannot be: %+v", text, c)
		}
		if again, err := parseCursor(c.String()); err != nil || again != c {
			t.Errorf("%q: %+v is read again as %+v, %v", text, c, again, err)
		}
	})
}

// FuzzEntries reads what anybody sends, and what it takes for entries must come out of either format as it went in.
func FuzzEntries(f *testing.F) {
	f.Add("{\"player\":\"a\",\"score\":1,\"at\":\"2026-03-04T05:06:07Z\",\"name\":\"Ann\"}\n", false)
	f.Add("player,score,at,name\na,1,2026-03-04T05:06:07Z,\"A \"\"nn\"\"\"\n", true)
	f.Fuzz(func(t *testing.T, text string, asCSV bool) {
		format := NDJSON
		if asCSV {
			format = CSV
		}
		read := func(text string, format Format) (entries []Entry, err error) {
			err = ReadEntries(strings.NewReader(text), format, func(_ int, e Entry) error {
				e.At = e.At.UTC()
				if validImport(List{Board: "b"}, []Entry{e}) == nil && e.At.Year() > 0 && e.At.Year() < 9999 {
					entries = append(entries, e)
				}
				return nil
			})
			return entries, err
		}
		entries, err := read(text, format)
		if err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("%v is not ErrInvalid", err)
		}
		for _, format := range []Format{NDJSON, CSV} {
			var out bytes.Buffer
			w := NewEntryWriter(&out, format)
			for _, e := range entries {
				must(t, w.Write(e))
			}
			must(t, w.Flush())
			again, err := read(out.String(), format)
			if err != nil || !reflect.DeepEqual(again, entries) {
				t.Errorf("%+v became %+v, %v", entries, again, err)
			}
		}
	})
}

func FuzzNote(f *testing.F) {
	f.Add(int64(1767225600000), "Ann", "eu", "m", "hash")
	f.Add(int64(0), "", "", "", "x")
	f.Fuzz(func(t *testing.T, at int64, name, region, match, proof string) {
		n := note{at, name, region, match, proof}
		if validNote(n) != nil {
			return
		}
		if got := parseNote(n.String()); got != n {
			t.Errorf("%+v is read as %+v", n, got)
		}
	})
}

// FuzzOutbox reads segments that anything may have happened to.
func FuzzOutbox(f *testing.F) {
	f.Add([]byte{2, 0, 0, 0, 0x13, 0x7e, 0x5e, 0x9f, '{', '}'})
	f.Fuzz(func(t *testing.T, text []byte) {
		record, err := parseRecordAt(text)
		if err == nil && len(record)+recordHeads > len(text) {
			t.Errorf("%d bytes of %d", len(record), len(text))
		}
	})
}
