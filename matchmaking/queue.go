package matchmaking

import (
	"context"
	"time"
)

// Queue is the loop that owns a Pool. Everything reaches the Pool through its inbox.
type Queue struct {
	pool  *Pool
	host  Host
	rooms func() string
	inbox chan func(*Pool)
	done  chan struct{}
}

// inboxSize is some milliseconds of arrivals. Past it those who ask wait; [Queue.Offer] does
// not, and tells its caller.
const inboxSize = 1024

// New makes a Queue whose decisions host acts on. rooms names the rooms to be made. It starts
// nothing.
func New(pool *Pool, rooms func() string, host Host) *Queue {
	return &Queue{pool: pool, host: host, rooms: rooms, inbox: make(chan func(*Pool), inboxSize), done: make(chan struct{})}
}

// Run matches until ctx ends. It is called once.
func (q *Queue) Run(ctx context.Context) {
	defer close(q.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case do := <-q.inbox:
			do(q.pool)
			for range len(q.inbox) { // one pass for all that came together
				(<-q.inbox)(q.pool)
			}
		case <-timer.C:
		}
		round := q.pool.Match(time.Now(), q.rooms)
		round.tell(q.host)
		if next := q.pool.Next(); !next.IsZero() {
			timer.Reset(time.Until(next))
		}
	}
}

// Add queues a ticket. Whoever of it is away is held from the beginning.
func (q *Queue) Add(ctx context.Context, t Ticket) error {
	return ask(ctx, q, func(p *Pool) error {
		err := p.Add(t)
		q.hold(p, t)
		return err
	})
}

// hold asks who of a ticket is away, on the queue's goroutine: whatever changes later is told later.
func (q *Queue) hold(p *Pool, t Ticket) {
	for _, player := range t.Players {
		p.Hold(player, q.host.Away(t, player))
	}
}

// Remove takes out the ticket that a player is in, with his party, and answers with it; false if he does not
// wait.
func (q *Queue) Remove(ctx context.Context, player string) (t Ticket, was bool, err error) {
	err = ask(ctx, q, func(p *Pool) error {
		if c := p.find(player); c != nil {
			t = c.ticket
		}
		was = p.Remove(player)
		return nil
	})
	return t, was, err
}

// Hold notes that a player is away, or is back: see [Pool.Hold].
func (q *Queue) Hold(ctx context.Context, player string, away bool) error {
	return ask(ctx, q, func(p *Pool) error { p.Hold(player, away); return nil })
}

// Accept notes that a player accepts the match that is found for him. It fails with
// ErrNothingFound if there is none, or none any more.
func (q *Queue) Accept(ctx context.Context, player string) error {
	return ask(ctx, q, func(p *Pool) error { return p.Accept(player) })
}

// Estimate is how long somebody who comes now is likely to wait, if that is known.
func (q *Queue) Estimate(ctx context.Context, name Name) (wait time.Duration, known bool, err error) {
	err = ask(ctx, q, func(p *Pool) error { wait, known = p.Estimate(name, time.Now()); return nil })
	return wait, known, err
}

// Depths are all queues, by name.
func (q *Queue) Depths(ctx context.Context) ([]Depth, error) {
	var depths []Depth
	err := ask(ctx, q, func(p *Pool) error { depths = p.Depths(time.Now()); return nil })
	return depths, err
}

// Rule is the rule of a queue.
func (q *Queue) Rule(name Name) (Rule, bool) { return q.pool.Rule(name) }

// Explain says why two players who wait may be in one match now, or not. It fails with ErrNotWaiting
// unless the first of them waits in that queue.
func (q *Queue) Explain(ctx context.Context, name Name, player, other string) (Explanation, error) {
	var e Explanation
	err := ask(ctx, q, func(p *Pool) (err error) {
		if c := p.find(player); c == nil || c.group.queue.name != name {
			return ErrNotWaiting
		}
		e, err = p.Explain(player, other, time.Now())
		return err
	})
	return e, err
}

// Offer says which newcomers a room takes. It does not wait: false means that the inbox is full,
// and the offer is to be made again.
func (q *Queue) Offer(name Name, o Opening) bool {
	return q.try(func(p *Pool) { p.Open(name, o) })
}

// Return puts a ticket back that could not be placed, with its wait. It does not wait either. Each of a party may
// say so; the ticket is held while somebody of it is away.
func (q *Queue) Return(t Ticket) bool {
	return q.try(func(p *Pool) {
		_ = p.Add(t) // waits again already: as good
		q.hold(p, t)
	})
}

func (q *Queue) try(do func(*Pool)) bool {
	select {
	case q.inbox <- do:
		return true
	case <-q.done:
		return true // nobody will be matched any more
	default:
		return false
	}
}

func ask(ctx context.Context, q *Queue, do func(*Pool) error) error {
	answer := make(chan error, 1)
	select {
	case q.inbox <- func(p *Pool) { answer <- do(p) }:
	case <-q.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-answer:
		return err
	case <-q.done:
		return ErrClosed
	}
}
