package matchmaking

import (
	"slices"
	"strconv"
	"strings"
)

// queue is those who wait for one thing.
type queue struct {
	name    Name
	rule    Rule
	grown   int64     // the wait after which no window widens
	all     *register // of the pool
	waiting int       // tickets
	people  int       // in them
	away    int       // tickets with somebody who is
	groups  map[string]*group
	rooms   map[string]*candidate // with free seats
	opened  []*candidate          // rooms that nobody has been looked for yet
	numbers int64                 // rooms so far
	agenda  ladder                // tickets, by when they look for a match
	saved   int                   // candidates that looks did not go through
	members []*candidate          // of the draft that is being made
	sums    []uint64              // of that draft
	found   pending
	counts  Counts
	waits   recent[int64]   // of tickets that were matched
	spreads recent[float64] // of new matches
}

// group is those of a queue whose strings are the same, so that they may play together.
type group struct {
	queue   *queue
	name    string
	ages    ladder            // tickets, by Since
	ratings ladder            // tickets, by rating, if the rule limits it
	sizes   [MaxParty + 1]int // tickets of each size
	rooms   ladder            // by rating if the rule limits it, else the oldest first
}

func newQueue(name Name, rule Rule, all *register) *queue {
	return &queue{
		name: name, rule: rule, grown: int64(rule.grown()), all: all,
		groups: map[string]*group{}, rooms: map[string]*candidate{}, members: make([]*candidate, 0, 1+rule.Max),
	}
}

// rated tells whether ratings decide who plays with whom.
func (q *queue) rated() bool { return q.rule.Rating != Window{} }

// group is where those with such strings wait.
func (q *queue) group(values map[string]string) *group {
	name := ""
	if len(q.rule.Same) > 0 {
		var b strings.Builder
		for _, key := range q.rule.Same {
			b.WriteString(strconv.Quote(values[key]))
		}
		name = b.String()
	}
	g, ok := q.groups[name]
	if !ok {
		g = &group{queue: q, name: name}
		q.groups[name] = g
	}
	return g
}

// leave forgets a group that nobody is in.
func (q *queue) leave(g *group) {
	if g.ages.n == 0 && g.rooms.n == 0 {
		delete(q.groups, g.name)
	}
}

func (q *queue) add(t Ticket) {
	c := q.enlist(t)
	q.search(c)
	q.all.note(c)
	q.waiting++
	q.people += c.size
	q.counts.Added++
}

// take takes a ticket out.
func (q *queue) take(c *candidate) {
	if c.searches() {
		q.withdraw(c)
	}
	c.gone = true
	if c.away != 0 {
		q.away--
	}
	q.all.gone = append(q.all.gone, c)
	q.waiting--
	q.people -= c.size
}

// search puts a ticket where looks come across it, and has it look at once.
func (q *queue) search(c *candidate) {
	c.group = q.group(c.ticket.Strings)
	c.group.ages.put(c.since, c)
	if q.rated() {
		c.group.ratings.put(c.key, c)
	}
	c.group.sizes[c.size]++
	q.schedule(c, c.since)
}

// withdraw undoes search. The ticket is still in the pool.
func (q *queue) withdraw(c *candidate) {
	c.group.ages.drop(c.since, c)
	if q.rated() {
		c.group.ratings.drop(c.key, c)
	}
	if c.look != never {
		q.agenda.drop(c.look, c)
	}
	c.group.sizes[c.size]--
	q.leave(c.group)
}

func (q *queue) schedule(c *candidate, at int64) {
	if c.look = at; at != never {
		q.agenda.put(at, c)
	}
}

// nextLook is when something changes for a ticket that has just looked in vain.
func (q *queue) nextLook(c *candidate, now int64) int64 {
	next, wait := int64(never), c.wait(now)
	if wait < q.grown {
		next = now + min(max(wait/8, lookSoonest), lookLatest)
	}
	for _, after := range [...]int64{
		int64(q.rule.StartAfter), int64(q.rule.BotsAfter), int64(q.rule.RecentFor), int64(q.rule.UrgentAfter), int64(q.rule.Timeout),
	} {
		if wait < after {
			next = min(next, c.since+after)
		}
	}
	return next
}

// open notes a room with free seats, or that it has none any more.
func (q *queue) open(o Opening) {
	room, known := q.rooms[o.Room]
	if o.Free <= 0 {
		if known {
			q.close(room)
		}
		return
	}
	if known {
		o = o.over(room)
	}
	q.numbers++
	made := &candidate{isRoom: true, opening: &o, id: o.Room, players: o.Players, size: o.Free, since: q.numbers, asOf: -1}
	made.rate(o.Rating)
	made.regions = q.in(o.Region)
	if known {
		made.since = room.since // it keeps its place
		q.close(room)
	}
	made.group = q.group(o.Strings)
	made.group.rooms.put(q.place(made), made)
	q.rooms[o.Room] = made
	q.opened = append(q.opened, made)
}

// over is the opening with what it leaves out as it was.
func (o Opening) over(room *candidate) Opening {
	if o.Region == "" {
		o.Region = room.opening.Region
	}
	if o.Rating == (Rating{}) {
		o.Rating = room.opening.Rating
	}
	if o.Players == nil {
		o.Players = room.players
	}
	if o.Strings == nil {
		o.Strings = room.opening.Strings
	}
	return o
}

// place is where a room stands among the rooms of its group.
func (q *queue) place(room *candidate) int64 {
	if q.rated() {
		return room.key
	}
	return room.since
}

// close forgets a room.
func (q *queue) close(room *candidate) {
	room.gone = true
	room.group.rooms.drop(q.place(room), room)
	delete(q.rooms, room.id)
	q.leave(room.group)
}

// fill notes that players have been sent to a room.
func (q *queue) fill(room *candidate, tickets []Ticket) {
	room.players = slices.Clip(room.players) // the list is its owner's
	for _, t := range tickets {
		room.players = append(room.players, t.Players...)
		room.size -= len(t.Players)
	}
	if room.size == 0 {
		q.close(room)
	}
}
