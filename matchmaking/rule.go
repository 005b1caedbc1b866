package matchmaking

import (
	"fmt"
	"math"
	"slices"
	"time"
)

const (
	// MaxPeople is the largest match.
	MaxPeople = 64
	// MaxRegions is how many regions a rule can know.
	MaxRegions = 16
	// MaxNear is how many numbers a rule can compare.
	MaxNear = 3
)

// Rule says what a queue's matches are like. Only Min and Max must be set.
type Rule struct {
	Min int `json:"min"` // people in a match
	Max int `json:"max"` // at most MaxPeople

	Teams   int    `json:"teams"`   // of equal size, Max/Teams at most; parties stay in one. 0: everybody for himself
	Balance Window `json:"balance"` // between the mean ratings of two teams, by the longest wait in the match

	Rating  Window   `json:"rating"`  // between the highest and the lowest rating in a match
	Sigmas  float64  `json:"sigmas"`  // by so many of his sigmas is the rating window of a player wider, up to Rating.To
	Regions []string `json:"regions"` // where rooms can be. None: latencies do not count
	Latency Window   `json:"latency"` // to the region of the match, in milliseconds
	Same    []string `json:"same"`    // strings that all in a match share
	Near    []Near   `json:"near"`    // numbers that may not be too far apart

	UrgentAfter time.Duration `json:"-"` // wait after which a ticket's windows are everybody's whom it meets. 0: never
	RecentFor   time.Duration `json:"-"` // wait during which those met lately are avoided. 0: they are not

	StartAfter time.Duration `json:"-"`        // the longest wait for more than Min people. 0: no wait
	BotsAfter  time.Duration `json:"-"`        // wait after which fewer than Min start, with bots in the other seats. 0: never
	Timeout    time.Duration `json:"-"`        // the longest wait of all. 0: for ever
	Backfill   bool          `json:"backfill"` // rooms that play already take newcomers, before new ones are made

	AcceptWithin time.Duration `json:"-"` // how long the players of a new match have to accept it. 0: they are not asked
}

// Window is a limit that widens while somebody waits. The zero Window is no limit.
type Window struct {
	From      float64 `json:"from"`       // at first
	PerSecond float64 `json:"per_second"` // so much wider with every second
	To        float64 `json:"to"`         // the widest. 0: From, or without end if it widens
}

// Near is a number that tickets have, and how far apart it may be in a match.
type Near struct {
	Number string `json:"number"`
	Window Window `json:"window"`
}

// at is how wide the window is after a wait, for one whose window is wider by extra.
func (w Window) at(wait time.Duration, extra float64) float64 {
	if w == (Window{}) {
		return math.Inf(1)
	}
	return min(w.From+extra+w.PerSecond*wait.Seconds(), w.widest())
}

func (w Window) widest() float64 {
	switch {
	case w.To > 0:
		return w.To
	case w.PerSecond > 0 || w == Window{}:
		return math.Inf(1)
	}
	return w.From
}

// grown is the wait after which the window widens no more.
func (w Window) grown() time.Duration {
	switch {
	case w.PerSecond == 0:
		return 0
	case w.To == 0:
		return math.MaxInt64
	}
	return time.Duration(math.Ceil((w.To - w.From) / w.PerSecond * float64(time.Second)))
}

// grown is the wait after which no window widens any more.
func (r *Rule) grown() time.Duration {
	grown := max(r.Rating.grown(), r.Balance.grown())
	if len(r.Regions) > 0 {
		grown = max(grown, r.Latency.grown())
	}
	for _, near := range r.Near {
		grown = max(grown, near.Window.grown())
	}
	return grown
}

// least is the fewest people that a match begins with when that is the longest wait in it.
func (r *Rule) least(wait time.Duration) int {
	switch {
	case r.BotsAfter > 0 && wait >= r.BotsAfter:
		return 1
	case wait >= r.StartAfter:
		return r.Min
	}
	return r.Max
}

// Takes fails, with ErrTicket, on a ticket that could not wait where the rule holds.
func (r *Rule) Takes(t Ticket) error {
	if err := t.check(); err != nil {
		return err
	}
	if largest := r.Max / max(1, r.Teams); len(t.Players) > largest {
		return fmt.Errorf("%w: a party of %d where %d play together", ErrTicket, len(t.Players), largest)
	}
	return nil
}

// Validate names the first field that makes no sense.
func (r *Rule) Validate() error {
	bad := func(field, what string, args ...any) error {
		return fmt.Errorf("matchmaking: rule: %s: %s", field, fmt.Sprintf(what, args...))
	}
	switch {
	case r.Min < 1:
		return bad("min", "%d, want 1 or more", r.Min)
	case r.Max < r.Min || r.Max > MaxPeople:
		return bad("max", "%d, want %d to %d", r.Max, r.Min, MaxPeople)
	case r.Teams < 0 || r.Teams == 1:
		return bad("teams", "%d, want none or at least 2", r.Teams)
	case r.Teams > 0 && r.Max%r.Teams != 0:
		return bad("max", "%d cannot be shared among %d teams", r.Max, r.Teams)
	case r.Teams > 0 && r.Min%r.Teams != 0:
		return bad("min", "%d cannot be shared among %d teams", r.Min, r.Teams)
	case r.Teams > 0 && r.Backfill:
		return bad("backfill", "rooms with teams take no newcomers")
	case r.Teams == 0 && r.Balance != Window{}:
		return bad("balance", "there are no teams")
	case !(r.Sigmas >= 0 && r.Sigmas < math.Inf(1)):
		return bad("sigmas", "%v", r.Sigmas)
	case len(r.Regions) > MaxRegions:
		return bad("regions", "%d, want %d at most", len(r.Regions), MaxRegions)
	case len(r.Regions) == 0 && r.Latency != Window{}:
		return bad("regions", "none, but latency has a limit")
	case len(r.Near) > MaxNear:
		return bad("near", "%d, want %d at most", len(r.Near), MaxNear)
	}
	for i, region := range r.Regions {
		if region == "" || slices.Contains(r.Regions[:i], region) {
			return bad("regions", "%q is empty, or there twice", region)
		}
	}
	windows := map[string]Window{"balance": r.Balance, "rating": r.Rating, "latency": r.Latency}
	fields := []string{"balance", "rating", "latency"}
	for i, near := range r.Near {
		field := fmt.Sprintf("near[%d]", i)
		fields, windows[field] = append(fields, field), near.Window
	}
	for _, field := range fields {
		if err := windows[field].validate(); err != nil {
			return bad(field, "%v", err)
		}
	}
	waits := []time.Duration{r.UrgentAfter, r.RecentFor, r.StartAfter, r.BotsAfter, r.Timeout}
	for i, field := range []string{"urgent_after", "recent_for", "start_after", "bots_after", "timeout"} {
		if waits[i] < 0 || waits[i] > maxWait {
			return bad(field, "%v, want 0 to %v", waits[i], maxWait)
		}
	}
	if r.AcceptWithin < 0 || r.AcceptWithin > maxAccept {
		return bad("accept_within", "%v, want 0 to %v", r.AcceptWithin, maxAccept)
	}
	return nil
}

// maxAccept is the longest that a rule can let players wait for one who does not answer.
const maxAccept = 10 * time.Minute

// maxWait is the longest that a rule can name; times stay far from where they overflow.
const maxWait = 30 * 24 * time.Hour

func (w Window) validate() error {
	for _, limit := range []float64{w.From, w.PerSecond, w.To} {
		if !(limit >= 0 && limit <= maxRating) {
			return fmt.Errorf("%v, want 0 to %v", limit, maxRating)
		}
	}
	if w.To > 0 && w.To < w.From {
		return fmt.Errorf("to %v is less than from %v", w.To, w.From)
	}
	if w.PerSecond > 0 && w.PerSecond < 1e-3 {
		return fmt.Errorf("per_second %v, want 0 or 0.001 at least", w.PerSecond)
	}
	return nil
}
