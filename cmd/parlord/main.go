// Command parlord is the Parlor server: rooms, queues and boards for the games it hosts.
//
// docs/OPERATING.md describes its flags, endpoints, metrics and signals.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // the zones of boards' periods, where the machine has none
)

func main() {
	os.Exit(run(os.Args[1:], os.Stderr))
}

// run is the whole program; its answer is the exit code: 0 stopped as asked, 1 failed, 2 wrong
// usage. A second signal ends the process at once.
func run(args []string, out io.Writer) int {
	cfg, err := parse(args, os.Getenv, out)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case cfg.version:
		fmt.Fprintln(out, "parlord", version())
		return 0
	}
	log, err := newLogger(cfg, out)
	if err != nil {
		fmt.Fprintln(out, "parlord:", err)
		return 2
	}
	slog.SetDefault(log)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50) // what a player costs is mostly memory; collecting is a hundredth of a core
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // from now on a signal does what it does by default
	if err := serve(ctx, cfg, log); err != nil {
		log.Error("parlord failed", "err", err)
		return 1
	}
	return 0
}

func newLogger(cfg config, out io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.logLevel)); err != nil {
		return nil, fmt.Errorf("-log-level must be debug, info, warn or error, not %q", cfg.logLevel)
	}
	opts := &slog.HandlerOptions{Level: level}
	if cfg.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(out, opts)), nil
	}
	return slog.New(slog.NewTextHandler(out, opts)), nil
}

// version is the module's, with the commit where the build knows it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return info.Main.Version + " " + s.Value
		}
	}
	return info.Main.Version
}
