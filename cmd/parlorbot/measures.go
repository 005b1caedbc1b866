package main

import (
	"sync"
	"sync/atomic"
	"time"

	"parlor/game"
)

// measures is what all bots of a run count together. Any bot may add at any time.
type measures struct {
	online, playing atomic.Int64 // now

	connected, connectFailed         atomic.Int64
	connectRefused                   atomic.Int64 // of connectFailed: by the server
	matchesStarted, matchesFinished  atomic.Int64
	matchesQuit                      atomic.Int64 // by a bot, in the middle
	parties                          atomic.Int64 // that were whole
	accepts, acceptsVoid             atomic.Int64 // matches to accept, as bots were told; of these, that came to nothing while the wait went on
	resumes, resumeFailed            atomic.Int64
	resets, silences, freezes        atomic.Int64 // made by links
	frames, expected, skipped        atomic.Int64 // skipped: frames that tick or step numbers leave out
	bytesDown, bytesUp, connectedFor atomic.Int64 // bytes; nanoseconds
	mismatches, leaks                atomic.Int64

	interval, inputToState, rtt, queueWait, resume histogram // microseconds
	frameBytes                                     histogram

	tickets *ledger
	hands   hands

	mu         sync.Mutex
	errors     map[string]int
	connectErr error // the first
	lostErr    error // the first
}

func newMeasures() *measures {
	return &measures{errors: map[string]int{}, tickets: newLedger(), hands: hands{matches: map[string]map[game.Seat]hand{}}}
}

// fault counts an error by its name.
func (m *measures) fault(code string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.errors[code]++
}

func (m *measures) noConnection(err error) {
	m.connectFailed.Add(1)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.connectErr == nil {
		m.connectErr = err
	}
}

func (m *measures) lost(why error) {
	m.fault("LOST")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lostErr == nil {
		m.lostErr = why
	}
}

func took(h *histogram, d time.Duration) { h.add(d.Microseconds()) }
