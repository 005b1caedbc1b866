package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"parlor/matchmaking"
)

type queueJSON struct {
	Game      string     `json:"game"`
	Mode      string     `json:"mode"`
	Waiting   int        `json:"waiting"`         // tickets
	Players   int        `json:"players"`         // in them
	Away      int        `json:"away"`            // tickets with somebody who is away, whom nobody is matched with
	Found     int        `json:"found"`           // matches that are to be accepted
	Oldest    time.Time  `json:"oldest,omitzero"` // since when; left out: nobody waits
	OldestMs  int64      `json:"oldest_ms"`       // for how long
	OpenRooms int        `json:"open_rooms"`
	Counts    countsJSON `json:"counts"`
	Recent    recentJSON `json:"recent"`
}

// countsJSON is since the server began.
type countsJSON struct {
	Added       uint64 `json:"added"` // tickets; and how they ended
	Matched     uint64 `json:"matched"`
	Cancelled   uint64 `json:"cancelled"`
	TimedOut    uint64 `json:"timed_out"`
	NotAccepted uint64 `json:"not_accepted"`
	Matches     uint64 `json:"matches"`
	BotSeats    uint64 `json:"bot_seats"` // that nobody was found for
}

// recentJSON is of those who were matched last.
type recentJSON struct {
	Tickets int      `json:"tickets"` // 0: there were none for ten minutes
	WaitMs  waitJSON `json:"wait_ms"`
	Spread  float64  `json:"spread"` // from the lowest rating of a match to the highest, on average
}

type waitJSON struct {
	P50 int64 `json:"p50"`
	P95 int64 `json:"p95"`
}

func toQueue(d matchmaking.Depth, now time.Time) queueJSON {
	q := queueJSON{
		Game: d.Queue.Game, Mode: d.Queue.Mode, Waiting: d.Waiting, Players: d.Players, Away: d.Away, Found: d.Found, OpenRooms: d.Open,
		Counts: countsJSON{
			Added: d.Counts.Added, Matched: d.Counts.Matched, Cancelled: d.Counts.Removed, TimedOut: d.Counts.TimedOut,
			NotAccepted: d.Counts.NotAccepted, Matches: d.Counts.Matches, BotSeats: d.Counts.Bots,
		},
		Recent: recentJSON{d.Recent.Tickets, waitJSON{d.Recent.P50.Milliseconds(), d.Recent.P95.Milliseconds()}, d.Recent.Spread},
	}
	if !d.Oldest.IsZero() {
		q.Oldest, q.OldestMs = d.Oldest.UTC(), now.Sub(d.Oldest).Milliseconds()
	}
	return q
}

// depths are all queues, or why they are not known.
func (n node) depths(r *http.Request) ([]matchmaking.Depth, error) {
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	depths, err := n.Queues(ctx)
	if err != nil {
		return nil, fmt.Errorf("look at queues: %w", err)
	}
	return depths, nil
}

// queues is GET /v1/queues.
func (n node) queues(r *http.Request) (any, error) {
	depths, err := n.depths(r)
	if err != nil {
		return nil, err
	}
	list, now := make([]queueJSON, len(depths)), time.Now()
	for i, d := range depths {
		list[i] = toQueue(d, now)
	}
	return struct {
		Queues []queueJSON `json:"queues"`
	}{list}, nil
}

// queue is GET /v1/queues/{game}?mode=.
func (n node) queue(r *http.Request) (any, error) {
	depths, err := n.depths(r)
	if err != nil {
		return nil, err
	}
	for _, d := range depths {
		if d.Queue == queueName(r) {
			return toQueue(d, time.Now()), nil
		}
	}
	return nil, notFound("no such queue")
}

type checkJSON struct {
	Field string `json:"field"` // of the queue's rule
	Holds bool   `json:"holds"`
	Why   string `json:"why"`
}

// explain is GET /v1/queues/{game}/explain?mode=&player=&other=.
func (n node) explain(r *http.Request) (any, error) {
	name, query := queueName(r), r.URL.Query()
	player, other := query.Get("player"), query.Get("other")
	if player == "" || other == "" {
		return nil, badRequest("player and other must be ids of players")
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	why, err := n.Explain(ctx, name, player, other)
	if err != nil {
		return nil, fmt.Errorf("explain %q and %q: %w", player, other, err)
	}
	checks := make([]checkJSON, len(why))
	for i, c := range why {
		checks[i] = checkJSON(c)
	}
	return struct {
		Game   string      `json:"game"`
		Mode   string      `json:"mode"`
		Player string      `json:"player"`
		Other  string      `json:"other"`
		Fits   bool        `json:"fits"` // all of them hold
		Checks []checkJSON `json:"checks"`
	}{name.Game, name.Mode, player, other, why.Fits(), checks}, nil
}

func queueName(r *http.Request) matchmaking.Name {
	return matchmaking.Name{Game: r.PathValue("game"), Mode: r.URL.Query().Get("mode")}
}
