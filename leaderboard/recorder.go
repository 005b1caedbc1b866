package leaderboard

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Recorder takes results of one type, [Submission] or [RatedMatch], off the goroutines of rooms and
// writes them to a Store. It holds them in memory while the store is away: a process that dies loses
// what it holds.
type Recorder[Result slog.LogValuer] struct {
	submit func(context.Context, ...Result) error
	cfg    RecorderConfig
	wake   chan struct{} // one slot; full means that Run will look anyway

	mu     sync.Mutex // guards what is below, and nothing that waits
	queue  []Result   // the oldest first, including those being written
	closed bool       // Run has ended

	written, retried, refused, dropped atomic.Int64
	reported                           int64 // dropped ones that are in the log; Run's own
}

// RecorderConfig is how patient a Recorder is.
type RecorderConfig struct {
	Queue      int           // results held at most. Defaults to 65,536, about 16 MB.
	Batch      int           // results in one write at most. Defaults to 256.
	Timeout    time.Duration // of one write. Defaults to 2 s.
	MinBackoff time.Duration // wait after a failed write, doubled each time but in the grace time. Defaults to 50 ms.
	MaxBackoff time.Duration // where doubling ends. Defaults to 5 s.
	Grace      time.Duration // for writing what is left once Run's context ends. Defaults to 5 s.
	Log        *slog.Logger  // Defaults to slog.Default().
}

// Validate names a field that cannot be meant.
func (c RecorderConfig) Validate() error {
	switch {
	case c.Queue < 0:
		return fmt.Errorf("recorder Queue %d: %w", c.Queue, ErrInvalid)
	case c.Batch < 0:
		return fmt.Errorf("recorder Batch %d: %w", c.Batch, ErrInvalid)
	case c.Timeout < 0:
		return fmt.Errorf("recorder Timeout %v: %w", c.Timeout, ErrInvalid)
	case c.MinBackoff < 0:
		return fmt.Errorf("recorder MinBackoff %v: %w", c.MinBackoff, ErrInvalid)
	case c.MaxBackoff < 0:
		return fmt.Errorf("recorder MaxBackoff %v: %w", c.MaxBackoff, ErrInvalid)
	case c.Grace < 0:
		return fmt.Errorf("recorder Grace %v: %w", c.Grace, ErrInvalid)
	}
	return nil
}

func (c *RecorderConfig) setDefaults() {
	c.Queue = cmp.Or(c.Queue, 65536)
	c.Batch = cmp.Or(c.Batch, 256)
	c.Timeout = cmp.Or(c.Timeout, 2*time.Second)
	c.MinBackoff = cmp.Or(c.MinBackoff, 50*time.Millisecond)
	c.MaxBackoff = cmp.Or(c.MaxBackoff, 5*time.Second)
	c.Grace = cmp.Or(c.Grace, 5*time.Second)
	c.Log = cmp.Or(c.Log, slog.Default())
}

// RecorderStats are a Recorder's counters since it was made, in results but for Retried.
type RecorderStats struct {
	Queued  int   // held now
	Written int64 // taken by the store
	Retried int64 // failed writes of a batch, each of which was tried again
	Refused int64 // turned away by the store for good; each is in the log
	Dropped int64 // lost: the queue was full, or the grace time was over
}

// Plus adds up what two Recorders have counted.
func (s RecorderStats) Plus(other RecorderStats) RecorderStats {
	return RecorderStats{
		Queued: s.Queued + other.Queued, Written: s.Written + other.Written, Retried: s.Retried + other.Retried,
		Refused: s.Refused + other.Refused, Dropped: s.Dropped + other.Dropped,
	}
}

// NewRecorder makes a Recorder that writes with a method of a Store: Submit or Rate. It starts nothing.
func NewRecorder[Result slog.LogValuer](submit func(context.Context, ...Result) error, cfg RecorderConfig) *Recorder[Result] {
	cfg.setDefaults()
	return &Recorder[Result]{submit: submit, cfg: cfg, wake: make(chan struct{}, 1)}
}

// Record hands over the results of a match. It never waits, logs or fails, and may be called from any
// goroutine, before Run too. If there is no room for all of them, or Run has ended, they are dropped
// together and counted; Run logs how many.
func (r *Recorder[Result]) Record(results ...Result) {
	if !r.hold(results) {
		r.dropped.Add(int64(len(results)))
	}
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *Recorder[Result]) hold(results []Result) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || len(r.queue)+len(results) > r.cfg.Queue {
		return false
	}
	r.queue = append(r.queue, results...)
	return true
}

// Stats may be called from any goroutine.
func (r *Recorder[Result]) Stats() RecorderStats {
	r.mu.Lock()
	queued := len(r.queue)
	r.mu.Unlock()
	return RecorderStats{
		Queued: queued, Written: r.written.Load(), Retried: r.retried.Load(),
		Refused: r.refused.Load(), Dropped: r.dropped.Load(),
	}
}

// Run writes until ctx ends, and then what is left within the grace time: end the rooms first, it
// returns as soon as nothing is held. It fails if it had to drop the rest. It is called once.
func (r *Recorder[Result]) Run(ctx context.Context) error {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(r.cfg.Grace, cancel) })
	defer stop()

	var failed error
	for failed == nil {
		r.reportDropped()
		batch := r.oldest()
		if len(batch) > 0 {
			failed = r.write(work, ctx.Done(), batch)
			continue
		}
		if ctx.Err() != nil && r.end(false) == 0 {
			return nil
		}
		select {
		case <-r.wake:
		case <-ctx.Done():
		}
	}
	n := r.end(true)
	r.dropped.Add(int64(n))
	r.reportDropped()
	return fmt.Errorf("record %d results: %w", n, failed)
}

// oldest is the next batch; it stays held until release.
func (r *Recorder[Result]) oldest() []Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := min(len(r.queue), r.cfg.Batch)
	return r.queue[:n:n]
}

// release lets go of the n oldest.
func (r *Recorder[Result]) release(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.queue = r.queue[n:]; len(r.queue) == 0 {
		r.queue = nil // what an outage piled up is not kept for good
	}
}

// end closes the queue if it is empty, or at any rate, and tells how much it held.
func (r *Recorder[Result]) end(anyway bool) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(r.queue)
	if n == 0 || anyway {
		r.queue, r.closed = nil, true
	}
	return n
}

// write gets a batch into the store. A batch with a result that the store refuses for good is
// written one by one, which finds that one; the others may be in already and do not count twice. It
// fails only when work has ended.
func (r *Recorder[Result]) write(work context.Context, ending <-chan struct{}, batch []Result) error {
	err := r.insist(work, ending, batch)
	switch {
	case err == nil:
		r.written.Add(int64(len(batch)))
	case !isRefusal(err):
		return err
	case len(batch) > 1:
		for i := range batch {
			if err := r.write(work, ending, batch[i:i+1]); err != nil {
				return err
			}
		}
		return nil
	default:
		r.refused.Add(1)
		r.cfg.Log.Error("result refused", "result", batch[0], "err", err)
	}
	r.release(len(batch))
	return nil
}

// insist tries until the store has taken the batch or refused it, or work ends.
func (r *Recorder[Result]) insist(work context.Context, ending <-chan struct{}, batch []Result) error {
	delay, longest := r.cfg.MinBackoff, r.cfg.MaxBackoff
	for attempt := 0; ; attempt++ {
		ctx, cancel := context.WithTimeout(work, r.cfg.Timeout)
		err := r.submit(ctx, batch...)
		cancel()
		if err == nil || isRefusal(err) {
			if attempt > 0 {
				r.cfg.Log.Info("results written again", "retries", attempt, "queued", r.Stats().Queued)
			}
			return err
		}
		if work.Err() != nil {
			return err
		}
		r.retried.Add(1)
		if attempt == 0 {
			r.cfg.Log.Warn("results wait for the store", "queued", r.Stats().Queued, "err", err)
		}
		r.reportDropped()

		// Spread over half of the delay, so that a fleet does not come back in one instant.
		timer := time.NewTimer(delay/2 + rand.N(delay/2+1))
		delay = min(2*delay, longest)
		select {
		case <-timer.C:
		case <-ending: // the grace time runs: try at once, and keep the waits short
			ending, delay, longest = nil, r.cfg.MinBackoff, r.cfg.MinBackoff
		case <-work.Done():
			timer.Stop()
			return err
		}
		timer.Stop()
	}
}

// reportDropped logs what has been dropped since it last did. Record must not: a log may block.
func (r *Recorder[Result]) reportDropped() {
	if n := r.dropped.Load(); n > r.reported {
		r.cfg.Log.Error("results dropped", "dropped", n-r.reported, "queue", r.cfg.Queue)
		r.reported = n
	}
}
