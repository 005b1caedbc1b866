package matchmaking_test

import (
	"cmp"
	"math"
	"slices"
	"time"

	"parlor/matchmaking"
)

// peer matches the way of Nakama's default processor, written plainly: at each interval every
// ticket, the oldest first, searches all others by its query, asks each hit whether it would take
// him too, and puts the hits into combinations by size, until one is full. A query is what the
// rule says after the wait so far: there the client would have to hand in a wider one.
//
// It is kinder than the original in one thing: the search is a walk over a slice, not over a
// full-text index, and adding costs nothing.
func peer(rule matchmaking.Rule, waiting []matchmaking.Ticket, now time.Time) (matches [][]matchmaking.Ticket) {
	slices.SortFunc(waiting, func(a, b matchmaking.Ticket) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID)) })
	taken := make([]bool, len(waiting))
	for i, one := range waiting {
		if taken[i] {
			continue
		}
		var combos [][]int
		for j, other := range waiting {
			if j == i || taken[j] || !queries(rule, one, other, now) || !queries(rule, other, one, now) {
				continue
			}
			full := []int(nil)
			if full, combos = combine(rule.Max-len(one.Players), combos, waiting, j); full == nil {
				continue
			}
			match := []matchmaking.Ticket{one}
			taken[i] = true
			for _, k := range full {
				match, taken[k] = append(match, waiting[k]), true
			}
			matches = append(matches, match)
			break
		}
	}
	return matches
}

// combine puts a hit into the first combination that it fits, or begins one with it.
func combine(need int, combos [][]int, waiting []matchmaking.Ticket, hit int) (full []int, all [][]int) {
	size := func(combo []int) (n int) {
		for _, k := range combo {
			n += len(waiting[k].Players)
		}
		return n
	}
	at := slices.IndexFunc(combos, func(combo []int) bool { return size(combo)+len(waiting[hit].Players) <= need })
	if at < 0 {
		if len(waiting[hit].Players) > need {
			return nil, combos
		}
		at, combos = len(combos), append(combos, nil)
	}
	if combos[at] = append(combos[at], hit); size(combos[at]) == need {
		return combos[at], combos
	}
	return nil, combos
}

// queries tells whether the query of one finds other: its rating is near, and so is a region.
func queries(rule matchmaking.Rule, one, other matchmaking.Ticket, now time.Time) bool {
	wait := now.Sub(one.Since)
	if math.Abs(one.Rating.Mu-other.Rating.Mu) > wide(rule.Rating, wait, rule.Sigmas*one.Rating.Sigma) {
		return false
	}
	limit := wide(rule.Latency, wait, 0)
	for _, region := range rule.Regions {
		if within(one.Latency, region, limit) && within(other.Latency, region, limit) {
			return true
		}
	}
	return len(rule.Regions) == 0
}
