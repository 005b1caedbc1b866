package matchmaking_test

import (
	"fmt"
	"math"
	"slices"
	"time"

	"parlor/matchmaking"
)

// judge holds a match against its rule, by what the rule's fields say, and not by how the pool
// finds it out.
func (y *party) judge(m matchmaking.Match) {
	rule, n := y.rules[m.Queue], people(m)
	longest := time.Duration(0)
	for _, one := range m.Tickets {
		longest = max(longest, y.now.Sub(one.Since))
	}
	fail := func(what string, args ...any) {
		y.t.Fatalf("%s: match %+v\nby %+v\nat %v", fmt.Sprintf(what, args...), m, rule, y.now.Sub(start))
	}
	o := y.open[m.Room]
	switch bots := rule.BotsAfter > 0 && longest >= rule.BotsAfter; {
	case !m.New && (!rule.Backfill || n > o.Free):
		fail("%d sent to a room with %d free", n, o.Free)
	case !m.New:
		o.Free -= n
		y.open[m.Room] = o
	case n > rule.Max:
		fail("%d people", n)
	case n < rule.Min && !bots, n < rule.Max && longest < rule.StartAfter && !bots:
		fail("only %d people after %v", n, longest)
	}
	wait := func(one matchmaking.Ticket) time.Duration {
		if rule.UrgentAfter > 0 && longest >= rule.UrgentAfter {
			return longest
		}
		return y.now.Sub(one.Since)
	}
	low, high := math.Inf(1), math.Inf(-1)
	for i, one := range m.Tickets {
		if i > 0 && one.Since.Before(m.Tickets[i-1].Since) {
			fail("%s came first", one.ID)
		}
		if m.New && rule.Regions != nil && !within(one.Latency, m.Region, wide(rule.Latency, wait(one), 0)) {
			fail("%s is too far from %s", one.ID, m.Region)
		}
		low, high = min(low, one.Rating.Mu), max(high, one.Rating.Mu)
		for _, other := range m.Tickets {
			if what := apart(rule, one, other, wait(one), max(wait(one), wait(other))); i > 0 && what != "" {
				fail("%s and %s: %s", one.ID, other.ID, what)
			}
		}
		if !m.New && (meets(one.Blocked, o.Players) || rule.Rating != (matchmaking.Window{}) &&
			math.Abs(one.Rating.Mu-o.Rating.Mu) > wide(rule.Rating, wait(one), rule.Sigmas*one.Rating.Sigma)) {
			fail("%s does not fit the room %v", one.ID, o)
		}
	}
	if m.Spread != high-low {
		fail("spread %v, want %v", m.Spread, high-low)
	}
	if rule.Teams > 0 {
		judgeTeams(fail, rule, m, longest)
	}
}

func wide(w matchmaking.Window, wait time.Duration, extra float64) float64 {
	switch {
	case w == matchmaking.Window{}:
		return math.Inf(1)
	case w.To == 0 && w.PerSecond == 0:
		return w.From
	case w.To == 0:
		return w.From + extra + w.PerSecond*wait.Seconds()
	}
	return min(w.To, w.From+extra+w.PerSecond*wait.Seconds())
}

func within(latency map[string]int, region string, limit float64) bool {
	ms, told := latency[region]
	return told && float64(ms) <= limit || len(latency) == 0
}

func meets(list, players []string) bool {
	return slices.ContainsFunc(players, func(p string) bool { return slices.Contains(list, p) })
}

// apart is what keeps one from playing with another.
func apart(rule matchmaking.Rule, one, other matchmaking.Ticket, wait, longer time.Duration) string {
	switch {
	case one.ID == other.ID:
	case meets(one.Blocked, other.Players):
		return "blocked"
	case meets(one.Recent, other.Players) && longer < rule.RecentFor:
		return "met lately"
	case math.Abs(one.Rating.Mu-other.Rating.Mu) > wide(rule.Rating, wait, rule.Sigmas*one.Rating.Sigma):
		return "ratings"
	case rule.Same != nil && one.Strings["map"] != other.Strings["map"]:
		return "maps"
	case rule.Near != nil && math.Abs(one.Numbers["level"]-other.Numbers["level"]) > wide(rule.Near[0].Window, wait, 0):
		return "levels"
	}
	return ""
}

func judgeTeams(fail func(string, ...any), rule matchmaking.Rule, m matchmaking.Match, longest time.Duration) {
	sizes, sums := make([]int, rule.Teams), make([]float64, rule.Teams)
	for i, one := range m.Tickets {
		sizes[m.Teams[i]] += len(one.Players)
		sums[m.Teams[i]] += one.Rating.Mu * float64(len(one.Players))
	}
	bots := rule.BotsAfter > 0 && longest >= rule.BotsAfter
	for i, n := range sizes {
		if n > rule.Max/rule.Teams || n != sizes[0] && !bots {
			fail("teams of %v", sizes)
		}
		for j, other := range sizes {
			if n > 0 && other > 0 && sums[i]/float64(n)-sums[j]/float64(other) > wide(rule.Balance, longest, 0)+1e-6 {
				fail("teams of %v with ratings %v", sizes, sums)
			}
		}
	}
}
