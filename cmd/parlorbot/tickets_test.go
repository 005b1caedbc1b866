package main

import (
	"testing"
	"time"
)

func TestEveryTicketIsCountedOnceByItsEnd(t *testing.T) {
	l := newLedger()
	for _, id := range []string{"match", "given back", "party", "no", "late", "thrown out", "waits"} {
		l.made(id)
	}
	l.made("party") // another bot of it
	l.asks("given back", cancelled)
	l.asks("no", declined)
	l.asks("match", cancelled) // too late
	for _, c := range []struct {
		id        string
		how, want ending
		fits      bool
	}{
		{"match", matched, matched, true},
		{"given back", cancelled, cancelled, true},
		{"party", matched, matched, true},
		{"party", matched, matched, true},
		{"party", timedOut, timedOut, false},
		{"no", cancelled, declined, true},
		{"late", timedOut, timedOut, true},
		{"late", declined, declined, true}, // as another bot has seen it
		{"late", matched, matched, false},
		{"thrown out", cancelled, dropped, true}, // nobody asked
	} {
		if end, fits := l.ended(c.id, c.how, after(1000)); end != c.want || fits != c.fits {
			t.Errorf("%s: %v and %v, want %v and %v", c.id, end, fits, c.want, c.fits)
		}
	}
	want := [endings]int64{open: 1, matched: 2, cancelled: 1, declined: 1, timedOut: 1, dropped: 1}
	if counts, all := l.counts(); counts != want || all != 7 {
		t.Errorf("%v of %d, want %v of 7", counts, all, want)
	}
	if at := l.endedAt("late"); !at.Equal(after(1000)) || !l.endedAt("waits").IsZero() {
		t.Errorf("ended at %v", at)
	}
}

func TestABotMustKnowOfItsTicketsEndWhenTheRunIsOver(t *testing.T) {
	over := after(100_000)
	for name, c := range map[string]struct {
		connectedAt, askedAt, endedAt time.Time
		ticket                        bool
		lost                          int
	}{
		"it waits":                           {connectedAt: after(1), askedAt: after(50_000), ticket: true},
		"no ticket was told":                 {connectedAt: after(1), askedAt: after(90_000), lost: 1},
		"it has just asked":                  {connectedAt: after(1), askedAt: after(99_000)},
		"another was told of the end":        {connectedAt: after(1), askedAt: after(50_000), ticket: true, endedAt: after(90_000), lost: 1},
		"another was just told":              {connectedAt: after(1), askedAt: after(50_000), ticket: true, endedAt: after(97_000)},
		"another was, and this one was away": {connectedAt: after(98_000), askedAt: after(50_000), ticket: true, endedAt: after(90_000)},
		"it is away":                         {askedAt: after(50_000), ticket: true, endedAt: after(90_000)},
	} {
		b := &bot{phase: queued, connectedAt: c.connectedAt, askedAt: c.askedAt, all: newMeasures()}
		if c.ticket {
			b.ticket = "t"
			b.all.tickets.made("t")
		}
		if !c.endedAt.IsZero() {
			b.all.tickets.ended("t", matched, c.endedAt)
		}
		b.holdOpen(over)
		if got := b.all.errors["TICKET_LOST"]; got != c.lost {
			t.Errorf("%s: lost %d, want %d", name, got, c.lost)
		}
	}
}
