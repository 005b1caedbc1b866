package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"parlor/leaderboard"
	"parlor/matchmaking"
)

// fault is an error as who asked gets to see it.
type fault struct {
	status  int
	code    string
	message string
}

func (f *fault) Error() string { return f.code + ": " + f.message }

func notFound(message string) *fault { return &fault{http.StatusNotFound, "NOT_FOUND", message} }

func badRequest(message string) *fault { return &fault{http.StatusBadRequest, "BAD_REQUEST", message} }

var (
	faultInternal    = &fault{http.StatusInternalServerError, "INTERNAL", "the server failed"}
	faultUnavailable = &fault{http.StatusServiceUnavailable, "UNAVAILABLE", "it does not answer just now; ask again later"}
	faultAway        = &fault{http.StatusServiceUnavailable, "UNAVAILABLE", "the boards do not answer just now; ask again later"}
	faultFull        = &fault{http.StatusServiceUnavailable, "UNAVAILABLE", "the disk of the boards is full; make room, and ask again"}
)

// toFault is the one table from errors to what is shown. The text of any other error stays here.
func toFault(err error) *fault {
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	reason, _ := leaderboard.Reason(err)
	for _, known := range []struct {
		err   error
		fault *fault
	}{
		{leaderboard.ErrNotFound, notFound("no such entry")},
		{leaderboard.ErrNoBoard, notFound(cmp.Or(reason, "no such board"))},
		// Reasons tell who asked about his own arguments, and nothing else.
		{leaderboard.ErrInvalid, badRequest(cmp.Or(reason, "the arguments cannot be"))},
		{leaderboard.ErrRange, badRequest(cmp.Or(reason, "the arguments cannot be"))},
		{leaderboard.ErrOver, badRequest(cmp.Or(reason, "the arguments cannot be"))},
		{leaderboard.ErrFull, faultFull}, // before what it comes with
		{leaderboard.ErrUnavailable, faultAway},
		{matchmaking.ErrClosed, faultUnavailable},
		{matchmaking.ErrNotWaiting, notFound("one of these players does not wait in that queue")},
		{context.DeadlineExceeded, faultUnavailable},
		{context.Canceled, faultUnavailable}, // who asked has gone
	} {
		if errors.Is(err, known.err) {
			return known.fault
		}
	}
	return faultInternal
}

// answers writes what endpoints return.
type answers struct{ log *slog.Logger }

// json makes an endpoint of a function that returns what is to be encoded.
func (a answers) json(read func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := encoded(read, r)
		if err != nil {
			a.fail(w, r, err)
			return
		}
		send(w, http.StatusOK, "application/json", body)
	})
}

// encoded is an answer before any of it is sent, so that a failure can still be answered with its status.
func encoded(read func(*http.Request) (any, error), r *http.Request) ([]byte, error) {
	v, err := read(r)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode answer: %w", err)
	}
	return append(body, '\n'), nil
}

// shared is json for what many ask for at once: proxies and browsers may show it again for a second, and who has it
// already gets no body.
func (a answers) shared(read func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := encoded(read, r)
		if err != nil {
			a.fail(w, r, err)
			return
		}
		hash := sha256.Sum256(body)
		h := w.Header()
		h.Set("ETag", `"`+hex.EncodeToString(hash[:16])+`"`)
		h.Set("Cache-Control", "public, max-age=1")
		h.Set("Content-Type", "application/json")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}

// text makes one of a function that returns plain text.
func (a answers) text(read func(*http.Request) (string, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := read(r)
		if err != nil {
			a.fail(w, r, err)
			return
		}
		writeText(w, text)
	})
}

func (a answers) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := toFault(err)
	if f == faultInternal {
		a.log.Error("request failed", "path", r.URL.Path, "err", err)
	} else if f.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
		a.log.Debug("request not answered", "path", r.URL.Path, "err", err)
	}
	refuse(w, f)
}

// refuse answers with a fault.
func refuse(w http.ResponseWriter, f *fault) {
	type inner struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	body, err := json.Marshal(struct {
		Error inner `json:"error"`
	}{inner{f.code, f.message}})
	if err != nil {
		panic(err) // two strings always encode
	}
	send(w, f.status, "application/json", append(body, '\n'))
}

func writeText(w http.ResponseWriter, text string) {
	send(w, http.StatusOK, "text/plain; charset=utf-8", []byte(text))
}

func send(w http.ResponseWriter, status int, contentType string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // who asked may be gone; there is nobody else to tell
}

// reads lets only requests through that change nothing.
func reads(h http.Handler) http.Handler { return allow(h, http.MethodGet, http.MethodHead) }

func allow(h http.Handler, methods ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.Contains(methods, r.Method) {
			h.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Allow", strings.Join(methods, ", "))
		refuse(w, &fault{http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "only " + strings.Join(methods, ", ")})
	})
}

// verbs are what a path does, by method; HEAD is as GET.
type verbs map[string]http.Handler

func (v verbs) and(method string, h http.Handler) verbs {
	v[method] = h
	return v
}

func (v verbs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	methods := slices.Sorted(maps.Keys(v))
	if i := slices.Index(methods, http.MethodGet); i >= 0 {
		methods = slices.Insert(methods, i+1, http.MethodHead)
	}
	h := v[r.Method]
	if r.Method == http.MethodHead {
		h = v[http.MethodGet]
	}
	if h == nil {
		h = http.NotFoundHandler() // allow refuses it before
	}
	allow(h, methods...).ServeHTTP(w, r)
}

// anyOrigin lets the pages of any host read: mini-games and others show our boards. Nothing that
// a browser keeps for a person, such as a cookie, matters here.
func anyOrigin(h http.Handler) http.Handler {
	methods := []string{http.MethodGet, http.MethodHead, http.MethodOptions}
	return allow(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if r.Method != http.MethodOptions {
			h.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
		w.Header().Set("Access-Control-Allow-Headers", "*")
		w.Header().Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	}), methods...)
}

// contain answers for an endpoint that panics, and sets what every answer carries.
func (a answers) contain(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		begun := &begun{ResponseWriter: w}
		defer func() {
			why := recover()
			if why == nil {
				return
			}
			if why == http.ErrAbortHandler {
				panic(why)
			}
			a.log.Error("request panicked", "path", r.URL.Path, "why", why, "stack", string(debug.Stack()))
			if begun.yes {
				panic(http.ErrAbortHandler) // half an answer must not look like a whole one
			}
			a.fail(w, r, faultInternal)
		}()
		h.ServeHTTP(begun, r)
	})
}

// begun notes whether an answer is under way.
type begun struct {
	http.ResponseWriter
	yes bool
}

func (b *begun) WriteHeader(status int) { b.yes = true; b.ResponseWriter.WriteHeader(status) }

func (b *begun) Write(p []byte) (int, error) { b.yes = true; return b.ResponseWriter.Write(p) }

// Unwrap lets http.ResponseController reach the rest.
func (b *begun) Unwrap() http.ResponseWriter { return b.ResponseWriter }
