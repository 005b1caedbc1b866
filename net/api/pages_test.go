package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game/room"
	"parlor/leaderboard"
	"parlor/matchmaking"
	"parlor/net/api"
)

func TestPagesAreServed(t *testing.T) {
	h := newHouse(t)
	for path, want := range map[string]struct{ body, kind string }{
		"/":                    {"<title>games</title>", "text/html"},
		"/index.html":          {"<title>games</title>", "text/html"},
		"/?player=2":           {"<title>games</title>", "text/html"},
		"/app.js":              {"play()", "text/javascript"},
		"/help/":               {"<title>help</title>", "text/html"},
		"/empty/note.txt":      {"a note", "text/plain"},
		"/ws":                  {"the socket", ""},
		"/help/../app.js?x=/.": {"play()", "text/javascript"},
	} {
		w := h.public(path)
		if strings.Contains(path, "..") { // net/http sends the client to the right place
			if w.Code/100 != 3 {
				t.Errorf("%s: status %d", path, w.Code)
			}
			continue
		}
		if w.Code != 200 || w.Body.String() != want.body || !strings.HasPrefix(w.Header().Get("Content-Type"), want.kind) {
			t.Errorf("%s: %d %q %v", path, w.Code, w.Body, w.Header())
		}
	}
}

func TestFilesThatAreNotPagesAreNotFound(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{
		"/none", "/none/", "/app.js/", "/empty/", "/.secret", "/.git/config", "/.git/", "/help/none.html", "/%00", "/a%5Cb", "/%2e%2e/x",
	} {
		w := h.public(path)
		if w.Code/100 == 3 {
			continue // net/http has resolved the dots
		}
		wantFault(t, w, 404, "NOT_FOUND")
	}
}

func TestAFolderIsServedWithItsSlash(t *testing.T) {
	w := newHouse(t).public("/help?player=2")
	if got := w.Header().Get("Location"); w.Code != 301 || got != "/help/?player=2" {
		t.Errorf("%d to %q", w.Code, got)
	}
}

func TestABrowserAsksEachTimeAndGetsOnlyWhatIsNew(t *testing.T) {
	h := newHouse(t)
	first := h.public("/app.js")
	tag := first.Header().Get("ETag")
	if tag == "" || first.Header().Get("Cache-Control") != "no-cache" {
		t.Fatalf("headers %v", first.Header())
	}
	if other := h.public("/").Header().Get("ETag"); other == tag {
		t.Error("two files share an ETag")
	}
	r := httptest.NewRequest("GET", "/app.js", nil)
	r.Header.Set("If-None-Match", tag)
	w := httptest.NewRecorder()
	api.Public(h.pub).ServeHTTP(w, r)
	if w.Code != 304 || w.Body.Len() > 0 {
		t.Errorf("asked again: %d %q", w.Code, w.Body)
	}
}

func TestPagesMayOnlyUseWhatThisServerServes(t *testing.T) {
	h := newHouse(t)
	for host, connect := range map[string]string{
		"play.example:8080": "connect-src 'self' ws://play.example:8080 wss://play.example:8080;",
		"[::1]:8080":        "connect-src 'self' ws://[::1]:8080 wss://[::1]:8080;",
		"x;script-src *":    "connect-src 'self';",
		"x'unsafe-inline'":  "connect-src 'self';",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		api.Public(h.pub).ServeHTTP(w, r)
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'self';") || !strings.Contains(policy, connect) || strings.Contains(policy, "unsafe") {
			t.Errorf("host %q: %s", host, policy)
		}
	}
}

type brokenFS struct{}

func (brokenFS) Open(string) (fs.File, error) { return nil, errSecret }

func TestADiskThatFailsIsLoggedAndNotShown(t *testing.T) {
	h := newHouse(t)
	h.pub.Pages = brokenFS{}
	w := h.public("/app.js")
	wantFault(t, w, 500, "INTERNAL")
	if strings.Contains(w.Body.String(), "hunter2") || !strings.Contains(h.log.String(), "hunter2") {
		t.Errorf("shown %q, logged %q", w.Body, &h.log)
	}
}

func TestTheAdminPageShowsWhatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock of a bubble stands: the uptime is exact
		wantOverview(t, newHouse(t).admin("/"))
	})
}

func wantOverview(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	body := w.Body.String()
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	for _, want := range []string{
		"v1.2.3", "1m30s", "taking players", ">29<", ">31<", // node
		`href="/v1/rooms/r1"`, ">snakes<", ">playing<", ">777<", ">27<", `warn">4<`, "asleep", // rooms
		">tictactoe<", ">blitz<", // queues
		">Ann<", ">42<", "2026-03-04 05:07", "Nobody yet.", // boards
		">11<", ">222<", `warn">3333<`, // recorder
		`http-equiv="refresh"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in\n%s", want, body)
		}
	}
	for _, unwanted := range []string{"<script", "draining", "ZgotmplZ"} {
		if strings.Contains(body, unwanted) {
			t.Errorf("%q in\n%s", unwanted, body)
		}
	}
}

func TestTheAdminPageSaysThatTheNodeDrains(t *testing.T) {
	h := newHouse(t)
	h.node.draining = true
	if body := h.admin("/").Body.String(); !strings.Contains(body, "draining") || strings.Contains(body, "taking players") {
		t.Errorf("got\n%s", body)
	}
}

func TestTheAdminPageMarksARoomWhoseRulesDoNotReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.node.rooms[0].Busy = time.Now().Add(-999 * time.Millisecond) // a long step
		if body := h.admin("/").Body.String(); strings.Contains(body, "stuck") {
			t.Errorf("too soon:\n%s", body)
		}
		h.node.rooms[0].Busy = time.Now().Add(-time.Second)
		body := h.admin("/").Body.String()
		if strings.Count(body, `class="warn">stuck<`) != 1 || !strings.Contains(body, `<dt>rooms stuck</dt><dd class="warn">1<`) {
			t.Errorf("not marked:\n%s", body)
		}
	})
}

func TestTheAdminPageStandsStillWhenAsked(t *testing.T) {
	if body := newHouse(t).admin("/?refresh=off").Body.String(); strings.Contains(body, "http-equiv") {
		t.Error("it refreshes itself")
	}
}

func TestTheAdminPageShowsHostileNamesAsText(t *testing.T) {
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>{{.}}`
	h := newHouse(t)
	h.boards.entries["snakes"] = []leaderboard.Entry{{Player: hostile, Name: hostile, Rank: 1, At: reached}}
	h.node.rooms = []room.Info{{ID: hostile, Game: hostile, Phase: room.Playing}}
	h.node.depths = []matchmaking.Depth{{Queue: matchmaking.Name{Game: hostile, Mode: hostile}}}
	h.adm.Version = hostile
	h.boards.entries[hostile] = nil
	body := h.admin("/").Body.String()
	for _, tag := range []string{"<script", "<img"} {
		if strings.Contains(body, tag) {
			t.Errorf("%s in\n%s", tag, body)
		}
	}
	if !strings.Contains(body, "&lt;script&gt;") {
		t.Error("the names are not there")
	}
}

func TestTheAdminPageMayOnlyUseItsOwnStyleSheet(t *testing.T) {
	w := newHouse(t).admin("/")
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(w.Body.String())
	if style == nil {
		t.Fatal("no style sheet")
	}
	hash := sha256.Sum256([]byte(style[1]))
	want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
	if got := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, want) {
		t.Errorf("policy %q, want %q", got, want)
	}
}

func TestTheAdminPageStandsWithoutStoreAndQueues(t *testing.T) {
	h := newHouse(t)
	h.boards.err, h.node.queuesErr, h.adm.Recorder = leaderboard.ErrUnavailable, errSecret, nil
	w := h.admin("/")
	body := w.Body.String()
	if w.Code != 200 || !strings.Contains(body, "UNAVAILABLE") || !strings.Contains(body, "INTERNAL") || !strings.Contains(body, ">777<") {
		t.Errorf("%d\n%s", w.Code, body)
	}
	if strings.Contains(body, "hunter2") || !strings.Contains(h.log.String(), "hunter2") {
		t.Errorf("logged %q", &h.log)
	}
}

func TestTheAdminPageShowsTwoHundredRoomsAtMost(t *testing.T) {
	h := newHouse(t)
	h.node.rooms = nil
	for i := range 250 {
		h.node.rooms = append(h.node.rooms, room.Info{ID: fmt.Sprint("room-", i), Players: 2})
	}
	body := h.admin("/").Body.String()
	if got := strings.Count(body, `href="/v1/rooms/`); got != 200 {
		t.Errorf("%d rooms", got)
	}
	for _, want := range []string{"50 more", ">250<", ">500<"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
}
