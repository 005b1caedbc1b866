package api_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parlor/matchmaking"
)

func TestQueuesAreListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where no time passes
		const blitz = `{"game":"tictactoe","mode":"blitz","waiting":1,"oldest":"1999-12-31T23:59:47.5Z","oldest_ms":12500,"open_rooms":0}`
		h := newHouse(t)
		h.node.depths[1].Oldest = time.Now().Add(-12500 * time.Millisecond)
		wantJSON(t, h.admin("/v1/queues"), 200, `{"queues":[
			{"game":"snakes","mode":"","waiting":0,"oldest_ms":0,"open_rooms":1},`+blitz+`]}`)
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
