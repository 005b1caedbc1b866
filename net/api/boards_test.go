package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
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
	for query, want := range map[string]string{
		"":                 `[` + ann + "," + ben + "," + no3 + `]`,
		"?limit=1":         `[` + ann + `],"next":"1"`,
		"?limit=1&after=1": `[` + ben + `],"next":"2"`,
		"?limit=100&after=2&period=2026-03-07T00:00:00%2B01:00": `[` + no3 + `]`,
		"?after=10000&limit=5": "[]",
		"?limit=&after=":       `[` + ann + "," + ben + "," + no3 + `]`,
	} {
		want := `{"board":"snakes",` + period + `,"count":3,"entries":` + want + `}`
		wantJSON(t, h.public("/v1/boards/snakes"+query), 200, want)
		wantJSON(t, h.admin("/v1/boards/snakes"+query), 200, want)
	}
	wantJSON(t, h.public("/v1/boards/tictactoe"), 200, `{"board":"tictactoe",`+period+`,"count":0,"entries":[]}`)
}

const period = `"period":{"start":"2026-03-01T00:00:00Z","end":"2026-04-01T00:00:00Z"}`

func TestPeriodsAreListedAndOneWithoutAnEndHasNone(t *testing.T) {
	h := newHouse(t)
	wantJSON(t, h.public("/v1/boards/snakes/periods"), 200,
		`{"board":"snakes","periods":[{"start":"2026-03-01T00:00:00Z","end":"2026-04-01T00:00:00Z","count":3}]}`)
	h.boards.span.End = time.Time{}
	wantJSON(t, h.admin("/v1/boards/snakes/periods"), 200, `{"board":"snakes","periods":[{"start":"2026-03-01T00:00:00Z","count":3}]}`)
}

func TestPlayersAreReadByTheirIDs(t *testing.T) {
	h := newHouse(t)
	want := `{"board":"snakes",` + period + `,"count":3,"entries":[{"rank":1,"player":"p1","name":"Ann","score":42,"at":"2026-03-04T05:07:00Z"},` +
		`{"rank":2,"player":"p/2","name":"Ben","score":7,"at":"2026-03-04T05:07:00Z"}]}`
	wantJSON(t, h.public("/v1/boards/snakes/players?id=p/2&id=nobody&id=p1"), 200, want)
	wantFault(t, h.public("/v1/boards/snakes/players"), 400, "BAD_REQUEST")
	wantFault(t, h.public("/v1/boards/snakes/players?"+strings.Repeat("id=a&", 201)), 400, "BAD_REQUEST")
}

func TestWhoHasTheNewestPageGetsNoBody(t *testing.T) {
	synctest.Test(t, whoHasTheNewest)
}

func whoHasTheNewest(t *testing.T) {
	h := newHouse(t)
	public := api.Public(h.pub)
	first := ask(public, "GET", "/v1/boards/snakes")
	tag := first.Header().Get("ETag")
	if tag == "" || first.Header().Get("Cache-Control") != "public, max-age=1" {
		t.Fatalf("headers %v", first.Header())
	}
	again := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/v1/boards/snakes", nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		public.ServeHTTP(w, r)
		return w
	}
	if w := again(); w.Code != 304 || w.Body.Len() > 0 {
		t.Errorf("asked again: %d %q", w.Code, w.Body)
	}
	h.boards.entries["snakes"][0].Score++
	time.Sleep(time.Second) // what is kept is a moment old at most
	if w := again(); w.Code != 200 {
		t.Errorf("after a change: %d", w.Code)
	}
	if got := h.admin("/v1/boards/snakes").Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("an operator's page may be kept: %q", got)
	}
}

// A thousand people look at a board in the same moment.
func TestAPageThatManyLookAtIsReadOnceAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.pub.Rate = 100_000
		h.boards.slow = 100 * time.Millisecond
		public := api.Public(h.pub)
		look := func(path string, status int) {
			var all sync.WaitGroup
			for range 1000 {
				all.Go(func() {
					if w := ask(public, "GET", path); w.Code != status {
						t.Errorf("%s: %d", path, w.Code)
					}
				})
			}
			all.Wait()
		}
		wantReads := func(want int64) {
			t.Helper()
			if got := h.boards.reads.Swap(0); got != want {
				t.Errorf("%d reads, want %d", got, want)
			}
		}
		look("/v1/boards/snakes", 200)
		look("/v1/boards/snakes", 200)
		wantReads(1)
		look("/v1/boards/snakes?limit=5", 200)
		wantReads(1)
		time.Sleep(250 * time.Millisecond)
		look("/v1/boards/snakes", 200)
		wantReads(1)
		h.boards.err = leaderboard.ErrUnavailable // which is not kept
		time.Sleep(250 * time.Millisecond)
		look("/v1/boards/snakes", 503)
		wantReads(1)
		h.boards.err = nil
		look("/v1/boards/snakes", 200)
		wantReads(1)
		// Any number of pages may be asked for; so many are kept.
		h.boards.slow = 0
		for n := range 3000 {
			ask(public, "GET", fmt.Sprintf("/v1/boards/snakes?period=2026-03-04T00:00:00.%09dZ", n))
		}
		wantReads(3000)
	})
}

// As nanoseconds since 1970, which wrap around every 584 years, that day of 1754 is the time of no period at all.
func TestAPageOfThePastDoesNotTakeThePlaceOfThePresent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		public := api.Public(h.pub)
		ask(public, "GET", "/v1/boards/snakes?period=1754-08-30T22:43:41.128654848Z")
		ask(public, "GET", "/v1/boards/snakes")
		if got := h.boards.reads.Load(); got != 2 {
			t.Errorf("%d reads for two periods", got)
		}
		ask(public, "GET", "/v1/boards/snakes?period=2026-03-04T00:00:00Z")
		ask(public, "GET", "/v1/boards/snakes?period=2026-03-04T01:00:00%2B01:00")
		if got := h.boards.reads.Load(); got != 3 {
			t.Errorf("%d reads, though one time was written in two ways", got)
		}
	})
}

func TestWhoReadsTooOftenIsToldToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.pub.Rate = 5
		h.pub.Caller = func(r *http.Request) netip.Addr { return netip.MustParseAddr(r.Header.Get("From")) }
		public := api.Public(h.pub)
		read := func(from string) *httptest.ResponseRecorder {
			r := httptest.NewRequest("GET", "/v1/boards/snakes", nil)
			r.Header.Set("From", from)
			w := httptest.NewRecorder()
			public.ServeHTTP(w, r)
			return w
		}
		for n := range 20 {
			if w := read("10.0.0.1"); w.Code != 200 {
				t.Fatalf("read %d: %d", n, w.Code)
			}
		}
		w := read("10.0.0.1")
		wantFault(t, w, 429, "RATE_LIMITED")
		if w.Header().Get("Retry-After") != "1" {
			t.Errorf("headers %v", w.Header())
		}
		if w := read("10.0.0.2"); w.Code != 200 {
			t.Errorf("somebody else: %d", w.Code)
		}
		time.Sleep(time.Second)
		for n := range 6 {
			if w := read("10.0.0.1"); (w.Code == 200) != (n < 5) {
				t.Errorf("read %d a second later: %d", n, w.Code)
			}
		}
	})
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

func TestAnUnknownBoardIsNotFound(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/v1/boards/chess", "/v1/boards/chess/players/p1", "/v1/boards/", "/v1/boards", "/v1/boards/snakes/players/", "/v1/boards/chess/periods", "/v1/boards/chess/players?id=p1"} {
		wantFault(t, h.public(path), 404, "NOT_FOUND")
	}
	h.boards.err = fmt.Errorf("board name: %w", leaderboard.ErrInvalid)
	wantFault(t, h.public("/v1/boards/%21%21"), 400, "BAD_REQUEST")
	wantFault(t, h.public("/v1/boards/snakes/players/p1?region=%00"), 400, "BAD_REQUEST")
}

func TestNumbersOutsideTheirLimitsAreBadRequests(t *testing.T) {
	h := newHouse(t)
	for _, target := range []string{
		"/v1/boards/snakes?limit=0", "/v1/boards/snakes?limit=101", "/v1/boards/snakes?limit=-1",
		"/v1/boards/snakes?limit=ten", "/v1/boards/snakes?limit=1e1", "/v1/boards/snakes?limit=99999999999999999999",
		"/v1/boards/snakes?period=today", "/v1/boards/snakes?period=2026-03-01",
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
	const head = `{"board":"snakes",` + period + `,"count":3,"percentile":100,`
	h := newHouse(t)
	for target, want := range map[string]string{
		"p1":              head + ann + `}`,
		"p1?around=0":     head + ann + `}`,
		"p1?around=1":     head + ann + `,"around":[{` + ann + `},{` + ben + `}]}`,
		"p%2F2?around=25": `{"board":"snakes",` + period + `,"count":3,"percentile":66.66666666666667,` + ben + `,"around":[{` + ann + `},{` + ben + `},{` + no3 + `}]}`,
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

func TestBoardsAreListedAsTheyAreDefined(t *testing.T) {
	wantJSON(t, newHouse(t).admin("/v1/boards"), 200, `{"boards":[
		{"definition":{"board":"snakes","order":"desc","operator":"best","ties":"earliest"},"count":3},
		{"definition":{"board":"tictactoe","order":"desc","operator":"best","ties":"earliest"},"count":0}]}`)
}
