package matchmaking_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"parlor/matchmaking"
)

// fillable looks through all sets of tickets for one that makes a full match.
func fillable(rule matchmaking.Rule, waiting []matchmaking.Ticket) []matchmaking.Ticket {
	for set := range 1 << len(waiting) {
		var m matchmaking.Match
		for i, one := range waiting {
			if set&(1<<i) != 0 {
				m.Tickets = append(m.Tickets, one)
			}
		}
		if people(m) == rule.Max && allFit(rule, m.Tickets) {
			return m.Tickets
		}
	}
	return nil
}

func allFit(rule matchmaking.Rule, tickets []matchmaking.Ticket) bool {
	for _, one := range tickets {
		for _, other := range tickets {
			if apart(rule, one, other, 0, 0) != "" {
				return false
			}
		}
	}
	for _, region := range rule.Regions {
		near := true
		for _, one := range tickets {
			near = near && within(one.Latency, region, rule.Latency.From)
		}
		if near {
			return true
		}
	}
	return false
}

// TestARoomThatCanBeFilledIsFilledOnArrival asks after each arrival, and without any time going
// by, whether those who are left could have made a match.
func TestARoomThatCanBeFilledIsFilledOnArrival(t *testing.T) {
	rule := matchmaking.Rule{
		Min: 6, Max: 6, Regions: regions[:3],
		Rating: matchmaking.Window{From: 100}, Latency: matchmaking.Window{From: 90},
	}
	full := 0
	for seed := range uint64(60) {
		dice := rand.New(rand.NewPCG(seed, 2))
		p := newPool(t, rule)
		waiting := map[string]matchmaking.Ticket{}
		for i := range 100 {
			one := ticket(fmt.Sprint(i), 0)
			for j := range dice.IntN(4) {
				one.Players = append(one.Players, fmt.Sprint(i, "/", j))
			}
			one.Rating.Mu, one.Latency = float64(dice.IntN(600)), latencies(dice)
			if err := p.Add(one); err != nil {
				t.Fatal(err)
			}
			waiting[one.ID] = one
			for _, m := range p.Match(at(0), p.newRoom).Matches {
				full++
				for _, gone := range m.Tickets {
					delete(waiting, gone.ID)
				}
			}
			var left []matchmaking.Ticket
			for _, one := range waiting {
				left = append(left, one)
			}
			if len(left) > 11 { // too many sets to look through: they give up
				for _, one := range left {
					p.Remove(one.Players[0])
				}
				clear(waiting)
				continue
			}
			if missed := fillable(rule, left); missed != nil {
				t.Fatalf("seed %d: after %d arrivals %+v could play and wait", seed, i+1, missed)
			}
		}
	}
	if full < 100 {
		t.Errorf("only %d matches: the test shows little", full)
	}
}

// TestAnUrgentTicketIsMatchedOnArrival is about somebody far from all others: once his wait is
// urgent, the first who comes within his window plays with him.
func TestAnUrgentTicketIsMatchedOnArrival(t *testing.T) {
	rule := matchmaking.Rule{
		Min: 2, Max: 2, UrgentAfter: 20 * time.Second,
		Rating: matchmaking.Window{From: 50, PerSecond: 20, To: 450},
	}
	p := newPool(t, rule)
	far := ticket("far", 0)
	far.Rating.Mu = 400
	if err := p.Add(far); err != nil {
		t.Fatal(err)
	}
	come := func(player string, mu float64, at time.Duration) []string {
		one := ticket(player, at)
		one.Rating.Mu = mu
		if err := p.Add(one); err != nil {
			t.Fatal(err)
		}
		return p.matches(at)
	}
	if got := come("a", 0, 19*time.Second); got != nil {
		t.Fatalf("%v, though only one of them has waited", got)
	}
	if got := come("b", -60, 20*time.Second); got == nil || got[0] != "room1+:far,a" {
		t.Fatalf("%v, want the urgent one with who is within his window", got)
	}
	p.Remove("b")
	far.Since = at(30 * time.Second)
	if err := p.Add(far); err != nil {
		t.Fatal(err)
	}
	if got := come("c", 0, 51*time.Second); got == nil || got[0] != "room2+:far,c" {
		t.Errorf("%v, want the urgent one with who has just come", got)
	}
}
