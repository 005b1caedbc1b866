package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"
)

const (
	held     = 12 * time.Second // into a freeze: just before the server gives the connection up, at 15 s
	lookBack = 2 * time.Second  // on those who have come back
	alike    = 1.25             // times the jitter: no difference; two halves of the same rooms differ by so much
)

// thaw is what was seen of a freeze.
type thaw struct {
	held, cut, after figures // until the server gives the frozen up; from then on; after the freeze
	heap             float64 // bytes that the server holds for each of the frozen
}

// frozen has clients stop to read and to write, and looks at what the server holds for them, at how
// they come back, and at the others in their rooms.
func (b *bench) frozen(ctx context.Context) error {
	// One client is lost in a heap's noise, so half of each room freeze. Match logs grow meanwhile, by
	// what the others do; so the run beside it has as many who do nothing either, but read on.
	silent, _, err := b.growth(ctx, fmt.Sprint("hush ", seats/2))
	if err != nil {
		return err
	}
	frozen, n, err := b.growth(ctx, fmt.Sprint("freeze ", seats/2))
	if err != nil {
		return err
	}
	seen, err := b.pause(ctx)
	if err != nil {
		return err
	}
	seen.heap = float64(frozen-silent) / float64(max(1, n))
	b.tellFrozen(seen, n)
	return nil
}

// growth is by how much the heap grows after the command, and how many are frozen by it.
func (b *bench) growth(ctx context.Context, command string) (grew int64, frozen int, err error) {
	srv, l, err := b.seated(ctx, parlord(b.flags[0]), b.rooms, 0)
	if err != nil {
		return 0, 0, err
	}
	defer srv.end()
	defer l.end()
	// By default 340 ticks into the match, and 580 later: far from 512, where match logs move.
	if err := wait(ctx, b.window()*3/2); err != nil {
		return 0, 0, err
	}
	before, err := srv.heap(ctx)
	if err != nil {
		return 0, 0, err
	}
	if err := l.tell(command); err != nil {
		return 0, 0, err
	}
	if err := wait(ctx, min(held, b.freeze)); err != nil {
		return 0, 0, err
	}
	after, err := srv.heap(ctx)
	if err != nil {
		return 0, 0, err
	}
	f, err := l.report(ctx)
	return after - before, f.Back.Frozen, err
}

// pause plays, lets one freeze in half of the rooms, and looks at the others in his room, at the
// rooms beside, and at how he comes back.
func (b *bench) pause(ctx context.Context) (seen thaw, err error) {
	srv, l, err := b.seated(ctx, parlord(b.flags[0]), b.rooms, 0)
	if err != nil {
		return seen, err
	}
	defer srv.end()
	defer l.end()
	if err := l.tell("freeze 1"); err != nil {
		return seen, err
	}
	if seen.held, err = l.window(ctx, min(held, b.freeze)); err != nil {
		return seen, err
	}
	err = b.thaw(ctx, l, &seen)
	return seen, err
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

func (b *bench) tellFrozen(seen thaw, inHeap int) {
	back := seen.after.Back
	frozen := float64(max(1, back.Clients))
	returned, fresh := 100*float64(back.Returned)/frozen, float64(back.Fresh)/frozen
	fmt.Fprintf(b.out, "heap for each of %d clients frozen for %v, above as many who only read: %.1f KB\n\n",
		inHeap, min(held, b.freeze), seen.heap/1024)
	fmt.Fprintf(b.out, "one seat in each of %d rooms of %d reads and writes nothing for %v\n", back.Clients, b.rooms, b.freeze)
	fmt.Fprintf(b.out, "came back: %d (%.0f %%), %d by a resume\n", back.Returned, returned, back.Resumed)
	fmt.Fprintf(b.out, "state frames that lay in the kernel: %.1f each\n", float64(back.Stale)/frozen)
	fmt.Fprintf(b.out, "state frames in the first 200 ms: %.1f each, %d at most; playing brings 4, coming back 1\n", fresh, back.Most)
	fmt.Fprintf(b.out, "until the first fresh view: %.1f ms on average, %.1f at most\n\n", back.Took, back.TookMost)
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tdelivered %\tjitter p50 ms\tp99 ms\t")
	worst := 0.
	for _, part := range []struct {
		name string
		figures
	}{{"connection held", seen.held}, {"cut off", seen.cut}} {
		for _, of := range []struct {
			name string
			share
		}{{"the other seven", part.Beside}, {"rooms without", part.Rooms}} {
			fmt.Fprintf(w, "%s: %s\t%.1f\t%.2f\t%.1f\t\n", part.name, of.name, part.delivered(of.share), of.JitterP50, of.JitterP99)
		}
		worst = max(worst, part.Beside.JitterP99/part.Rooms.JitterP99)
	}
	_ = w.Flush()
	b.atMost("frozen client: KB that the server holds", seen.heap/1024, 64)
	b.atLeast("frozen clients that came back, %", returned, 100)
	b.atMost("frozen client: state frames in 200 ms after, 4 of them new ticks'", fresh, 5)
	b.atMost("the other seven: jitter p99, x that of rooms without", worst, alike)
}
