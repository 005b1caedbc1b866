package matchmaking

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"
)

// dims is what can be compared as numbers: the rating, and the numbers of Rule.Near.
const dims = 1 + MaxNear

// untold is the latency of a region that a ticket does not tell, while it tells others.
const untold = math.MaxUint16

// candidate is who may be part of a match: a ticket that waits, or a room with free seats.
type candidate struct {
	// A pass asks for these of many who lie scattered in memory: they are two cache lines.
	size   int   // people of a ticket, free seats of a room
	since  int64 // in Unix nanoseconds; of a room: its number
	asOf   int64 // the wait that scope is of
	scope  scope
	values [dims]float64
	isRoom bool
	extra  float64  // by which the rating's window is wider
	avoids *avoided // nil: nobody

	latency  [MaxRegions]uint16
	players  []string
	id       string // of a ticket or a room. Of two who came at once, the lower one came first
	group    *group
	key      int64  // where it stands in the ladder of ratings: thousandths
	regions  uint32 // that it will ever take, a bit for each of Rule.Regions
	look     int64  // when it looks for a match again
	away     uint8  // a bit for each of players who is
	gone     bool
	accepted uint8  // what is found, a bit for each of players
	found    *found // the match that is found for it; nil: none
	ticket   Ticket
	opening  *Opening // of a room

	// What a pass found last, of one in its crowd.
	cost   float64 // the lowest is asked first
	common uint32  // the regions in common with him whom the crowd is for
}

// scope is what somebody takes, after some wait.
type scope struct {
	wide    [dims]float64 // how far others may be
	regions uint32
}

// meet is what both take.
func (s scope) meet(other scope) scope {
	for k := range s.wide {
		s.wide[k] = min(s.wide[k], other.wide[k])
	}
	s.regions &= other.regions
	return s
}

// compare tells who came first.
func (c *candidate) compare(other *candidate) int {
	if c.since != other.since {
		return cmp.Compare(c.since, other.since)
	}
	return cmp.Compare(c.id, other.id)
}

// wait is how long a ticket has waited; rooms do not.
func (c *candidate) wait(now int64) int64 {
	if c.isRoom {
		return 0
	}
	return max(0, now-c.since)
}

// searches tells whether a ticket may be taken for a match.
func (c *candidate) searches() bool { return !c.gone && c.found == nil && c.away == 0 }

// enlist makes the candidate of a ticket.
func (q *queue) enlist(t Ticket) *candidate {
	c := &candidate{
		ticket: t, players: t.Players,
		size: len(t.Players), since: t.Since.UnixNano(), id: t.ID, asOf: -1,
		extra: q.rule.Sigmas * t.Rating.Sigma,
	}
	if len(t.Blocked)+len(t.Recent) > 0 {
		c.avoids = &avoided{t.Blocked, t.Recent}
	}
	c.rate(t.Rating)
	for k, near := range q.rule.Near {
		c.values[1+k] = t.Numbers[near.Number]
	}
	told := false
	for i, region := range q.rule.Regions {
		ms, ok := t.Latency[region]
		c.latency[i] = untold
		if ok {
			told = true
			c.latency[i] = uint16(min(max(ms, 0), untold-1))
		}
	}
	if !told {
		c.latency = [MaxRegions]uint16{}
	}
	c.regions = q.within(c, q.rule.Latency.widest())
	return c
}

func (c *candidate) rate(r Rating) {
	c.values[0], c.key = r.Mu, int64(math.Round(r.Mu*1000))
}

// within is the regions no farther than a limit. Where the rule has no regions it is one bit, so
// that everybody has one in common.
func (q *queue) within(c *candidate, limit float64) uint32 {
	if len(q.rule.Regions) == 0 {
		return 1
	}
	regions := uint32(0)
	for i := range q.rule.Regions {
		if c.latency[i] != untold && float64(c.latency[i]) <= limit {
			regions |= 1 << i
		}
	}
	return regions
}

// scopeAfter is what a candidate takes after a wait. The last one is kept: in a pass it is asked
// for again and again.
func (q *queue) scopeAfter(c *candidate, wait int64) scope {
	if c.asOf == wait {
		return c.scope
	}
	s, d := scope{regions: c.regions}, time.Duration(wait)
	for k := range s.wide {
		s.wide[k] = math.Inf(1)
	}
	if !c.isRoom {
		s.wide[0] = q.rule.Rating.at(d, c.extra)
		for k, near := range q.rule.Near {
			s.wide[1+k] = near.Window.at(d, 0)
		}
		if len(q.rule.Regions) > 0 {
			s.regions = q.within(c, q.rule.Latency.at(d, 0))
		}
	}
	c.asOf, c.scope = wait, s
	return s
}

// urgent tells whether somebody's windows are everybody's after such a wait.
func (q *queue) urgent(wait int64) bool {
	return q.rule.UrgentAfter > 0 && wait >= int64(q.rule.UrgentAfter)
}

// in is the regions that a room may be in: its own, or any if that is not told.
func (q *queue) in(region string) uint32 {
	if i := slices.Index(q.rule.Regions, region); i >= 0 {
		return 1 << i
	}
	if region != "" && len(q.rule.Regions) > 0 {
		return 0 // nobody can say how far that is
	}
	return q.within(&candidate{}, 0)
}

// nearest is that of several regions to which a ticket has the lowest latency.
func (c *candidate) nearest(regions uint32) int {
	best := bits.TrailingZeros32(regions)
	for regions &= regions - 1; regions != 0; regions &= regions - 1 {
		if i := bits.TrailingZeros32(regions); c.latency[i] < c.latency[best] {
			best = i
		}
	}
	return best
}

// avoided are the players whom a ticket is to keep away from.
type avoided struct{ blocked, recent []string }

// blocks tells whether c never meets other.
func (c *candidate) blocks(other *candidate) bool {
	return c.avoids != nil && anyOf(c.avoids.blocked, other.players)
}

// met tells whether c met other lately.
func (c *candidate) met(other *candidate) bool {
	return c.avoids != nil && anyOf(c.avoids.recent, other.players)
}

func anyOf(list, players []string) bool {
	return slices.ContainsFunc(players, func(player string) bool { return slices.Contains(list, player) })
}
