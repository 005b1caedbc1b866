package main

import (
	"context"
	"fmt"
	"time"
)

const (
	held     = 12 * time.Second // into a freeze: just before the server gives the connection up, at 15 s
	lookBack = 2 * time.Second  // on those who have come back
	wobble   = 1.5              // times the jitter before: no difference, on a machine that others use too
)

// thaw is what was seen of a freeze.
type thaw struct {
	before, held, cut figures // of all; of the others, until held and until the end
	after             figures // of those who came back
	heap              float64 // bytes that the server held for each of the frozen, until held
}

// frozen has one of eight stop to read and to write in every room, and looks at what the server
// holds for him, at how he comes back, and at the other seven.
func (b *bench) frozen(ctx context.Context) error {
	s := parlord(b.flags[0])
	grew, _, err := b.pause(ctx, s, false) // match logs grow, and whatever else
	if err != nil {
		return err
	}
	grewFrozen, seen, err := b.pause(ctx, s, true)
	if err != nil {
		return err
	}
	seen.heap = float64(grewFrozen-grew) / float64(b.rooms)
	b.tellFrozen(seen)
	return nil
}

// pause plays, lets one in each room freeze if it is told so, and answers by how much the heap grew
// meanwhile. Without the freeze it is the control run: as long, at the same moment of a match.
func (b *bench) pause(ctx context.Context, s subject, freezes bool) (grew int64, seen thaw, err error) {
	srv, l, err := b.seated(ctx, s, b.rooms, 0)
	if err != nil {
		return 0, seen, err
	}
	defer srv.end()
	defer l.end()
	if seen.before, err = l.window(ctx, b.window()); err != nil {
		return 0, seen, err
	}
	heap, err := srv.heap(ctx)
	if err != nil {
		return 0, seen, err
	}
	if freezes {
		if err := l.tell("freeze"); err != nil {
			return 0, seen, err
		}
	}
	if seen.held, err = l.window(ctx, min(held, b.freeze)); err != nil {
		return 0, seen, err
	}
	later, err := srv.heap(ctx)
	if err == nil && freezes {
		err = b.thaw(ctx, l, &seen)
	}
	return later - heap, seen, err
}

// thaw waits for the end of the freeze and looks at what follows.
func (b *bench) thaw(ctx context.Context, l *load, seen *thaw) (err error) {
	seen.cut = seen.held
	if b.freeze > held {
		if seen.cut, err = l.window(ctx, b.freeze-held); err != nil {
			return err
		}
	}
	if err := l.tell("thaw"); err != nil { // counts anew
		return err
	}
	if err := wait(ctx, lookBack); err != nil {
		return err
	}
	seen.after, err = l.report(ctx)
	return err
}

func (b *bench) tellFrozen(seen thaw) {
	after, frozen := seen.after, float64(max(1, seen.after.Back))
	others := b.rooms * (seats - 1)
	fmt.Fprintf(b.out, "one seat in each of %d rooms reads and writes nothing for %v\n\n", b.rooms, b.freeze)
	fmt.Fprintf(b.out, "heap for each of the frozen after %v, above a run without: %.1f KB\n", min(held, b.freeze), seen.heap/1024)
	fmt.Fprintf(b.out, "came back: %d of %d, %d of them by a resume\n", after.Returned, b.rooms, after.Resumed)
	fmt.Fprintf(b.out, "state frames that lay in the kernel: %.1f each\n", float64(after.Stale)/frozen)
	fmt.Fprintf(b.out, "state frames in the first 200 ms: %.1f each, %d at most; playing brings 4, coming back 1\n", float64(after.Fresh)/frozen, after.Most)
	fmt.Fprintf(b.out, "until the first fresh view: %.1f ms on average, %.1f at most\n", after.Took, after.TookMost)
	fmt.Fprintf(b.out, "jitter of the others, p50 and p99, ms: before %.2f and %.1f, connection held %.2f and %.1f, cut off %.2f and %.1f\n",
		seen.before.JitterP50, seen.before.JitterP99, seen.held.JitterP50, seen.held.JitterP99, seen.cut.JitterP50, seen.cut.JitterP99)
	fmt.Fprintf(b.out, "frames of the others that came: before %.1f %%, held %.1f %%, cut off %.1f %%\n",
		100*seen.before.delivered(b.rooms*seats), 100*seen.held.delivered(others), 100*seen.cut.delivered(others))
	b.atMost("frozen client: KB that the server holds", seen.heap/1024, 64)
	b.atLeast("frozen clients that came back, %", 100*float64(after.Returned)/float64(b.rooms), 100)
	b.atMost("frozen client: state frames in 200 ms after, 4 of them new ticks'", float64(after.Fresh)/frozen, 5)
	b.atMost("the other seven: jitter p99, x before", max(seen.held.JitterP99, seen.cut.JitterP99)/seen.before.JitterP99, wobble)
}
