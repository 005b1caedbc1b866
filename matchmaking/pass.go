package matchmaking

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"
)

const (
	// reach is how many candidates a look goes through. What it leaves of them is saved, for looks
	// that need more: so all looks together are linear, and yet somebody whom few fit is not lost.
	reach = 256
	// maxPressing is how many who wait for long are tried for the sake of one who has come.
	maxPressing = 4
	// Somebody whose windows still widen looks again after an eighth of his wait so far, within
	// these bounds.
	lookSoonest, lookLatest = int64(250 * time.Millisecond), int64(2 * time.Second)
)

// never is when a candidate looks that waits for others to come.
const never = math.MaxInt64

// pass makes the matches of one queue at one moment.
//
// Nobody is looked at but those to whom something has happened: they came, their windows have
// widened, or they may start smaller now. Any match that was not possible before has one of them
// in it, so it is looked for around them. Those who wait longest look first.
type pass struct {
	q       *queue
	now     int64
	newRoom func() string
	round   *Round
	crowd   []*candidate // found by gather
	local   []*candidate // of the crowd: in one region
	near    []*candidate // of these: in a range of ratings
}

func (p *pass) run() {
	q := p.q
	p.decide()
	p.boardOpened()
	due := q.agenda.cut(p.now, nil)
	for _, c := range due {
		c.look = never
	}
	slices.SortFunc(due, (*candidate).compare)
	for _, c := range due {
		if c.searches() {
			p.look(c)
		}
		switch timeout := int64(q.rule.Timeout); {
		case !c.searches():
		case timeout > 0 && c.wait(p.now) >= timeout:
			q.take(c)
			q.counts.TimedOut++
			p.round.Ended = append(p.round.Ended, Ended{c.ticket, TimedOut})
		default:
			q.schedule(c, q.nextLook(c, p.now))
		}
	}
	p.boardOpened() // which these matches left open
}

// boardOpened finds players for rooms that have opened.
func (p *pass) boardOpened() {
	opened := p.q.opened
	p.q.opened = nil
	for _, room := range opened {
		if !room.gone {
			p.board(room)
		}
	}
}

// look finds a match for a ticket: a room that plays, else others who wait.
func (p *pass) look(a *candidate) {
	if a.group.rooms.n > 0 && p.enter(a) {
		return
	}
	need := p.q.rule.Max - a.size
	for enough, all := need+max(need/2, 2), false; !all; enough *= 2 { // so many that there is some choice
		all = p.gather(a, need, enough)
		if p.form(a, nil) {
			return
		}
	}
	for _, c := range p.pressing(a) {
		p.gather(c, p.q.rule.Max-c.size, math.MaxInt)
		if p.form(c, a) {
			return
		}
	}
}

// pressing are those of the crowd who came before a and take less than he does, by their longer
// wait: a smaller match, or a wider window.
func (p *pass) pressing(a *candidate) []*candidate {
	var found []*candidate
	least := p.q.rule.least(time.Duration(a.wait(p.now)))
	for _, c := range p.crowd {
		wait := c.wait(p.now)
		if c.compare(a) < 0 && (p.q.urgent(wait) || p.q.rule.least(time.Duration(wait)) < least) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, (*candidate).compare)
	return found[:min(len(found), maxPressing)]
}

// gather finds those whom a may play with, the nearest first, until they are enough people for
// some region. It answers whether it found all there are, as far as it may go. Of each size it
// takes no more than twice as many as could be in one match.
func (p *pass) gather(a *candidate, need, enough int) bool {
	q, d := p.q, p.q.begin(a, p.now)
	walk, far, regions := p.within(a)
	var people [MaxRegions]int
	var sizes [MaxParty + 1]int
	short := 0 // sizes of which there may be more to find
	for size, n := range a.group.sizes {
		if n > 0 && size <= need {
			short++
		}
	}
	p.crowd = p.crowd[:0]
	left := reach + q.saved
	all := true
	for r := walk.next(); r != nil; r = walk.next() {
		if left--; left == 0 || short == 0 || q.rated() && max(r.key-a.key, a.key-r.key) > far {
			break
		}
		c, size := r.c, int(r.size)
		if r.regions&regions == 0 || size > need || sizes[size] > 2*need/size || c == a {
			continue
		}
		s := d.joint(c)
		if !d.holds(c, s) {
			continue
		}
		p.crowd = append(p.crowd, c)
		if sizes[size]++; sizes[size] > 2*need/size {
			short--
		}
		c.common = s.regions
		most := 0
		for common := s.regions; common != 0; common &= common - 1 {
			i := bits.TrailingZeros32(common)
			people[i] += size
			most = max(most, people[i])
		}
		if most >= enough {
			all = false
			break
		}
	}
	q.saved = min(left, a.group.ages.n)
	return all
}

// within is where those are whom a may play with: on which way, at most how far from his own,
// and in which regions. It is as wide as the windows that the longest wait can lend him.
func (p *pass) within(a *candidate) (w walk, far int64, regions uint32) {
	q, wait := p.q, a.wait(p.now)
	if oldest := a.group.ages.first(); oldest != nil && q.urgent(oldest.wait(p.now)) {
		wait = max(wait, oldest.wait(p.now))
	}
	s := q.scopeAfter(a, wait)
	if !q.rated() {
		return a.group.ages.up(), math.MaxInt64, s.regions
	}
	far = math.MaxInt64
	if s.wide[0] < maxRating {
		far = int64(s.wide[0]*1000) + 1
	}
	return a.group.ratings.around(a.key), far, s.regions
}

// rank puts the crowd in the order in which it is asked to join a: by how far off they are, where
// a second of wait makes up for as much as a second widens the window. Nobody is let wait because
// there is always somebody who fits a little better.
func (p *pass) rank(a *candidate) {
	if !p.q.rated() {
		return // they are in the order of their wait already
	}
	for _, c := range p.crowd {
		wait := time.Duration(c.wait(p.now))
		c.cost = math.Abs(c.values[0]-a.values[0]) - p.q.rule.Rating.PerSecond*wait.Seconds()
	}
	slices.SortFunc(p.crowd, func(x, y *candidate) int {
		if x.cost != y.cost {
			return cmp.Compare(x.cost, y.cost)
		}
		return x.compare(y)
	})
}

// form makes a match of a, of another who must be in it, if there is one, and of the crowd: in
// the region nearest to a in which there are enough.
func (p *pass) form(a, another *candidate) bool {
	d := p.q.begin(a, p.now)
	if another != nil {
		if !d.admits(another) {
			return false
		}
		d.add(another)
		p.crowd = slices.DeleteFunc(p.crowd, func(c *candidate) bool { return c == another })
	}
	least := p.q.rule.least(time.Duration(d.longest))
	if d.people+headcount(p.crowd) < least {
		return false
	}
	p.rank(a)
	for regions := d.scope.regions; regions != 0; {
		region := a.nearest(regions)
		regions &^= 1 << region
		d.scope.regions = 1 << region
		p.local = p.local[:0]
		for _, c := range p.crowd {
			if c.common&d.scope.regions != 0 {
				p.local = append(p.local, c)
			}
		}
		if d.people+headcount(p.local) >= least && (p.complete(&d, p.local, least) || p.slide(&d, least)) {
			p.conclude(&d)
			return true
		}
	}
	return false
}

// complete fills a draft up to what a match needs.
func (p *pass) complete(d *draft, crowd []*candidate, least int) bool {
	if p.q.rule.Teams > 0 {
		return d.pack(crowd, least)
	}
	return d.fill(crowd, least-d.people, p.q.rule.Max-d.people)
}

// slide looks for a match where the nearest to the first member are on both sides of him, and too
// far from each other: it tries each range of ratings, up from him or from one below him, that is
// no wider than his window.
func (p *pass) slide(d *draft, least int) bool {
	if !p.q.rated() {
		return false
	}
	for i := -1; i < len(p.local); i++ {
		from := d.low[0]
		if i >= 0 && p.local[i].values[0] >= from {
			continue
		} else if i >= 0 {
			from = p.local[i].values[0]
		}
		p.near = p.near[:0]
		for _, c := range p.local {
			if c.values[0] >= from && c.values[0] <= from+d.scope.wide[0] {
				p.near = append(p.near, c)
			}
		}
		if d.people+headcount(p.near) >= least && p.complete(d, p.near, least) {
			return true
		}
	}
	return false
}

// enter sends a ticket to a room that plays, and with it others who fit there.
func (p *pass) enter(a *candidate) bool {
	walk, d := a.group.rooms.up(), p.q.begin(a, p.now)
	if p.q.rated() {
		walk = a.group.rooms.around(a.key)
	}
	tries := reach
	var found []*candidate
	for r := walk.next(); r != nil; r = walk.next() {
		if tries--; tries == 0 || len(found) == maxPressing {
			break
		}
		if a.size <= r.c.size && d.admits(r.c) {
			found = append(found, r.c)
		}
	}
	for _, room := range found {
		if p.board(room); a.gone {
			return true
		}
	}
	return false
}

// board sends those who fit to a room.
func (p *pass) board(room *candidate) {
	free := min(room.size, MaxPeople-1)
	p.gather(room, free, math.MaxInt)
	p.rank(room)
	if d := p.q.begin(room, p.now); d.fill(p.crowd, 1, free) {
		p.conclude(&d)
	}
}

// conclude makes the match of a draft, or has its players asked whether they accept it. Who is
// sent to a room that plays is not asked: those in it do not wait for him.
func (p *pass) conclude(d *draft) {
	q, room := p.q, (*candidate)(nil)
	m := Match{Queue: q.name, Tickets: make([]Ticket, 0, len(d.members))}
	if first := d.members[0]; first.isRoom {
		room, d.members = first, d.members[1:]
		m.Room, m.Region = room.id, room.opening.Region
		d.order()
	} else {
		m.Teams, m.New = d.order(), true
		if len(q.rule.Regions) > 0 {
			m.Region = q.rule.Regions[bits.TrailingZeros32(d.scope.regions)]
		}
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, c := range d.members {
		m.Tickets = append(m.Tickets, c.ticket)
		low, high = min(low, c.values[0]), max(high, c.values[0])
	}
	m.Spread = high - low
	if m.New && q.rule.AcceptWithin > 0 {
		p.find(m, d.members)
		return
	}
	p.match(m, d.members)
	if room != nil {
		q.fill(room, m.Tickets)
	}
}

// match makes a match. Its members wait no more.
func (p *pass) match(m Match, members []*candidate) {
	q, people := p.q, 0
	for _, c := range members {
		q.take(c)
		q.waits.note(p.now, c.wait(p.now))
		people += c.size
	}
	q.counts.Matched += uint64(len(members))
	if m.New {
		m.Room = p.newRoom()
		q.spreads.note(p.now, m.Spread)
		q.counts.Matches++
		q.counts.Bots += uint64(max(0, q.rule.Min-people))
		if free := q.rule.Max - people; q.rule.Backfill && free > 0 {
			q.open(m.Opening(free))
		}
	}
	p.round.Matches = append(p.round.Matches, m)
}
