// Package matchmaking brings players together.
//
// [Pool] is pure: tickets and the time go in, matches come out, and the same in gives the same
// out. [Queue] is the thin loop that owns a Pool, hands it the time and acts on its matches. The
// package knows neither rooms nor sessions: both are ids to it.
package matchmaking

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

var (
	ErrNoQueue = errors.New("matchmaking: no such queue")
	ErrQueued  = errors.New("matchmaking: the player waits already")
	ErrClosed  = errors.New("matchmaking: closed")
)

// Pool holds those who wait. Not for concurrent use.
type Pool struct {
	queues map[Name]*queue
	names  []Name // in a fixed order: the order of matches must not depend on a map
	register
}

// NewPool makes a Pool with these queues and no others.
func NewPool(rules map[Name]Rule) (*Pool, error) {
	p := &Pool{queues: map[Name]*queue{}, register: register{players: map[string]*candidate{}}}
	for name, rule := range rules {
		if err := rule.Validate(); err != nil {
			return nil, fmt.Errorf("queue %s/%s: %w", name.Game, name.Mode, err)
		}
		p.queues[name] = newQueue(name, rule, &p.register)
		p.names = append(p.names, name)
	}
	slices.SortFunc(p.names, func(a, b Name) int {
		return cmp.Or(cmp.Compare(a.Game, b.Game), cmp.Compare(a.Mode, b.Mode))
	})
	return p, nil
}

// Rule is the rule of a queue.
func (p *Pool) Rule(name Name) (Rule, bool) {
	q, ok := p.queues[name]
	if !ok {
		return Rule{}, false
	}
	return q.rule, true
}

// Add takes a ticket. A player waits once at most: ErrQueued.
func (p *Pool) Add(t Ticket) error {
	q, ok := p.queues[t.Queue]
	if !ok {
		return ErrNoQueue
	}
	if err := q.rule.Takes(t); err != nil {
		return err
	}
	for _, player := range t.Players {
		if p.find(player) != nil {
			return ErrQueued
		}
	}
	q.add(t)
	return nil
}

// Remove takes out the ticket that a player is in, with his party. It answers false if he does
// not wait: he may just have been matched.
func (p *Pool) Remove(player string) bool {
	c := p.find(player)
	if c == nil {
		return false
	}
	q := c.group.queue
	if c.found != nil {
		c.found.broken = true
		q.found.note(c.found)
	}
	q.take(c)
	q.counts.Removed++
	return true
}

// Hold notes that a player is away, or is back. While anybody of a ticket is, nobody is matched with it:
// what was found for it is dissolved, and it waits on, with the wait that it has.
func (p *Pool) Hold(player string, away bool) {
	c := p.find(player)
	if c == nil {
		return
	}
	q, searched, complete := c.group.queue, c.searches(), c.away == 0
	bit := uint8(1) << slices.Index(c.players, player)
	if c.away &^= bit; away {
		c.away |= bit
	}
	if now := c.away == 0; complete && !now {
		q.away++
	} else if now && !complete {
		q.away--
	}
	switch {
	case away && c.found != nil:
		c.found.broken = true
		q.found.note(c.found)
	case searched && !c.searches():
		q.withdraw(c)
	case !searched && c.searches():
		q.search(c)
	}
}

// Accept notes that a player accepts the match that is found for him, or fails with
// ErrNothingFound. To accept twice does no harm. To decline is to Remove.
func (p *Pool) Accept(player string) error {
	c := p.find(player)
	if c == nil || c.found == nil || c.found.broken {
		return ErrNothingFound
	}
	c.found.accept(c, player)
	return nil
}

// Open says which newcomers a room takes. Where the rule has no Backfill it does nothing.
func (p *Pool) Open(name Name, o Opening) {
	if q, ok := p.queues[name]; ok && q.rule.Backfill {
		q.open(o)
	}
}

// Match makes the matches that are due now, and finds those that are to be accepted first; it
// answers also whose time is out. newRoom names the rooms to be made.
func (p *Pool) Match(now time.Time, newRoom func() string) Round {
	var round Round
	for _, name := range p.names {
		pass := pass{q: p.queues[name], now: now.UnixNano(), newRoom: newRoom, round: &round}
		pass.run()
	}
	return round
}

// Next is when Match may have something to say though nobody comes, leaves or accepts after the
// last Match; zero if it will not.
func (p *Pool) Next() time.Time {
	next := int64(never)
	for _, q := range p.queues {
		if c := q.agenda.first(); c != nil {
			next = min(next, c.look)
		}
		if len(q.found.line) > 0 {
			next = min(next, q.found.line[0].until)
		}
	}
	if next == never {
		return time.Time{}
	}
	return time.Unix(0, next)
}
