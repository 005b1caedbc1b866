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

// asks is a rule for two whose match is to be accepted.
var asks = matchmaking.Rule{Min: 2, Max: 2, AcceptWithin: 10 * time.Second}

func (p *pool) accept(t *testing.T, players ...string) {
	t.Helper()
	for _, player := range players {
		if err := p.Accept(player); err != nil {
			t.Fatalf("accept by %s: %v", player, err)
		}
	}
}

// round is what is decided at a time, a line for each thing that is told.
func (p *pool) round(d time.Duration) (lines []string) {
	r := p.Match(at(d), p.newRoom)
	for _, one := range r.Dissolved {
		lines = append(lines, "dissolved "+strings.Join(one.Players, "+"))
	}
	for _, f := range r.Found {
		lines = append(lines, fmt.Sprintf("found %s until %v, %d of %d", names(f.Tickets), f.Until.Sub(start), len(f.Accepted), f.People))
	}
	for _, m := range r.Matches {
		lines = append(lines, m.Room+" "+names(m.Tickets))
	}
	for _, e := range r.Ended {
		lines = append(lines, e.Why.String()+" "+strings.Join(e.Ticket.Players, "+"))
	}
	return lines
}

func names(tickets []matchmaking.Ticket) string {
	var all []string
	for _, one := range tickets {
		all = append(all, strings.Join(one.Players, "+"))
	}
	return strings.Join(all, ",")
}

// play does one thing after another, each as "at what who": what is add, accept, remove, open, or
// nothing but a look at what is decided. It answers what was told, each with its second.
func (p *pool) play(t *testing.T, script string) (told []string) {
	t.Helper()
	for _, step := range strings.Split(script, "; ") {
		words := strings.Fields(step)
		d, err := time.ParseDuration(words[0])
		if err != nil {
			t.Fatal(err)
		}
		for i := 2; i < len(words); i++ {
			switch words[1] {
			case "add":
				p.group(t, d, words[i])
			case "accept":
				p.accept(t, words[i])
			case "remove":
				if !p.Remove(words[i]) {
					t.Fatalf("%s does not wait", words[i])
				}
			case "open":
				p.open(words[i], 1)
			}
		}
		for _, line := range p.round(d) {
			told = append(told, words[0]+": "+line)
		}
	}
	return told
}

func TestAMatchThatIsFoundIsMadeOnceAllHaveAccepted(t *testing.T) {
	three := matchmaking.Rule{Min: 3, Max: 3, AcceptWithin: 10 * time.Second}
	timeout := matchmaking.Rule{Min: 2, Max: 2, AcceptWithin: 10 * time.Second, Timeout: 5 * time.Second}
	backfill := matchmaking.Rule{Min: 2, Max: 3, AcceptWithin: 10 * time.Second, Backfill: true}
	bots := matchmaking.Rule{Min: 2, Max: 2, AcceptWithin: 10 * time.Second, BotsAfter: 4 * time.Second}
	for name, test := range map[string]struct {
		rule   matchmaking.Rule
		script string
		want   []string
	}{
		"all accept": {asks, "0s add a b; 2s accept a; 3s accept a; 4s accept b", []string{
			"0s: found a,b until 10s, 0 of 2", "2s: found a,b until 10s, 1 of 2", "4s: room1 a,b",
		}},
		"all at once": {asks, "0s add a b; 2s accept b a", []string{"0s: found a,b until 10s, 0 of 2", "2s: room1 a,b"}},
		"at the last moment": {asks, "0s add a b; 10s accept a b", []string{
			"0s: found a,b until 10s, 0 of 2", "10s: room1 a,b",
		}},
		"one is silent": {asks, "0s add a b; 2s accept b; 9.999s look; 10s look", []string{
			"0s: found a,b until 10s, 0 of 2", "2s: found a,b until 10s, 1 of 2", "10s: dissolved b", "10s: not accepted a",
		}},
		"one accepts too late for the other": {asks, "0s add a b; 10s accept a", []string{
			"0s: found a,b until 10s, 0 of 2", "10s: dissolved a", "10s: not accepted b",
		}},
		"nobody answers": {asks, "0s add a b; 1h look", []string{
			"0s: found a,b until 10s, 0 of 2", "1h: not accepted a", "1h: not accepted b",
		}},
		"those found at once are over one after the other": {asks, "0s add a b c d; 10s accept b d", []string{
			"0s: found a,b until 10s, 0 of 2", "0s: found c,d until 10s, 0 of 2",
			"10s: dissolved b", "10s: dissolved d", "10s: found b,d until 20s, 0 of 2", "10s: not accepted a", "10s: not accepted c",
		}},
		"one declines, and the others need not accept in time": {three, "0s add a b c; 2s accept a; 3s remove b", []string{
			"0s: found a,b,c until 10s, 0 of 3", "2s: found a,b,c until 10s, 1 of 3", "3s: dissolved a", "3s: dissolved c",
		}},
		"those found at once, and silent": {asks, "0s add a b c d; 10s look", []string{
			"0s: found a,b until 10s, 0 of 2", "0s: found c,d until 10s, 0 of 2",
			"10s: not accepted a", "10s: not accepted b", "10s: not accepted c", "10s: not accepted d",
		}},
		"all decline": {asks, "0s add a b; 2s remove a b", []string{"0s: found a,b until 10s, 0 of 2"}},
		"one declines as the time is over": {asks, "0s add a b; 10s remove a", []string{
			"0s: found a,b until 10s, 0 of 2", "10s: dissolved b",
		}},
		"of a party all are to accept": {three, "0s add a+b c; 1s accept c b; 10s look", []string{
			"0s: found a+b,c until 10s, 0 of 3", "1s: found a+b,c until 10s, 2 of 3", "10s: dissolved c", "10s: not accepted a+b",
		}},
		"who waits on is before others who came later": {asks, "0s add a b; 1s add c; 2s remove a; 2s accept b c; 3s add d", []string{
			"0s: found a,b until 10s, 0 of 2", "2s: dissolved b", "2s: found b,c until 12s, 0 of 2", "2s: room1 b,c",
		}},
		"a time-out waits for what is found": {timeout, "0s add a; 4s add b; 6s accept a; 14s look", []string{
			"4s: found a,b until 14s, 0 of 2", "6s: found a,b until 14s, 1 of 2", "14s: dissolved a", "14s: not accepted b", "14s: timed out a",
		}},
		"whose time was out may be found another match": {timeout, "0s add a; 4s add b; 10s accept a; 11s add c; 14s look", []string{
			"4s: found a,b until 14s, 0 of 2", "10s: found a,b until 14s, 1 of 2",
			"14s: dissolved a", "14s: found a,c until 24s, 0 of 2", "14s: not accepted b",
		}},
		"a room that plays asks nobody": {backfill, "0s open r; 0s add a", []string{"0s: r a"}},
		"a new room is open once it is made": {backfill, "0s add a b; 1s add c; 2s accept a b", []string{
			"0s: found a,b until 10s, 0 of 2", "2s: room1 a,b", "2s: room1 c",
		}},
		"one with bots is asked as well": {bots, "0s add a; 4s look; 5s accept a", []string{
			"4s: found a until 14s, 0 of 1", "5s: room1 a",
		}},
		"a second match is found while the first is": {asks, "0s add a b; 1s add c d; 2s accept c d; 10s look", []string{
			"0s: found a,b until 10s, 0 of 2", "1s: found c,d until 11s, 0 of 2", "2s: room1 c,d", "10s: not accepted a", "10s: not accepted b",
		}},
	} {
		p := newPool(t, test.rule)
		if got := p.play(t, test.script); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n%q, want\n%q", name, got, test.want)
		}
	}
}

func TestWhoIsInAMatchThatIsFoundStillWaits(t *testing.T) {
	p := newPool(t, asks)
	p.add(t, 0, "a", "b")
	p.round(time.Second)
	if err := p.Add(ticket("a", 0)); !errors.Is(err, matchmaking.ErrQueued) {
		t.Errorf("add: %v", err)
	}
	if next := p.Next(); !next.Equal(at(11 * time.Second)) {
		t.Errorf("next at %v, want when the time to accept is over", next.Sub(start))
	}
	d := p.Depths(at(time.Second))[0]
	if d.Waiting != 2 || d.Players != 2 || d.Found != 1 || !d.Oldest.Equal(start) {
		t.Errorf("%+v", d)
	}
	p.accept(t, "a")
	e, err := p.Explain("a", "b", at(time.Second))
	if err != nil || !e.Fits() || !strings.Contains(e.String(), "they are in one match, which 1 of 2 have accepted") {
		t.Errorf("%v, %v", e, err)
	}
	p.add(t, 0, "c")
	e, err = p.Explain("c", "b", at(time.Second))
	if err != nil || e.Fits() || !strings.Contains(e.String(), "ticket t-b is in a match, which 1 of 2 have accepted") {
		t.Errorf("%v, %v", e, err)
	}
}

func TestOnlyWhatIsFoundCanBeAccepted(t *testing.T) {
	p := newPool(t, asks)
	refused := func(player, when string) {
		t.Helper()
		if err := p.Accept(player); !errors.Is(err, matchmaking.ErrNothingFound) {
			t.Errorf("%s: %v", when, err)
		}
	}
	refused("a", "of nobody")
	p.add(t, 0, "a", "b")
	refused("a", "before the search")
	p.round(0)
	p.accept(t, "a", "a")
	p.Remove("b")
	refused("a", "after another has declined")
	p.round(0)
	refused("a", "while he waits on")
	p.add(t, 0, "b")
	p.round(0)
	p.accept(t, "a", "b")
	p.Remove("b") // before the pool has been asked what becomes of it
	if got, want := p.round(0), []string{"dissolved a"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestTimeThatGoesBackIsNoHarm finds a match earlier than another that is there: it is over first.
func TestTimeThatGoesBackIsNoHarm(t *testing.T) {
	p := newPool(t, asks)
	got := p.play(t, "5s add a b; 0s add c d; 10s look; 15s look")
	want := []string{
		"5s: found a,b until 15s, 0 of 2", "0s: found c,d until 10s, 0 of 2",
		"10s: not accepted c", "10s: not accepted d", "15s: not accepted a", "15s: not accepted b",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
