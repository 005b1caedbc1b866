package api_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parlor/leaderboard"
	"parlor/net/api"
)

func TestAnImportTellsWhomItLeftOutAndHowFarItCame(t *testing.T) {
	o := newOffice(t)
	o.must("PUT", "/v1/boards/b", `{}`, nil)
	o.must("PUT", "/v1/bans/p3", ``, nil)
	o.must("DELETE", "/v1/players/p4", ``, nil)
	now := time.Now().UTC().Format(time.RFC3339)
	var lines strings.Builder
	for n := range 600 {
		fmt.Fprintf(&lines, "{\"player\":\"p%d\",\"score\":%d,\"at\":%q}\n", n, n, now)
	}
	for range 2 {
		if w := o.ask("POST", "/v1/boards/b/import", "", lines.String()); w.Body.String() != `{"imported":598,"left_out":2}`+"\n" {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
	}
	w := o.ask("POST", "/v1/boards/b/import", "", lines.String()+"{}\n")
	wantFault(t, w, 400, "BAD_REQUEST")
	for _, says := range []string{"line 601: player must be 1 to 128 bytes", "498 entries before it are in", "send the whole file again"} {
		if !strings.Contains(w.Body.String(), says) {
			t.Errorf("%s does not say %q", w.Body, says)
		}
	}
}

// failing is a store that answers edits with an error, after some imports.
type failing struct {
	*leaderboard.Embedded
	err     error
	imports int
}

func (f *failing) Submit(context.Context, ...leaderboard.Submission) error      { return f.err }
func (f *failing) Define(context.Context, leaderboard.Board) error              { return f.err }
func (f *failing) Ban(context.Context, string, bool) error                      { return f.err }
func (f *failing) Count(context.Context, leaderboard.List) (n int64, err error) { return 0, nil }
func (f *failing) Import(_ context.Context, _ leaderboard.List, entries ...leaderboard.Entry) (int, error) {
	if f.imports--; f.imports < 0 {
		return 0, f.err
	}
	return 0, nil
}

func (f *failing) EndPeriod(context.Context, string, time.Time) (leaderboard.Span, error) {
	return leaderboard.Span{}, f.err
}

func TestAFullDiskIsToldToWhoWrites(t *testing.T) {
	o := newOffice(t)
	store := &failing{Embedded: o.store, err: fmt.Errorf("write: %w: %w: 1 MB are left", leaderboard.ErrUnavailable, leaderboard.ErrFull)}
	h := newHouse(t)
	h.adm.Boards, h.adm.Token = store, token
	o.admin = api.Admin(h.adm)
	line := `{"player":"a","score":1,"at":"2026-03-01T00:00:00Z"}` + "\n"
	for _, ask := range []string{
		`PUT /v1/boards/b {}`, `POST /v1/boards/b/end `, `PUT /v1/bans/a `, `POST /v1/boards/b/import ` + line,
		`POST /v1/submissions {"id":"1","player":"a","scores":[{"board":"b","score":1}]}`,
	} {
		method, rest, _ := strings.Cut(ask, " ")
		path, body, _ := strings.Cut(rest, " ")
		w := o.ask(method, path, "", body)
		wantFault(t, w, 503, "UNAVAILABLE")
		if !strings.Contains(w.Body.String(), "the disk of the boards is full") {
			t.Errorf("%s: %s", ask, w.Body)
		}
	}
	store.imports, store.err = 2, leaderboard.ErrUnavailable
	w := o.ask("POST", "/v1/boards/b/import", "", strings.Repeat(line, 1200))
	wantFault(t, w, 503, "UNAVAILABLE")
	if !strings.Contains(w.Body.String(), "the boards do not answer just now; ask again later; 1000 entries are in; send the whole file again") {
		t.Errorf("got %s", w.Body)
	}
}

// Who sends a long body without asking for leave, and reads only then, reads why he was refused.
func TestARefusalReachesWhoIsStillSending(t *testing.T) {
	o := newOffice(t)
	o.must("PUT", "/v1/boards/b", `{}`, nil)
	server := httptest.NewServer(o.admin)
	defer server.Close()
	const size = 12 << 20
	for given, want := range map[string]string{token: "400 Bad Request", "wrong": "401 Unauthorized"} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		fmt.Fprintf(conn, "POST /v1/boards/b/import HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n", given, size)
		if _, err := io.Copy(conn, bytes.NewReader(bytes.Repeat([]byte("nonsense\n"), size/9+1)[:size])); err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || res.Status != want {
			t.Errorf("got %+v, %v, want %s", res, err, want)
		}
	}
}

func TestEachEditOfAnOperatorIsNotedInTheLog(t *testing.T) {
	o := newOffice(t)
	var log bytes.Buffer
	h := newHouse(t)
	h.adm.Boards, h.adm.Token, h.adm.Logger = o.store, token, slog.New(slog.NewTextHandler(&log, nil))
	o.admin = api.Admin(h.adm)
	now := time.Now().UTC().Format(time.RFC3339)
	for _, test := range []struct{ ask, notes string }{
		{`PUT /v1/boards/b {}`, `msg="a board is described" board=b from=`},
		{`POST /v1/boards/b/import {"player":"a","score":1,"at":"` + now + `"}`, `msg="an import has ended" imported=1 left_out=0 whole=true board=b from=`},
		{`DELETE /v1/boards/b/players/a `, `msg="an entry is removed" board=b player=a from=`},
		{`DELETE /v1/players/a `, `msg="a player is forgotten" player=a from=`},
		{`PUT /v1/bans/a `, `msg="a player is banned" player=a from=`},
		{`DELETE /v1/bans/a `, `msg="a ban is lifted" player=a from=`},
		{`POST /v1/boards/b/end `, `msg="a period has ended"`},
		{`DELETE /v1/boards/b/players/a `, ``},
		{`POST /v1/submissions {"id":"1","player":"b","scores":[{"board":"b","score":1}]}`, ``},
		{`GET /v1/bans `, ``},
	} {
		log.Reset()
		method, rest, _ := strings.Cut(test.ask, " ")
		path, body, _ := strings.Cut(rest, " ")
		o.ask(method, path, "", body)
		if !strings.Contains(log.String(), test.notes) || test.notes == "" && log.Len() > 0 || strings.Count(log.String(), "\n") > 1 {
			t.Errorf("%s: %q, want %q", test.ask, &log, test.notes)
		}
	}
}

func TestAWrongTokenIsToldFromAMissingOne(t *testing.T) {
	o := newOffice(t)
	for header, says := range map[string]string{"": "send the operators' token", "Bearer wrong": "that is not the operators' token"} {
		r := httptest.NewRequest("GET", "/v1/bans", nil)
		r.Header.Set("Authorization", header)
		w := httptest.NewRecorder()
		o.admin.ServeHTTP(w, r)
		if w.Code != 401 || !strings.Contains(w.Body.String(), says) {
			t.Errorf("%q: %d %s, want %q", header, w.Code, w.Body, says)
		}
	}
}
