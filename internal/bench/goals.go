package main

import (
	"fmt"
	"text/tabwriter"
)

// goal is a figure beside what it should be.
type goal struct {
	what  string
	got   float64
	sign  string
	limit float64
	met   bool
}

func (b *bench) atMost(what string, got, limit float64) {
	b.goals = append(b.goals, goal{what, got, "<=", limit, got <= limit})
}

func (b *bench) atLeast(what string, got, limit float64) {
	b.goals = append(b.goals, goal{what, got, ">=", limit, got >= limit})
}

// summary is the table at the end.
func (b *bench) summary() {
	if len(b.goals) == 0 {
		return
	}
	fmt.Fprint(b.out, "\n== goals\n\n")
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', 0)
	for _, g := range b.goals {
		verdict := "met"
		if !g.met {
			verdict = "not met"
		}
		fmt.Fprintf(w, "%s\t%.4g\t%s %.4g\t%s\n", g.what, g.got, g.sign, g.limit, verdict)
	}
	_ = w.Flush()
}
