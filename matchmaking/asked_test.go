package matchmaking_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"parlor/matchmaking"
)

// asked is a match that is found, as a party sees it.
type asked struct {
	queue    matchmaking.Name
	tickets  []matchmaking.Ticket
	at       time.Time
	until    time.Time
	accepted map[string]bool
	broken   bool // a ticket was removed
}

// all tells whether all players of a ticket have accepted.
func (a *asked) all(one matchmaking.Ticket) bool {
	return !slices.ContainsFunc(one.Players, func(player string) bool { return !a.accepted[player] })
}

// asks is the match that is found for a ticket; nil if none is.
func (y *party) asks(one matchmaking.Ticket) *asked {
	for _, a := range y.found {
		if slices.ContainsFunc(a.tickets, func(t matchmaking.Ticket) bool { return t.ID == one.ID }) {
			return a
		}
	}
	return nil
}

// accept has some accept what is found for them, and somebody who may have been found nothing.
func (y *party) accept() {
	players := []string{y.player()}
	for _, a := range y.found {
		for _, one := range a.tickets {
			for _, player := range one.Players {
				if !y.chance(3) {
					players = append(players, player)
				}
			}
		}
	}
	for _, player := range players {
		one, waits := y.waiting[player]
		a := y.asks(one)
		ok := waits && a != nil && !a.broken
		if err := y.pool.Accept(player); (err == nil) != ok || err != nil && !errors.Is(err, matchmaking.ErrNothingFound) {
			y.t.Fatalf("accept by %s: %v, and it is %v that he may", player, err, ok)
		}
		if ok {
			a.accepted[player] = true
			y.log = append(y.log, "accept "+player)
		}
	}
}

// breakUp notes that a ticket has been removed.
func (y *party) breakUp(one matchmaking.Ticket) {
	if a := y.asks(one); a != nil {
		a.broken = true
		y.forget(one)
	}
}

// forget notes that a ticket is not in a found match any more.
func (y *party) forget(one matchmaking.Ticket) {
	a := y.asks(one)
	a.tickets = slices.DeleteFunc(a.tickets, func(t matchmaking.Ticket) bool { return t.ID == one.ID })
}

// dissolved holds those who are told to wait on against why they may be.
func (y *party) dissolved(tickets []matchmaking.Ticket) {
	for _, one := range tickets {
		y.log = append(y.log, "dissolved "+one.ID)
		a := y.asks(one)
		switch {
		case a == nil || y.waiting[one.Players[0]].ID != one.ID:
			y.t.Fatalf("%s was in no match that was found", one.ID)
		case !a.broken && a.until.After(y.now):
			y.t.Fatalf("%s: dissolved, and nobody has left, and there is time until %v", one.ID, a.until.Sub(start))
		case !a.broken && !a.all(one):
			y.t.Fatalf("%s waits on, and has not accepted", one.ID)
		}
		y.forget(one)
	}
}

// dropped holds one that has ended for not accepting against why it may have.
func (y *party) dropped(one matchmaking.Ticket) {
	y.counts[one.Queue].NotAccepted++
	if a := y.asks(one); a == nil || a.broken || a.until.After(y.now) || a.all(one) {
		y.t.Fatalf("%s ended, and should not have: %+v", one.ID, a)
	}
	y.forget(one)
}

// finds notes a match that is found, or holds what is told of it later against what was.
func (y *party) finds(f matchmaking.Found) {
	n := 0
	for _, one := range f.Tickets {
		n += len(one.Players)
	}
	if f.People != n {
		y.t.Fatalf("%d people are to accept, in %+v", f.People, f)
	}
	y.log = append(y.log, fmt.Sprintf("found %v", f))
	a := y.asks(f.Tickets[0])
	if a == nil {
		a = &asked{queue: f.Queue, tickets: slices.Clone(f.Tickets), at: y.now, until: f.Until, accepted: map[string]bool{}}
		within := y.rules[f.Queue].AcceptWithin
		for _, one := range f.Tickets {
			if y.waiting[one.Players[0]].ID != one.ID || y.asks(one) != nil || len(f.Accepted) > 0 || y.held(one) {
				y.t.Fatalf("%s is found a match, and does not wait for one: %+v", one.ID, f)
			}
		}
		if within == 0 || !f.Until.Equal(y.now.Add(within)) {
			y.t.Fatalf("until %v, and players have %v", f.Until.Sub(start), within)
		}
		y.found = append(y.found, a)
		return
	}
	same := len(f.Accepted) == len(a.accepted) && a.until.Equal(f.Until) && !a.broken
	for _, player := range f.Accepted {
		same = same && a.accepted[player]
	}
	for _, one := range f.Tickets {
		same = same && y.asks(one) == a
	}
	if !same || len(f.Accepted) == 0 {
		y.t.Fatalf("told %+v of %+v", f, a)
	}
}

// accepted holds a match that is made against who has accepted it, and answers when it was found.
func (y *party) accepted(m matchmaking.Match) time.Time {
	a := y.asks(m.Tickets[0])
	if a == nil || a.broken || len(a.tickets) != len(m.Tickets) {
		y.t.Fatalf("match %+v was not found: %+v", m, a)
	}
	for _, one := range m.Tickets {
		if y.asks(one) != a || !a.all(one) {
			y.t.Fatalf("%s has not accepted: %+v", one.ID, a)
		}
	}
	a.tickets = nil
	return a.at
}

// undecided holds that found matches are left only where somebody has time to answer.
func (y *party) undecided() {
	y.found = slices.DeleteFunc(y.found, func(a *asked) bool { return len(a.tickets) == 0 })
	left := map[matchmaking.Name]int{}
	for _, a := range y.found {
		left[a.queue]++
		silent := slices.ContainsFunc(a.tickets, func(one matchmaking.Ticket) bool { return !a.all(one) })
		if a.broken || !silent || !a.until.After(y.now) {
			y.t.Fatalf("at %v there is no decision about %+v", y.now.Sub(start), a)
		}
	}
	for _, d := range y.pool.Depths(y.now) {
		if d.Found != left[d.Queue] {
			y.t.Fatalf("%d matches are found, %d by our account", d.Found, left[d.Queue])
		}
	}
}

func people(m matchmaking.Match) (n int) {
	for _, one := range m.Tickets {
		n += len(one.Players)
	}
	return n
}
