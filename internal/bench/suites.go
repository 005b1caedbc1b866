package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// goBenchmarks runs those that stand beside the code, and picks out what there are goals for.
func (b *bench) goBenchmarks(ctx context.Context) error {
	return b.suite(ctx, []pick{
		{regexp.MustCompile(`BenchmarkRooms/(500)\S*\s.* ([\d.]+) p99-late-ms`), "%s rooms without sockets: tick lateness p99, ms", 10},
		{regexp.MustCompile(`BenchmarkPass/(10000)\b\S*\s.* ([\d.]+) median-ms`), "%s tickets matched in one pass, ms", 15},
		{regexp.MustCompile(`BenchmarkPass/(100000)\b\S*\s.* ([\d.]+) median-ms`), "%s tickets matched in one pass, ms", 250},
		{regexp.MustCompile(`BenchmarkAdd/(100000)\b\S*\s+\d+\s+([\d.]+) ns/op`), "a ticket more where %s wait, ns", 5000},
	}, "go", "test", "-timeout", "300s", "-run", "^$", "-bench", ".", "-benchtime", "300ms", "-benchmem",
		"./game/...", "./matchmaking", "./net/...", "./cmd/...")
}

// boards runs the stores on boards of a million entries. Goals that are times PING are for the reader: it stands beside them.
func (b *bench) boards(ctx context.Context) error {
	return b.suite(ctx, []pick{
		{regexp.MustCompile(`BenchmarkRank/(Embedded)/rank\S*\s.* ([\d.]+) p99-us`), "%s, a million entries: rank p99, us", 50},
		{regexp.MustCompile(`BenchmarkRank/(Redis/1)/top-100\S*\s.* ([\d.]+) p99-us`), "%s shard, a million entries: top 100 p99, us", 1000},
		{regexp.MustCompile(`BenchmarkRank/(Redis/1)/around-11\S*\s.* ([\d.]+) p99-us`), "%s shard, a million entries: around 11 p99, us", 1000},
		{regexp.MustCompile(`BenchmarkRank/(Redis/16)/rank\S*\s.* ([\d.]+) p99-us`), "%s shards, a million entries: rank p99, us", 3000},
		{regexp.MustCompile(`BenchmarkRestart()\S*\s+\d+\s+([\d.]+) ns/op`), "restart of a million%s, ns", 4e9},
		{regexp.MustCompile(`BenchmarkRestart()\S*\s.* ([\d.]+) B/entry`), "memory of an entry%s, B", 400},
	}, "go", "test", "-timeout", "900s", "-run", "^$", "-bench", ".", "-benchtime", "1s", "./leaderboard", "-entries", "1000000")
}

// pick finds a figure in a line: its first group is what the goal is about, its second the figure.
type pick struct {
	in    *regexp.Regexp
	goal  string
	limit float64
}

// suite runs a command, shows what it says, and holds what is picked from it against its goal.
func (b *bench) suite(ctx context.Context, picks []pick, command ...string) error {
	from, to := io.Pipe()
	c := b.tools.command(ctx, command...)
	c.Stdout, c.Stderr = to, to
	if err := c.Start(); err != nil {
		fmt.Fprintf(b.out, "not measured: %v\n", err)
		return nil
	}
	ended := make(chan error, 1)
	go func() {
		err := c.Wait()
		_ = to.Close()
		ended <- err
	}()
	for lines := bufio.NewScanner(from); lines.Scan(); {
		line := lines.Text()
		if strings.HasSuffix(line, "[no test files]") {
			continue
		}
		fmt.Fprintln(b.out, line)
		for _, p := range picks {
			if m := p.in.FindStringSubmatch(line); m != nil {
				got, err := strconv.ParseFloat(m[2], 64)
				if err != nil {
					return fmt.Errorf("%q: %w", line, err)
				}
				b.atMost(fmt.Sprintf(p.goal, m[1]), got, p.limit)
			}
		}
	}
	if err := <-ended; err != nil {
		return fmt.Errorf("%s: %w", strings.Join(command[:2], " "), err)
	}
	return nil
}
