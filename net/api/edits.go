package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"parlor/leaderboard"
)

// BoardEdits are the boards as operators read and change them. A leaderboard.Store is one.
type BoardEdits interface {
	Boards
	leaderboard.Edits
	Define(ctx context.Context, board leaderboard.Board) error
	Submit(ctx context.Context, subs ...leaderboard.Submission) error
}

// maxBody is far above any single object that is sent.
const maxBody = 64 << 10

// maxAhead is how far the clock of who submits may be ahead of ours: a result of next week would stand on next week's board.
const maxAhead = time.Minute

// edits are the endpoints that change boards.
type edits struct {
	store BoardEdits
	log   *slog.Logger
}

// note keeps in the log what an operator has done. Submissions are no operator's doing, and many.
func (e edits) note(r *http.Request, what string, args ...any) {
	for _, name := range []string{"board", "player"} {
		if value := r.PathValue(name); value != "" {
			args = append(args, name, value)
		}
	}
	if period := r.URL.Query().Get("period"); period != "" {
		args = append(args, "period", period)
	}
	e.log.Info(what, append(args, "from", r.RemoteAddr)...)
}

// noted answers for an edit, and notes it if it was made.
func (e edits) noted(r *http.Request, what string, err error) (any, error) {
	if err == nil {
		e.note(r, what)
	}
	return done, err
}

// tokened lets only those through who know the token. Without one nobody does.
func tokened(token string, h http.Handler) http.Handler {
	want := sha256.Sum256([]byte(token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		got := sha256.Sum256([]byte(given)) // of one length, so the comparison takes one time
		if token == "" || !ok || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			message := "send the operators' token: Authorization: Bearer …"
			if given != "" && ok {
				message = "that is not the operators' token, which is in operator.token in parlord's -data"
			}
			refuse(w, &fault{http.StatusUnauthorized, "UNAUTHENTICATED", message})
			return
		}
		h.ServeHTTP(w, r)
	})
}

// body reads a JSON object.
func body(r *http.Request, into any) error {
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return badRequest(fmt.Sprintf("the body cannot be read, or is too long: %d bytes at most", maxBody))
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	err = d.Decode(into)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more after it")
		}
	}
	if err != nil {
		return badRequest("the body must be a JSON object with the fields that /v1/openapi.json describes: " + leaderboard.JSONFault(err))
	}
	return nil
}

type doneJSON struct {
	OK bool `json:"ok"`
}

var done = doneJSON{true}

// define is PUT /v1/boards/{board}.
func (e edits) define(r *http.Request) (any, error) {
	name := r.PathValue("board")
	board := leaderboard.Board{Name: name}
	if err := body(r, &board); err != nil {
		return nil, err
	}
	if board.Name == "" {
		board.Name = name
	}
	if board.Name != name {
		return nil, badRequest("the body is about another board than the path")
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	err := e.store.Define(ctx, board)
	if reason, ok := leaderboard.Reason(err); ok && errors.Is(err, leaderboard.ErrMismatch) {
		return nil, &fault{http.StatusConflict, "CONFLICT", reason}
	}
	if err != nil {
		return nil, fmt.Errorf("define %q: %w", name, err)
	}
	e.note(r, "a board is described")
	all, err := e.store.Boards(ctx)
	if err != nil {
		return nil, fmt.Errorf("list boards: %w", err)
	}
	for _, b := range all {
		if b.Name == name {
			return struct {
				Definition leaderboard.Board `json:"definition"`
				Limit      int64             `json:"limit"`
			}{b, b.Limit()}, nil
		}
	}
	return nil, fmt.Errorf("define %q: it is not there", name)
}

// submit is POST /v1/submissions.
func (e edits) submit(r *http.Request) (any, error) {
	var s leaderboard.Submission
	if err := body(r, &s); err != nil {
		return nil, err
	}
	if s.At.IsZero() {
		s.At = time.Now().UTC()
	}
	if ahead := time.Until(s.At); ahead > maxAhead {
		return nil, badRequest(fmt.Sprintf("at must be when the result was reached: it is %v ahead of the server's clock", ahead.Round(time.Second)))
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	return done, e.store.Submit(ctx, s)
}

// end is POST /v1/boards/{board}/end.
func (e edits) end(r *http.Request) (any, error) {
	board := r.PathValue("board")
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	span, err := e.store.EndPeriod(ctx, board, time.Now())
	if err != nil {
		return nil, fmt.Errorf("end period of %q: %w", board, err)
	}
	e.note(r, "a period has ended", "start", span.Start, "end", span.End)
	select { // it ends with the second; who reads after the answer gets the new one
	case <-time.After(time.Until(span.End)):
	case <-ctx.Done():
	}
	return struct {
		Board string     `json:"board"`
		Ended periodJSON `json:"ended"`
	}{board, toPeriod(span)}, nil
}

// remove is DELETE /v1/boards/{board}/players/{player}.
func (e edits) remove(r *http.Request) (any, error) {
	l, err := listOf(r)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	return e.noted(r, "an entry is removed", e.store.Remove(ctx, l, r.PathValue("player")))
}

// forget is DELETE /v1/players/{player}.
func (e edits) forget(r *http.Request) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), bulkWithin)
	defer cancel()
	return e.noted(r, "a player is forgotten", e.store.Forget(ctx, r.PathValue("player")))
}

// ban is PUT and DELETE /v1/bans/{player}.
func (e edits) ban(r *http.Request) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), bulkWithin)
	defer cancel()
	banned, what := r.Method == http.MethodPut, "a ban is lifted"
	if banned {
		what = "a player is banned"
	}
	return e.noted(r, what, e.store.Ban(ctx, r.PathValue("player"), banned))
}

// bans is GET /v1/bans.
func (e edits) bans(r *http.Request) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	players, err := e.store.Bans(ctx)
	if err != nil {
		return nil, fmt.Errorf("list bans: %w", err)
	}
	if players == nil {
		players = []string{}
	}
	return struct {
		Players []string `json:"players"`
	}{players}, nil
}
