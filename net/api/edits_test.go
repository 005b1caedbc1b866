package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parlor/leaderboard"
	"parlor/net/api"
)

const token = "hush"

// office is an admin handler on a store of its own.
type office struct {
	*testing.T
	store         *leaderboard.Embedded
	admin, public http.Handler
}

func newOffice(t *testing.T) *office {
	t.Helper()
	store, err := leaderboard.OpenEmbedded(t.TempDir(), leaderboard.EmbeddedConfig{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := newHouse(t)
	h.adm.Boards, h.adm.Ratings, h.adm.Token = store, store, token
	h.pub.Boards, h.pub.Ratings, h.pub.Rate = store, store, 100_000
	return &office{t, store, api.Admin(h.adm), api.Public(h.pub)}
}

// ask sends a request with the token.
func (o *office) ask(method, target, contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	o.admin.ServeHTTP(w, r)
	return w
}

// must asks, and reads the answer.
func (o *office) must(method, target, body string, into any) {
	o.Helper()
	w := o.ask(method, target, "", body)
	if w.Code != 200 {
		o.Fatalf("%s %s: %d %s", method, target, w.Code, w.Body)
	}
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			o.Fatal(err)
		}
	}
}

type answered struct {
	Count      int
	Percentile float64
	Rank       int
	Next       string
	Entries    []struct {
		Rank, Score int
		Player      string
	}
	Around []struct{ Rank int }
}

// What OPERATING.md promises to an operator with curl.
func TestAnOperatorRunsAWeeklyBoard(t *testing.T) {
	o := newOffice(t)
	o.must("PUT", "/v1/boards/weekly", `{"period":"weekly","zone":"Asia/Shanghai","operator":"sum"}`, nil)
	now := time.Now().UTC().Format(time.RFC3339)
	var lines strings.Builder
	for n := range 3000 {
		fmt.Fprintf(&lines, "{\"player\":\"p%04d\",\"score\":%d,\"at\":%q,\"name\":\"Ann\"}\n", n, 3000-n, now)
	}
	var imported struct {
		Imported int
		LeftOut  int `json:"left_out"`
	}
	o.must("POST", "/v1/boards/weekly/import", lines.String(), &imported)
	if imported.Imported != 3000 {
		t.Errorf("imported %d", imported.Imported)
	}
	o.must("POST", "/v1/submissions", `{"id":"m1","player":"p2999","scores":[{"board":"weekly","score":10000}]}`, nil)
	o.must("POST", "/v1/submissions", `{"id":"m1","player":"p2999","scores":[{"board":"weekly","score":10000}]}`, nil)
	var page answered
	after := ""
	for range 3 {
		page = answered{}
		o.must("GET", "/v1/boards/weekly?limit=50&after="+after, "", &page)
		after = page.Next
	}
	if page.Count != 3000 || page.Entries[0].Rank != 101 || page.Entries[0].Player != "p0099" || len(page.Entries) != 50 {
		t.Errorf("page 3: %+v", page)
	}
	var player answered
	o.must("GET", "/v1/boards/weekly/players/p0099?around=2", "", &player)
	if player.Rank != 101 || len(player.Around) != 5 || player.Percentile < 96.6 || player.Percentile > 96.7 {
		t.Errorf("player: %+v", player)
	}
	o.must("DELETE", "/v1/players/p0000", "", nil)
	o.must("DELETE", "/v1/boards/weekly/players/p0001", "", nil)
	o.must("PUT", "/v1/bans/p0002", "", nil)
	export := o.ask("GET", "/v1/boards/weekly/export?format=csv", "", "").Body.String()
	if strings.Count(export, "\n") != 2998 || !strings.HasPrefix(export, "player,score,at,rank,name,region,match,proof\np2999,10001,") || strings.Contains(export, "p0000") {
		t.Errorf("exported %d lines:\n%.200s", strings.Count(export, "\n"), export)
	}
	o.must("PUT", "/v1/boards/copy", `{"period":"weekly"}`, nil)
	if w := o.ask("POST", "/v1/boards/copy/import", "text/csv", export); w.Code != 200 {
		t.Errorf("imported again: %d %s", w.Code, w.Body)
	}
	o.must("POST", "/v1/boards/weekly/end", "", nil)
	var rest answered
	o.must("GET", "/v1/boards/weekly", "", &rest)
	var periods struct{ Periods []struct{ Count int } }
	o.must("GET", "/v1/boards/weekly/periods", "", &periods)
	if rest.Count != 0 || len(periods.Periods) != 1 || periods.Periods[0].Count != 2997 {
		t.Errorf("after its end: %+v, periods %+v", rest, periods)
	}
}

func TestNoEditAndNoExportIsMadeWithoutTheToken(t *testing.T) {
	o := newOffice(t)
	o.must("PUT", "/v1/boards/b", `{}`, nil)
	for _, ask := range []string{
		"PUT /v1/boards/c", "POST /v1/boards/b/end", "POST /v1/boards/b/import", "GET /v1/boards/b/export", "POST /v1/submissions",
		"DELETE /v1/boards/b/players/p", "DELETE /v1/players/p", "GET /v1/bans", "PUT /v1/bans/p", "DELETE /v1/bans/p",
	} {
		method, path, _ := strings.Cut(ask, " ")
		for _, header := range []string{"", "Bearer", "Bearer wrong", "Basic " + token, token} {
			r := httptest.NewRequest(method, path, strings.NewReader("{}"))
			r.Header.Set("Authorization", header)
			w := httptest.NewRecorder()
			o.admin.ServeHTTP(w, r)
			wantFault(t, w, 401, "UNAUTHENTICATED")
			w = httptest.NewRecorder()
			o.public.ServeHTTP(w, r)
			if w.Code != 404 && w.Code != 405 {
				t.Errorf("%s, public: %d", ask, w.Code)
			}
		}
	}
	h := newHouse(t) // no token is set
	r := httptest.NewRequest("GET", "/v1/bans", nil)
	r.Header.Set("Authorization", "Bearer ")
	w := httptest.NewRecorder()
	api.Admin(h.adm).ServeHTTP(w, r)
	wantFault(t, w, 401, "UNAUTHENTICATED")
}

func TestAWrongEditIsExplained(t *testing.T) {
	o := newOffice(t)
	o.must("PUT", "/v1/boards/b", `{"operator":"sum"}`, nil)
	for _, test := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"PUT", "/v1/boards/b", `{"operator":"best"}`, 409, `not \"best\"; only its archive and size`},
		{"PUT", "/v1/boards/c", `{"operator":"worst"}`, 400, "worst"},
		{"PUT", "/v1/boards/c", `{"oprator":"best"}`, 400, "oprator"},
		{"PUT", "/v1/boards/c", `{"board":"d"}`, 400, "another board"},
		{"PUT", "/v1/boards/c", `{"period":"daily","zone":"Mars"}`, 400, "Mars"},
		{"PUT", "/v1/boards/c", `{`, 400, "/v1/openapi.json"},
		{"PUT", "/v1/boards/c", `{} {}`, 400, "more after it"},
		{"PUT", "/v1/boards/c", strings.Repeat(" ", 70_000), 400, "too long"},
		{"POST", "/v1/boards/none/end", ``, 404, "no such board: none"},
		{"POST", "/v1/boards/none/import", ``, 404, "no such board"},
		{"POST", "/v1/boards/b/import", "{\"player\":\"a\",\"score\":1,\"at\":\"2026-02-02T00:00:00Z\"}\nnonsense", 400, "line 2"},
		{"POST", "/v1/boards/b/import", "player,score,at\n", 400, "text/csv"},
		{"POST", "/v1/boards/b/import", "\n{\"player\":\"a\",\"score\":1,\"at\":\"1999-01-01T00:00:00Z\"}", 400, "line 2: at 1999-01-01T00:00:00Z is before the period begins"},
		{"POST", "/v1/submissions", `{"id":"1","player":"a","scores":[{"board":"b","score":1.5}]}`, 400, "score must be a whole number"},
		{"POST", "/v1/submissions", `{"id":"1","player":"a","at":"2999-01-01T00:00:00Z","scores":[{"board":"b","score":1}]}`, 400, "ahead of the server's clock"},
		{"GET", "/v1/boards/b?after=x", ``, 400, "after must be the next of a page"},
		{"POST", "/v1/boards/b/import?period=x", "", 400, "period"},
		{"GET", "/v1/boards/none/export", ``, 404, "no such board"},
		{"GET", "/v1/boards/b/export?format=xml", ``, 400, "ndjson"},
		{"POST", "/v1/submissions", `{"id":"1","player":"a","scores":[]}`, 400, "0 boards"},
		{"POST", "/v1/submissions", `{"id":"1","player":"a","scores":[{"board":"b","score":9007199254740993}]}`, 400, "out of range"},
		{"POST", "/v1/submissions", `{"id":"1","player":"a","scores":[{"board":"c","score":1}]}`, 404, "no such board"},
		{"DELETE", "/v1/boards/b/players/nobody", ``, 404, "no such entry"},
	} {
		w := o.ask(test.method, test.path, "", test.body)
		if w.Code != test.status || !bytes.Contains(w.Body.Bytes(), []byte(test.says)) {
			t.Errorf("%s %s %.40s: %d %s, want %d and %q", test.method, test.path, test.body, w.Code, w.Body, test.status, test.says)
		}
	}
}
