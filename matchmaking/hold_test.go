package matchmaking_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parlor/matchmaking"
)

func TestNobodyIsMatchedWithWhoIsAway(t *testing.T) {
	p := newPool(t, matchmaking.Rule{Min: 2, Max: 2, Timeout: time.Minute})
	p.add(t, 0, "a")
	p.Hold("a", true)
	p.Hold("a", true) // told twice is away once
	p.Hold("nobody", true)
	p.add(t, time.Second, "b")
	if m := p.Match(at(2*time.Second), p.newRoom).Matches; len(m) > 0 {
		t.Fatalf("matched %v", m)
	}
	if d := p.Depths(at(2 * time.Second))[0]; d.Waiting != 2 || d.Away != 1 || !d.Oldest.Equal(at(time.Second)) {
		t.Errorf("depth %+v", d)
	}
	if e, err := p.Explain("b", "a", at(2*time.Second)); err != nil || e.Fits() {
		t.Errorf("explained: %v, %v", e, err)
	}
	p.Hold("a", false)
	if m := p.Match(at(3*time.Second), p.newRoom).Matches; len(m) != 1 || m[0].Tickets[0].Players[0] != "a" {
		t.Errorf("back, and matched %v; want a first, who has waited longer", m)
	}
	p.add(t, 0, "c")
	p.Hold("c", true)
	if ended := p.Match(at(2*time.Minute), p.newRoom).Ended; len(ended) > 0 {
		t.Errorf("ended while he is away: %v", ended)
	}
	p.Hold("c", false)
	if ended := p.Match(at(2*time.Minute), p.newRoom).Ended; len(ended) != 1 || ended[0].Why != matchmaking.TimedOut {
		t.Errorf("back too late: %v", ended)
	}
	if d := p.Depths(at(2 * time.Minute))[0]; d.Waiting != 0 || d.Away != 0 {
		t.Errorf("depth at the end %+v", d)
	}
}

// hold has a player go away or come back, whether he waits or not.
func (y *party) hold(player string) {
	one, waits := y.waiting[player]
	away := !y.away[player] && y.chance(2)
	y.pool.Hold(player, away)
	if !waits {
		return
	}
	y.log = append(y.log, fmt.Sprint("hold ", player, away))
	if y.away[player] = away; away {
		if a := y.asks(one); a != nil {
			a.broken = true
		}
	}
}

// held tells whether anybody of a ticket is away.
func (y *party) held(one matchmaking.Ticket) bool {
	return slices.ContainsFunc(one.Players, func(player string) bool { return y.away[player] })
}

func TestATicketThatIsTakenInIsHeldFromTheBeginningWhileSomebodyOfItIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := run(t, matchmaking.Rule{Min: 3, Max: 3})
		goes := func(player string, away bool) {
			l.mu.Lock()
			l.away = map[string]bool{player: away}
			l.mu.Unlock()
		}
		pair := now("a")
		pair.Players = []string{"a", "b"}
		l.add(t, "c")
		goes("b", true)
		if err := l.Add(t.Context(), pair); err != nil {
			t.Fatal(err)
		}
		if got := l.matches(); got != nil {
			t.Errorf("%v, and b is away", got)
		}
		if _, was, err := l.Remove(t.Context(), "a"); !was || err != nil {
			t.Fatal(was, err)
		}
		l.Return(pair) // by a
		if got := l.matches(); got != nil {
			t.Errorf("put back, %v, and b is away", got)
		}
		goes("b", false)
		l.Return(pair) // by b
		if got, want := l.matches(), []string{"room1:ac"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}
