package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

const (
	lateMs      = 10 // a tick later than this is late
	outageBots  = 100
	writtenSoon = time.Minute // all results, once Redis is back for good
)

// outage plays two games on a server whose Redis falls silent for a while, and then is killed and comes back. It
// looks at the ticks of the one, which must not care, and at the board of the other, which must be complete.
func (b *bench) outage(ctx context.Context) error {
	r, err := startRedis(ctx, filepath.Join(b.tools.dir, "redis"))
	if err != nil {
		fmt.Fprintf(b.out, "not measured: %v\n", err)
		return nil
	}
	defer r.end()
	srv, err := parlord("-bots-after 200ms -redis "+r.url()).start(ctx, b.tools, 0, 0)
	if err != nil {
		return err
	}
	defer srv.end()
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(b.out, "%d bots of snakes and %d of tictactoe; a tick is late past %d ms\n\n", outageBots, outageBots, lateMs)
	fmt.Fprintln(w, "Redis is\tticks\tlate %\tskipped\tresults waiting\t")
	bots, err := b.outageBots(ctx, srv)
	if err != nil {
		return err
	}
	defer bots.end()
	var calm, worst float64
	for i, part := range []struct {
		name string
		do   func() error
	}{
		{"there", func() error { return nil }},
		{"silent", func() error { return r.Process.Signal(syscall.SIGSTOP) }},
		{"back", func() error { return r.Process.Signal(syscall.SIGCONT) }},
		{"killed", func() error { r.end(); return nil }},
		{"back", func() error { return r.run(ctx) }},
	} {
		if err := part.do(); err != nil {
			return err
		}
		late, row, err := srv.lateness(ctx, b.away)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\t\n", part.name, row)
		if worst = max(worst, late); i == 0 {
			calm, worst = late, 0
		}
	}
	_ = w.Flush()
	bots.end() // their matches end as they leave
	return b.complete(ctx, srv, calm, worst)
}

// outageBots starts the bots of both games, and lets them find their matches.
func (b *bench) outageBots(ctx context.Context, srv *server) (all processes, err error) {
	bin := filepath.Join(filepath.Dir(b.tools.parlord), "parlorbot")
	for _, game := range []string{"snakes", "tictactoe"} {
		c := b.tools.command(ctx, bin, "-url", "ws://127.0.0.1:"+srv.port+"/ws", "-game", game, "-bots", strconv.Itoa(outageBots), "-for", "1h")
		if err := c.Start(); err != nil {
			return all, fmt.Errorf("start bots (make build makes them): %w", err)
		}
		all = append(all, process{c})
	}
	return all, wait(ctx, 5*time.Second)
}

type processes []process

func (all processes) end() {
	for _, p := range all {
		if p.ProcessState == nil {
			_ = p.Process.Signal(os.Interrupt) // they leave their rooms
			_ = p.Wait()
		}
	}
}

// complete waits until all results are written, and counts them.
func (b *bench) complete(ctx context.Context, srv *server, calm, worst float64) error {
	for end := time.Now().Add(writtenSoon); ; {
		m, err := srv.metrics(ctx)
		if err != nil {
			return err
		}
		if m[`parlor_results_waiting`] == 0 || time.Now().After(end) {
			handed, dropped := m[`parlor_results_total{game="tictactoe"}`], m[`parlor_leaderboard_writes_total{result="dropped"}`]
			wins, err := srv.wins(ctx, "tictactoe")
			if err != nil {
				return err
			}
			fmt.Fprintf(b.out, "\n%.0f wins were handed over, %.0f are on the board; %.0f results wait, %.0f were dropped\n",
				handed, wins, m[`parlor_results_waiting`], dropped)
			b.atMost("Redis away: wins lost, or counted twice", max(handed-wins, wins-handed), 0)
			b.atMost("Redis away: late ticks, percent, above those while it is there", worst-calm, 1)
			return nil
		}
		if err := wait(ctx, time.Second); err != nil {
			return err
		}
	}
}

// lateness is what share of the ticks of a while was late, in percent, and a row of the table.
func (s *server) lateness(ctx context.Context, lasting time.Duration) (late float64, row string, err error) {
	before, err := s.metrics(ctx)
	if err != nil {
		return 0, "", err
	}
	if err := wait(ctx, lasting); err != nil {
		return 0, "", err
	}
	after, err := s.metrics(ctx)
	if err != nil {
		return 0, "", err
	}
	grown := func(series string) float64 { return after[series] - before[series] }
	ticks := grown(`parlor_tick_lateness_seconds_count{game="snakes"}`)
	good := grown(fmt.Sprintf(`parlor_tick_lateness_seconds_bucket{game="snakes",le="%g"}`, lateMs/1e3))
	late = 100 * (ticks - good) / max(1, ticks)
	return late, fmt.Sprintf("%.0f\t%.2f\t%.0f\t%.0f", ticks, late,
		grown(`parlor_ticks_skipped_total{game="snakes"}`), after[`parlor_results_waiting`]), nil
}

// metrics are all series with their values.
func (s *server) metrics(ctx context.Context) (map[string]float64, error) {
	body, err := fetch(ctx, s.admin+"/metrics")
	if err != nil {
		return nil, err
	}
	series := map[string]float64{}
	for line := range strings.Lines(string(body)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "} ")
		if value == "" {
			name, value, _ = strings.Cut(strings.TrimSpace(line), " ")
		} else {
			name += "}"
		}
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			series[name] = v
		}
	}
	return series, nil
}

// wins adds up a board, page after page.
func (s *server) wins(ctx context.Context, board string) (sum float64, err error) {
	for after := ""; ; {
		body, err := fetch(ctx, s.admin+"/v1/boards/"+board+"?limit=100&after="+after)
		if err != nil {
			return 0, err
		}
		var page struct {
			Entries []struct{ Score float64 }
			Next    string
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return 0, err
		}
		for _, e := range page.Entries {
			sum += e.Score
		}
		if after = page.Next; after == "" {
			return sum, nil
		}
	}
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, res.Status)
	}
	return body, err
}

// redis is a Redis of the run's own, which loses nothing that it has acknowledged.
type redis struct {
	process
	dir, port string
}

func startRedis(ctx context.Context, dir string) (*redis, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // to find a free port
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	r := &redis{dir: dir, port: port}
	return r, r.run(ctx)
}

func (r *redis) url() string { return "redis://127.0.0.1:" + r.port }

func (r *redis) run(ctx context.Context) error {
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return err
	}
	r.process = process{exec.CommandContext(ctx, "redis-server", "--port", r.port, "--bind", "127.0.0.1", "--dir", r.dir,
		"--appendonly", "yes", "--appendfsync", "always", "--save", "")}
	return r.Start()
}
