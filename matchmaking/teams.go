package matchmaking

import (
	"math"
	"slices"
	"time"
)

// pack fills a draft team by team, with parties whole, and balances the teams. All are of one
// size, as large as can be; only in a match that bots fill up they are not.
func (d *draft) pack(crowd []*candidate, least int) bool {
	was, rule := *d, &d.q.rule
	even := func(size int) bool { return d.deal(crowd, size, size) }
	bots := func(size int) bool { return d.deal(crowd, 0, size) && d.people == was.people+headcount(crowd) }
	alone := func(size int) bool { return d.deal(nil, 0, size) }
	try := func(deal func(size int) bool, size int) bool {
		if deal(size) && d.balance() {
			return true
		}
		*d = was
		return false
	}
	largest := rule.Max / rule.Teams
	for size := largest; size >= max(rule.Min, least)/rule.Teams; size-- {
		if try(even, size) {
			return true
		}
	}
	if least >= rule.Min {
		return false
	}
	for size := 1; size <= largest; size++ { // as few on each side as can be: the rest is bots
		if try(bots, size) {
			return true
		}
	}
	return try(alone, largest)
}

func headcount(crowd []*candidate) (people int) {
	for _, c := range crowd {
		people += c.size
	}
	return people
}

// deal makes the teams, each of so many people. Those who are members already must be in one.
func (d *draft) deal(crowd []*candidate, least, most int) bool {
	d.pending, d.members, d.people, d.teams = d.members, nil, 0, nil
	for range d.q.rule.Teams {
		people := 0
		for len(d.pending) > 0 && people+d.pending[0].size <= most {
			d.members = append(d.members, d.pending[0])
			people += d.pending[0].size
			d.pending = d.pending[1:]
		}
		d.people += people
		if !d.fill(crowd, least-people, most-people) {
			return false
		}
		d.teams = append(d.teams, len(d.members))
	}
	return len(d.pending) == 0
}

// team is the members of one team.
func (d *draft) team(i int) []*candidate {
	from := 0
	if i > 0 {
		from = d.teams[i-1]
	}
	return d.members[from:d.teams[i]]
}

// mean is a team's rating; not a number if nobody is in it.
func (d *draft) mean(i int) float64 {
	people, sum := 0, 0.0
	for _, c := range d.team(i) {
		people, sum = people+c.size, sum+c.values[0]*float64(c.size)
	}
	return sum / float64(people)
}

// extremes are the strongest and the weakest team, and how far apart they are.
func (d *draft) extremes() (strongest, weakest int, apart float64) {
	high, low := math.Inf(-1), math.Inf(1)
	for i := range d.teams {
		mean := d.mean(i) // no comparison holds for that of an empty team
		if mean > high {
			strongest, high = i, mean
		}
		if mean < low {
			weakest, low = i, mean
		}
	}
	return strongest, weakest, max(0, high-low)
}

// maxSwaps bounds the work of balance; each swap brings two teams nearer to each other.
const maxSwaps = 32

// balance swaps parties of one size between the strongest team and the weakest for as long as
// that brings them nearer, and tells whether they are near enough.
func (d *draft) balance() bool {
	limit := d.q.rule.Balance.at(time.Duration(d.longest), 0)
	strongest, weakest, apart := d.extremes()
	for range maxSwaps {
		high, low := d.team(strongest), d.team(weakest)
		best := [2]int{-1, -1}
		gap := apart
		for i, x := range high {
			for j, y := range low {
				if x.size != y.size {
					continue
				}
				high[i], low[j] = y, x
				if now := math.Abs(d.mean(strongest) - d.mean(weakest)); now < gap-1e-9 {
					best, gap = [2]int{i, j}, now
				}
				high[i], low[j] = x, y
			}
		}
		if best[0] < 0 {
			break
		}
		high[best[0]], low[best[1]] = low[best[1]], high[best[0]]
		strongest, weakest, apart = d.extremes()
	}
	return apart <= limit
}

// order sorts the members by their wait, and answers in which team each is; nil without teams.
func (d *draft) order() []int {
	if d.teams == nil {
		slices.SortFunc(d.members, (*candidate).compare)
		return nil
	}
	team := map[*candidate]int{}
	for i := range d.teams {
		for _, c := range d.team(i) {
			team[c] = i
		}
	}
	slices.SortFunc(d.members, (*candidate).compare)
	teams := make([]int, len(d.members))
	for i, c := range d.members {
		teams[i] = team[c]
	}
	return teams
}
