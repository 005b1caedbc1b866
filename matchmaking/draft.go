package matchmaking

import (
	"math"
	"slices"
)

// draft is a match that is being put together. Everything in it fits everything else in it:
// that is kept as a few bounds, so another member is checked against the bounds and not against
// each member.
//
// Who has waited long enough to be urgent lends his wait to all in his match: their windows count
// as if they had waited as long.
type draft struct {
	q       *queue
	now     int64
	members []*candidate
	pending []*candidate  // are in it, but have no team yet
	people  int           // seats of a room are none
	longest int64         // the longest wait of a member
	low     [dims]float64 // of the values of members
	high    [dims]float64
	scope   scope // what all members take
	teams   []int // where each team ends among members; nil: no teams
}

// begin makes a draft of its first member. There is one draft at a time: they share memory.
func (q *queue) begin(c *candidate, now int64) draft {
	wait := c.wait(now)
	d := draft{
		q: q, now: now, members: append(q.members[:0], c), longest: wait,
		low: c.values, high: c.values, scope: q.scopeAfter(c, wait),
	}
	if !c.isRoom {
		d.people = c.size
		return d
	}
	for k := 1; k < dims; k++ {
		d.low[k], d.high[k] = math.Inf(1), math.Inf(-1)
	}
	return d
}

// joint is what all members and c take together.
func (d *draft) joint(c *candidate) scope {
	wait := c.wait(d.now)
	switch {
	case d.q.urgent(wait) && wait > d.longest:
		s := d.q.scopeAfter(c, wait)
		for _, m := range d.members {
			s = s.meet(d.q.scopeAfter(m, wait))
		}
		for _, m := range d.pending {
			s = s.meet(d.q.scopeAfter(m, wait))
		}
		return s
	case d.q.urgent(d.longest):
		wait = d.longest
	}
	return d.scope.meet(d.q.scopeAfter(c, wait))
}

// spread is how far apart the values would be with c among them. Of a room only the rating counts.
func (d *draft) spread(k int, c *candidate) float64 {
	if k > 0 && c.isRoom {
		return d.high[k] - d.low[k]
	}
	return max(d.high[k], c.values[k]) - min(d.low[k], c.values[k])
}

// admits tells whether c fits the members and they him.
func (d *draft) admits(c *candidate) bool { return d.holds(c, d.joint(c)) }

// holds tells whether c is within what he and the members take together.
func (d *draft) holds(c *candidate, s scope) bool {
	if s.regions == 0 {
		return false
	}
	for k := range 1 + len(d.q.rule.Near) {
		if d.spread(k, c) > s.wide[k] {
			return false
		}
	}
	avoids := func(m *candidate) bool { return c.blocks(m) || m.blocks(c) || d.stale(m, c) }
	return !slices.ContainsFunc(d.members, avoids) && !slices.ContainsFunc(d.pending, avoids)
}

// stale tells whether two met lately, and neither has waited long enough to meet again.
func (d *draft) stale(a, b *candidate) bool {
	wait := max(a.wait(d.now), b.wait(d.now))
	if d.q.urgent(d.longest) {
		wait = max(wait, d.longest)
	}
	return wait < int64(d.q.rule.RecentFor) && (a.met(b) || b.met(a))
}

// add takes in a ticket that fits.
func (d *draft) add(c *candidate) {
	d.scope = d.joint(c)
	d.longest = max(d.longest, c.wait(d.now))
	for k := range d.low {
		d.low[k], d.high[k] = min(d.low[k], c.values[k]), max(d.high[k], c.values[k])
	}
	d.members = append(d.members, c)
	d.people += c.size
}

// maxRetries is how often fill tries to do without somebody who fits the first member but not
// the others. It is a bound on the work, never reached where only ratings are to fit.
const maxRetries = 8

// fill adds at least so many people and as many as it can up to most, the first of a crowd before
// the others. It knows beforehand which sums their sizes allow, so it does not end up with a hole
// that no party fits. If it fails the draft is as it was.
func (d *draft) fill(crowd []*candidate, least, most int) bool {
	was := *d
	var without []*candidate
	for range maxRetries {
		stuck, ok := d.tryFill(crowd, without, least, most)
		if ok {
			return true
		}
		*d = was
		if stuck == nil {
			return false
		}
		without = append(without, stuck)
	}
	return false
}

// tryFill fills, or names the one because of whom it could not; nobody if there are not enough.
func (d *draft) tryFill(crowd, without []*candidate, least, most int) (stuck *candidate, ok bool) {
	// sums[i] has a bit for each sum that can be made of the sizes of crowd[i:].
	sums := append(d.q.sums[:0], make([]uint64, len(crowd)+1)...)
	d.q.sums = sums
	sums[len(crowd)] = 1
	for i, c := range slices.Backward(crowd) {
		sums[i] = sums[i+1]
		if !slices.Contains(without, c) && !slices.Contains(d.members, c) {
			sums[i] |= sums[i+1] << c.size
		}
	}
	left := most
	for left >= least && sums[0]&(1<<left) == 0 {
		left--
	}
	if left < max(least, 0) {
		return nil, false
	}
	for i, c := range crowd {
		if left == 0 {
			break
		}
		can := c.size <= left && sums[i+1]&(1<<(left-c.size)) != 0
		if !can || slices.Contains(without, c) || slices.Contains(d.members, c) {
			continue
		}
		if !d.admits(c) {
			if sums[i+1]&(1<<left) == 0 {
				return c, false
			}
			continue
		}
		d.add(c)
		left -= c.size
	}
	return nil, true
}
