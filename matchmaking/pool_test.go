package matchmaking_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/matchmaking"
)

var (
	chess = matchmaking.Name{Game: "chess"}
	start = time.Unix(1_000_000, 0)
)

// pool is a Pool with one queue, and a count of the rooms that it has named.
type pool struct {
	*matchmaking.Pool
	rooms int
}

func newPool(t testing.TB, rule matchmaking.Rule) *pool {
	t.Helper()
	return &pool{Pool: pools(t, map[matchmaking.Name]matchmaking.Rule{chess: rule})}
}

func pools(t testing.TB, rules map[matchmaking.Name]matchmaking.Rule) *matchmaking.Pool {
	t.Helper()
	p, err := matchmaking.NewPool(rules)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// open says how many newcomers a room takes.
func (p *pool) open(room string, free int) {
	p.Open(chess, matchmaking.Opening{Room: room, Free: free})
}

func (p *pool) newRoom() string {
	p.rooms++
	return fmt.Sprintf("room%d", p.rooms)
}

func at(d time.Duration) time.Time { return start.Add(d) }

func ticket(player string, since time.Duration) matchmaking.Ticket {
	return matchmaking.Ticket{ID: "t-" + player, Players: []string{player}, Queue: chess, Since: at(since)}
}

// add queues players, a second apart if not told otherwise.
func (p *pool) add(t *testing.T, since time.Duration, players ...string) {
	t.Helper()
	for _, player := range players {
		if err := p.Add(ticket(player, since)); err != nil {
			t.Fatalf("add %s: %v", player, err)
		}
	}
}

// matches are what is due, each as "room:a,b"; a room to be made has a plus, then comes its
// region; players of teams have its number.
func (p *pool) matches(d time.Duration) (all []string) {
	for _, m := range p.Match(at(d), p.newRoom).Matches {
		var names []string
		for i, t := range m.Tickets {
			for _, name := range t.Players {
				if m.Teams != nil {
					name += fmt.Sprint("/", m.Teams[i])
				}
				names = append(names, name)
			}
		}
		plus := ""
		if m.New {
			plus = "+"
		}
		if m.Region != "" {
			plus += "@" + m.Region
		}
		all = append(all, m.Room+plus+":"+strings.Join(names, ","))
	}
	return all
}

func TestMatchesAreMadeAsTheRuleSays(t *testing.T) {
	two := matchmaking.Rule{Min: 2, Max: 2}
	upTo4 := matchmaking.Rule{Min: 2, Max: 4, StartAfter: 5 * time.Second}
	bots := matchmaking.Rule{Min: 2, Max: 4, StartAfter: 5 * time.Second, BotsAfter: 8 * time.Second}
	endless := matchmaking.Rule{Min: 1, Max: 3, Backfill: true}
	for name, test := range map[string]struct {
		rule    matchmaking.Rule
		players []string // one second apart, the first at 0
		at      time.Duration
		want    []string
	}{
		"nobody":                            {two, nil, 0, nil},
		"one of two waits for ever":         {two, []string{"a"}, 1000 * time.Hour, nil},
		"two play at once":                  {two, []string{"a", "b"}, time.Second, []string{"room1+:a,b"}},
		"the third waits":                   {two, []string{"a", "b", "c"}, 2 * time.Second, []string{"room1+:a,b"}},
		"four are two matches":              {two, []string{"a", "b", "c", "d"}, 3 * time.Second, []string{"room1+:a,b", "room2+:c,d"}},
		"two of four wait for more":         {upTo4, []string{"a", "b"}, 4999 * time.Millisecond, nil},
		"two of four start after a while":   {upTo4, []string{"a", "b"}, 5 * time.Second, []string{"room1+:a,b"}},
		"three as well":                     {upTo4, []string{"a", "b", "c"}, 5 * time.Second, []string{"room1+:a,b,c"}},
		"four start at once":                {upTo4, []string{"a", "b", "c", "d"}, 3 * time.Second, []string{"room1+:a,b,c,d"}},
		"the fifth waits on":                {upTo4, []string{"a", "b", "c", "d", "e"}, 8 * time.Second, []string{"room1+:a,b,c,d"}},
		"one waits for others":              {bots, []string{"a"}, 7999 * time.Millisecond, nil},
		"one plays with bots after a while": {bots, []string{"a"}, 8 * time.Second, []string{"room1+:a"}},
		"one is enough":                     {endless, []string{"a"}, 0, []string{"room1+:a"}},
		"the next fills the room":           {endless, []string{"a", "b", "c", "d"}, 3 * time.Second, []string{"room1+:a,b,c", "room2+:d"}},
	} {
		p := newPool(t, test.rule)
		for i, player := range test.players {
			p.add(t, time.Duration(i)*time.Second, player)
		}
		if got := p.matches(test.at); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestWhoCameFirstIsServedFirstWhateverTheOrderOfTickets(t *testing.T) {
	p := newPool(t, matchmaking.Rule{Min: 2, Max: 2})
	p.add(t, 3*time.Second, "d")
	p.add(t, 1*time.Second, "b") // put back, with the wait that he had
	p.add(t, 2*time.Second, "c")
	p.add(t, 1*time.Second, "a") // as long as b: by ticket
	if got, want := p.matches(time.Minute), []string{"room1+:a,b", "room2+:c,d"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNewcomersGoToRoomsThatPlayFirst(t *testing.T) {
	p := newPool(t, matchmaking.Rule{Min: 1, Max: 3, Backfill: true})
	p.open("old", 2)
	p.open("older", 1)
	p.add(t, 0, "a", "b", "c", "d")
	want := []string{"old:a,b", "older:c", "room1+:d"}
	if got := p.matches(time.Second); !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	p.add(t, 0, "e", "f", "g") // the new room is open without being told
	if got, want := p.matches(time.Second), []string{"room1:e,f", "room2+:g"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestARoomIsOpenForAsManyAsItSaysLast(t *testing.T) {
	p := newPool(t, matchmaking.Rule{Min: 1, Max: 4, Backfill: true})
	p.open("r", 3)
	p.open("r", 1)
	p.add(t, 0, "a", "b")
	if got, want := p.matches(0), []string{"r:a", "room1+:b"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	p.open("room1", 0)
	p.open("r", 2)
	p.open("r", 0)
	p.open("s", -1)
	p.open("never heard of", 0)
	p.Open(matchmaking.Name{Game: "go"}, matchmaking.Opening{Room: "r", Free: 5}) // no such queue
	p.add(t, 0, "c")
	if got, want := p.matches(0), []string{"room2+:c"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWithoutBackfillNobodyIsSentToARoomThatPlays(t *testing.T) {
	p := newPool(t, matchmaking.Rule{Min: 1, Max: 4})
	p.open("r", 3)
	p.add(t, 0, "a")
	p.Match(at(0), p.newRoom)
	p.open("room1", 3)
	p.add(t, 0, "b")
	if got, want := p.matches(0), []string{"room2+:b"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAPlayerWaitsOnceAndWhereThereIsAQueue(t *testing.T) {
	shogi := matchmaking.Name{Game: "shogi", Mode: "fast"}
	p := pools(t, map[matchmaking.Name]matchmaking.Rule{chess: {Min: 2, Max: 2}, shogi: {Min: 2, Max: 2}})
	one := ticket("a", 0)
	if err := p.Add(one); err != nil {
		t.Fatal(err)
	}
	again, elsewhere, nowhere := one, one, one
	again.ID = "another"
	elsewhere.Queue = shogi
	nowhere.Queue = matchmaking.Name{Game: "shogi"}
	nowhere.Players = []string{"b"}
	for what, test := range map[string]struct {
		ticket matchmaking.Ticket
		want   error
	}{
		"the same ticket":  {one, matchmaking.ErrQueued},
		"another ticket":   {again, matchmaking.ErrQueued},
		"another queue":    {elsewhere, matchmaking.ErrQueued},
		"no queue of that": {nowhere, matchmaking.ErrNoQueue},
	} {
		if err := p.Add(test.ticket); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", what, err, test.want)
		}
	}
	if !p.Remove("a") || p.Remove("a") || p.Remove("b") {
		t.Error("Remove does not tell who waits")
	}
	if err := p.Add(elsewhere); err != nil {
		t.Errorf("after leaving: %v", err)
	}
	if rule, ok := p.Rule(shogi); !ok || rule.Max != 2 {
		t.Errorf("rule %v, %v", rule, ok)
	}
	if _, ok := p.Rule(nowhere.Queue); ok {
		t.Error("a rule for a queue that is none")
	}
}

func TestWhoCancelsIsNotMatchedAndWhoWasMatchedCannot(t *testing.T) {
	p := newPool(t, matchmaking.Rule{Min: 2, Max: 2})
	p.add(t, 0, "a", "b")
	if !p.Remove("a") {
		t.Fatal("a does not wait")
	}
	p.add(t, 1, "c")
	if got, want := p.matches(time.Second), []string{"room1+:b,c"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	if p.Remove("b") {
		t.Error("b waits and plays")
	}
	p.add(t, 0, "b", "c") // and both may wait again
}

func TestQueuesDoNotMix(t *testing.T) {
	fast := matchmaking.Name{Game: "chess", Mode: "fast"}
	p := pools(t, map[matchmaking.Name]matchmaking.Rule{chess: {Min: 2, Max: 2}, fast: {Min: 2, Max: 2}})
	a, b := ticket("a", 0), ticket("b", 0)
	b.Queue = fast
	for _, one := range []matchmaking.Ticket{a, b} {
		if err := p.Add(one); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.Match(at(time.Hour), func() string { return "r" }).Matches; len(got) != 0 {
		t.Errorf("matches %v of two who asked for different things", got)
	}
	want := []matchmaking.Depth{
		{Queue: chess, Waiting: 1, Players: 1, Oldest: start, Counts: matchmaking.Counts{Added: 1}},
		{Queue: fast, Waiting: 1, Players: 1, Oldest: start, Counts: matchmaking.Counts{Added: 1}},
	}
	if got := p.Depths(at(time.Hour)); !slices.Equal(got, want) {
		t.Errorf("depths %v, want %v", got, want)
	}
}

func TestNextIsWhenSomethingIsDue(t *testing.T) {
	for name, test := range map[string]struct {
		rule    matchmaking.Rule
		players int
		want    time.Duration // -1: never
	}{
		"nobody waits":            {matchmaking.Rule{Min: 2, Max: 4, BotsAfter: time.Second}, 0, -1},
		"too few, and no bots":    {matchmaking.Rule{Min: 2, Max: 4}, 1, -1},
		"too few, until bots":     {matchmaking.Rule{Min: 2, Max: 4, BotsAfter: 9 * time.Second}, 1, 9 * time.Second},
		"enough, until it starts": {matchmaking.Rule{Min: 2, Max: 4, StartAfter: 5 * time.Second, BotsAfter: 9 * time.Second}, 2, 5 * time.Second},
		"bots before the start":   {matchmaking.Rule{Min: 2, Max: 4, StartAfter: 9 * time.Second, BotsAfter: 5 * time.Second}, 3, 5 * time.Second},
	} {
		p := newPool(t, test.rule)
		for i := range test.players {
			p.add(t, 0, fmt.Sprint(i))
		}
		p.matches(0)
		next := p.Next()
		if test.want < 0 {
			if !next.IsZero() {
				t.Errorf("%s: next at %v, want never", name, next.Sub(start))
			}
			continue
		}
		if next.Sub(start) != test.want {
			t.Errorf("%s: next after %v, want %v", name, next.Sub(start), test.want)
		}
		if got := p.matches(test.want - 1); got != nil {
			t.Errorf("%s: %v before that", name, got)
		}
		if got := p.matches(test.want); got == nil {
			t.Errorf("%s: nothing then", name)
		}
	}
}
