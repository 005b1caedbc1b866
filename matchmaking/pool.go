// Package matchmaking brings players together.
//
// [Pool] is pure: tickets and the time go in, matches come out, and the same in gives the same
// out. [Queue] is the thin loop that owns a Pool, hands it the time and acts on its matches. The
// package knows neither rooms nor sessions: both are ids to it.
package matchmaking

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

var (
	ErrNoQueue = errors.New("matchmaking: no such queue")
	ErrQueued  = errors.New("matchmaking: the player waits already")
	ErrClosed  = errors.New("matchmaking: closed")
)

// Name names a queue.
type Name struct{ Game, Mode string }

// Rule says what a queue's matches are like.
type Rule struct {
	Min, Max   int           // people in a match
	StartAfter time.Duration // the longest wait for more than Min people. 0: no wait
	BotsAfter  time.Duration // wait after which fewer than Min start, with bots in the other seats. 0: never
	Backfill   bool          // rooms that play already take newcomers
}

// Ticket is one player's wait. It is made once; putting it back keeps Since.
type Ticket struct {
	ID     string
	Player string
	Queue  Name
	Since  time.Time
}

// Match is who plays with whom. Every ticket is in one match at most.
type Match struct {
	Queue   Name
	Room    string // where
	New     bool   // the room is to be made
	Tickets []Ticket
}

// Pool holds those who wait. First come, first served. Not for concurrent use.
type Pool struct {
	queues map[Name]*queue
	names  []Name // in a fixed order: the order of matches must not depend on a map
	waits  map[string]*queue
}

type queue struct {
	name    Name
	rule    Rule
	tickets []Ticket // by Since, then ID
	open    []open   // rooms with free seats, the oldest first
}

type open struct {
	room string
	free int
}

// NewPool makes a Pool with these queues and no others.
func NewPool(rules map[Name]Rule) *Pool {
	p := &Pool{queues: map[Name]*queue{}, waits: map[string]*queue{}}
	for name, rule := range rules {
		p.queues[name] = &queue{name: name, rule: rule}
		p.names = append(p.names, name)
	}
	slices.SortFunc(p.names, func(a, b Name) int {
		return cmp.Or(cmp.Compare(a.Game, b.Game), cmp.Compare(a.Mode, b.Mode))
	})
	return p
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
	if _, waits := p.waits[t.Player]; waits {
		return ErrQueued
	}
	at, _ := slices.BinarySearchFunc(q.tickets, t, func(a, b Ticket) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
	})
	q.tickets = slices.Insert(q.tickets, at, t)
	p.waits[t.Player] = q
	return nil
}

// Remove takes a player's ticket out. It answers false if he does not wait: he may just have
// been matched.
func (p *Pool) Remove(player string) bool {
	q, ok := p.waits[player]
	if !ok {
		return false
	}
	delete(p.waits, player)
	q.tickets = slices.DeleteFunc(q.tickets, func(t Ticket) bool { return t.Player == player })
	return true
}

// Open says how many newcomers a room takes; 0 or less closes it to them. Where the rule has no
// Backfill it does nothing.
func (p *Pool) Open(name Name, room string, free int) {
	q, ok := p.queues[name]
	if !ok || !q.rule.Backfill {
		return
	}
	at := slices.IndexFunc(q.open, func(o open) bool { return o.room == room })
	switch {
	case at < 0 && free > 0:
		q.open = append(q.open, open{room, free})
	case at >= 0 && free > 0:
		q.open[at].free = free
	case at >= 0:
		q.open = slices.Delete(q.open, at, at+1)
	}
}

// Match makes the matches that are due now. newRoom names the rooms to be made.
func (p *Pool) Match(now time.Time, newRoom func() string) []Match {
	var matches []Match
	for _, name := range p.names {
		q := p.queues[name]
		matches = q.fill(matches)
		for n := q.due(now); n > 0; n = q.due(now) {
			m := Match{Queue: name, Room: newRoom(), New: true, Tickets: q.take(n)}
			if free := q.rule.Max - n; q.rule.Backfill && free > 0 {
				q.open = append(q.open, open{m.Room, free})
			}
			matches = append(matches, m)
		}
	}
	for _, m := range matches {
		for _, t := range m.Tickets {
			delete(p.waits, t.Player)
		}
	}
	return matches
}

// fill sends those who wait longest to rooms that play already.
func (q *queue) fill(matches []Match) []Match {
	for len(q.tickets) > 0 && len(q.open) > 0 {
		o := &q.open[0]
		n := min(o.free, len(q.tickets))
		matches = append(matches, Match{Queue: q.name, Room: o.room, Tickets: q.take(n)})
		if o.free -= n; o.free == 0 {
			q.open = q.open[1:]
		}
	}
	return matches
}

// due is how many of those who wait longest make a match now; 0: none.
func (q *queue) due(now time.Time) int {
	n := min(len(q.tickets), q.rule.Max)
	if n == 0 {
		return 0
	}
	waited := now.Sub(q.tickets[0].Since)
	switch {
	case n == q.rule.Max,
		n >= q.rule.Min && waited >= q.rule.StartAfter,
		q.rule.BotsAfter > 0 && waited >= q.rule.BotsAfter:
		return n
	}
	return 0
}

// take removes the first n. It does not move up those behind them: of a crowd that is matched in
// pairs all would move for every pair.
func (q *queue) take(n int) []Ticket {
	taken := slices.Clone(q.tickets[:n])
	clear(q.tickets[:n])
	q.tickets = q.tickets[n:]
	return taken
}

// Next is when Match may find something though nobody comes; zero if it will not.
func (p *Pool) Next() time.Time {
	var next time.Time
	for _, q := range p.queues {
		if len(q.tickets) == 0 {
			continue
		}
		since := q.tickets[0].Since
		if len(q.tickets) >= q.rule.Min {
			next = sooner(next, since.Add(q.rule.StartAfter))
		}
		if q.rule.BotsAfter > 0 {
			next = sooner(next, since.Add(q.rule.BotsAfter))
		}
	}
	return next
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// Depth is a queue as an operator sees it.
type Depth struct {
	Queue   Name
	Waiting int
	Oldest  time.Time // since when; zero: nobody waits
	Open    int       // rooms with free seats
}

// Depths are all queues, by name.
func (p *Pool) Depths() []Depth {
	depths := make([]Depth, 0, len(p.names))
	for _, name := range p.names {
		q := p.queues[name]
		d := Depth{Queue: name, Waiting: len(q.tickets), Open: len(q.open)}
		if len(q.tickets) > 0 {
			d.Oldest = q.tickets[0].Since
		}
		depths = append(depths, d)
	}
	return depths
}
