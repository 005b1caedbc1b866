package matchmaking_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"parlor/matchmaking"
)

// regions are where the crowd of the benchmarks and of the simulation lives.
var regions = []string{"asia", "eu-east", "eu-west", "us-east", "us-west", "south"}

// eight is the rule that the benchmarks match by.
var eight = matchmaking.Rule{
	Min: 8, Max: 8, Regions: regions,
	Rating:  matchmaking.Window{From: 100, PerSecond: 10, To: 400},
	Latency: matchmaking.Window{From: 80, PerSecond: 5, To: 200},
}

// crowd is tickets of parties of 1 to 4, who came within a quarter of a minute; seeded.
func crowd(n int) []matchmaking.Ticket {
	dice := rand.New(rand.NewPCG(1, 1))
	tickets := make([]matchmaking.Ticket, n)
	for i := range tickets {
		players := make([]string, 1+dice.IntN(4))
		for j := range players {
			players[j] = fmt.Sprintf("p%06d/%d", i, j)
		}
		tickets[i] = matchmaking.Ticket{
			ID: fmt.Sprintf("t%06d", i), Players: players, Queue: chess,
			Since:   start.Add(time.Duration(i) * 15 * time.Second / time.Duration(n)),
			Rating:  matchmaking.Rating{Mu: 1500 + 350*dice.NormFloat64(), Sigma: 50},
			Latency: latencies(dice),
		}
	}
	return tickets
}

// latencies are those of somebody who lives in one region, and not too far from one or two more.
func latencies(dice *rand.Rand) map[string]int {
	home := dice.IntN(len(regions))
	told := map[string]int{}
	for i, region := range regions {
		hops := min((i-home+len(regions))%len(regions), (home-i+len(regions))%len(regions))
		told[region] = 20 + 60*hops + dice.IntN(40)
	}
	return told
}

// crowded is a pool in which a crowd waits.
func crowded(b *testing.B, rule matchmaking.Rule, tickets []matchmaking.Ticket) *pool {
	b.Helper()
	p := newPool(b, rule)
	for _, t := range tickets {
		if err := p.Add(t); err != nil {
			b.Fatal(err)
		}
	}
	return p
}

// passes measures passes over crowds of which nobody has been matched yet, and reports the median:
// on a machine that others use as well, a mean is theirs.
func passes(b *testing.B, sizes []int, pass func(tickets []matchmaking.Ticket) (match func() (matched int))) {
	for _, n := range sizes {
		tickets := crowd(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var took []time.Duration
			matched := 0
			for b.Loop() {
				b.StopTimer()
				match := pass(tickets)
				runtime.GC() // what a crowd leaves is not the pass's
				b.StartTimer()
				began := time.Now()
				matched = match()
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
			b.ReportMetric(100*float64(matched)/float64(n), "%matched")
		})
	}
}

// BenchmarkPass is one pass over a crowd.
func BenchmarkPass(b *testing.B) {
	passes(b, []int{1_000, 10_000, 100_000}, func(tickets []matchmaking.Ticket) func() int {
		p := crowded(b, eight, tickets)
		return func() (matched int) {
			for _, m := range p.Match(at(15*time.Second), p.newRoom).Matches {
				matched += len(m.Tickets)
			}
			return matched
		}
	})
}

// BenchmarkPassInVain is the worst that can wait: all are near each other by rating, and everybody
// has a number that nobody is near. Twice as many may take twice as long, and no longer.
func BenchmarkPassInVain(b *testing.B) {
	rule := matchmaking.Rule{
		Min: 2, Max: 2, Rating: matchmaking.Window{From: 1e6},
		Near: []matchmaking.Near{{Number: "level", Window: matchmaking.Window{From: 0.5}}},
	}
	passes(b, []int{1_000, 10_000, 20_000}, func(tickets []matchmaking.Ticket) func() int {
		waiting := slices.Clone(tickets)
		for i := range waiting {
			waiting[i].Players, waiting[i].Numbers = waiting[i].Players[:1], map[string]float64{"level": float64(i)}
		}
		p := crowded(b, rule, waiting)
		return func() (matched int) {
			return len(p.Match(at(15*time.Second), p.newRoom).Matches)
		}
	})
}

// BenchmarkPassOfPeer is the same crowd for the best peer's way, where it ends in time.
func BenchmarkPassOfPeer(b *testing.B) {
	passes(b, []int{1_000, 10_000}, func(tickets []matchmaking.Ticket) func() int {
		waiting := slices.Clone(tickets)
		return func() (matched int) {
			for _, match := range peer(eight, waiting, at(15*time.Second)) {
				matched += len(match)
			}
			return matched
		}
	})
}

// BenchmarkArrival is one who comes where so many wait in vain, and looks for a match.
func BenchmarkArrival(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		rule := eight
		rule.Min, rule.Max, rule.Rating = 64, 64, matchmaking.Window{From: 1e-3} // nobody's match is ever full
		tickets := crowd(n + 1)
		p := crowded(b, rule, tickets[:n])
		p.Match(at(15*time.Second), p.newRoom)
		one := tickets[n]
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if err := p.Add(one); err != nil {
					b.Fatal(err)
				}
				if p.Match(at(15*time.Second), p.newRoom).Matches != nil || !p.Remove(one.Players[0]) {
					b.Fatal("matched")
				}
			}
		})
	}
}

// BenchmarkAccept is a crowd all of whom accept the matches that are found for them, and the pass
// that makes these.
func BenchmarkAccept(b *testing.B) {
	rule := eight
	rule.AcceptWithin = 15 * time.Second
	passes(b, []int{10_000, 100_000}, func(tickets []matchmaking.Ticket) func() int {
		p := crowded(b, rule, tickets)
		found := p.Match(at(15*time.Second), p.newRoom).Found
		return func() (matched int) {
			for _, f := range found {
				for _, one := range f.Tickets {
					for _, player := range one.Players {
						if err := p.Accept(player); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
			for _, m := range p.Match(at(16*time.Second), p.newRoom).Matches {
				matched += len(m.Tickets)
			}
			return matched
		}
	})
}

// BenchmarkAdd is one who comes, and goes, with so many waiting.
func BenchmarkAdd(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		tickets := crowd(n + 1)
		p := crowded(b, eight, tickets[:n])
		one := tickets[n]
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if p.Add(one) != nil || !p.Remove(one.Players[0]) {
					b.Fatal("not added, or not removed")
				}
			}
		})
	}
}
