package matchmaking

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNotWaiting is a question about a player who does not wait.
var ErrNotWaiting = errors.New("matchmaking: the player does not wait")

// Check is one thing that decides whether two tickets may be in one match.
type Check struct {
	Field string // of the rule
	Holds bool
	Why   string
}

// Explanation is why two tickets may be in one match, or not. They may if all of it holds.
type Explanation []Check

// Fits tells whether all holds.
func (e Explanation) Fits() bool {
	for _, check := range e {
		if !check.Holds {
			return false
		}
	}
	return true
}

// String is a line for each check.
func (e Explanation) String() string {
	var b strings.Builder
	for _, check := range e {
		holds := "yes"
		if !check.Holds {
			holds = "NO"
		}
		fmt.Fprintf(&b, "%-11s %-3s  %s\n", check.Field, holds, check.Why)
	}
	return b.String()
}

// Explain says why two tickets may be in one match at that moment, or not. It asks the same
// questions as a pool, so it answers for matches of the past as well.
func (r Rule) Explain(a, b Ticket, now time.Time) Explanation {
	q := newQueue(a.Queue, r, &register{players: map[string]*candidate{}})
	return q.explain(q.enlist(a), q.enlist(b), now.UnixNano())
}

// Explain says why two players who wait may be in one match now, or not, and, if they may, why
// they are not: how many there are for it.
func (p *Pool) Explain(player, other string, now time.Time) (Explanation, error) {
	a, b := p.find(player), p.find(other)
	if a == nil || b == nil {
		return nil, ErrNotWaiting
	}
	q := a.group.queue
	if a == b {
		return Explanation{{"party", true, "they wait together"}}, nil
	}
	if q != b.group.queue {
		return Explanation{{"queue", false, fmt.Sprintf("%v and %v", a.ticket.Queue, b.ticket.Queue)}}, nil
	}
	if a.found != nil && a.found == b.found {
		return Explanation{{"found", true, "they are in one match, which " + a.found.said()}}, nil
	}
	e := q.explain(a, b, now.UnixNano())
	for _, c := range []*candidate{a, b} {
		if c.away != 0 {
			e = append(e, Check{"away", false, fmt.Sprintf("somebody of ticket %s is away", c.id)})
		}
		if c.found != nil {
			e = append(e, Check{"found", false, fmt.Sprintf("ticket %s is in a match, which %s", c.id, c.found.said())})
		}
	}
	if e.Fits() {
		e = append(e, q.explainCrowd(a, now.UnixNano()))
	}
	return e, nil
}

func (q *queue) explain(a, b *candidate, now int64) (e Explanation) {
	d := q.begin(a, now)
	both := d.joint(b)
	waits := fmt.Sprintf("after waits of %v and %v", time.Duration(a.wait(now)), time.Duration(b.wait(now)))
	if q.urgent(max(a.wait(now), b.wait(now))) {
		waits += ", of which the longer counts for both"
	}
	check := func(field string, holds bool, why string, args ...any) {
		e = append(e, Check{field, holds, fmt.Sprintf(why, args...)})
	}
	largest := q.rule.Max
	check("max", a.size+b.size <= largest, "%d and %d people of %d", a.size, b.size, largest)
	for _, name := range q.rule.Same {
		x, y := a.ticket.Strings[name], b.ticket.Strings[name]
		check("same "+name, x == y, "%q and %q", x, y)
	}
	if q.rated() {
		check("rating", d.spread(0, b) <= both.wide[0], "%g and %g: %.4g apart, %.4g allowed %s",
			a.values[0], b.values[0], d.spread(0, b), both.wide[0], waits)
	}
	for k, near := range q.rule.Near {
		check("near "+near.Number, d.spread(1+k, b) <= both.wide[1+k], "%g and %g: %.4g apart, %.4g allowed %s",
			a.values[1+k], b.values[1+k], d.spread(1+k, b), both.wide[1+k], waits)
	}
	if len(q.rule.Regions) > 0 {
		check("latency", both.regions != 0, "in common: %s, %s", q.named(both.regions), waits)
	}
	check("blocked", !a.blocks(b) && !b.blocks(a), "%s", yesNo(a.blocks(b) || b.blocks(a), "one has blocked the other", "nobody has blocked the other"))
	if q.rule.RecentFor > 0 {
		met := a.met(b) || b.met(a)
		check("recent", !d.stale(a, b), "%s; avoided for %v, %s", yesNo(met, "they met lately", "they have not met lately"), q.rule.RecentFor, waits)
	}
	return e
}

// explainCrowd says how many there are for a match around somebody. If they are enough, they do
// not fit one another, or parties and teams do not come out even.
func (q *queue) explainCrowd(a *candidate, now int64) Check {
	saved := q.saved
	p := pass{q: q, now: now}
	p.gather(a, q.rule.Max-a.size, q.rule.Max*MaxParty)
	q.saved = saved // asking changes nothing
	people, least := a.size+headcount(p.crowd), q.rule.least(time.Duration(a.wait(now)))
	return Check{"crowd", people >= least, fmt.Sprintf("%d people at least may play with the first, %d start", people, least)}
}

// said is how far a found match has come.
func (f *found) said() string {
	return fmt.Sprintf("%d of %d have accepted", f.people-f.missing, f.people)
}

// named lists regions.
func (q *queue) named(regions uint32) string {
	var names []string
	for i, region := range q.rule.Regions {
		if regions&(1<<i) != 0 {
			names = append(names, region)
		}
	}
	if names == nil {
		return "no region"
	}
	return strings.Join(names, ", ")
}

func yesNo(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}
