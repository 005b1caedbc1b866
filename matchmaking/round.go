package matchmaking

// Round is what one call of [Pool.Match] has decided. What is told of a ticket later, in the order
// of these lists, holds: whose match was dissolved may have been found another already.
type Round struct {
	Dissolved []Ticket // were in a match that was found, and is none any more. They wait on
	Found     []Found  // just now; or somebody has accepted
	Matches   []Match
	Ended     []Ended
}

// Ended is a ticket that waits no more, and is in no match. Those that were removed are not told.
type Ended struct {
	Ticket Ticket
	Why    End
}

// End is why a ticket has ended.
type End int

const (
	TimedOut    End = 1 + iota // nobody was found for it in time
	NotAccepted                // somebody in it has not accepted a match in time
)

func (e End) String() string {
	switch e {
	case TimedOut:
		return "timed out"
	case NotAccepted:
		return "not accepted"
	}
	return "unknown"
}

// Host acts on what a Queue has decided: it makes the rooms, and tells the players. It is called
// on the queue's goroutine, and must not wait.
type Host interface {
	Place(Match)
	Found(Found)       // also when somebody has accepted, until all have
	Dissolved(Ticket)  // what was found for it is no match. It waits on
	Ended(Ticket, End) // it waits no more

	// Away tells which player of a ticket that is taken in is away just then: what was told by Hold before
	// was of no ticket.
	Away(t Ticket, player string) bool
}

func (r *Round) tell(host Host) {
	for _, t := range r.Dissolved {
		host.Dissolved(t)
	}
	for _, f := range r.Found {
		host.Found(f)
	}
	for _, m := range r.Matches {
		host.Place(m)
	}
	for _, e := range r.Ended {
		host.Ended(e.Ticket, e.Why)
	}
}
