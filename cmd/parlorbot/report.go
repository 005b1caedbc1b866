package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report is what a run has shown. Its JSON form is kept stable: tools rely on it. usage.go says
// what each number means.
type report struct {
	Bots               int            `json:"bots"`
	Connected          int64          `json:"connected"`
	ConnectFailed      int64          `json:"connect_failed"`
	MatchesStarted     int64          `json:"matches_started"`
	MatchesFinished    int64          `json:"matches_finished"`
	MatchesQuit        int64          `json:"matches_quit"`
	Tickets            int64          `json:"tickets"`
	TicketsMatched     int64          `json:"tickets_matched"`
	TicketsCancelled   int64          `json:"tickets_cancelled"`
	TicketsDeclined    int64          `json:"tickets_declined"`
	TicketsTimedOut    int64          `json:"tickets_timed_out"`
	TicketsDropped     int64          `json:"tickets_dropped"`
	TicketsOpen        int64          `json:"tickets_open"`
	Parties            int64          `json:"parties"`
	Accepts            int64          `json:"accepts"`
	AcceptsVoid        int64          `json:"accepts_void"`
	Resumes            int64          `json:"resumes"`
	ResumeFailed       int64          `json:"resume_failed"`
	Resume             waits          `json:"resume_ms"`
	Link               faults         `json:"link"`
	StateFrames        int64          `json:"state_frames"`
	StateExpected      int64          `json:"state_frames_expected"`
	Interval           intervals      `json:"interval_ms"`
	Starved            float64        `json:"starved_percent"`
	InputToState       delays         `json:"input_to_state_ms"`
	RTT                delays         `json:"rtt_ms"`
	QueueWait          waits          `json:"queue_wait_ms"`
	DownBytesPerPlayer float64        `json:"down_bytes_per_player_s"`
	UpBytesPerPlayer   float64        `json:"up_bytes_per_player_s"`
	FrameBytes         sizes          `json:"frame_bytes"`
	HashMismatches     int64          `json:"hash_mismatches"`
	Leaks              int64          `json:"leaks"`
	Errors             map[string]int `json:"errors"`
	Interrupted        bool           `json:"interrupted"`
	Pass               bool           `json:"pass"`
	Failed             []string       `json:"failed"`

	skipped        int64 // of the expected frames, those that the numbers of others leave out
	connectRefused int64 // of those that failed: by the server
	connectErr     error // why the first that failed to connect did
	lostErr        error // and why the first connection that was lost was
}

// faults are those that the link has made.
type faults struct {
	Name     string `json:"name"`
	Resets   int64  `json:"resets"`
	Silences int64  `json:"silences"`
	Freezes  int64  `json:"freezes"`
}

type intervals struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

type delays struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
}

type waits struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
}

type sizes struct {
	Mean float64 `json:"mean"`
	P99  int64   `json:"p99"`
}

// starvedAfter is how many times the usual one an interval is when a picture that is shown two
// frames late has run out.
const starvedAfter = 3

// report sums up. The bots must have ended.
func (m *measures) report(cfg config) report {
	r := report{
		Bots: cfg.bots, Connected: m.connected.Load(), ConnectFailed: m.connectFailed.Load(),
		MatchesStarted: m.matchesStarted.Load(), MatchesFinished: m.matchesFinished.Load(), MatchesQuit: m.matchesQuit.Load(),
		Parties: m.parties.Load(), Accepts: m.accepts.Load(), AcceptsVoid: m.acceptsVoid.Load(),
		Resumes: m.resumes.Load(), ResumeFailed: m.resumeFailed.Load(),
		StateFrames: m.frames.Load(), StateExpected: m.expected.Load(),
		InputToState: m.inputToState.delays(), RTT: m.rtt.delays(),
		HashMismatches: m.mismatches.Load(), Leaks: m.leaks.Load(), Errors: m.errors, Failed: []string{},
		Link:    faults{cfg.link.Name, m.resets.Load(), m.silences.Load(), m.freezes.Load()},
		skipped: m.skipped.Load(), connectRefused: m.connectRefused.Load(), connectErr: m.connectErr, lostErr: m.lostErr,
	}
	ends, tickets := m.tickets.counts()
	r.Tickets, r.TicketsOpen, r.TicketsMatched, r.TicketsCancelled = tickets, ends[open], ends[matched], ends[cancelled]
	r.TicketsDeclined, r.TicketsTimedOut, r.TicketsDropped = ends[declined], ends[timedOut], ends[dropped]
	interval, wait, resume, size := m.interval.tally(), m.queueWait.tally(), m.resume.tally(), m.frameBytes.tally()
	r.Interval = intervals{ms(interval.percentile(50)), ms(interval.percentile(99)), ms(interval.max)}
	if info := cfg.kind.Info(); info.Rate > 0 && interval.n > 0 {
		still := interval.over(starvedAfter * int64(info.SendEvery) * time.Second.Microseconds() / int64(info.Rate))
		r.Starved = cents(float64(still) / float64(interval.n) * 100)
	}
	r.Resume = waits{ms(resume.percentile(50)), ms(resume.percentile(95))}
	r.QueueWait = waits{ms(wait.percentile(50)), ms(wait.percentile(95))}
	r.FrameBytes = sizes{cents(size.mean()), size.percentile(99)}
	if seconds := time.Duration(m.connectedFor.Load()).Seconds(); seconds > 0 {
		r.DownBytesPerPlayer = cents(float64(m.bytesDown.Load()) / seconds)
		r.UpBytesPerPlayer = cents(float64(m.bytesUp.Load()) / seconds)
	}
	return r
}

func (h *histogram) delays() delays {
	t := h.tally()
	return delays{ms(t.percentile(50)), ms(t.percentile(95)), ms(t.percentile(99))}
}

// ms turns microseconds into milliseconds, to two decimals.
func ms(us int64) float64 { return cents(float64(us) / 1000) }

func cents(v float64) float64 { return math.Round(v*100) / 100 }

func (r report) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

func (r report) writeTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(t, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintln(t)
	line("bots", "%d, %d connected, %d failed to connect", r.Bots, r.Connected, r.ConnectFailed)
	line("matches", "%d started, %d finished, %d left in the middle", r.MatchesStarted, r.MatchesFinished, r.MatchesQuit)
	line("tickets", "%d: %d matched, %d cancelled, %d declined, %d timed out, %d dropped, %d open", r.Tickets, r.TicketsMatched,
		r.TicketsCancelled, r.TicketsDeclined, r.TicketsTimedOut, r.TicketsDropped, r.TicketsOpen)
	if r.Parties > 0 {
		line("parties", "%d", r.Parties)
	}
	if r.Accepts > 0 {
		line("to accept", "%d, of which %d came to nothing while the wait went on", r.Accepts, r.AcceptsVoid)
	}
	line("resumes", "%d, %d failed; p50 %.2f, p95 %.2f ms to the first view", r.Resumes, r.ResumeFailed, r.Resume.P50, r.Resume.P95)
	if f := r.Link; f != (faults{Name: f.Name}) {
		line("link", "%s: %d resets, %d silent cuts, %d freezes", f.Name, f.Resets, f.Silences, f.Freezes)
	}
	line("state frames", "%d of %d expected; %d missing by their numbers", r.StateFrames, r.StateExpected, r.skipped)
	if r.Interval.Max > 0 {
		line("interval", "p50 %.2f, p99 %.2f, max %.2f ms; %.2f %% starved", r.Interval.P50, r.Interval.P99, r.Interval.Max, r.Starved)
	}
	line("input to state", "p50 %.2f, p95 %.2f, p99 %.2f ms", r.InputToState.P50, r.InputToState.P95, r.InputToState.P99)
	line("round trip", "p50 %.2f, p95 %.2f, p99 %.2f ms", r.RTT.P50, r.RTT.P95, r.RTT.P99)
	line("queue wait", "p50 %.2f, p95 %.2f ms", r.QueueWait.P50, r.QueueWait.P95)
	line("down", "%.0f bytes/s per player; frames of %.0f, p99 %d", r.DownBytesPerPlayer, r.FrameBytes.Mean, r.FrameBytes.P99)
	line("up", "%.0f bytes/s per player", r.UpBytesPerPlayer)
	line("views", "%d hash mismatches, %d leaks", r.HashMismatches, r.Leaks)
	line("errors", "%s", r.errors())
	for _, failed := range r.Failed {
		line("FAILED", "%s", failed)
	}
	if r.Pass {
		line("PASS", "every threshold holds")
	}
	return t.Flush()
}

// errors lists the errors by name: "REFUSED 3, TOO_SLOW 1".
func (r report) errors() string {
	if len(r.Errors) == 0 {
		return "none"
	}
	var list []string
	for _, code := range slices.Sorted(maps.Keys(r.Errors)) {
		list = append(list, fmt.Sprintf("%s %d", code, r.Errors[code]))
	}
	return strings.Join(list, ", ")
}
