package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parlor/leaderboard"
	"parlor/net/api"
)

func TestABoardIsReadPageByPage(t *testing.T) {
	const ann = `{"rank":1,"player":"p1","name":"Ann","score":42,"at":"2026-03-04T05:07:00Z"}`
	const ben = `{"rank":2,"player":"p/2","name":"Ben","score":7,"at":"2026-03-04T05:07:00Z"}`
	const no3 = `{"rank":3,"player":"p3","name":"","score":-3,"at":"2026-03-04T05:07:00Z"}`
	h := newHouse(t)
	for query, entries := range map[string]string{
		"":                      ann + "," + ben + "," + no3,
		"?limit=1":              ann,
		"?limit=1&offset=1":     ben,
		"?limit=100&offset=2":   no3,
		"?offset=10000&limit=5": "",
		"?limit=&offset=":       ann + "," + ben + "," + no3,
	} {
		want := `{"board":"snakes","count":3,"entries":[` + entries + `]}`
		wantJSON(t, h.public("/v1/boards/snakes"+query), 200, want)
		wantJSON(t, h.admin("/v1/boards/snakes"+query), 200, want)
	}
}

func TestAPageHasTenEntriesUnlessToldOtherwise(t *testing.T) {
	h := newHouse(t)
	for i := range 200 {
		h.boards.entries["long"] = append(h.boards.entries["long"], leaderboard.Entry{Player: fmt.Sprint(i), Rank: int64(i + 1)})
	}
	for query, want := range map[string]int{"": 10, "?limit=100": 100} {
		if got := strings.Count(h.public("/v1/boards/long"+query).Body.String(), `"rank"`); got != want {
			t.Errorf("%q: %d entries, want %d", query, got, want)
		}
	}
}

func TestAHostedBoardIsThereBeforeItsFirstEntry(t *testing.T) {
	h := newHouse(t)
	wantJSON(t, h.public("/v1/boards/tictactoe"), 200, `{"board":"tictactoe","count":0,"entries":[]}`)
	wantFault(t, h.public("/v1/boards/tictactoe/players/p1"), 404, "NOT_FOUND")
}

func TestAnUnknownBoardIsNotFound(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/v1/boards/chess", "/v1/boards/chess/players/p1", "/v1/boards/", "/v1/boards", "/v1/boards/snakes/players/"} {
		wantFault(t, h.public(path), 404, "NOT_FOUND")
	}
	h.boards.err = fmt.Errorf("board name: %w", leaderboard.ErrInvalid)
	wantFault(t, h.public("/v1/boards/%21%21"), 404, "NOT_FOUND")
	wantFault(t, h.public("/v1/boards/snakes/players/%00"), 404, "NOT_FOUND")
}

func TestNumbersOutsideTheirLimitsAreBadRequests(t *testing.T) {
	h := newHouse(t)
	for _, target := range []string{
		"/v1/boards/snakes?limit=0", "/v1/boards/snakes?limit=101", "/v1/boards/snakes?limit=-1",
		"/v1/boards/snakes?limit=ten", "/v1/boards/snakes?limit=1e1", "/v1/boards/snakes?limit=99999999999999999999",
		"/v1/boards/snakes?offset=-1", "/v1/boards/snakes?offset=10001", "/v1/boards/snakes?offset=0x1",
		"/v1/boards/snakes/players/p1?around=-1", "/v1/boards/snakes/players/p1?around=26",
		"/v1/boards/snakes/players/p1?around=some",
	} {
		t.Run(target, func(t *testing.T) {
			wantFault(t, h.public(target), 400, "BAD_REQUEST")
			wantFault(t, h.admin(target), 400, "BAD_REQUEST")
		})
	}
}

func TestAPlayerIsReadWithThoseAroundWhenAsked(t *testing.T) {
	const ann = `"rank":1,"player":"p1","name":"Ann","score":42,"at":"2026-03-04T05:07:00Z"`
	const ben = `"rank":2,"player":"p/2","name":"Ben","score":7,"at":"2026-03-04T05:07:00Z"`
	const no3 = `"rank":3,"player":"p3","name":"","score":-3,"at":"2026-03-04T05:07:00Z"`
	h := newHouse(t)
	for target, want := range map[string]string{
		"p1":              `{"board":"snakes",` + ann + `}`,
		"p1?around=0":     `{"board":"snakes",` + ann + `}`,
		"p1?around=1":     `{"board":"snakes",` + ann + `,"around":[{` + ann + `},{` + ben + `}]}`,
		"p%2F2?around=25": `{"board":"snakes",` + ben + `,"around":[{` + ann + `},{` + ben + `},{` + no3 + `}]}`,
	} {
		wantJSON(t, h.public("/v1/boards/snakes/players/"+target), 200, want)
		wantJSON(t, h.admin("/v1/boards/snakes/players/"+target), 200, want)
	}
}

func TestAPlayerWithoutAnEntryIsNotFound(t *testing.T) {
	wantFault(t, newHouse(t).public("/v1/boards/snakes/players/nobody"), 404, "NOT_FOUND")
}

// reads are all that ask the store.
var reads = []string{"/v1/boards", "/v1/boards/snakes", "/v1/boards/snakes/players/p1?around=2", "/v1/ratings/snakes/players/p1"}

func TestAStoreThatIsAwayIsUnavailable(t *testing.T) {
	h := newHouse(t)
	h.boards.err = fmt.Errorf("%w: dial 10.0.0.7", leaderboard.ErrUnavailable)
	for _, target := range reads {
		w := h.admin(target)
		wantFault(t, w, 503, "UNAVAILABLE")
		if w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "10.0.0.7") {
			t.Errorf("%s: %v %s", target, w.Header(), w.Body)
		}
	}
}

func TestAStoreThatHangsIsGivenUpAfterTwoSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.boards.hang = true
		for _, target := range append(reads, "/") {
			began := time.Now()
			w := h.admin(target)
			if waited := time.Since(began); waited != 2*time.Second {
				t.Errorf("%s waited %v", target, waited)
			}
			if target != "/" {
				wantFault(t, w, 503, "UNAVAILABLE")
			}
		}
	})
}

func TestAReaderWhoLeavesIsNoFaultOfTheServer(t *testing.T) {
	h := newHouse(t)
	h.boards.hang = true
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	api.Public(h.pub).ServeHTTP(w, httptest.NewRequest("GET", "/v1/boards/snakes", nil).WithContext(ctx))
	if w.Code != 503 || h.log.Len() > 0 {
		t.Errorf("status %d, log %q", w.Code, &h.log)
	}
}

func TestAnUnknownErrorIsLoggedAndNotShown(t *testing.T) {
	h := newHouse(t)
	h.boards.err = errSecret
	for _, target := range reads {
		h.log.Reset()
		w := h.admin(target)
		wantFault(t, w, 500, "INTERNAL")
		if strings.Contains(w.Body.String(), "hunter2") || !strings.Contains(h.log.String(), "hunter2") {
			t.Errorf("%s: shown %q, logged %q", target, w.Body, &h.log)
		}
	}
}

func TestAPanicIsLoggedAndAnsweredWithInternal(t *testing.T) {
	h := newHouse(t)
	h.boards.panics = true
	for _, handler := range []http.Handler{api.Public(h.pub), api.Admin(h.adm)} {
		h.log.Reset()
		w := ask(handler, "GET", "/v1/boards/snakes")
		wantFault(t, w, 500, "INTERNAL")
		if strings.Contains(w.Body.String(), "broke") || !strings.Contains(h.log.String(), "the store broke") {
			t.Errorf("shown %q, logged %q", w.Body, &h.log)
		}
	}
}

func TestAPanicWithinAnAnswerCutsTheConnection(t *testing.T) {
	h := newHouse(t)
	h.adm.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half an ans"))
		panic("broke off")
	})
	defer func() {
		if why := recover(); why != http.ErrAbortHandler || !strings.Contains(h.log.String(), "broke off") {
			t.Errorf("recovered %v, logged %q", why, &h.log)
		}
	}()
	h.admin("/metrics")
}

func TestAnyPageMayReadBoardsAndRatingsFromThePublicListenerOnly(t *testing.T) {
	h := newHouse(t)
	const allow = "Access-Control-Allow-Origin"
	for _, target := range []string{"/v1/boards/snakes", "/v1/boards/snakes/players/p1", "/v1/boards/chess", "/v1/boards/snakes?limit=0", "/v1/ratings/snakes/players/p1"} {
		if got := h.public(target).Header().Get(allow); got != "*" {
			t.Errorf("%s: %s %q", target, allow, got)
		}
		if got := h.admin(target).Header().Get(allow); got != "" {
			t.Errorf("%s, admin: %s %q", target, allow, got)
		}
	}
	w := ask(api.Public(h.pub), "OPTIONS", "/v1/boards/snakes")
	if w.Code != 204 || w.Header().Get(allow) != "*" || w.Header().Get("Access-Control-Allow-Methods") == "" {
		t.Errorf("preflight: %d %v", w.Code, w.Header())
	}
}

func TestBoardsAreListedWithThoseThatHaveNoEntryYet(t *testing.T) {
	wantJSON(t, newHouse(t).admin("/v1/boards"), 200, `{"boards":[
		{"board":"snakes","operator":"best","count":3},
		{"board":"tictactoe","operator":"sum","count":0}]}`)
}
