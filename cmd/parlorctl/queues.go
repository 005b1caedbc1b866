package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

// queue is a queue as the server describes it.
type queue struct {
	Game, Mode       string
	Waiting, Players int
	Away, Found      int
	OldestMs         int64 `json:"oldest_ms"`
	OpenRooms        int   `json:"open_rooms"`
	Counts           struct {
		Matched, Cancelled uint64
		TimedOut           uint64 `json:"timed_out"`
		NotAccepted        uint64 `json:"not_accepted"`
		Matches            uint64
		BotSeats           uint64 `json:"bot_seats"`
	}
	Recent struct {
		Tickets int
		WaitMs  struct{ P50, P95 int64 } `json:"wait_ms"`
		Spread  float64
	}
}

func (q queue) name() string {
	if q.Mode == "" {
		return q.Game
	}
	return q.Game + "/" + q.Mode
}

// oldest, p50 and those after are figures to show: "-" where there are none.
func (q queue) oldest() string {
	if q.Waiting == 0 {
		return "-"
	}
	return wait(q.OldestMs)
}

func (q queue) recent(ms int64) string {
	if q.Recent.Tickets == 0 {
		return "-"
	}
	return wait(ms)
}

func (q queue) spread() string {
	if q.Recent.Tickets == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", q.Recent.Spread)
}

// queuesDemand is what the words behind "queues" ask for.
func queuesDemand(words []string) (demand, error) {
	switch len(words) {
	case 0:
		return allQueues(), nil
	case 1:
		return oneQueue(words[0]), nil
	case 2:
		return demand{}, errors.New("name two players, by their ids")
	case 3:
		return explained(words[0], words[1], words[2]), nil
	}
	return demand{}, fmt.Errorf("too many words: %s", strings.Join(words, " "))
}

func allQueues() demand {
	return show(getting("/v1/queues"), func(out io.Writer, body []byte) error {
		var answer struct{ Queues []queue }
		if err := decode(body, &answer); err != nil {
			return err
		}
		if len(answer.Queues) == 0 {
			return say(out, "This server has no queues.")
		}
		rows := make([][]string, len(answer.Queues))
		for i, q := range answer.Queues {
			rows[i] = []string{
				q.name(), fmt.Sprint(q.Waiting), fmt.Sprint(q.Players), q.oldest(),
				q.recent(q.Recent.WaitMs.P50), q.recent(q.Recent.WaitMs.P95), q.spread(),
				fmt.Sprint(q.Counts.Matched), fmt.Sprint(q.Counts.Cancelled), fmt.Sprint(q.Counts.TimedOut),
				fmt.Sprint(q.Counts.NotAccepted), fmt.Sprint(q.Counts.BotSeats),
			}
		}
		return table(out, []string{
			"QUEUE", "TICKETS", "PLAYERS", "OLDEST", "P50", "P95", "SPREAD", "MATCHED", "CANCELLED", "TIMED OUT", "NOT ACCEPTED", "BOT SEATS",
		}, rows)
	})
}

func oneQueue(name string) demand {
	return show(getting(queuePath(name, "", nil)), func(out io.Writer, body []byte) error {
		var q queue
		if err := decode(body, &q); err != nil {
			return err
		}
		waiting := "nobody"
		if q.Waiting > 0 {
			waiting = fmt.Sprintf("%d tickets of %d players, the oldest for %s; %d of them with somebody who is away", q.Waiting, q.Players, q.oldest(), q.Away)
		}
		waits, spread := "nobody was matched lately", "-"
		if q.Recent.Tickets > 0 {
			waits = fmt.Sprintf("p50 %s, p95 %s, of the %d tickets that were matched last", wait(q.Recent.WaitMs.P50), wait(q.Recent.WaitMs.P95), q.Recent.Tickets)
			spread = q.spread() + " from the lowest rating of a match to the highest, on average"
		}
		return table(out, nil, [][]string{
			{"queue", q.name()}, {"waiting", waiting}, {"to accept", fmt.Sprint(q.Found)},
			{"open rooms", fmt.Sprint(q.OpenRooms)}, {"waits", waits}, {"spread", spread},
			{"tickets", fmt.Sprintf("%d matched, %d cancelled, %d timed out, %d not accepted", q.Counts.Matched, q.Counts.Cancelled, q.Counts.TimedOut, q.Counts.NotAccepted)},
			{"matches", fmt.Sprintf("%d, with %d seats of bots", q.Counts.Matches, q.Counts.BotSeats)},
		})
	})
}

// explained asks why two players who wait are not in one match.
func explained(name, player, other string) demand {
	path := queuePath(name, "/explain", url.Values{"player": {player}, "other": {other}})
	return show(getting(path), func(out io.Writer, body []byte) error {
		var answer struct {
			Fits   bool
			Checks []struct {
				Field, Why string
				Holds      bool
			}
		}
		if err := decode(body, &answer); err != nil {
			return err
		}
		rows := make([][]string, len(answer.Checks))
		for i, c := range answer.Checks {
			holds := "yes"
			if !c.Holds {
				holds = "NO"
			}
			rows[i] = []string{c.Field, holds, c.Why}
		}
		if err := table(out, []string{"CHECK", "HOLDS", "WHY"}, rows); err != nil {
			return err
		}
		if answer.Fits {
			return say(out, "They may be in one match.")
		}
		return say(out, "They cannot be in one match now.")
	})
}

// queuePath is the path of the queue with a name such as "dash" or "dash/ranked", or of a thing below it.
func queuePath(name, below string, query url.Values) string {
	game, mode, _ := strings.Cut(name, "/")
	if query == nil {
		query = url.Values{}
	}
	if mode != "" {
		query.Set("mode", mode)
	}
	path := "/v1/queues/" + url.PathEscape(game) + below
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// wait is a time as a person reads it: "850ms", "12.3s", "2m5s".
func wait(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	switch {
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.String()
}
