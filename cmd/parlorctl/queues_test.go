package main

import "testing"

const (
	busyQueueJSON = `{"game":"tictactoe","mode":"ranked","waiting":3,"players":4,"away":1,"found":1,"oldest_ms":12345,"open_rooms":0,` +
		`"counts":{"added":140,"matched":120,"cancelled":12,"timed_out":3,"not_accepted":2,"matches":60,"bot_seats":4},` +
		`"recent":{"tickets":64,"wait_ms":{"p50":850,"p95":125400},"spread":3.44}}`
	quietQueueJSON = `{"game":"snakes","mode":"","waiting":0,"players":0,"found":0,"oldest_ms":0,"open_rooms":1,` +
		`"counts":{"added":0,"matched":0,"cancelled":0,"timed_out":0,"not_accepted":0,"matches":0,"bot_seats":0},` +
		`"recent":{"tickets":0,"wait_ms":{"p50":0,"p95":0},"spread":0}}`
)

func TestQueuesAreATable(t *testing.T) {
	wantOutput(t, listen(t, answers{"/v1/queues": `{"queues":[` + quietQueueJSON + `,` + busyQueueJSON + `]}`}), `
QUEUE             TICKETS  PLAYERS  OLDEST  P50    P95   SPREAD  MATCHED  CANCELLED  TIMED OUT  NOT ACCEPTED  BOT SEATS
snakes            0        0        -       -      -     -       0        0          0          0             0
tictactoe/ranked  3        4        12.3s   850ms  2m5s  3.4     120      12         3          2             4
`, "queues")
	wantOutput(t, listen(t, answers{"/v1/queues": `{"queues":[]}`}), "This server has no queues.\n", "queues")
}

func TestAQueueIsDescribed(t *testing.T) {
	url := listen(t, answers{"/v1/queues/tictactoe?mode=ranked": busyQueueJSON, "/v1/queues/snakes": quietQueueJSON})
	wantOutput(t, url, `
queue       tictactoe/ranked
waiting     3 tickets of 4 players, the oldest for 12.3s; 1 of them with somebody who is away
to accept   1
open rooms  0
waits       p50 850ms, p95 2m5s, of the 64 tickets that were matched last
spread      3.4 from the lowest rating of a match to the highest, on average
tickets     120 matched, 12 cancelled, 3 timed out, 2 not accepted
matches     60, with 4 seats of bots
`, "queues", "tictactoe/ranked")
	wantOutput(t, url, `
queue       snakes
waiting     nobody
to accept   0
open rooms  1
waits       nobody was matched lately
spread      -
tickets     0 matched, 0 cancelled, 0 timed out, 0 not accepted
matches     0, with 0 seats of bots
`, "queues", "snakes")
}

func TestWhyTwoWereNotMatchedIsExplained(t *testing.T) {
	const no = `{"fits":false,"checks":[{"field":"max","holds":true,"why":"1 and 1 people of 2"},` +
		`{"field":"same map","holds":false,"why":"\"m\" and \"\u001b[2J\""}]}`
	url := listen(t, answers{
		"/v1/queues/dash/explain?mode=duel&other=p2&player=p1": no,
		"/v1/queues/dash/explain?other=p2&player=p1":           `{"fits":true,"checks":[{"field":"max","holds":true,"why":"1 and 1 people of 2"}]}`,
	})
	wantOutput(t, url, `
CHECK     HOLDS  WHY
max       yes    1 and 1 people of 2
same map  NO     "m" and "?[2J"
They cannot be in one match now.
`, "queues", "dash/duel", "p1", "p2")
	wantOutput(t, url, `
CHECK  HOLDS  WHY
max    yes    1 and 1 people of 2
They may be in one match.
`, "queues", "dash", "p1", "p2")
}
