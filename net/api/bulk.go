package api

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
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
		came, err := e.importAll(r)
		if came.Imported+came.LeftOut > 0 || err == nil {
			e.note(r, "an import has ended", "imported", came.Imported, "left_out", came.LeftOut, "whole", err == nil)
		}
		if err != nil {
			out.fail(w, r, came.explained(err))
			return
		}
		out.json(func(*http.Request) (any, error) { return came, nil }).ServeHTTP(w, r)
	})
}

// imported is how much of an import is in for sure.
type imported struct {
	Imported int `json:"imported"`
	LeftOut  int `json:"left_out"` // whose players are banned or forgotten
}

// lineError is what is wrong with a line; the text names it.
type lineError struct{ text string }

func (l *lineError) Error() string { return l.text }

// explained says in an error how far the import came, and how to go on.
func (i imported) explained(err error) error {
	const again = "send the whole file again: an entry takes the place of the player's"
	if wrong, ok := errors.AsType[*lineError](err); ok {
		return badRequest(fmt.Sprintf("%s; %d entries before it are in; mend it and %s", wrong.text, i.Imported, again))
	}
	if i.Imported+i.LeftOut == 0 {
		return err
	}
	f := toFault(err)
	return &fault{f.status, f.code, fmt.Sprintf("%s; %d entries are in; %s", f.message, i.Imported, again)}
}

// importAll answers how many entries are in for sure.
func (e edits) importAll(r *http.Request) (came imported, err error) {
	l, err := listOf(r)
	if err != nil {
		return came, err
	}
	if l.Period.IsZero() { // an import that begins before midnight stays in its period
		l.Period = time.Now()
	}
	format, hint := formatOf(r)
	var step []leaderboard.Entry
	var lines []int // of step
	write := func() error {
		ctx, cancel := context.WithTimeout(r.Context(), bulkWithin)
		defer cancel()
		left, err := e.store.Import(ctx, l, step...)
		if one, ok := errors.AsType[*leaderboard.EntryError](err); ok {
			return &lineError{fmt.Sprintf("line %d: %s", lines[one.Index], toFault(err).message)}
		}
		if err != nil {
			return fmt.Errorf("import into %q: %w", l.Board, err)
		}
		came.Imported, came.LeftOut = came.Imported+len(step)-left, came.LeftOut+left
		step, lines = step[:0], lines[:0]
		return nil
	}
	read := 0
	err = leaderboard.ReadEntries(r.Body, format, func(line int, entry leaderboard.Entry) error {
		read++
		if step, lines = append(step, entry), append(lines, line); len(step) < importStep {
			return nil
		}
		return write()
	})
	if reason, ok := leaderboard.Reason(err); ok && strings.HasPrefix(reason, "line ") {
		if read == 0 {
			reason += hint
		}
		return came, &lineError{reason}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return came, badRequest("the body broke off")
	}
	if err != nil {
		return came, err
	}
	if _, err := e.store.Count(r.Context(), l); err != nil { // an empty import still tells of a missing board
		return came, err
	}
	return came, write()
}

// formatOf is what a body is by its Content-Type, and what to say where its first line is not that.
func formatOf(r *http.Request) (leaderboard.Format, string) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "text/csv") {
		return leaderboard.CSV, ""
	}
	return leaderboard.NDJSON, "; a body without Content-Type: text/csv is read as NDJSON"
}
