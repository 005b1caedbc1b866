package matchmaking

import "time"

// Depth is a queue as an operator sees it.
type Depth struct {
	Queue   Name
	Waiting int       // tickets, with those whose match is found and not decided
	Players int       // in these tickets
	Oldest  time.Time // since when, of those who are there; zero: nobody waits
	Away    int       // tickets with somebody who is away: nobody is matched with them
	Found   int       // matches that are found and not decided
	Open    int       // rooms with free seats
	Counts  Counts
	Recent  Recent
}

// Counts is what has happened in a queue since the pool was made. Tickets that were added and have
// not ended wait. One that is put back is added again.
type Counts struct {
	Added, Matched, Removed, TimedOut, NotAccepted uint64 // tickets

	Matches uint64 // that were made; tickets sent to a room that plays are none
	Bots    uint64 // seats up to Rule.Min that nobody was found for
}

// Recent is how those fared who were matched last: of 64 at most, in the last ten minutes.
type Recent struct {
	Tickets  int           // that the waits are of; 0: there are none
	P50, P95 time.Duration // waits, from Ticket.Since to the match
	Spread   float64       // the mean of new matches
}

// Depths are all queues, by name.
func (p *Pool) Depths(now time.Time) []Depth {
	depths := make([]Depth, 0, len(p.names))
	for _, name := range p.names {
		depths = append(depths, p.queues[name].depth(now.UnixNano()))
	}
	return depths
}

func (q *queue) depth(now int64) Depth {
	d := Depth{
		Queue: q.name, Waiting: q.waiting, Players: q.people, Away: q.away, Found: q.found.n, Open: len(q.rooms),
		Counts: q.counts, Recent: Recent{Spread: q.spreads.mean(now)},
	}
	if waits := q.waits.sorted(now); len(waits) > 0 {
		d.Recent.Tickets, d.Recent.P50, d.Recent.P95 = len(waits), quantile(waits, 0.5), quantile(waits, 0.95)
	}
	var oldest *candidate
	older := func(c *candidate) {
		if c != nil && !c.gone && (oldest == nil || c.compare(oldest) < 0) {
			oldest = c
		}
	}
	for _, g := range q.groups {
		older(g.ages.first())
	}
	for _, f := range q.found.line {
		for _, c := range f.members {
			older(c)
		}
	}
	if oldest != nil {
		d.Oldest = oldest.ticket.Since
	}
	return d
}

// Estimate is how long somebody who comes now is likely to wait: the median of those who were
// matched lately. It is not known if they are too few, and where there is no such queue.
func (p *Pool) Estimate(name Name, now time.Time) (wait time.Duration, known bool) {
	q, ok := p.queues[name]
	if !ok {
		return 0, false
	}
	waits := q.waits.sorted(now.UnixNano())
	if len(waits) < fewWaits {
		return 0, false
	}
	return quantile(waits, 0.5), true
}
