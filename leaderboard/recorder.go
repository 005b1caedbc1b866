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
// writes them to a Store. With a directory it puts them on the disk first, and what the store has not taken is
// sent by the next process too. Without one it holds them in memory: a process that dies loses what it holds.
type Recorder[Result slog.LogValuer] struct {
	submit  func(context.Context, ...Result) error
	cfg     RecorderConfig
	box     *outbox[Result] // nil: results stay in queue until the store has them
	wake    chan struct{}   // one slot; full means that what takes from queue will look anyway
	spilled chan struct{}   // the same, for what takes from box

	mu     sync.Mutex // guards what is below, and nothing that waits
	queue  []Result   // the oldest first, including those being written
	closed bool       // Run has ended

	written, retried, refused, dropped atomic.Int64
	reported                           int64 // dropped ones that are in the log; Run's own
}

// RecorderConfig is how patient a Recorder is.
type RecorderConfig struct {
	Dir        string        // directory for results that the store has not taken. Defaults to none: they are in memory.
	Disk       int64         // bytes in Dir at most. Defaults to 256 MB, about a million results.
	Queue      int           // results in memory at most. Defaults to 65,536, about 16 MB.
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
	case c.Disk < 0:
		return fmt.Errorf("recorder Disk %d: %w", c.Disk, ErrInvalid)
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
	c.Disk = cmp.Or(c.Disk, 256<<20)
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
	Queued  int   // held now, in memory or on the disk
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

// NewRecorder makes a Recorder that writes with a method of a Store: Submit or Rate. It starts nothing; Run closes what it
// opens.
func NewRecorder[Result slog.LogValuer](submit func(context.Context, ...Result) error, cfg RecorderConfig) (*Recorder[Result], error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg.setDefaults()
	r := &Recorder[Result]{submit: submit, cfg: cfg, wake: make(chan struct{}, 1), spilled: make(chan struct{}, 1)}
	if cfg.Dir != "" {
		var err error
		if r.box, err = openOutbox[Result](cfg.Dir, cfg.Disk); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Record hands over the results of a match. It never waits, logs or fails, and may be called from any
// goroutine, before Run too. If there is no room for all of them, or Run has ended, they are dropped
// together and counted; Run logs how many.
func (r *Recorder[Result]) Record(results ...Result) {
	if !r.hold(results) {
		r.dropped.Add(int64(len(results)))
	}
	rouse(r.wake)
}

// rouse fills the slot of a channel that has one.
func rouse(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
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
	if r.box != nil {
		queued += r.box.len() // one that is moving there may count twice
	}
	return RecorderStats{
		Queued: queued, Written: r.written.Load(), Retried: r.retried.Load(),
		Refused: r.refused.Load(), Dropped: r.dropped.Load(),
	}
}

// Run writes until ctx ends, and then what is left within the grace time: end the rooms first, it
// returns as soon as nothing is held. It fails if it had to drop the rest; what is on the disk waits there for
// the next process. It is called once.
func (r *Recorder[Result]) Run(ctx context.Context) error {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(r.cfg.Grace, cancel) })
	defer stop()
	wake, rest := r.wake, func() {}
	if r.box != nil {
		wake, rest = r.spilled, r.startSpilling()
	}

	done := ctx.Done()
	var failed error
	for failed == nil {
		r.reportDropped()
		b := r.oldest(work)
		if len(b.results) > 0 {
			failed = r.write(work, ctx.Done(), b)
			continue
		}
		if ctx.Err() != nil && r.empty() {
			rest()
			return nil
		}
		select {
		case <-wake:
		case <-done:
			done = nil
		case <-work.Done():
			failed = work.Err()
		}
	}
	return r.giveUp(failed, rest)
}

// giveUp drops what is in memory and cannot be put on the disk.
func (r *Recorder[Result]) giveUp(why error, rest func()) error {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	rest()
	r.mu.Lock()
	n := len(r.queue)
	r.queue = nil
	r.mu.Unlock()
	r.dropped.Add(int64(n))
	r.reportDropped()
	if r.box != nil && n == 0 {
		r.cfg.Log.Warn("results wait on the disk for the next start", "results", r.box.len(), "dir", r.cfg.Dir, "err", why)
		return nil
	}
	return fmt.Errorf("record %d results: %w", n, why)
}

// oldest is the next batch; it stays held until release.
func (r *Recorder[Result]) oldest(work context.Context) batch[Result] {
	if r.box == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		n := min(len(r.queue), r.cfg.Batch)
		return batch[Result]{results: r.queue[:n:n]}
	}
	for {
		b, err := r.box.oldest(r.cfg.Batch)
		if err == nil || len(b.results) > 0 {
			return b
		}
		r.cfg.Log.Error("results on the disk cannot be read", "err", err)
		select {
		case <-time.After(r.cfg.MaxBackoff):
		case <-work.Done():
			return b
		}
	}
}

// release lets go of a batch.
func (r *Recorder[Result]) release(b batch[Result]) {
	if r.box != nil {
		if err := r.box.took(b.bytes); err != nil {
			r.cfg.Log.Error("that results are written cannot be noted; a restart would send them again", "err", err)
		}
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.queue = r.queue[len(b.results):]; len(r.queue) == 0 {
		r.queue = nil // what an outage piled up is not kept for good
	}
}

// empty closes the queue if nothing is held.
func (r *Recorder[Result]) empty() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) > 0 || r.box != nil && r.box.len() > 0 {
		return false
	}
	r.closed = true
	return true
}

// write gets a batch into the store. A batch with a result that the store refuses for good is
// written one by one, which finds that one; the others may be in already and do not count twice. It
// fails only when work has ended.
func (r *Recorder[Result]) write(work context.Context, ending <-chan struct{}, b batch[Result]) error {
	err := r.insist(work, ending, b.results)
	switch {
	case err == nil:
		r.written.Add(int64(len(b.results)))
	case !isRefusal(err):
		return err
	case len(b.results) > 1:
		for i := range b.results {
			if err := r.write(work, ending, b.one(i)); err != nil {
				return err
			}
		}
		return nil
	default:
		r.refused.Add(1)
		r.cfg.Log.Error("result refused", "result", b.results[0], "err", err)
	}
	r.release(b)
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
