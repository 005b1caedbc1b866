package api_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parlor/matchmaking"
)

func TestQueuesAreListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where no time passes
		const blitz = `{"game":"tictactoe","mode":"blitz","waiting":1,"players":2,"away":0,"found":3,"oldest":"1999-12-31T23:59:47.5Z","oldest_ms":12500,"open_rooms":0,
			"counts":{"added":21,"matched":11,"cancelled":4,"timed_out":3,"not_accepted":2,"matches":5,"bot_seats":6},
			"recent":{"tickets":11,"wait_ms":{"p50":850,"p95":12000},"spread":3.25}}`
		h := newHouse(t)
		h.node.depths[1] = matchmaking.Depth{
			Queue: matchmaking.Name{Game: "tictactoe", Mode: "blitz"}, Waiting: 1, Players: 2, Found: 3, Oldest: time.Now().Add(-12500 * time.Millisecond),
			Counts: matchmaking.Counts{Added: 21, Matched: 11, Removed: 4, TimedOut: 3, NotAccepted: 2, Matches: 5, Bots: 6},
			Recent: matchmaking.Recent{Tickets: 11, P50: 850 * time.Millisecond, P95: 12 * time.Second, Spread: 3.25},
		}
		wantJSON(t, h.admin("/v1/queues"), 200, `{"queues":[
			{"game":"snakes","mode":"","waiting":0,"players":0,"away":0,"found":0,"oldest_ms":0,"open_rooms":1,
			"counts":{"added":0,"matched":0,"cancelled":0,"timed_out":0,"not_accepted":0,"matches":0,"bot_seats":0},
			"recent":{"tickets":0,"wait_ms":{"p50":0,"p95":0},"spread":0}},`+blitz+`]}`)
		wantJSON(t, h.admin("/v1/queues/tictactoe?mode=blitz"), 200, blitz)
		wantFault(t, h.admin("/v1/queues/tictactoe"), 404, "NOT_FOUND")
		for _, path := range []string{"/v1/queues", "/v1/queues/snakes", "/v1/queues/tictactoe/explain?player=p1&other=p2"} {
			h.node.queuesErr = matchmaking.ErrClosed
			wantFault(t, h.admin(path), 503, "UNAVAILABLE")
			h.node.queuesErr = errSecret
			wantFault(t, h.admin(path), 500, "INTERNAL")
		}
	})
}

func TestWhyTwoWereNotMatchedIsExplained(t *testing.T) {
	h := newHouse(t)
	wantJSON(t, h.admin("/v1/queues/tictactoe/explain?mode=blitz&player=p1&other=p%2F2"), 200, `{"game":"tictactoe","mode":"blitz",
		"player":"p1","other":"p/2","fits":false,"checks":[
		{"field":"max","holds":true,"why":"1 and 1 people of 2"},{"field":"rating","holds":false,"why":"far from p/2"}]}`)
	wantFault(t, h.admin("/v1/queues/snakes/explain?player=p1&other=p2"), 404, "NOT_FOUND")
	wantFault(t, h.admin("/v1/queues/tictactoe/explain?player=p9&other=p2"), 404, "NOT_FOUND")
	wantFault(t, h.admin("/v1/queues/tictactoe/explain?player=p1"), 400, "BAD_REQUEST")
	wantFault(t, h.admin("/v1/queues/tictactoe/explain"), 400, "BAD_REQUEST")
}
