package room_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"parlor/game"
	"parlor/game/room"
)

// latenesses collects how late ticks were. Rooms of many goroutines report to it.
type latenesses struct {
	mu      sync.Mutex
	all     []time.Duration
	skipped int64
}

func (l *latenesses) Ticked(_ string, _, late time.Duration) {
	l.mu.Lock()
	l.all = append(l.all, late)
	l.mu.Unlock()
}

func (l *latenesses) Skipped(_ string, n int64) {
	l.mu.Lock()
	l.skipped += n
	l.mu.Unlock()
}

func (l *latenesses) Panicked(string) {}
func (l *latenesses) Stuck(string)    {}

// burn is a game whose tick costs 20 us of CPU.
func burn() logic {
	return &toy{tick: func(*game.Tick) {
		for began := time.Now(); time.Since(began) < 20*time.Microsecond; {
		}
	}}
}

// BenchmarkRooms runs rooms of a game that burns 20 us a tick at 20 Hz, without sockets, for 5 s
// and reports how late their ticks were, how many were lost to slips, and the CPU spent. The goal
// is a p99 under 10 ms for 500 rooms on two quiet cores.
func BenchmarkRooms(b *testing.B) {
	for _, rooms := range []int{100, 500, 1000} {
		b.Run(fmt.Sprint(rooms), func(b *testing.B) {
			for b.Loop() {
				benchRooms(b, rooms, 5*time.Second)
			}
		})
	}
}

func benchRooms(b *testing.B, rooms int, lasting time.Duration) {
	late := &latenesses{all: make([]time.Duration, 0, rooms*20*int(lasting/time.Second+1))}
	ctx, cancel := context.WithTimeout(b.Context(), lasting)
	defer cancel()
	var running sync.WaitGroup
	before := cpu()
	for n := range rooms {
		r := room.New(room.Config{
			ID: fmt.Sprint(n), Number: uint64(n), Kind: toySpec(20, game.Exactly(1), burn), Observe: late,
		}, &quiet{})
		running.Go(func() { r.Run(ctx) })
	}
	running.Wait()
	spent := cpu() - before
	slices.Sort(late.all)
	at := func(p float64) float64 {
		return float64(late.all[int(p*float64(len(late.all)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(at(.5), "p50-late-ms")
	b.ReportMetric(at(.99), "p99-late-ms")
	b.ReportMetric(at(.999), "p99.9-late-ms")
	b.ReportMetric(float64(late.skipped), "slipped")
	b.ReportMetric(float64(len(late.all))/lasting.Seconds()/float64(rooms), "ticks/s/room")
	b.ReportMetric(100*spent.Seconds()/lasting.Seconds(), "%-of-a-core")
}

// quiet is a player who takes what he gets and keeps none of it.
type quiet struct{}

func (*quiet) ID() string         { return "quiet" }
func (*quiet) Name() string       { return "Quiet" }
func (*quiet) Online() bool       { return true }
func (*quiet) Update(room.Update) {}

// cpu is what this process has used so far, in user and kernel mode.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
