package matchmaking

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// ErrTicket is a ticket that makes no sense. What is wrong is in the text.
var ErrTicket = errors.New("matchmaking: bad ticket")

const (
	// MaxParty is how many can wait with one ticket.
	MaxParty = 8
	// MaxAvoided is how many a ticket can name whom it avoids, in each of its lists: they are
	// looked through for every candidate.
	MaxAvoided = 100
	// maxRating keeps ratings where a thousandth of them is told apart, and sorted as an integer.
	maxRating = 1e9
)

// Name names a queue.
type Name struct{ Game, Mode string }

// Rating is how strong somebody is thought to be, and how sure that is.
type Rating struct{ Mu, Sigma float64 }

// Ticket is the wait of one player, or of a party that plays together. It is made once; putting it
// back keeps Since. The pool keeps its lists and maps: nobody may change them.
type Ticket struct {
	ID      string
	Players []string // 1 to MaxParty
	Queue   Name
	Since   time.Time

	Rating  Rating             // of a party: the mean of its players
	Latency map[string]int     // to regions, in milliseconds. None told: every region is as good
	Strings map[string]string  // attributes, for Rule.Same. Not told: ""
	Numbers map[string]float64 // attributes, for Rule.Near. Not told: 0
	Blocked []string           // players whom they never meet
	Recent  []string           // players whom they met lately, for Rule.RecentFor
}

// check fails on tickets that a pool could not hold.
func (t *Ticket) check() error {
	bad := func(what string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrTicket, fmt.Sprintf(what, args...))
	}
	switch {
	case len(t.Players) == 0 || len(t.Players) > MaxParty:
		return bad("%d players, want 1 to %d", len(t.Players), MaxParty)
	case len(t.Blocked) > MaxAvoided || len(t.Recent) > MaxAvoided:
		return bad("more than %d to avoid", MaxAvoided)
	case !(math.Abs(t.Rating.Mu) <= maxRating) || !(t.Rating.Sigma >= 0 && t.Rating.Sigma <= maxRating):
		return bad("rating %v", t.Rating)
	}
	for i, player := range t.Players {
		if slices.Contains(t.Players[:i], player) {
			return bad("player %q twice", player)
		}
	}
	for name, value := range t.Numbers {
		if !(math.Abs(value) <= maxRating) {
			return bad("%s %v", name, value)
		}
	}
	return nil
}

// Opening is a room that plays already and takes newcomers. Where a room was told of before, or
// was made by the pool itself, fields left out stay as they are.
type Opening struct {
	Room    string
	Free    int               // seats; 0 or less closes it
	Region  string            // where it is
	Rating  Rating            // the mean of those in it
	Players []string          // those in it, for tickets that avoid them
	Strings map[string]string // what its players share, for Rule.Same
}

// Match is who plays with whom. Every ticket is in one match at most.
type Match struct {
	Queue   Name
	Room    string // where
	New     bool   // the room is to be made
	Region  string // where it is, or is best; "" if the rule knows no regions
	Tickets []Ticket
	Teams   []int   // of each ticket, counted from 0; nil if the rule has none
	Spread  float64 // between the highest and the lowest rating of its tickets
}

// Opening is the room of the match with so many free seats, open to players like those in it.
func (m *Match) Opening(free int) Opening {
	o := Opening{Room: m.Room, Free: free, Region: m.Region, Strings: m.Tickets[0].Strings}
	for _, t := range m.Tickets {
		o.Rating.Mu += t.Rating.Mu * float64(len(t.Players))
		o.Players = append(o.Players, t.Players...)
	}
	o.Rating.Mu /= float64(len(o.Players))
	return o
}
