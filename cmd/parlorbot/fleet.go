package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

const progressEvery = 5 * time.Second

// runFleet starts the bots one after another, lets them play until the time is over or ctx is,
// and returns when all of them have left.
func runFleet(ctx context.Context, cfg config, m *measures, progress io.Writer) {
	began := time.Now()
	ctx, cancel := context.WithDeadline(ctx, began.Add(cfg.ramp+cfg.measure))
	defer cancel()
	var bots, printer sync.WaitGroup
	crews := newCrews(cfg)
	for i := range cfg.bots {
		bots.Go(func() {
			start := time.NewTimer(cfg.ramp * time.Duration(i) / time.Duration(max(1, cfg.bots-1)))
			defer start.Stop()
			select {
			case <-start.C:
				newBot(i, cfg, m, crews[i]).run(ctx)
			case <-ctx.Done():
			}
		})
	}
	printer.Go(func() { printProgress(ctx, began, cfg, m, progress) })
	bots.Wait()
	cancel()
	printer.Wait()
}

// printProgress prints a line every few seconds: how many are there, and how it went since the last.
func printProgress(ctx context.Context, began time.Time, cfg config, m *measures, out io.Writer) {
	every := time.NewTicker(progressEvery)
	defer every.Stop()
	last, frames := began, int64(0)
	var before tally
	for {
		var now time.Time
		select {
		case now = <-every.C:
		case <-ctx.Done():
			return
		}
		all, interval := m.frames.Load(), m.interval.tally()
		line := fmt.Sprintf("%4.0fs  %d of %d connected, %d in a match, %.0f frames/s",
			now.Sub(began).Seconds(), m.online.Load(), cfg.bots, m.playing.Load(),
			float64(all-frames)/now.Sub(last).Seconds())
		if cfg.kind.Info().Rate > 0 {
			line += fmt.Sprintf(", interval p99 %.2f ms", ms(interval.since(before).percentile(99)))
		}
		fmt.Fprintln(out, line)
		last, frames, before = now, all, interval
	}
}
