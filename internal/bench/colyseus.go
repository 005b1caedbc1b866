package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	snakesv1 "parlor/proto/arcade/snakes/v1"
)

const colyseusName = "Colyseus"

// installColyseus makes their encoder ready; without node or npm it says so, and the run goes on.
func (b *bench) installColyseus(ctx context.Context) bool {
	c := b.tools.command(ctx, "npm", "--prefix", "internal/bench/colyseus", "ci", "--silent", "--no-audit", "--no-fund")
	if out, err := c.CombinedOutput(); err != nil {
		fmt.Fprintf(b.out, "without @colyseus/schema: npm cannot install it (%v) %s\n\n", err, bytes.TrimSpace(out))
		return false
	}
	return true
}

// colyseus sends the trace by their encoder, in the ways that colyseus/encode.mjs knows.
func (b *bench) colyseus(ctx context.Context, t trace) ([]encoding, error) {
	var lines bytes.Buffer
	to := json.NewEncoder(&lines)
	for _, v := range t.views {
		if err := to.Encode(v); err != nil {
			return nil, err
		}
	}
	c := b.tools.command(ctx, "node", "internal/bench/colyseus/encode.mjs", t.kind.Info().Name)
	c.Stdin = &lines
	var says strings.Builder
	c.Stderr = &says
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("colyseus/encode.mjs: %w\n%s", err, says.String())
	}
	var found []struct {
		Name string `json:"name"`
		encoding
	}
	if err := json.Unmarshal(out, &found); err != nil {
		return nil, fmt.Errorf("colyseus/encode.mjs: %w in %s", err, out)
	}
	var table []encoding
	for _, f := range found {
		f.name, f.allocs = colyseusName+", "+f.Name, -1
		table = append(table, f.encoding)
	}
	return table, nil
}

// describe says what a trace holds, at its middle.
func describe(t trace) string {
	w, ok := t.views[len(t.views)/2].(*snakesv1.World)
	if !ok {
		return "8 players"
	}
	alive, points := 0, 0
	for _, s := range w.Snakes {
		if len(s.Body) > 0 {
			alive++
			points += len(s.Body) / 2
		}
	}
	return fmt.Sprintf("%d snakes of %d points on average, %d pieces of food", alive, points/max(1, alive), len(w.Food))
}
