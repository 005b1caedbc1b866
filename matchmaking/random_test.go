package matchmaking_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"parlor/matchmaking"
)

// party plays a pool at random and keeps account of where every ticket is.
type party struct {
	t       *testing.T
	dice    *rand.Rand
	pool    *matchmaking.Pool
	rules   map[matchmaking.Name]matchmaking.Rule
	names   []matchmaking.Name
	now     time.Time
	waiting map[string]matchmaking.Ticket // by player, as we see it
	free    map[string]int                // free seats of open rooms, as we see it
	rooms   int
	tickets int
	log     []string // what happened; two runs of one seed must log the same
}

func newParty(t *testing.T, seed uint64) *party {
	dice := rand.New(rand.NewPCG(seed, 0))
	y := &party{
		t: t, dice: dice, now: start, rules: map[matchmaking.Name]matchmaking.Rule{},
		waiting: map[string]matchmaking.Ticket{}, free: map[string]int{},
	}
	for i := range 1 + dice.IntN(3) {
		rule := matchmaking.Rule{Min: 1 + dice.IntN(4)}
		rule.Max = rule.Min + dice.IntN(4)
		rule.StartAfter = time.Duration(dice.IntN(3)) * 5 * time.Second
		rule.BotsAfter = time.Duration(dice.IntN(3)) * 7 * time.Second
		rule.Backfill = dice.IntN(2) == 0
		name := matchmaking.Name{Game: fmt.Sprint("g", i/2), Mode: fmt.Sprint("m", i)}
		y.rules[name] = rule
		y.names = append(y.names, name)
	}
	y.pool = matchmaking.NewPool(y.rules)
	return y
}

// step does one thing at random.
func (y *party) step() {
	name := y.names[y.dice.IntN(len(y.names))]
	player := fmt.Sprint("p", y.dice.IntN(40))
	switch y.dice.IntN(8) {
	case 0, 1, 2:
		y.tickets++
		since := y.now.Add(-time.Duration(y.dice.IntN(3)) * time.Second) // some are put back
		y.add(matchmaking.Ticket{ID: fmt.Sprint("t", y.tickets), Player: player, Queue: name, Since: since})
	case 3:
		_, waits := y.waiting[player]
		if got := y.pool.Remove(player); got != waits {
			y.t.Fatalf("remove %s: %v, want %v", player, got, waits)
		}
		delete(y.waiting, player)
		y.log = append(y.log, "remove "+player)
	case 4:
		room, free := fmt.Sprint("r", y.dice.IntN(y.rooms+1)), y.dice.IntN(4)-1
		y.pool.Open(name, room+"/"+name.Mode, free)
		if y.rules[name].Backfill {
			y.free[room+"/"+name.Mode] = max(0, free)
		}
		y.log = append(y.log, fmt.Sprint("open ", room, free))
	default:
		y.now = y.now.Add(time.Duration(y.dice.IntN(4000)) * time.Millisecond)
		y.match()
	}
}

func (y *party) add(one matchmaking.Ticket) {
	_, waits := y.waiting[one.Player]
	if err := y.pool.Add(one); (err != nil) != waits {
		y.t.Fatalf("add %s: %v, and it is %v that he waits already", one.Player, err, waits)
	}
	if !waits {
		y.waiting[one.Player] = one
	}
	y.log = append(y.log, "add "+one.ID)
}

// match makes matches and holds each against the rules.
func (y *party) match() {
	for _, m := range y.pool.Match(y.now, func() string { y.rooms++; return fmt.Sprint("new", y.rooms) }) {
		rule := y.rules[m.Queue]
		y.log = append(y.log, fmt.Sprintf("%v", m))
		for i, one := range m.Tickets {
			if y.waiting[one.Player] != one || one.Queue != m.Queue {
				y.t.Fatalf("%v was matched; what waits is %v", one, y.waiting[one.Player])
			}
			delete(y.waiting, one.Player)
			if i > 0 && one.Since.Before(m.Tickets[i-1].Since) {
				y.t.Fatalf("%v came before %v", one, m.Tickets[i-1])
			}
			for _, other := range y.waiting {
				if other.Queue == m.Queue && other.Since.Before(one.Since) && !slices.Contains(m.Tickets, other) {
					y.t.Fatalf("%v was matched, and %v, who waits longer, was not", one, other)
				}
			}
		}
		n := len(m.Tickets)
		waited := y.now.Sub(m.Tickets[0].Since)
		switch {
		case !m.New && (!rule.Backfill || n > y.free[m.Room]):
			y.t.Fatalf("%d sent to %s with %d free", n, m.Room, y.free[m.Room])
		case !m.New:
			y.free[m.Room] -= n
		case n > rule.Max:
			y.t.Fatalf("%d in a match of %d", n, rule.Max)
		case n < rule.Min && (rule.BotsAfter == 0 || waited < rule.BotsAfter):
			y.t.Fatalf("%d, less than %d, after %v", n, rule.Min, waited)
		case n < rule.Max && n >= rule.Min && waited < rule.StartAfter && (rule.BotsAfter == 0 || waited < rule.BotsAfter):
			y.t.Fatalf("%d, less than %d, after %v", n, rule.Max, waited)
		case rule.Backfill && n < rule.Max:
			y.free[m.Room] = rule.Max - n
		}
	}
	y.check()
}

// check holds the pool against our account, and Next against what Match will do.
func (y *party) check() {
	counted := 0
	for _, d := range y.pool.Depths() {
		counted += d.Waiting
		var oldest time.Time
		for _, one := range y.waiting {
			if one.Queue == d.Queue && (oldest.IsZero() || one.Since.Before(oldest)) {
				oldest = one.Since
			}
		}
		if !d.Oldest.Equal(oldest) {
			y.t.Fatalf("%v: the oldest waits since %v, want %v", d.Queue, d.Oldest, oldest)
		}
	}
	if counted != len(y.waiting) {
		y.t.Fatalf("%d wait in the pool, %d by our account", counted, len(y.waiting))
	}
	// Nothing is due before Next. Asking does nothing where there is nothing to find, so the pool
	// itself can be asked.
	next := y.pool.Next()
	before := next.Add(-1)
	if next.IsZero() {
		before = y.now.Add(1000 * time.Hour)
	}
	if !before.Before(y.now) {
		if early := y.pool.Match(before, func() string { return "early" }); len(early) > 0 {
			y.t.Fatalf("next is at %v, and yet there is %v at %v", next.Sub(start), early, before.Sub(start))
		}
	}
	if !next.IsZero() && next.Before(y.now) {
		y.t.Fatalf("next was at %v, before now: a loop would not wait", next.Sub(start))
	}
}

func TestEveryTicketIsInExactlyOnePlace(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			y := newParty(t, seed)
			for range 400 {
				y.step()
			}
			y.match()
		})
	}
}

func TestTheSameOperationsGiveTheSameMatches(t *testing.T) {
	for seed := range uint64(30) {
		var logs [2][]string
		for i := range logs {
			y := newParty(t, seed)
			for range 400 {
				y.step()
			}
			logs[i] = y.log
		}
		if !slices.Equal(logs[0], logs[1]) {
			t.Errorf("seed %d: two runs differ", seed)
		}
	}
}

// TestWhoWaitsUntilNextIsMatchedThen waits from Next to Next, as the loop does, with nobody
// coming: in the end nobody waits whom the rules let play.
func TestWhoWaitsUntilNextIsMatchedThen(t *testing.T) {
	for seed := range uint64(100) {
		y := newParty(t, seed)
		for range 100 {
			y.step()
		}
		y.match()
		for next := y.pool.Next(); !next.IsZero(); next = y.pool.Next() {
			waiting := len(y.waiting)
			y.now = next
			if y.match(); len(y.waiting) == waiting {
				t.Fatalf("seed %d: next was at %v, and there was nothing", seed, next.Sub(start))
			}
		}
		for name, rule := range y.rules {
			left := 0
			for _, one := range y.waiting {
				if one.Queue == name {
					left++
				}
			}
			if left >= rule.Min || left > 0 && rule.BotsAfter > 0 {
				t.Errorf("seed %d: %d wait for ever in %v", seed, left, rule)
			}
		}
	}
}
