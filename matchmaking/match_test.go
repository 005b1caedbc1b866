package matchmaking_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/matchmaking"
)

// group adds a ticket that is described as "a+b mu=100 eu=30 level=4 map=x !c ~d": a party of a
// and b, who have blocked c and met d lately.
func (p *pool) group(t *testing.T, since time.Duration, text string) {
	t.Helper()
	words := strings.Fields(text)
	one := ticket(words[0], since)
	one.Players = strings.Split(words[0], "+")
	one.Latency, one.Numbers, one.Strings = map[string]int{}, map[string]float64{}, map[string]string{}
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		var number float64
		_, err := fmt.Sscan(value, &number)
		switch {
		case word[0] == '!':
			one.Blocked = append(one.Blocked, word[1:])
		case word[0] == '~':
			one.Recent = append(one.Recent, word[1:])
		case err != nil:
			one.Strings[name] = value
		case name == "mu":
			one.Rating.Mu = number
		case name == "sigma":
			one.Rating.Sigma = number
		case name == "level":
			one.Numbers[name] = number
		default:
			one.Latency[name] = int(number)
		}
	}
	if err := p.Add(one); err != nil {
		t.Fatalf("add %q: %v", text, err)
	}
}

func TestWhoPlaysWithWhom(t *testing.T) {
	two := matchmaking.Rule{Min: 2, Max: 2}
	rule := func(change func(r *matchmaking.Rule)) matchmaking.Rule {
		r := two
		change(&r)
		return r
	}
	rated := rule(func(r *matchmaking.Rule) { r.Rating = matchmaking.Window{From: 100, PerSecond: 10, To: 300} })
	near := rule(func(r *matchmaking.Rule) {
		r.Regions, r.Latency = []string{"eu", "us"}, matchmaking.Window{From: 80, PerSecond: 10, To: 150}
	})
	level := rule(func(r *matchmaking.Rule) {
		r.Near = []matchmaking.Near{{Number: "level", Window: matchmaking.Window{From: 3, PerSecond: 1, To: 5}}}
	})
	for name, test := range map[string]struct {
		rule    matchmaking.Rule
		tickets []string // all at 0
		at      time.Duration
		want    []string
	}{
		"the nearest ratings":                {rated, []string{"a mu=0", "b mu=90", "c mu=40", "d mu=100"}, 0, []string{"room1+:a,c", "room2+:b,d"}},
		"not too far apart":                  {rated, []string{"a mu=0", "b mu=101"}, 0, nil},
		"farther after a wait":               {rated, []string{"a mu=0", "b mu=290"}, 19 * time.Second, []string{"room1+:a,b"}},
		"never farther than the rule allows": {rated, []string{"a mu=0", "b mu=301"}, time.Hour, nil},
		"one who is less sure of his rating": {
			rule(func(r *matchmaking.Rule) { r.Rating, r.Sigmas = rated.Rating, 2 }),
			[]string{"a mu=0 sigma=25", "b mu=150 sigma=25"}, 0, []string{"room1+:a,b"},
		},
		"a region in common":         {near, []string{"a eu=20 us=150", "b eu=150 us=20", "c eu=80 us=300"}, 0, []string{"room1+@eu:a,c"}},
		"a farther one after a wait": {near, []string{"a eu=20 us=110", "b eu=200 us=20"}, 3 * time.Second, []string{"room1+@us:a,b"}},
		"no region near enough":      {near, []string{"a eu=20 us=151", "b eu=151 us=20"}, time.Hour, nil},
		"who tells no region":        {near, []string{"a eu=20 us=151", "b"}, 0, []string{"room1+@eu:a,b"}},
		"strings the same": {
			rule(func(r *matchmaking.Rule) { r.Same = []string{"map", "rules"} }),
			[]string{"a map=x rules=y", "b map=y rules=x", "c map=x rules=y"}, 0, []string{"room1+:a,c"},
		},
		"numbers near":                {level, []string{"a level=1", "b level=5", "c level=4"}, 0, []string{"room1+:a,c"}},
		"numbers nearer after a wait": {level, []string{"a level=1", "b level=6"}, 2 * time.Second, []string{"room1+:a,b"}},
		"nobody who is blocked":       {two, []string{"a !b", "b", "c !a"}, 0, []string{"room1+:b,c"}},
		"nobody who was met lately": {
			rule(func(r *matchmaking.Rule) { r.RecentFor = 9 * time.Second }),
			[]string{"a ~b", "b", "c"}, 0, []string{"room1+:a,c"},
		},
		"one who was met, after a wait": {
			rule(func(r *matchmaking.Rule) { r.RecentFor = 9 * time.Second }),
			[]string{"a ~b", "b"}, 9 * time.Second, []string{"room1+:a,b"},
		},
		"parties stay together": {
			matchmaking.Rule{Min: 5, Max: 5}, []string{"a+b+c", "d+e+f", "g+h+i", "j+k"}, 0,
			[]string{"room1+:a,b,c,j,k"},
		},
		"sizes that come out even": {
			matchmaking.Rule{Min: 8, Max: 8}, []string{"a+b+c", "d+e+f+g", "h+i+j", "k+l"}, 0,
			[]string{"room1+:a,b,c,h,i,j,k,l"},
		},
		"a party in one team": {
			matchmaking.Rule{Min: 4, Max: 4, Teams: 2}, []string{"a mu=1", "b+c mu=5", "d mu=9"}, 0,
			[]string{"room1+:a/0,b/1,c/1,d/0"},
		},
		"no teams of such parties": {
			matchmaking.Rule{Min: 6, Max: 6, Teams: 2}, []string{"a+b", "c+d", "e+f"}, 0, nil,
		},
		"teams of equal strength": {
			matchmaking.Rule{Min: 4, Max: 4, Teams: 2, Balance: matchmaking.Window{From: 1}},
			[]string{"a mu=10", "b mu=20", "c mu=30", "d mu=40"}, 0, []string{"room1+:a/1,b/0,c/0,d/1"},
		},
		"no teams that are not": {
			matchmaking.Rule{Min: 4, Max: 4, Teams: 2, Balance: matchmaking.Window{From: 1}},
			[]string{"a mu=10", "b mu=20", "c mu=30", "d mu=90"}, 0, nil,
		},
		"smaller teams after a wait": {
			matchmaking.Rule{Min: 2, Max: 6, Teams: 2, StartAfter: 5 * time.Second},
			[]string{"a", "b", "c", "d", "e"}, 5 * time.Second, []string{"room1+:a/0,b/0,c/1,d/1"},
		},
		"teams with bots": {
			matchmaking.Rule{Min: 6, Max: 6, Teams: 2, BotsAfter: 5 * time.Second},
			[]string{"a", "b+c"}, 5 * time.Second, []string{"room1+:a/0,b/1,c/1"},
		},
	} {
		p := newPool(t, test.rule)
		for _, text := range test.tickets {
			p.group(t, 0, text)
		}
		if got := p.matches(test.at); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestARoomTakesThoseWhoFitIt(t *testing.T) {
	p := newPool(t, matchmaking.Rule{
		Min: 2, Max: 4, Backfill: true, StartAfter: time.Minute, Same: []string{"map"}, Regions: []string{"eu", "us"},
		Rating: matchmaking.Window{From: 100}, Latency: matchmaking.Window{From: 80},
	})
	p.Open(chess, matchmaking.Opening{
		Room: "r", Free: 2, Region: "eu", Rating: matchmaking.Rating{Mu: 500}, Players: []string{"x"}, Strings: map[string]string{"map": "m"},
	})
	p.group(t, 0, "far mu=500 eu=90 us=20 map=m")
	p.group(t, 0, "weak mu=300 eu=20 map=m")
	p.group(t, 0, "other mu=500 eu=20 map=n")
	p.group(t, 0, "foe mu=500 eu=20 map=m !x")
	p.group(t, 0, "p+q+r mu=590 eu=20 map=o")
	p.group(t, 0, "a mu=450 eu=20 map=m")
	if got, want := p.matches(0), []string{"r@eu:a"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	p.group(t, 0, "b mu=500 eu=20 map=m !a") // a is there now
	p.group(t, 0, "c mu=500 eu=20 map=m")
	if got, want := p.matches(0), []string{"r@eu:c"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestATicketTimesOut(t *testing.T) {
	p := newPool(t, matchmaking.Rule{Min: 2, Max: 2, Timeout: 30 * time.Second})
	p.add(t, 0, "a")
	p.add(t, time.Second, "b")
	p.Remove("b")
	if got := p.Match(at(29*time.Second), p.newRoom); got.Matches != nil || got.Ended != nil {
		t.Fatalf("%+v", got)
	}
	if next := p.Next().Sub(start); next != 30*time.Second {
		t.Errorf("next after %v", next)
	}
	got := p.Match(at(30*time.Second), p.newRoom)
	if got.Matches != nil || len(got.Ended) != 1 || got.Ended[0].Ticket.ID != "t-a" || got.Ended[0].Why != matchmaking.TimedOut {
		t.Errorf("%+v", got)
	}
	p.add(t, 31*time.Second, "a") // and he may wait again
}

func TestWhoLeavesTakesHisPartyAlong(t *testing.T) {
	p := newPool(t, matchmaking.Rule{Min: 3, Max: 3})
	p.group(t, 0, "a+b")
	if !p.Remove("b") || p.Remove("a") {
		t.Error("a party was split")
	}
	p.add(t, 0, "c")
	if got := p.matches(0); got != nil {
		t.Errorf("%v with those who have left", got)
	}
}

func TestThePoolExplainsItself(t *testing.T) {
	p := newPool(t, matchmaking.Rule{
		Min: 3, Max: 3, Same: []string{"map"}, Regions: []string{"eu", "us"}, UrgentAfter: 8 * time.Second, RecentFor: 5 * time.Second,
		Rating: matchmaking.Window{From: 100, PerSecond: 10, To: 300}, Latency: matchmaking.Window{From: 80},
		Near: []matchmaking.Near{{Number: "level", Window: matchmaking.Window{From: 3}}},
	})
	p.group(t, 0, "a+b mu=500 eu=20 us=70 map=m level=1")
	p.group(t, 2*time.Second, "c mu=690 eu=90 us=60 map=n level=5 !b ~a")
	p.group(t, 2*time.Second, "d+e mu=500 eu=20 map=m level=1")
	for _, test := range []struct {
		one, other string
		at         time.Duration
		want       string
	}{
		{"a", "c", 4 * time.Second, "max yes 2 and 1 people of 3\n" +
			`same map NO "m" and "n"` + "\n" +
			"rating NO 500 and 690: 190 apart, 120 allowed after waits of 4s and 2s\n" +
			"near level NO 1 and 5: 4 apart, 3 allowed after waits of 4s and 2s\n" +
			"latency yes in common: us, after waits of 4s and 2s\n" +
			"blocked NO one has blocked the other\n" +
			"recent NO they met lately; avoided for 5s, after waits of 4s and 2s\n"},
		{"c", "b", 9 * time.Second, "rating yes 690 and 500: 190 apart, 190 allowed after waits of 7s and 9s, of which the longer counts for both\n"},
		{"a", "e", 0, "max NO 2 and 2 people of 3\n"},
		{"a", "b", 0, "party yes they wait together\n"},
	} {
		e, err := p.Explain(test.one, test.other, at(test.at))
		if err != nil {
			t.Fatal(err)
		}
		var lines []string // without the columns
		for line := range strings.Lines(e.String()) {
			lines = append(lines, strings.Join(strings.Fields(line), " ")+"\n")
		}
		if got := strings.Join(lines, ""); !strings.Contains(got, test.want) {
			t.Errorf("%s and %s:\n%s\nwant\n%s", test.one, test.other, got, test.want)
		}
		if got := e.Fits(); got != !strings.Contains(e.String(), " NO ") {
			t.Errorf("fits: %v:\n%v", got, e)
		}
	}
	if _, err := p.Explain("a", "nobody", at(0)); err == nil {
		t.Error("explained why somebody who does not wait does not play")
	}
}

func TestThePoolSaysHowManyAreMissing(t *testing.T) {
	p := newPool(t, matchmaking.Rule{Min: 4, Max: 4})
	p.add(t, 0, "a", "b", "c")
	p.matches(0)
	e, err := p.Explain("a", "b", at(0))
	if err != nil || e.Fits() || !strings.Contains(e.String(), "3 people at least may play with the first, 4 start") {
		t.Errorf("%v, %v", e, err)
	}
}
