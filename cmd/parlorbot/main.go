// Parlorbot plays a bundled game against a server with many bots at once, over real sockets, and
// judges how well the server did.
//
//	parlorbot -url ws://127.0.0.1:8080/ws -game snakes -bots 200 -for 30s -seed 1 -json
//
// A bot is the Go client and the game's own bot: it says hello, queues, plays what it sees in the
// views that come, takes the result, asks for a rematch or queues again, until the time is over;
// then it leaves its room and closes. One goroutine is one bot; what all of them measure is
// counted in one place, [measures]. What each number means is in usage.go, which -help prints.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// Exit codes. Scripts rely on them.
const (
	exitPass  = 0 // every threshold holds
	exitFail  = 1 // one is broken
	exitUsage = 2
)

func main() {
	// What the bots receive is garbage at once, and little of the rest is: collecting it less often
	// leaves more of the machine to the server that is measured.
	debug.SetGCPercent(400)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal kills
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole command. When ctx ends early the bots stop there, the report is of what they have
// measured until then, and the verdict is that the run was interrupted.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitPass
	case err != nil:
		return exitUsage
	}
	progress := stdout
	if cfg.json {
		progress = stderr // stdout is for the object alone
	}
	m := newMeasures()
	runFleet(ctx, cfg, m, progress)
	r := m.report(cfg)
	r.Interrupted = ctx.Err() != nil
	r.judge(cfg)
	if cfg.json {
		err = r.writeJSON(stdout)
	} else {
		err = r.writeTable(stdout)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "parlorbot: write the report:", err)
		return exitFail
	case !r.Pass:
		return exitFail
	}
	return exitPass
}
