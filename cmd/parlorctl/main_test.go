package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const (
	snakesJSON = `{"board":"snakes","period":{"start":"2026-01-01T00:00:00Z"},"count":123,"next":"abc","entries":[` +
		`{"rank":1,"player":"p-one","name":"Ann","score":1042,"at":"2026-03-04T05:07:00Z"},` +
		`{"rank":2,"player":"p2","name":"\u001b[2JBen\u202e","score":-7,"at":"2026-03-04T05:08:00Z"}]}` + "\n"
	boardsJSON = `{"boards":[{"definition":{"board":"snakes","operator":"best","order":"desc","ties":"earliest","period":"weekly","zone":"Asia/Tokyo"},"count":123},` +
		`{"definition":{"board":"tictactoe","operator":"sum","order":"asc","ties":"shared"},"count":0}]}` + "\n"
	roomJSON = `{"id":"r1","game":"snakes","match":"r1-1","phase":"playing","players":3,"away":1,"bots":9,"free":27,` +
		`"tick":777,"slipped":4,"asleep":false,"stuck":false,"endless":true}`
	sleepyJSON = `{"id":"room-2","game":"tictactoe","match":"room-2-2","phase":"playing","players":2,"away":2,"bots":0,"free":0,` +
		`"tick":5,"slipped":0,"asleep":true,"endless":false,"public":true,"locked":true,"watchers":12}`
)

// answers are an admin listener's, by path and query. Any other path is NOT_FOUND.
type answers map[string]string

func (a answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, ok := a[r.URL.RequestURI()]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		body = `{"error":{"code":"NOT_FOUND","message":"no such board"}}`
	}
	_, _ = io.WriteString(w, body)
}

func listen(t *testing.T, h http.Handler) string {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// ctl runs the program.
func ctl(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), args, &out, &err)
	return code, out.String(), err.String()
}

func wantOutput(t *testing.T, url, want string, args ...string) {
	t.Helper()
	code, stdout, stderr := ctl(t, append([]string{"-admin", url}, args...)...)
	want = strings.TrimPrefix(want, "\n")
	if code != 0 || stdout != want || stderr != "" {
		t.Errorf("%v: exit %d, stderr %q\ngot\n%s\nwant\n%s", args, code, stderr, stdout, want)
	}
}

func TestBoardsAreATable(t *testing.T) {
	wantOutput(t, listen(t, answers{"/v1/boards": boardsJSON}), `
BOARD      KEEPS  ORDER  TIES      PERIOD             ENTRIES
snakes     best   desc   earliest  weekly Asia/Tokyo  123
tictactoe  sum    asc    shared    -                  0
`, "boards")
	wantOutput(t, listen(t, answers{"/v1/boards": `{"boards":[]}`}), "No boards yet.\n", "boards")
}

func TestABoardIsATableWithoutControlCharacters(t *testing.T) {
	wantOutput(t, listen(t, answers{"/v1/boards/snakes?limit=2": snakesJSON}), `
RANK  SCORE  REACHED (UTC)     PLAYER  NAME
1     1042   2026-03-04 05:07  p-one   Ann
2     -7     2026-03-04 05:08  p2      ?[2JBen?
2 of 123 on snakes, since 2026-01-01 00:00
more: -after abc
`, "boards", "snakes", "-limit", "2")
	wantOutput(t, listen(t, answers{"/v1/boards/a%2Fb?limit=10": `{"board":"a/b","period":{"start":"2026-01-01T00:00:00Z","end":"2026-02-01T00:00:00Z"},"count":0,"entries":[]}`}),
		"a/b has no such entries, 2026-01-01 00:00 to 2026-02-01 00:00.\n", "boards", "a/b")
}

func TestRoomsAreATable(t *testing.T) {
	wantOutput(t, listen(t, answers{"/v1/rooms": `{"rooms":[` + roomJSON + `,` + sleepyJSON + `]}`}), `
ROOM    GAME       PHASE                            PLAYERS  AWAY  BOTS  FREE  WATCHERS  TICK  SLIPPED
r1      snakes     playing                          3        1     9     27    0         777   4
room-2  tictactoe  playing, asleep, public, locked  2        2     0     0     12        5     0
`, "rooms")
	wantOutput(t, listen(t, answers{"/v1/rooms": `{"rooms":[{"id":"r3","phase":"playing","stuck":true}]}`}), `
ROOM  GAME  PHASE           PLAYERS  AWAY  BOTS  FREE  WATCHERS  TICK  SLIPPED
r3          playing, stuck  0        0     0     0     0         0     0
`, "rooms")
	wantOutput(t, listen(t, answers{"/v1/rooms": `{"rooms":[]}`}), "Nobody plays just now.\n", "rooms")
}

func TestARoomIsDescribed(t *testing.T) {
	wantOutput(t, listen(t, answers{"/v1/rooms/r1": roomJSON}), `
room      r1
game      snakes
match     r1-1 (endless: players come and go)
phase     playing
seats     3 players (1 away), 9 bots, 27 free
watchers  0
tick      777
slipped   4 ticks
`, "rooms", "r1")
}

func TestJSONIsPrintedAsItCame(t *testing.T) {
	url := listen(t, answers{"/v1/boards/snakes?limit=10": snakesJSON, "/v1/boards": boardsJSON})
	wantOutput(t, url, snakesJSON, "boards", "snakes", "-json")
	wantOutput(t, url, boardsJSON, "-json", "boards")
}

func TestFlagsMayStandAnywhere(t *testing.T) {
	url := listen(t, answers{"/v1/boards/snakes?limit=2": "{}"})
	for _, args := range [][]string{
		{"-json", "-limit", "2", "-admin", url, "boards", "snakes"},
		{"boards", "-limit=2", "snakes", "--json", "-admin=" + url},
		{"boards", "snakes", "-admin", url + "/", "-json", "-limit", "2"},
	} {
		if code, stdout, stderr := ctl(t, args...); code != 0 || stdout != "{}" {
			t.Errorf("%v: exit %d, %q, %q", args, code, stdout, stderr)
		}
	}
}

func TestTheAdminAddressComesFromTheEnvironmentUnlessAFlagSaysIt(t *testing.T) {
	url := listen(t, answers{"/v1/rooms": "{}"})
	t.Setenv("PARLOR_ADMIN", strings.TrimPrefix(url, "http://")) // as parlord itself reads it
	if code, _, stderr := ctl(t, "rooms"); code != 0 {
		t.Errorf("exit %d: %s", code, stderr)
	}
	t.Setenv("PARLOR_ADMIN", "http://127.0.0.1:1")
	if code, _, stderr := ctl(t, "rooms", "-admin", url); code != 0 {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if code, _, stderr := ctl(t, "rooms"); code != 1 || !strings.Contains(stderr, "http://127.0.0.1:1 ") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestWrongUsageIsExplained(t *testing.T) {
	for _, test := range []struct {
		args []string
		says string
	}{
		{nil, "say what to do"},
		{[]string{"queue"}, `no command "queue"`},
		{[]string{"boards", "a", "b"}, "too many words"},
		{[]string{"rooms", "a", "b"}, "too many words"},
		{[]string{"queues", "a", "b"}, "name two players"},
		{[]string{"queues", "a", "b", "c", "d"}, "too many words"},
		{[]string{"boards", "a", "-limit", "0"}, "1 to 100"},
		{[]string{"boards", "a", "-limit", "101"}, "1 to 100"},
		{[]string{"boards", "a", "-limit", "x"}, "limit"},
		{[]string{"boards", "-wrong"}, "-wrong"},
		{[]string{"boards", "-admin", "ftp://x"}, "-admin must be"},
		{[]string{"boards", "-admin", "http://"}, "-admin must be"},
		{[]string{"boards", "-admin", ""}, "-admin must be"},
	} {
		code, stdout, stderr := ctl(t, test.args...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, test.says) || !strings.Contains(stderr, "usage: parlorctl [flags] boards") || strings.Count(stderr, "\n") != 2 {
			t.Errorf("%v: exit %d, stdout %q, stderr %q", test.args, code, stdout, stderr)
		}
	}
}

func TestHelpIsNoError(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"boards", "--help"}} {
		if code, stdout, stderr := ctl(t, args...); code != 0 || stderr != "" || !strings.Contains(stdout, "-admin URL") {
			t.Errorf("%v: exit %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
}

func TestFailuresSayWhatToDo(t *testing.T) {
	says := func(status int, body string) string {
		return listen(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, test := range map[string]struct{ url, says string }{
		"nobody listens":    {gone.URL, "is parlord running"},
		"no such thing":     {listen(t, answers{}), "no such board. parlorctl boards lists what there is"},
		"store away":        {says(503, `{"error":{"code":"UNAVAILABLE","message":"ask again later"}}`), "ask again later"},
		"no such entry":     {says(404, `{"error":{"code":"NOT_FOUND","message":"no such entry"}}`), "no such entry\n"},
		"another code":      {says(403, `{"error":{"code":"FORBIDDEN","message":"ask under localhost"}}`), "FORBIDDEN: ask under localhost"},
		"another server":    {says(404, "<h1>not here</h1>"), "is this its -admin address?"},
		"another server, 2": {says(200, "<h1>hello</h1>"), "is this parlord's -admin address?"},
		"hostile text":      {says(500, `{"error":{"code":"\u001b[2J","message":"\u0007"}}`), "?[2J: ?"},
	} {
		code, stdout, stderr := ctl(t, "-admin", test.url, "boards", "snakes")
		if code != 1 || stdout != "" || !strings.HasPrefix(stderr, "parlorctl: ") || !strings.Contains(stderr, test.says) {
			t.Errorf("%s: exit %d, stdout %q, stderr %q, want %q", name, code, stdout, stderr, test.says)
		}
	}
}

func TestAnInterruptEndsTheWait(t *testing.T) {
	asked := make(chan struct{})
	url := listen(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
	}))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{"-admin", url, "rooms"}, &stdout, &stderr); code != 1 || stderr.String() != "parlorctl: interrupted\n" {
		t.Errorf("exit %d, stderr %q", code, &stderr)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	url := listen(t, answers{"/v1/boards": boardsJSON})
	for _, args := range [][]string{{"boards", "-admin", url}, {"boards", "-json", "-admin", url}} {
		var stderr bytes.Buffer
		if code := run(t.Context(), args, fullDisk{}, &stderr); code != 1 || !strings.Contains(stderr.String(), "short write") {
			t.Errorf("%v: exit %d, stderr %q", args, code, &stderr)
		}
	}
}
