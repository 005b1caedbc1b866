package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parlor/game"
	"parlor/game/arcade/snakes"
	"parlor/game/arcade/tictactoe"
	"parlor/game/arcade/tiles"
	"parlor/matchmaking"
	"parlor/net/session"
	"parlor/net/ws"
)

// TestMain fails if a bot outlives its run.
func TestMain(m *testing.M) {
	code := m.Run()
	for began := time.Now(); ; runtime.Gosched() { // a timer's goroutine may be about to end
		var stacks strings.Builder
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 2)
		if s := stacks.String(); !strings.Contains(s, "main.(*bot)") && !strings.Contains(s, "client.(*Client)") && !strings.Contains(s, "link.(*conn)") {
			os.Exit(code)
		}
		if time.Since(began) > 5*time.Second {
			fmt.Println("a bot is left:\n", stacks.String())
			os.Exit(1)
		}
	}
}

// startServer runs a whole server in this process, and calls each of these when somebody comes.
func startServer(t *testing.T, comes ...func()) (url string) {
	t.Helper()
	server, err := session.New(session.Config{
		Games: []game.Kind{snakes.Game, tictactoe.Game, tiles.Game},
		Rules: map[matchmaking.Name]matchmaking.Rule{
			{Game: "snakes"}:    {Min: 1, Max: 30, Backfill: true},
			{Game: "tictactoe"}: {Min: 2, Max: 2, BotsAfter: 500 * time.Millisecond},
			{Game: "tiles"}:     {Min: 2, Max: 4, StartAfter: 200 * time.Millisecond, BotsAfter: 500 * time.Millisecond},

			{Game: "tictactoe", Mode: "asked"}: {Min: 2, Max: 2, AcceptWithin: 2 * time.Second, BotsAfter: 2 * time.Second},
			{Game: "tiles", Mode: "asked"}:     {Min: 2, Max: 4, StartAfter: 200 * time.Millisecond, AcceptWithin: 2 * time.Second, BotsAfter: 2 * time.Second},
		},
		Bots: map[string]int{"snakes": 12},
		Key:  make([]byte, 32),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { server.Run(ctx) })
	handler := ws.NewHandler(server, ws.Config{})
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, call := range comes {
			call()
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		stop()
		running.Wait()
		listener.Close()
		handler.Wait(context.Background())
	})
	return "ws" + strings.TrimPrefix(listener.URL, "http")
}

// play runs the command against the server and reads its object.
func play(t *testing.T, ctx context.Context, url, args string) (r report, code int) {
	t.Helper()
	var out, progress strings.Builder
	code = run(ctx, append(strings.Fields(args), "-json", "-url", url), &out, &progress)
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil {
		t.Fatalf("%v in %q after %q", err, out.String(), progress.String())
	}
	t.Logf("%s: %s", args, out.String())
	return r, code
}

// A few percent of the frames may be late here: the race detector slows a machine that may be
// busy with other tests too.
const lenient = " -min-frames 90"

func TestBotsPlayTictactoe(t *testing.T) {
	r, code := play(t, t.Context(), startServer(t), "-game tictactoe -bots 9 -for 8s"+lenient)
	if code != exitPass || !r.Pass {
		t.Errorf("exit code %d, failed %v", code, r.Failed)
	}
	if r.Connected != 9 || r.MatchesStarted < 9 || r.MatchesFinished < 4 || r.StateFrames < 50 {
		t.Errorf("connected %d, started %d, finished %d, frames %d", r.Connected, r.MatchesStarted, r.MatchesFinished, r.StateFrames)
	}
	wantTickets(t, r)
	if r.Interval.Max != 0 || r.InputToState.P50 == 0 || r.RTT.P50 == 0 || r.QueueWait.P95 == 0 || r.FrameBytes.Mean == 0 {
		t.Errorf("not measured, or too much: %+v", r)
	}
}

func TestBotsPlaySnakes(t *testing.T) {
	r, code := play(t, t.Context(), startServer(t), "-game snakes -bots 6 -for 3s"+lenient)
	if code != exitPass || !r.Pass {
		t.Errorf("exit code %d, failed %v", code, r.Failed)
	}
	if r.MatchesStarted != 6 || r.StateFrames < 6*45 || r.StateExpected > 6*63 {
		t.Errorf("started %d, %d frames of %d", r.MatchesStarted, r.StateFrames, r.StateExpected)
	}
	if r.Interval.P50 < 30 || r.Interval.P50 > 70 || r.InputToState.P99 == 0 || r.DownBytesPerPlayer < 300 || r.UpBytesPerPlayer == 0 {
		t.Errorf("not measured, or wrong: %+v", r)
	}
}

func TestBotsSurviveCuts(t *testing.T) {
	url := startServer(t)
	for _, name := range []string{"snakes", "tictactoe"} {
		r, code := play(t, t.Context(), url, "-bots 6 -for 4s -cut 1s -game "+name+lenient)
		if code != exitPass {
			t.Errorf("%s: exit code %d, failed %v", name, code, r.Failed)
		}
		if r.Resumes < 6 {
			t.Errorf("%s: %d resumes", name, r.Resumes)
		}
	}
}

// TestBotsSurviveALinkThatBreaks makes a link that breaks as often as a short test needs.
func TestBotsSurviveALinkThatBreaks(t *testing.T) {
	url := startServer(t)
	for _, k := range []game.Kind{snakes.Game, tictactoe.Game} {
		cfg, err := parse([]string{"-url", url, "-bots", "6", "-for", "4s", "-ramp", "1ms", "-link", "wifi", "-game", k.Info().Name}, new(strings.Builder))
		if err != nil {
			t.Fatal(err)
		}
		cfg.minFrames, cfg.minFinished = 50, 0 // a silent cut takes longer to notice than all this
		cfg.link.CutEvery, cfg.link.StallEvery, cfg.link.Stall = time.Second, time.Second, 50*time.Millisecond
		m := newMeasures()
		runFleet(t.Context(), cfg, m, io.Discard)
		r := m.report(cfg)
		if r.judge(cfg); !r.Pass {
			t.Errorf("%s: %q", k.Info().Name, r.Failed)
		}
		if r.Link.Resets == 0 || r.Resumes == 0 || r.Resume.P50 == 0 && k.Info().Rate > 0 {
			t.Errorf("%s: %+v, %d resumes, %+v", k.Info().Name, r.Link, r.Resumes, r.Resume)
		}
	}
}

// wantTickets checks that every ticket is in the books once.
func wantTickets(t *testing.T, r report) {
	t.Helper()
	sum := r.TicketsMatched + r.TicketsCancelled + r.TicketsDeclined + r.TicketsTimedOut + r.TicketsDropped + r.TicketsOpen
	if r.Tickets == 0 || sum != r.Tickets || r.TicketsDropped > 0 {
		t.Errorf("%d tickets, %d by their ends, %d dropped", r.Tickets, sum, r.TicketsDropped)
	}
}

func TestBotsSeeNoHandButTheirOwn(t *testing.T) {
	r, code := play(t, t.Context(), startServer(t), "-game tiles -bots 8 -for 6s -cut 1s -quits 30 -min-finished 0"+lenient)
	if code != exitPass || r.Leaks > 0 {
		t.Errorf("exit code %d, %d leaks, failed %v", code, r.Leaks, r.Failed)
	}
	if r.MatchesStarted < 8 || r.StateFrames < 100 {
		t.Errorf("%d started, %d frames: little was looked at", r.MatchesStarted, r.StateFrames)
	}
}

func TestBotsGiveTicketsBackAndLeaveMatchesWhileTheirSocketsAreCut(t *testing.T) {
	r, code := play(t, t.Context(), startServer(t), "-game tictactoe -bots 9 -for 6s -cancels 100 -quits 40 -cut 2s -min-finished 0"+lenient)
	if code != exitPass {
		t.Errorf("exit code %d, failed %v", code, r.Failed)
	}
	if wantTickets(t, r); r.TicketsCancelled == 0 || r.TicketsMatched == 0 || r.MatchesQuit == 0 || r.Resumes == 0 {
		t.Errorf("%d cancelled, %d matched, %d left, %d resumes", r.TicketsCancelled, r.TicketsMatched, r.MatchesQuit, r.Resumes)
	}
}

// TestBotsWaitAsPeopleDo lets them wait in parties for matches that they are asked about.
func TestBotsWaitAsPeopleDo(t *testing.T) {
	url := startServer(t)
	for _, game := range []string{"tictactoe -party 1-2", "tiles -party 1-3"} {
		t.Run(game, func(t *testing.T) {
			t.Parallel()
			r, code := play(t, t.Context(), url, "-mode asked -bots 12 -for 10s -cancels 30 -declines 20 -quits 50 -cut 3s -min-finished 0 -game "+game+lenient)
			if code != exitPass {
				t.Errorf("exit code %d, failed %v", code, r.Failed)
			}
			if wantTickets(t, r); r.TicketsMatched == 0 || r.TicketsCancelled == 0 || r.TicketsDeclined == 0 {
				t.Errorf("%d matched, %d cancelled, %d declined", r.TicketsMatched, r.TicketsCancelled, r.TicketsDeclined)
			}
			if r.Parties < 2 || r.Accepts == 0 || r.AcceptsVoid == 0 || r.Resumes == 0 {
				t.Errorf("%d parties, %d to accept, %d of them void, %d resumes", r.Parties, r.Accepts, r.AcceptsVoid, r.Resumes)
			}
		})
	}
}

func TestAServerThatTakesNobodyFails(t *testing.T) {
	full := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "full", http.StatusTooManyRequests)
	}))
	defer full.Close()
	r, code := play(t, t.Context(), "ws"+strings.TrimPrefix(full.URL, "http"), "-bots 3 -for 1s")
	if code != exitFail || r.Pass || r.Connected != 0 || r.ConnectFailed != 3 {
		t.Errorf("exit code %d, connected %d, failed to connect %d", code, r.Connected, r.ConnectFailed)
	}
	if failed := strings.Join(r.Failed, "; "); !strings.Contains(failed, "429") || !strings.Contains(failed, "matches_started 0") {
		t.Errorf("failed: %s", failed)
	}
}

// TestAnInterruptEndsARunEarly ends it when two bots play and the third comes: the report tells
// what there was until then.
func TestAnInterruptEndsARunEarly(t *testing.T) {
	began := time.Now()
	ctx, interrupt := context.WithCancel(t.Context())
	var came atomic.Int64
	url := startServer(t, func() {
		if came.Add(1) == 3 {
			interrupt()
		}
	})
	r, code := play(t, ctx, url, "-bots 4 -ramp 2s -for 10m"+lenient)
	if code != exitFail || !r.Interrupted || r.Pass || r.Connected != 2 || r.ConnectFailed != 0 || r.MatchesStarted != 2 || r.StateFrames == 0 {
		t.Errorf("exit code %d, %+v", code, r)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}
