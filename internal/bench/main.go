// Command bench measures Parlor beside reference points that run in the same minutes on the same
// machine, and holds the figures against the goals. It treats bin/parlord as a black box.
//
// docs/BENCHMARKS.md tells what is measured, how, and how to read it. `make bench` runs all parts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

var errUsage = errors.New("usage")

// config says what is measured, and for how long.
type config struct {
	parts   list
	parlord string // the binary
	flags   list   // of parlord: each entry is a variant to be measured
	rooms   int
	wide    int // rooms of the run with both cores full
	seconds int
	rounds  int
	quiet   float64 // percent of the machine that others may have in a run that counts
	freeze  time.Duration
	away    time.Duration // that Redis is, and is back
	settle  time.Duration // that a server gets after all have come, before anything is counted
}

// bench is a run: what it measures with, and what it has found so far.
type bench struct {
	config
	tools *tools
	out   io.Writer
	goals []goal
}

// part is something that can be measured by itself.
type part struct {
	name, title string
	run         func(*bench, context.Context) error
}

// parts are in the order in which they run.
var parts = []part{
	{"frames", "Server CPU per delivered frame, and memory per connection", (*bench).frames},
	{"freeze", "Clients that read nothing for a while", (*bench).frozen},
	{"codec", "Bytes and time of a view, on recorded matches", (*bench).codec},
	{"go", "Go: tick lateness, encoders, queues", (*bench).goBenchmarks},
	{"boards", "Boards of a million entries: embedded, Redis, and PING beside it", (*bench).boards},
	{"outage", "Redis falls silent, and is killed, while two games are played", (*bench).outage},
	{"script", "JavaScript: decoding a delta, with a compiler and without", (*bench).script},
}

// run is the whole program; its answer is the exit code: 0 measured, 1 failed, 2 wrong usage.
// Goals that are not met fail nothing: the machine may be busy.
func run(ctx context.Context, args []string, out, says io.Writer) int {
	cfg, err := parse(args, says)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	if err := measure(ctx, cfg, out); err != nil {
		fmt.Fprintln(says, "bench:", err)
		return 1
	}
	return 0
}

func measure(ctx context.Context, cfg config, out io.Writer) error {
	tools, err := build(ctx, cfg.parlord)
	if err != nil {
		return err
	}
	defer tools.remove()
	b := &bench{config: cfg, tools: tools, out: out}
	for _, part := range parts {
		if !slices.Contains(cfg.parts, part.name) {
			continue
		}
		fmt.Fprintf(out, "\n== %s: %s\n\n", part.name, part.title)
		if err := part.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	b.summary()
	return nil
}

func parse(args []string, says io.Writer) (config, error) {
	c := config{flags: list{""}, settle: 2 * time.Second}
	for _, part := range parts {
		c.parts = append(c.parts, part.name)
	}
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	fs.SetOutput(says)
	fs.Var(&c.parts, "only", "`parts` to run, comma-separated")
	fs.StringVar(&c.parlord, "parlord", "bin/parlord", "the server's `binary`")
	fs.Var(&c.flags, "flags", "more flags for parlord; comma-separated `variants` are each measured, an empty one too")
	fs.IntVar(&c.rooms, "rooms", 200, "rooms of eight")
	fs.IntVar(&c.wide, "wide", 400, "rooms of the run that fills both cores; 0: none")
	fs.IntVar(&c.seconds, "seconds", 10, "of each window; a match lasts 90")
	fs.IntVar(&c.rounds, "rounds", 3, "in which each server runs once; medians are shown")
	fs.Float64Var(&c.quiet, "quiet", 15, "`percent` of the machine above which a run in which others had so much is repeated, twice at most")
	fs.DurationVar(&c.away, "away", 30*time.Second, "time for which Redis is silent, is back, is killed, and is back")
	fs.DurationVar(&c.freeze, "freeze", time.Minute, "time for which clients read nothing; a match lasts 90s")
	if err := fs.Parse(args); err != nil {
		return c, err // Parse has said why
	}
	for _, name := range c.parts {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			fmt.Fprintf(says, "bench: there is no part %q\n", name)
			return c, errUsage
		}
	}
	if c.rooms < 1 || c.wide < 0 || c.seconds < 1 || c.seconds > 60 || c.rounds < 1 || fs.NArg() > 0 {
		fs.Usage()
		return c, errUsage
	}
	return c, nil
}

// list is a comma-separated flag.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = strings.Split(s, ","); return nil }
