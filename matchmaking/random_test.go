package matchmaking_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/matchmaking"
)

var parties = flag.Uint64("parties", 300, "pools that are played at random")

// party plays a pool at random and keeps account of where every ticket is.
type party struct {
	t       *testing.T
	dice    *rand.Rand
	pool    *matchmaking.Pool
	rules   map[matchmaking.Name]matchmaking.Rule
	names   []matchmaking.Name
	now     time.Time
	waiting map[string]matchmaking.Ticket  // by player, as we see it
	away    map[string]bool                // players who wait, and are
	found   []*asked                       // matches that are found, as we see them
	open    map[string]matchmaking.Opening // rooms, as we see them
	rooms   int
	added   int // tickets
	ended   int // tickets that were matched, cancelled, timed out, or dropped
	counts  map[matchmaking.Name]*matchmaking.Counts
	log     []string
}

func newParty(t *testing.T, seed uint64) *party {
	y := &party{
		t: t, dice: rand.New(rand.NewPCG(seed, 0)), now: start, rules: map[matchmaking.Name]matchmaking.Rule{},
		counts:  map[matchmaking.Name]*matchmaking.Counts{},
		waiting: map[string]matchmaking.Ticket{}, away: map[string]bool{}, open: map[string]matchmaking.Opening{},
	}
	for i := range 1 + y.dice.IntN(3) {
		name := matchmaking.Name{Game: fmt.Sprint("g", i/2), Mode: fmt.Sprint("m", i)}
		y.rules[name], y.counts[name] = y.rule(), &matchmaking.Counts{}
		y.names = append(y.names, name)
	}
	y.pool = pools(t, y.rules)
	return y
}

func (y *party) chance(n int) bool { return y.dice.IntN(n) == 0 }

// wait is none, or some seconds.
func (y *party) wait(unit time.Duration) time.Duration { return time.Duration(y.dice.IntN(3)) * unit }

func (y *party) window(from int) matchmaking.Window {
	w := matchmaking.Window{From: float64(from + y.dice.IntN(from))}
	if y.chance(2) {
		w.PerSecond = float64(y.dice.IntN(from))
	}
	w.To = w.From * float64(1+y.dice.IntN(3))
	return w
}

func (y *party) rule() matchmaking.Rule {
	r := matchmaking.Rule{
		Min: 1 + y.dice.IntN(4), StartAfter: y.wait(5 * time.Second), BotsAfter: y.wait(7 * time.Second),
		UrgentAfter: y.wait(6 * time.Second), RecentFor: y.wait(4 * time.Second), Timeout: y.wait(20 * time.Second),
		Backfill: y.chance(2),
	}
	r.Max = r.Min + y.dice.IntN(4)
	if y.chance(3) {
		r.Teams, r.Backfill = 2, false
		r.Min, r.Max = 2*r.Min, 2*r.Max
		if y.chance(2) {
			r.Balance = y.window(50)
		}
	}
	if y.chance(2) {
		r.AcceptWithin = time.Duration(1+y.dice.IntN(8)) * time.Second
	}
	if y.chance(2) {
		r.Rating, r.Sigmas = y.window(100), float64(y.dice.IntN(2))
	}
	if y.chance(3) {
		r.Regions, r.Latency = regions[:3], y.window(60)
	}
	if y.chance(3) {
		r.Same = []string{"map"}
	}
	if y.chance(3) {
		r.Near = []matchmaking.Near{{Number: "level", Window: y.window(5)}}
	}
	return r
}

func (y *party) player() string { return fmt.Sprint("p", y.dice.IntN(60)) }

func (y *party) ticket(queue matchmaking.Name) matchmaking.Ticket {
	y.added++
	one := matchmaking.Ticket{
		ID: fmt.Sprint("t", y.added), Players: []string{y.player()}, Queue: queue,
		Since:   y.now.Add(-time.Duration(y.dice.IntN(3)) * time.Second), // some are put back
		Rating:  matchmaking.Rating{Mu: float64(1400 + y.dice.IntN(300)), Sigma: float64(y.dice.IntN(40))},
		Strings: map[string]string{"map": fmt.Sprint(y.dice.IntN(2))},
		Numbers: map[string]float64{"level": float64(y.dice.IntN(20))},
	}
	for y.chance(3) {
		if player := y.player(); !slices.Contains(one.Players, player) {
			one.Players = append(one.Players, player)
		}
	}
	if !y.chance(4) {
		one.Latency = map[string]int{}
		for _, region := range regions[:3] {
			if !y.chance(4) {
				one.Latency[region] = y.dice.IntN(200)
			}
		}
	}
	for y.chance(3) {
		one.Blocked = append(one.Blocked, y.player())
	}
	for y.chance(3) {
		one.Recent = append(one.Recent, y.player())
	}
	return one
}

// step does one thing at random.
func (y *party) step() {
	name := y.names[y.dice.IntN(len(y.names))]
	switch y.dice.IntN(11) {
	case 0, 1, 2, 3:
		y.add(y.ticket(name))
	case 4:
		player := y.player()
		one, waits := y.waiting[player]
		if got := y.pool.Remove(player); got != waits {
			y.t.Fatalf("remove %s: %v, want %v", player, got, waits)
		}
		if waits {
			y.gone(one)
			y.counts[one.Queue].Removed++
			y.breakUp(one)
		}
		y.log = append(y.log, "remove "+player)
	case 5:
		o := matchmaking.Opening{
			Room: fmt.Sprint("r", y.dice.IntN(y.rooms+1), "/", name.Mode), Free: y.dice.IntN(4) - 1, Players: []string{y.player()},
			Rating: matchmaking.Rating{Mu: 1500}, Strings: map[string]string{"map": "0"}, Region: regions[y.dice.IntN(3)],
		}
		y.pool.Open(name, o)
		if y.rules[name].Backfill {
			y.open[o.Room] = o
		}
		y.log = append(y.log, fmt.Sprint("open ", o))
	case 6:
		y.hold(y.player())
	case 7, 8:
		y.accept()
	default:
		y.now = y.now.Add(time.Duration(y.dice.IntN(4000)) * time.Millisecond)
		y.match()
	}
}

func (y *party) add(one matchmaking.Ticket) {
	rule := y.rules[one.Queue]
	ok := len(one.Players) <= min(rule.Max/max(1, rule.Teams), matchmaking.MaxParty)
	for _, player := range one.Players {
		_, waits := y.waiting[player]
		ok = ok && !waits
	}
	if err := y.pool.Add(one); (err == nil) != ok {
		y.t.Fatalf("add %v: %v, and it is %v that they may wait", one, err, ok)
	}
	if !ok {
		y.ended++
		return
	}
	for _, player := range one.Players {
		y.waiting[player] = one
	}
	y.counts[one.Queue].Added++
	y.log = append(y.log, "add "+one.ID)
}

// gone notes the end of a ticket; it must have waited, all of it.
func (y *party) gone(one matchmaking.Ticket) {
	y.ended++
	for _, player := range one.Players {
		if y.waiting[player].ID != one.ID {
			y.t.Fatalf("%s has left with %s; we see him in %q", player, one.ID, y.waiting[player].ID)
		}
		delete(y.waiting, player)
		delete(y.away, player)
	}
}

// match asks the pool for what it decides, and holds each of it against the rules.
func (y *party) match() {
	r := y.pool.Match(y.now, func() string { y.rooms++; return fmt.Sprint("new", y.rooms) })
	y.dissolved(r.Dissolved)
	for _, f := range r.Found {
		y.finds(f)
	}
	for _, m := range r.Matches {
		y.log = append(y.log, fmt.Sprintf("match %v", m))
		now := y.now
		if rule := y.rules[m.Queue]; m.New && rule.AcceptWithin > 0 {
			y.now = y.accepted(m) // it is to have fitted as it was found
		}
		y.judge(m)
		y.now = now
		y.matched(m)
	}
	for _, end := range r.Ended {
		one := end.Ticket
		y.log = append(y.log, end.Why.String()+" "+one.ID)
		y.gone(one)
		if end.Why == matchmaking.NotAccepted {
			y.dropped(one)
			continue
		}
		y.counts[one.Queue].TimedOut++
		if limit := y.rules[one.Queue].Timeout; limit == 0 || y.now.Sub(one.Since) < limit || y.asks(one) != nil {
			y.t.Fatalf("%s timed out after %v", one.ID, y.now.Sub(one.Since))
		}
	}
	for _, one := range y.waiting {
		if limit := y.rules[one.Queue].Timeout; limit > 0 && y.now.Sub(one.Since) >= limit && y.asks(one) == nil && !y.held(one) {
			y.t.Fatalf("%s waits for %v, its time is out after %v", one.ID, y.now.Sub(one.Since), limit)
		}
	}
	y.undecided()
	y.check()
}

// matched notes a match; it has been judged.
func (y *party) matched(m matchmaking.Match) {
	rule, counts := y.rules[m.Queue], y.counts[m.Queue]
	for _, one := range m.Tickets {
		if y.asks(one) != nil || y.held(one) {
			y.t.Fatalf("%s is matched, and was found another match, or is away: %v", one.ID, y.held(one))
		}
		y.gone(one)
		counts.Matched++
	}
	if m.New {
		counts.Matches++
		counts.Bots += uint64(max(0, rule.Min-people(m)))
	}
	if free := rule.Max - people(m); m.New && rule.Backfill && free > 0 {
		y.open[m.Room] = m.Opening(free)
	}
}

// check holds the pool against our account.
func (y *party) check() {
	counted := 0
	for _, d := range y.pool.Depths(y.now) {
		counted += d.Waiting
		if c := d.Counts; c != *y.counts[d.Queue] {
			y.t.Fatalf("%v: counts %+v, want %+v", d.Queue, c, *y.counts[d.Queue])
		} else if uint64(d.Waiting) != c.Added-c.Matched-c.Removed-c.TimedOut-c.NotAccepted {
			y.t.Fatalf("%v: %d wait, and yet counts are %+v", d.Queue, d.Waiting, c)
		}
		var oldest time.Time
		for _, one := range y.waiting {
			if one.Queue == d.Queue && !y.held(one) && (oldest.IsZero() || one.Since.Before(oldest)) {
				oldest = one.Since
			}
		}
		if !d.Oldest.Equal(oldest) {
			y.t.Fatalf("%v: the oldest waits since %v, want %v", d.Queue, d.Oldest, oldest)
		}
	}
	if counted != y.added-y.ended {
		y.t.Fatalf("%d wait in the pool, %d by our account", counted, y.added-y.ended)
	}
	next := y.pool.Next()
	if !next.IsZero() && !next.After(y.now) {
		y.t.Fatalf("next is %v from now: a loop would not wait", next.Sub(y.now))
	}
	before := next.Add(-1)
	if next.IsZero() {
		before = y.now.Add(24 * time.Hour)
	}
	early := y.pool.Match(before, func() string { return "early" })
	if len(early.Matches)+len(early.Ended)+len(early.Found)+len(early.Dissolved) > 0 {
		y.t.Fatalf("next is at %v, and yet there is %+v before", next.Sub(start), early)
	}
}

func TestEveryTicketIsInExactlyOnePlaceAndNoLimitIsBroken(t *testing.T) {
	ends := map[string]int{}
	for seed := range *parties {
		y := playedParty(t, seed, 400)
		for _, line := range y.log {
			what, _, _ := strings.Cut(line, " ")
			ends[what]++
		}
	}
	t.Logf("what happened, and how often: %v", ends)
}

func playedParty(t *testing.T, seed uint64, steps int) *party {
	y := newParty(t, seed)
	for range steps {
		y.step()
	}
	y.match()
	return y
}

func TestTheSameOperationsGiveTheSameMatches(t *testing.T) {
	for seed := range uint64(30) {
		if a, b := playedParty(t, seed, 400).log, playedParty(t, seed, 400).log; !slices.Equal(a, b) {
			t.Errorf("seed %d: two runs differ", seed)
		}
	}
}

// TestWhoWaitsUntilNextEndsWhenTheRuleSaysSo waits from Next to Next, as the loop does, with
// nobody coming: in the end nobody waits whom bots or a time-out would have taken.
func TestWhoWaitsUntilNextEndsWhenTheRuleSaysSo(t *testing.T) {
	for seed := range uint64(200) {
		y := playedParty(t, seed, 100)
		for next, looks := y.pool.Next(), 0; !next.IsZero(); next, looks = y.pool.Next(), looks+1 {
			if looks > 10_000 {
				t.Fatalf("seed %d: it looks and looks, and nothing changes", seed)
			}
			y.now = next
			y.match()
		}
		for _, one := range y.waiting {
			if y.held(one) {
				continue
			}
			rule := y.rules[one.Queue]
			near := rule.Regions == nil || len(one.Latency) == 0
			for region := range one.Latency {
				near = near || within(one.Latency, region, wide(rule.Latency, 1000*time.Hour, 0))
			}
			if rule.BotsAfter > 0 && near || rule.Timeout > 0 {
				t.Fatalf("seed %d: %v waits for ever in %+v", seed, one, rule)
			}
		}
	}
}

// TestNoTwoAreLeftWaitingWhoMayPlay asks of every two who are left in queues for two.
func TestNoTwoAreLeftWaitingWhoMayPlay(t *testing.T) {
	left, asked := 0, 0
	for seed := range uint64(100) {
		y := newParty(t, seed)
		for name, rule := range y.rules {
			rule.Min, rule.Max, rule.Teams, rule.Balance = 2, 2, 0, matchmaking.Window{}
			rule.Backfill, rule.StartAfter, rule.BotsAfter, rule.RecentFor = false, 0, 0, 0
			rule.Rating.PerSecond, rule.Latency.PerSecond = 0, 0 // else some are about to look
			for i := range rule.Near {
				rule.Near[i].Window.PerSecond = 0
			}
			y.rules[name] = rule
		}
		y.pool = pools(t, y.rules)
		for range 300 {
			y.step()
		}
		y.match()
		for a, one := range y.waiting {
			left++
			for b, other := range y.waiting {
				e, err := y.pool.Explain(a, b, y.now)
				if err != nil {
					t.Fatal(err)
				}
				if one.ID == other.ID || y.asks(one) != nil || y.asks(other) != nil || y.held(one) || y.held(other) {
					continue
				}
				asked++
				two := len(one.Players)+len(other.Players) == 2 && one.Queue == other.Queue
				if e.Fits() && two {
					t.Fatalf("seed %d: both wait at %v:\n%v", seed, y.now.Sub(start), e)
				}
				rule := y.rules[one.Queue]
				if direct := rule.Explain(one, other, y.now); two && direct.Fits() {
					t.Fatalf("seed %d: the pool says no, the rule says yes:\n%v\n%v", seed, e, direct)
				}
			}
		}
	}
	t.Logf("%d left, %d pairs asked about", left, asked)
}
