package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// room is a room as the server describes it.
type room struct {
	ID, Game, Match, Phase    string
	Players, Away, Bots, Free int
	Tick, Slipped             int64
	Asleep, Stuck, Endless    bool
	Public, Locked            bool
	Watchers                  int
}

func (r room) state() string {
	state := r.Phase
	switch {
	case r.Stuck:
		state += ", stuck"
	case r.Asleep:
		state += ", asleep"
	}
	if r.Public {
		state += ", public"
	}
	if r.Locked {
		state += ", locked"
	}
	return state
}

func roomsDemand() demand {
	return show(getting("/v1/rooms"), func(out io.Writer, body []byte) error {
		var answer struct{ Rooms []room }
		if err := decode(body, &answer); err != nil {
			return err
		}
		if len(answer.Rooms) == 0 {
			return say(out, "Nobody plays just now.")
		}
		rows := make([][]string, len(answer.Rooms))
		for i, r := range answer.Rooms {
			rows[i] = []string{
				r.ID, r.Game, r.state(), fmt.Sprint(r.Players), fmt.Sprint(r.Away), fmt.Sprint(r.Bots),
				fmt.Sprint(r.Free), fmt.Sprint(r.Watchers), fmt.Sprint(r.Tick), fmt.Sprint(r.Slipped),
			}
		}
		return table(out, []string{"ROOM", "GAME", "PHASE", "PLAYERS", "AWAY", "BOTS", "FREE", "WATCHERS", "TICK", "SLIPPED"}, rows)
	})
}

func roomDemand(id string) demand {
	return show(getting("/v1/rooms/"+url.PathEscape(id)), func(out io.Writer, body []byte) error {
		var r room
		if err := decode(body, &r); err != nil {
			return err
		}
		seats := fmt.Sprintf("%d players (%d away), %d bots, %d free", r.Players, r.Away, r.Bots, r.Free)
		match := r.Match + " (with an end)"
		switch {
		case r.Match == "":
			match = "none yet"
		case r.Endless:
			match = r.Match + " (endless: players come and go)"
		}
		return table(out, nil, [][]string{
			{"room", r.ID}, {"game", r.Game}, {"match", match}, {"phase", r.state()},
			{"seats", seats}, {"watchers", fmt.Sprint(r.Watchers)}, {"tick", fmt.Sprint(r.Tick)}, {"slipped", fmt.Sprintf("%d ticks", r.Slipped)},
		})
	})
}

// table writes columns that are as wide as they need to be.
func table(out io.Writer, head []string, rows [][]string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if head != nil {
		fmt.Fprintln(w, strings.Join(head, "\t"))
	}
	for _, row := range rows {
		for i := range row {
			row[i] = plain(row[i])
		}
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

func say(out io.Writer, text string) error {
	_, err := fmt.Fprintln(out, text)
	return err
}

func decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("the answer cannot be read (is this parlord's -admin address?): %w", err)
	}
	return nil
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// plain keeps what others named themselves from moving the terminal's cursor or turning its text.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return '?'
	}, s)
}
