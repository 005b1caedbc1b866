package main

import (
	"sync"
	"time"
)

// ending is how a ticket has ended.
type ending int

const (
	open ending = iota // it has not
	matched
	cancelled // as one of its bots asked
	declined  // one of its bots has not accepted a match: he said no, or let the time pass
	timedOut
	dropped // by the server, for a reason that the errors tell
	endings
)

// ledger holds the tickets of a run to account: each ends once, or is open when the run is over. The bots
// of a party share a ticket, and each of them tells what it was told. Any bot may tell at any time.
type ledger struct {
	mu      sync.Mutex
	tickets map[string]*ticket
	count   [endings]int64
}

type ticket struct {
	ending ending
	at     time.Time // of the end, as the first bot was told
	asked  ending    // the end that one of its bots has asked for
}

func newLedger() *ledger { return &ledger{tickets: map[string]*ticket{}} }

// made notes a ticket. The other bots of a party tell of the same one.
func (l *ledger) made(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tickets[id] == nil {
		l.tickets[id] = &ticket{}
		l.count[open]++
	}
}

// asks notes that a bot is about to end a ticket.
func (l *ledger) asks(id string, end ending) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.tickets[id]; t.asked == open {
		t.asked = end
	}
}

// ended notes an end as one bot was told of it. One that is cancelled was thrown out for no reason that the
// server told, so one of its bots must have asked for it, or it counts as dropped. It answers with the end.
// That is not consistent with what another bot was told if one end is a match and the other is none.
func (l *ledger) ended(id string, how ending, at time.Time) (end ending, consistent bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.tickets[id]
	if how == cancelled {
		how = t.asked
		if how == open {
			how = dropped
		}
	}
	if t.ending != open {
		return how, (t.ending == matched) == (how == matched)
	}
	t.ending, t.at = how, at
	l.count[open]--
	l.count[how]++
	return how, true
}

// endedAt is when another bot of the ticket was told of its end; zero: none was.
func (l *ledger) endedAt(id string) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tickets[id].at
}

// counts are the tickets so far, by how they have ended.
func (l *ledger) counts() (counts [endings]int64, all int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count, int64(len(l.tickets))
}
