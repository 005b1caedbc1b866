package api_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parlor/game/room"
	"parlor/net/api"
)

func TestANodeIsHealthyAndReadyUntilItDrains(t *testing.T) {
	h := newHouse(t)
	for _, ask := range []func(string) *httptest.ResponseRecorder{h.public, h.admin} {
		h.node.draining = false
		for _, path := range []string{"/healthz", "/readyz"} {
			if w := ask(path); w.Code != 200 || w.Body.String() != "ok\n" {
				t.Errorf("%s: %d %q", path, w.Code, w.Body)
			}
		}
		h.node.draining = true
		wantFault(t, ask("/readyz"), 503, "UNAVAILABLE")
		if w := ask("/healthz"); w.Code != 200 {
			t.Errorf("a draining node is not healthy: %d", w.Code)
		}
	}
}

func TestAStoreThatIsAwayLeavesTheNodeReady(t *testing.T) {
	h := newHouse(t)
	h.boards.err = errSecret
	if w := h.public("/readyz"); w.Code != 200 {
		t.Errorf("status %d", w.Code)
	}
}

func TestNothingButReadsIsAllowedWithoutTheToken(t *testing.T) {
	h := newHouse(t)
	for _, served := range []struct {
		by    http.Handler
		paths []string
	}{
		{api.Public(h.pub), []string{"/healthz", "/readyz", "/v1/boards/snakes", "/v1/boards/snakes/players/p1", "/v1/ratings/snakes/players/p1", "/", "/app.js", "/v1/", "/nowhere"}},
		{api.Admin(h.adm), []string{"/", "/healthz", "/readyz", "/v1/rooms", "/v1/rooms/r1", "/v1/queues", "/v1/queues/snakes", "/v1/queues/snakes/explain", "/v1/boards", "/v1/boards/snakes",
			"/v1/boards/snakes/players/p1", "/v1/ratings/snakes/players/p1", "/metrics", "/debug/pprof/", "/debug/pprof/cmdline", "/nowhere"}},
	} {
		for _, path := range served.paths {
			for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "TRACE", "FOO"} {
				w := ask(served.by, method, path)
				if w.Code == 401 { // an edit
					wantFault(t, w, 401, "UNAUTHENTICATED")
					continue
				}
				wantFault(t, w, 405, "METHOD_NOT_ALLOWED")
				if got := w.Header().Get("Allow"); !strings.Contains(got, "GET, HEAD") {
					t.Errorf("%s %s: Allow %q", method, path, got)
				}
			}
		}
	}
}

func TestHeadAnswersAsGetDoesWithoutTheBody(t *testing.T) {
	h := newHouse(t)
	h.node.depths = nil // a wait grows between the two, and the page with it
	for _, handler := range []http.Handler{api.Public(h.pub), api.Admin(h.adm)} {
		server := httptest.NewServer(handler)
		defer server.Close()
		for _, path := range []string{"/healthz", "/readyz", "/v1/boards/snakes", "/v1/boards/chess", "/v1/rooms", "/"} {
			get, err := http.Get(server.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			head, err := http.Head(server.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(head.Body)
			if err != nil || len(body) > 0 {
				t.Errorf("%s: body %q, %v", path, body, err)
			}
			if head.StatusCode != get.StatusCode || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") ||
				head.ContentLength != get.ContentLength || get.ContentLength < 0 {
				t.Errorf("%s: HEAD %d %v, GET %d %v", path, head.StatusCode, head.Header, get.StatusCode, get.Header)
			}
			_ = get.Body.Close()
		}
	}
}

func TestEveryAnswerForbidsGuessingItsType(t *testing.T) {
	h := newHouse(t)
	for _, served := range []struct {
		by    http.Handler
		paths []string
	}{
		{api.Public(h.pub), []string{"/healthz", "/v1/boards/snakes", "/v1/boards/chess", "/", "/app.js", "/nowhere"}},
		{api.Admin(h.adm), []string{"/", "/v1/rooms", "/v1/rooms/none", "/metrics", "/debug/pprof/"}},
	} {
		for _, path := range served.paths {
			if got := ask(served.by, "GET", path).Header().Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("%s: X-Content-Type-Options %q", path, got)
			}
		}
	}
}

func TestTheSocketHandlerGetsTheRequestAndTheWriterAsTheyCame(t *testing.T) {
	h := newHouse(t)
	hijackable := false
	h.pub.WS = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, hijackable = w.(http.Hijacker) })
	server := httptest.NewServer(api.Public(h.pub))
	defer server.Close()
	res, err := http.Get(server.URL + "/ws")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if !hijackable {
		t.Error("the connection cannot be taken over")
	}
}

func TestWhatIsNotConfiguredIsNotFound(t *testing.T) {
	h := newHouse(t)
	h.pub.WS, h.pub.Pages, h.adm.Metrics = nil, nil, nil
	wantFault(t, h.public("/ws"), 404, "NOT_FOUND")
	wantFault(t, h.public("/"), 404, "NOT_FOUND")
	wantFault(t, h.admin("/metrics"), 404, "NOT_FOUND")
}

func TestThePublicListenerHasNothingForOperators(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/v1/rooms", "/v1/rooms/r1", "/v1/queues", "/v1/queues/snakes", "/v1/queues/snakes/explain", "/v1/boards", "/metrics", "/debug/pprof/", "/debug/pprof/heap"} {
		wantFault(t, h.public(path), 404, "NOT_FOUND")
	}
}

func TestRoomsAreListed(t *testing.T) {
	const r1 = `{"id":"r1","game":"snakes","match":"r1-1","phase":"playing","players":3,"away":1,"bots":9,"free":27,
		"tick":777,"slipped":4,"asleep":false,"stuck":false,"endless":true,"public":false,"locked":false,"watchers":0}`
	const r2 = `{"id":"r2","game":"tictactoe","match":"r2-2","phase":"ended","players":2,"away":0,"bots":0,"free":0,
		"tick":0,"slipped":0,"asleep":true,"stuck":false,"endless":false,"public":true,"locked":true,"watchers":6}`
	h := newHouse(t)
	wantJSON(t, h.admin("/v1/rooms"), 200, `{"rooms":[`+r1+`,`+r2+`]}`)
	wantJSON(t, h.admin("/v1/rooms/r2"), 200, r2)
	wantFault(t, h.admin("/v1/rooms/r3"), 404, "NOT_FOUND")
	h.node.rooms = []room.Info{{ID: "r4", Busy: time.Now().Add(-time.Minute)}}
	if body := h.admin("/v1/rooms").Body.String(); !strings.Contains(body, `"stuck":true`) {
		t.Errorf("of a room that has been busy for a minute: %s", body)
	}
	h.node.rooms = nil
	wantJSON(t, h.admin("/v1/rooms"), 200, `{"rooms":[]}`)
}

func TestMetricsAndProfilesAreServedToOperators(t *testing.T) {
	h := newHouse(t)
	for path, want := range map[string]string{
		"/metrics":                       "parlor_up 1",
		"/debug/pprof/":                  "goroutine",
		"/debug/pprof/goroutine?debug=1": "goroutine profile",
		"/debug/pprof/cmdline":           "test",
	} {
		if w := h.admin(path); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %.80q, want %q in it", path, w.Code, w.Body, want)
		}
	}
	if w := ask(api.Admin(h.adm), "POST", "/debug/pprof/symbol"); w.Code != 200 {
		t.Errorf("symbols: status %d", w.Code)
	}
	wantFault(t, ask(api.Admin(h.adm), "DELETE", "/debug/pprof/symbol"), 405, "METHOD_NOT_ALLOWED")
}

func TestALoopbackAdminListenerAnswersOnlyUnderLoopbackNames(t *testing.T) {
	h := newHouse(t)
	h.adm.Addr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8081}
	for host, want := range map[string]int{
		"127.0.0.1:8081": 200, "127.0.0.1": 200, "127.8.9.1:1": 200, "localhost:8081": 200, "LocalHost": 200,
		"[::1]:8081": 200, "[::1]": 200, "[::ffff:127.0.0.1]:8081": 200,
		"evil.example:8081": 403, "localhost.evil.example": 403, "127.0.0.1.evil.example:8081": 403,
		"10.0.0.7:8081": 403, "0.0.0.0:8081": 403, "": 403, "[::2]:8081": 403, "localhost:8081@evil.example": 403,
	} {
		for _, path := range []string{"/", "/v1/rooms", "/metrics", "/debug/pprof/", "/healthz"} {
			r := httptest.NewRequest("GET", path, nil)
			r.Host = host
			w := httptest.NewRecorder()
			api.Admin(h.adm).ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("%s of Host %q: status %d, want %d", path, host, w.Code, want)
			}
			if want == 403 {
				wantFault(t, w, 403, "FORBIDDEN")
			}
		}
	}
}

func TestAnAdminListenerOnANetworkAnswersUnderAnyName(t *testing.T) {
	h := newHouse(t)
	for _, ip := range []net.IP{net.IPv4(10, 0, 0, 7), net.IPv4zero, net.IPv6zero, nil} {
		h.adm.Addr = &net.TCPAddr{IP: ip, Port: 8081}
		if w := h.admin("/healthz"); w.Code != 200 {
			t.Errorf("%v: status %d", ip, w.Code)
		}
	}
}
