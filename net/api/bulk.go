package api

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"parlor/leaderboard"
)

const (
	// bulkWithin is how long each step of a long edit waits.
	bulkWithin = 10 * time.Second
	importStep = 500 // entries in one write
)

var contentTypes = map[leaderboard.Format]string{leaderboard.NDJSON: "application/x-ndjson", leaderboard.CSV: "text/csv; charset=utf-8"}

// export is GET /v1/boards/{board}/export?format=ndjson|csv, as a stream. One that breaks off half-way cuts the connection:
// half a board must not look like a whole one.
func (e edits) export(out answers) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l, err := listOf(r)
		if err != nil {
			out.fail(w, r, err)
			return
		}
		format := leaderboard.NDJSON
		switch asked := r.URL.Query().Get("format"); asked {
		case "", "ndjson":
		case "csv":
			format = leaderboard.CSV
		default:
			out.fail(w, r, badRequest("format must be ndjson or csv"))
			return
		}
		if _, err := e.store.Count(r.Context(), l); err != nil { // while it can still be answered with its status
			out.fail(w, r, err)
			return
		}
		h := w.Header()
		h.Set("Content-Type", contentTypes[format])
		h.Set("Cache-Control", "no-store")
		body := bufio.NewWriterSize(w, 64<<10)
		entries := leaderboard.NewEntryWriter(body, format)
		n := 0
		err = leaderboard.Export(r.Context(), e.store, l, func(entry leaderboard.Entry) error {
			n++
			return entries.Write(entry)
		})
		if err = errors.Join(err, entries.Flush(), body.Flush()); err != nil {
			out.log.Warn("an export broke off", "board", l.Board, "entries", n, "err", err)
			panic(http.ErrAbortHandler)
		}
	})
}

// load is POST /v1/boards/{board}/import, of a stream: NDJSON, or CSV by its Content-Type. It writes as it reads, so a line that
// is refused leaves those before it in; the answer says how many, and sending all again does no harm.
func (e edits) load(out answers) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := e.importAll(r)
		if err != nil {
			if f := toFault(err); f.status == http.StatusBadRequest {
				err = badRequest(fmt.Sprintf("%s; %d entries before it are in", f.message, n))
			}
			out.fail(w, r, err)
			return
		}
		out.json(func(*http.Request) (any, error) {
			return struct {
				Imported int `json:"imported"`
			}{n}, nil
		}).ServeHTTP(w, r)
	})
}

// importAll answers how many entries are in for sure.
func (e edits) importAll(r *http.Request) (int, error) {
	l, err := listOf(r)
	if err != nil {
		return 0, err
	}
	if l.Period.IsZero() { // an import that begins before midnight stays in its period
		l.Period = time.Now()
	}
	format := leaderboard.NDJSON
	if strings.HasPrefix(r.Header.Get("Content-Type"), "text/csv") {
		format = leaderboard.CSV
	}
	var step []leaderboard.Entry
	n := 0
	write := func() error {
		ctx, cancel := context.WithTimeout(r.Context(), bulkWithin)
		defer cancel()
		if err := e.store.Import(ctx, l, step...); err != nil {
			return fmt.Errorf("import into %q: %w", l.Board, err)
		}
		n, step = n+len(step), step[:0]
		return nil
	}
	err = leaderboard.ReadEntries(r.Body, format, func(entry leaderboard.Entry) error {
		if step = append(step, entry); len(step) < importStep {
			return nil
		}
		return write()
	})
	if err != nil {
		return n, err
	}
	if _, err := e.store.Count(r.Context(), l); err != nil { // an empty import still tells of a missing board
		return n, err
	}
	return n, write()
}
