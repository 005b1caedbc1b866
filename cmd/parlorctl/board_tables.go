package main

import (
	"fmt"
	"io"
	"time"
)

// definition is a board as the server describes it.
type definition struct {
	Board, Operator, Order, Ties, Tick, Period, Zone, Start, Archive string
	Size                                                             int
	Regional                                                         bool
}

func (d definition) period() string {
	switch {
	case d.Period == "":
		return "-"
	case d.Zone == "":
		return d.Period
	}
	return d.Period + " " + d.Zone
}

func (d definition) described(limit int64) [][]string {
	order, ties, size := "higher is better", "equal scores share a rank", "all"
	if d.Order == "asc" {
		order = "lower is better"
	}
	if d.Ties == "earliest" {
		ties = "of equal scores the earlier is ahead, told apart by " + d.Tick
	}
	if d.Size > 0 {
		size = fmt.Sprint("the best ", d.Size)
	}
	rows := [][]string{
		{"board", d.Board}, {"keeps", d.Operator}, {"order", order}, {"ties", ties}, {"scores", fmt.Sprintf("%d to %d", -limit, limit)},
		{"period", d.period()}, {"entries", size}, {"archive", d.Archive},
	}
	if d.Regional {
		rows = append(rows, []string{"regions", "are ranked too"})
	}
	return rows
}

func listDemand() demand {
	return show(getting("/v1/boards"), func(out io.Writer, body []byte) error {
		var answer struct {
			Boards []struct {
				Definition definition
				Count      int64
			}
		}
		if err := decode(body, &answer); err != nil {
			return err
		}
		if len(answer.Boards) == 0 {
			return say(out, "No boards yet.")
		}
		rows := make([][]string, len(answer.Boards))
		for i, b := range answer.Boards {
			d := b.Definition
			rows[i] = []string{d.Board, d.Operator, d.Order, d.Ties, d.period(), fmt.Sprint(b.Count)}
		}
		return table(out, []string{"BOARD", "KEEPS", "ORDER", "TIES", "PERIOD", "ENTRIES"}, rows)
	})
}

// entry is one as the server describes it.
type entry struct {
	Rank, Score          int64
	Player, Name, Region string
	At                   time.Time
}

// entries are a table of them; mine is marked.
func entries(out io.Writer, list []entry, mine string) error {
	rows := make([][]string, len(list))
	for i, e := range list {
		rank := fmt.Sprint(e.Rank)
		if e.Player == mine {
			rank += " <"
		}
		// The name is last: wide letters would push what comes after it out of its column.
		rows[i] = []string{rank, fmt.Sprint(e.Score), moment(e.At), e.Player, e.Name}
	}
	return table(out, []string{"RANK", "SCORE", "REACHED (UTC)", "PLAYER", "NAME"}, rows)
}

// span is a period as the server describes it.
type span struct {
	Start time.Time
	End   *time.Time
	Count int64
}

func (s span) String() string {
	if s.End == nil {
		return "since " + moment(s.Start)
	}
	return moment(s.Start) + " to " + moment(*s.End)
}

func printPage(out io.Writer, body []byte) error {
	var answer struct {
		Board, Next string
		Period      span
		Count       int64
		Entries     []entry
	}
	if err := decode(body, &answer); err != nil {
		return err
	}
	if len(answer.Entries) == 0 {
		return say(out, fmt.Sprintf("%s has no such entries, %s.", plain(answer.Board), answer.Period))
	}
	if err := entries(out, answer.Entries, ""); err != nil {
		return err
	}
	if err := say(out, fmt.Sprintf("%d of %d on %s, %s", len(answer.Entries), answer.Count, plain(answer.Board), answer.Period)); err != nil {
		return err
	}
	if answer.Next == "" {
		return nil
	}
	return say(out, "more: -after "+plain(answer.Next))
}

func printPlayer(out io.Writer, body []byte) error {
	var answer struct {
		entry
		Board      string
		Period     span
		Count      int64
		Percentile float64
		Around     []entry
	}
	if err := decode(body, &answer); err != nil {
		return err
	}
	list := answer.Around
	if len(list) == 0 {
		list = []entry{answer.entry}
	}
	if err := entries(out, list, answer.Player); err != nil {
		return err
	}
	return say(out, fmt.Sprintf("rank %d of %d on %s, %s; not worse than %.1f %%", answer.Rank, answer.Count, plain(answer.Board), answer.Period, answer.Percentile))
}

func printPeriods(out io.Writer, body []byte) error {
	var answer struct{ Periods []span }
	if err := decode(body, &answer); err != nil {
		return err
	}
	if len(answer.Periods) == 0 {
		return say(out, "No period has entries.")
	}
	rows := make([][]string, len(answer.Periods))
	for i, p := range answer.Periods {
		end := "-"
		if p.End != nil {
			end = p.End.UTC().Format(time.RFC3339)
		}
		rows[i] = []string{p.Start.UTC().Format(time.RFC3339), end, fmt.Sprint(p.Count)}
	}
	return table(out, []string{"START", "END", "ENTRIES"}, rows)
}
