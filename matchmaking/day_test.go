package matchmaking_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"parlor/matchmaking"
)

var wholeDay = flag.Bool("day", false, "simulate 24 hours in TestADay, not only 40 minutes")

// limit is the wait over which a ticket of the simulation has starved.
const limit = 2 * time.Minute

// days are the queues of the simulation, each beside one that serves who came first.
var days = []struct {
	name       string
	rule       matchmaking.Rule
	firstCome  matchmaking.Rule
	parties    bool
	rate       float64 // tickets a second, on average over the day
	betterThan float64 // first-come matching, in the spread of ratings, by this factor at least
}{
	{
		"duels, 1 player",
		matchmaking.Rule{
			Min: 2, Max: 2, Timeout: limit, UrgentAfter: 40 * time.Second, Regions: regions,
			Rating: matchmaking.Window{From: 50, PerSecond: 15, To: 1500}, Latency: matchmaking.Window{From: 80, PerSecond: 5, To: 300},
		},
		matchmaking.Rule{Min: 2, Max: 2, Timeout: limit}, false, 1, 3,
	},
	{
		"rooms of 8, parties of 1 to 4",
		matchmaking.Rule{
			Min: 2, Max: 8, StartAfter: 90 * time.Second, Timeout: limit, UrgentAfter: 60 * time.Second, Regions: regions,
			Rating: matchmaking.Window{From: 150, PerSecond: 15, To: 1500}, Latency: matchmaking.Window{From: 80, PerSecond: 3, To: 300},
		},
		matchmaking.Rule{Min: 2, Max: 8, StartAfter: 90 * time.Second, Timeout: limit}, true, 1, 1.5,
	},
}

// TestADay simulates arrivals at random times, more of them in the evening than at night, from
// 10,000 players with ratings, and prints how well they are matched, beside first-come matching.
//
//	go test ./matchmaking -run TestADay -v -day
func TestADay(t *testing.T) {
	length, from := 40*time.Minute, 3*time.Hour // of a slow morning
	if *wholeDay {
		length, from = 24*time.Hour, 0
	}
	t.Logf("%-38s %8s %8s %7s %7s %7s %7s %7s %8s", "", "tickets", "matches", "spread", "worst", "p50", "p95", "longest", "starved")
	t.Logf("%-38s %8s %8s %7s %7s %7s %7s %7s %8s", "", "", "", "rating", "ms", "s", "s", "s", "")
	for _, d := range days {
		found := simulate(t, d.rule, d.parties, d.rate, from, length)
		plain := simulate(t, d.firstCome, d.parties, d.rate, from, length)
		found.print(t, d.name)
		plain.print(t, d.name+", first come")
		if found.starved > 0 || found.wait(1) > limit {
			t.Errorf("%s: %d starved, the longest wait is %v, over %v", d.name, found.starved, found.wait(1), limit)
		}
		if found.spread*d.betterThan > plain.spread {
			t.Errorf("%s: a spread of %.0f; first come, first served has %.0f", d.name, found.spread, plain.spread)
		}
		if found.tickets != plain.tickets {
			t.Errorf("%s: %d tickets, and %d", d.name, found.tickets, plain.tickets)
		}
	}
}

// outcome is what a simulation found.
type outcome struct {
	tickets, matches, starved int
	last                      int     // who waited in vain because no more came
	spread                    float64 // mean, of a match
	worst                     float64 // mean of the highest latency in a match, in its best region
	waits                     []time.Duration
}

func (o *outcome) wait(quantile float64) time.Duration {
	if len(o.waits) == 0 {
		return 0
	}
	return o.waits[int(quantile*float64(len(o.waits)-1))]
}

func (o *outcome) print(t *testing.T, name string) {
	t.Logf("%-38s %8d %8d %7.0f %7.0f %7.1f %7.1f %7.1f %8d", name, o.tickets, o.matches, o.spread, o.worst,
		o.wait(0.5).Seconds(), o.wait(0.95).Seconds(), o.wait(1).Seconds(), o.starved)
}

// simulate lets players come and be matched, and goes on until nobody waits.
func simulate(t *testing.T, rule matchmaking.Rule, parties bool, rate float64, from, length time.Duration) *outcome {
	const players, playing = 10_000, 5 * time.Minute
	dice, clock := rand.New(rand.NewPCG(24, 24)), rand.New(rand.NewPCG(24, 60))
	ratings, told, busy := make([]float64, players), make([]map[string]int, players), make([]time.Duration, players)
	for i := range ratings {
		ratings[i], told[i] = 1500+300*dice.NormFloat64(), latencies(dice)
	}
	idle := func(now time.Duration) int {
		for {
			if i := dice.IntN(players); busy[i] <= now {
				busy[i] = math.MaxInt64
				return i
			}
		}
	}
	p, o := newPool(t, rule), &outcome{}
	indexes := map[string]int{} // of players, by name
	arrive := func(now time.Duration) {
		o.tickets++
		first := idle(now)
		one := ticket(fmt.Sprint(o.tickets), now)
		one.Players, one.Latency = nil, told[first]
		size := 1
		for parties && size < 4 && dice.IntN(4) == 0 {
			size++
		}
		for i := range size {
			player := first
			if i > 0 {
				player = idle(now)
			}
			name := fmt.Sprint("p", player)
			indexes[name] = player
			one.Players, one.Rating.Mu = append(one.Players, name), one.Rating.Mu+ratings[player]/float64(size)
		}
		if err := p.Add(one); err != nil {
			t.Fatal(err)
		}
	}
	now := from
	next := now
	for {
		looks := p.Next()
		if next >= from+length && looks.IsZero() {
			break
		}
		if due := looks.Sub(start); next < from+length && (looks.IsZero() || next <= due) {
			now = next
			arrive(now)
			// More come at 20:00 than at 8:00, by 9 to 1.
			curve := 1 + 0.8*math.Sin(2*math.Pi*(now.Hours()-14)/24)
			next += time.Duration(clock.ExpFloat64() / (rate * curve) * float64(time.Second))
		} else {
			now = max(now, due)
		}
		round := p.Match(at(now), p.newRoom)
		for _, end := range round.Ended {
			if next < from+length {
				o.starved++
			} else {
				o.last++
			}
			for _, player := range end.Ticket.Players {
				busy[indexes[player]] = now
			}
		}
		for _, m := range round.Matches {
			o.matches++
			o.spread += m.Spread
			o.worst += bestRegion(m.Tickets)
			for _, one := range m.Tickets {
				o.waits = append(o.waits, at(now).Sub(one.Since))
				for _, player := range one.Players {
					busy[indexes[player]] = now + playing
				}
			}
		}
	}
	if len(o.waits)+o.starved+o.last != o.tickets {
		t.Errorf("%d matched, %d starved, and %d at the end, of %d", len(o.waits), o.starved, o.last, o.tickets)
	}
	o.spread, o.worst = o.spread/float64(o.matches), o.worst/float64(o.matches)
	slices.Sort(o.waits)
	return o
}

// bestRegion is the highest latency in a match, in the region where that is lowest.
func bestRegion(tickets []matchmaking.Ticket) float64 {
	best := math.Inf(1)
	for _, region := range regions {
		worst := 0
		for _, one := range tickets {
			worst = max(worst, one.Latency[region])
		}
		best = min(best, float64(worst))
	}
	return best
}
