package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os/exec"
	"strconv"

	"parlor/net/wire"
)

// script lets the TypeScript client's own code decode the traces, in Node with its compiler and
// without, and then runs the benchmark that stands beside that code.
func (b *bench) script(ctx context.Context) error {
	if _, err := exec.LookPath("node"); err != nil {
		fmt.Fprintln(b.out, "not measured: there is no node")
		return nil
	}
	all, err := traces(b.tools)
	if err != nil {
		return err
	}
	for _, t := range all {
		deltas, err := deltasOf(t)
		if err != nil {
			return err
		}
		compiled, err := b.decode(ctx, deltas)
		if err != nil {
			return err
		}
		plain, err := b.decode(ctx, deltas, "--jitless", "--no-warnings")
		if err != nil {
			return err
		}
		fmt.Fprintf(b.out, "%s: %.1f us a delta, without a compiler %.1f us\n", t.name, compiled, plain)
		b.atMost(t.name+": decoder in JavaScript without a compiler, us a frame", plain, 150)
	}
	fmt.Fprintln(b.out)
	return b.suite(ctx, nil, "node", "client/test/delta.bench.mjs")
}

// decode hands the deltas to decode.mjs and reads how long one took.
func (b *bench) decode(ctx context.Context, deltas []byte, flags ...string) (micros float64, err error) {
	c := b.tools.command(ctx, append(append([]string{"node"}, flags...), "internal/bench/decode.mjs")...)
	var says bytes.Buffer
	c.Stdin, c.Stderr = bytes.NewReader(deltas), &says
	out, err := c.Output()
	if err != nil {
		return 0, fmt.Errorf("decode.mjs: %w\n%s", err, says.String())
	}
	return strconv.ParseFloat(string(bytes.TrimSpace(out)), 64)
}

// deltasOf is the trace as decode.mjs wants it: the first view, and the deltas after it.
func deltasOf(t trace) ([]byte, error) {
	plan, _ := wire.NewPlan(t.kind.ViewType())
	var found struct {
		Message string   `json:"message"`
		Schema  uint32   `json:"schema"`
		Packed  string   `json:"packed"`
		Deltas  []string `json:"deltas"`
	}
	found.Message, found.Schema = string(t.kind.ViewType().FullName()), plan.Hash()
	var older, base *wire.Flat
	for i, v := range t.views {
		view, target := must(canonical.Marshal(v)), new(wire.Flat)
		if err := plan.Read(view, target); err != nil {
			return nil, err
		}
		if i == 0 {
			found.Packed = hex.EncodeToString(plan.AppendPacked(nil, target))
		} else {
			found.Deltas = append(found.Deltas, hex.EncodeToString(plan.AppendDelta(nil, older, base, target)))
		}
		older, base = base, target
	}
	return json.Marshal(found)
}
