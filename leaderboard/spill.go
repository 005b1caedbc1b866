package leaderboard

import (
	"slices"
	"sync"
	"time"
)

// startSpilling moves results from the queue to the disk, on a goroutine of its own, since the one that writes to the store
// may wait for it. The answer ends it, after a last move, and closes the outbox.
func (r *Recorder[Result]) startSpilling() (rest func()) {
	stop := make(chan struct{})
	var spilling sync.WaitGroup
	spilling.Go(func() { r.spill(stop) })
	return func() {
		close(stop)
		spilling.Wait()
		if err := r.box.close(); err != nil {
			r.cfg.Log.Error("the results on the disk cannot be closed", "err", err)
		}
	}
}

func (r *Recorder[Result]) spill(stop <-chan struct{}) {
	rouse(r.spilled) // for what an earlier process has left
	for ended := false; ; {
		moved := r.move()
		if ended {
			return
		}
		var again <-chan time.Time
		if !moved {
			again = time.After(r.cfg.MaxBackoff)
		}
		select {
		case <-r.wake:
		case <-again:
		case <-stop:
			ended = true
		}
	}
}

// move puts all of the queue on the disk. Where it cannot, the queue holds what it can.
func (r *Recorder[Result]) move() bool {
	r.mu.Lock()
	some := slices.Clone(r.queue)
	r.mu.Unlock()
	if len(some) == 0 {
		return true
	}
	if err := r.box.append(some); err != nil {
		r.cfg.Log.Error("results cannot be put on the disk", "queued", len(some), "err", err)
		return false
	}
	r.mu.Lock()
	if r.queue = r.queue[len(some):]; len(r.queue) == 0 {
		r.queue = nil
	}
	r.mu.Unlock()
	rouse(r.spilled)
	return true
}
