package matchmaking

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// ErrNothingFound is an answer of a player for whom no match is found.
var ErrNothingFound = errors.New("matchmaking: there is no match to accept")

// Found is a match that its players are to accept. It is made once all have, and dissolved if one
// of its tickets is removed or the time is over.
type Found struct {
	Queue    Name
	Tickets  []Ticket
	Until    time.Time
	People   int      // who are to accept
	Accepted []string // the players who have
}

// found is a match that is found, and not decided. Its tickets are in the pool still, but in no
// ladder: no look comes across them.
type found struct {
	match   Match // has no room yet
	members []*candidate
	until   int64
	people  int
	missing int  // of them: who have not accepted
	broken  bool // one of its tickets was removed
	changed bool // it is in pending.changed
	decided bool
}

// pending are the found matches of a queue. One that is decided stays in line until it is at its
// head: to look for its place would cost as much as all that were found at the same moment.
type pending struct {
	n       int      // that are not decided
	line    []*found // by the time at which they are over
	changed []*found // by a player, since the last pass
}

func (p *pending) put(f *found) {
	at, _ := slices.BinarySearchFunc(p.line, f.until, func(f *found, until int64) int {
		return cmp.Or(cmp.Compare(f.until, until), -1) // behind its equals
	})
	p.line = slices.Insert(p.line, at, f)
	p.n++
}

// note has the next pass decide about a match to which something has happened.
func (p *pending) note(f *found) {
	if !f.changed {
		f.changed = true
		p.changed = append(p.changed, f)
	}
}

// over is the next one whose time is over, or that is decided already; nil if there is none.
func (p *pending) over(now int64) *found {
	if len(p.line) == 0 || !p.line[0].decided && p.line[0].until > now {
		return nil
	}
	f := p.line[0]
	p.line[0], p.line = nil, p.line[1:]
	return f
}

// accept notes that one of a ticket's players accepts what is found for it. Twice is once.
func (f *found) accept(c *candidate, player string) {
	bit := uint8(1) << slices.Index(c.players, player)
	if c.accepted&bit == 0 {
		c.accepted |= bit
		f.missing--
		c.group.queue.found.note(f)
	}
}

// agrees tells whether all players of a ticket have accepted.
func (c *candidate) agrees() bool { return int(c.accepted) == 1<<c.size-1 }

// told is how a found match is told to its players.
func (f *found) told() Found {
	told := Found{Queue: f.match.Queue, Tickets: f.match.Tickets, Until: time.Unix(0, f.until), People: f.people}
	for _, c := range f.members {
		for i, player := range c.players {
			if c.accepted&(1<<i) != 0 {
				told.Accepted = append(told.Accepted, player)
			}
		}
	}
	return told
}

// find asks the players of a match whether they accept it.
func (p *pass) find(m Match, members []*candidate) {
	f := &found{match: m, members: slices.Clone(members), until: p.now + int64(p.q.rule.AcceptWithin)}
	for _, c := range members {
		p.q.withdraw(c)
		c.found = f
		f.people += c.size
	}
	f.missing = f.people
	p.q.found.put(f)
	p.round.Found = append(p.round.Found, f.told())
}

// decide decides about the found matches to which something has happened, or whose time is over.
func (p *pass) decide() {
	pending := &p.q.found
	for _, f := range pending.changed {
		f.changed = false
		p.decideOn(f)
	}
	pending.changed = nil
	for f := pending.over(p.now); f != nil; f = pending.over(p.now) {
		if !f.decided {
			p.decideOn(f)
		}
	}
}

func (p *pass) decideOn(f *found) {
	switch over := p.now >= f.until; {
	case f.broken:
		p.dissolve(f, false)
	case f.missing == 0:
		p.match(f.match, f.members)
	case over:
		p.dissolve(f, true)
	default:
		p.round.Found = append(p.round.Found, f.told())
		return
	}
	p.q.found.n--
	*f = found{decided: true, until: f.until} // it may stay in line for a while
}

// dissolve lets the tickets of a found match wait on, where they were. If its time is over, those
// who have not accepted are dropped: they would hold up the next match as well.
func (p *pass) dissolve(f *found, over bool) {
	q := p.q
	for _, c := range f.members {
		switch {
		case c.gone:
		case over && !c.agrees():
			q.take(c)
			q.counts.NotAccepted++
			p.round.Ended = append(p.round.Ended, Ended{c.ticket, NotAccepted})
		default:
			c.found, c.accepted = nil, 0
			if c.searches() {
				q.search(c)
			}
			p.round.Dissolved = append(p.round.Dissolved, c.ticket)
		}
	}
}
