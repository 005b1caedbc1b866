package session

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"parlor/matchmaking"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// What a client may say about its wish for a match.
const (
	mostLatencies  = matchmaking.MaxRegions
	mostAttributes = 16
	mostBlocked    = 32
	maxName        = 32 // bytes of a region or an attribute
	maxText        = 64 // bytes
)

var (
	errUnmatched   = wire.Errorf(pb.Code_CODE_EXPIRED, "nobody was found in time")
	errUnaccepted  = wire.Errorf(pb.Code_CODE_EXPIRED, "the match was not accepted in time")
	errPartyLost   = wire.Errorf(pb.Code_CODE_EXPIRED, "somebody of the party is gone")
	errPartyBusy   = wire.Errorf(pb.Code_CODE_WRONG_PHASE, "somebody of the party is in a room or waits already, or has just come or gone")
	errNotLeader   = wire.Errorf(pb.Code_CODE_FORBIDDEN, "only the leader of the party may do that")
	errManyWishes  = wire.Errorf(pb.Code_CODE_BAD_REQUEST, "too many latencies, attributes or blocked players")
	errLongWish    = wire.Errorf(pb.Code_CODE_BAD_REQUEST, "an attribute or a region is too long")
	errNotAccepted = wire.Errorf(pb.Code_CODE_WRONG_PHASE, "there is no match to accept")
)

// mostMet is how many of those whom a player met last are avoided, where his queue's rule says so.
const mostMet = 16

// joinQueue has the player wait for a match, and his party with him.
func (s *Session) joinQueue(c *pb.JoinQueue) error {
	name := matchmaking.Name{Game: c.Game, Mode: c.Mode}
	rule, ok := s.server.queue.Rule(name)
	if !ok {
		return matchmaking.ErrNoQueue
	}
	if err := s.idle(); err != nil {
		return err
	}
	party, leads := s.server.partyOf(s)
	if !leads {
		return errNotLeader
	}
	t := matchmaking.Ticket{ID: uuid.NewString(), Queue: name, Since: time.Now()}
	if err := wishes(&t, c); err != nil {
		return err
	}
	for _, each := range party {
		t.Players = append(t.Players, each.player)
		t.Recent = append(t.Recent, each.lately()...)
	}
	t.Recent = t.Recent[:min(len(t.Recent), matchmaking.MaxAvoided)]
	if err := rule.Takes(t); err != nil {
		return err
	}
	if err := s.take(&s.joins, "waits"); err != nil {
		return err
	}
	s.server.rate(&t, rule)
	return s.server.enqueue(t, rule, party)
}

// wishes puts what a client says about itself into its ticket.
func wishes(t *matchmaking.Ticket, c *pb.JoinQueue) error {
	if len(c.Latencies) > mostLatencies || len(c.Attributes) > mostAttributes || len(c.Blocked) > mostBlocked {
		return errManyWishes
	}
	t.Blocked = c.Blocked
	for _, l := range c.Latencies {
		if len(l.Region) > maxName {
			return errLongWish
		}
		if t.Latency == nil {
			t.Latency = map[string]int{}
		}
		t.Latency[l.Region] = int(l.Ms)
	}
	for _, a := range c.Attributes {
		if len(a.Name) > maxName || len(a.Text) > maxText {
			return errLongWish
		}
		if t.Strings == nil {
			t.Strings, t.Numbers = map[string]string{}, map[string]float64{}
		}
		t.Strings[a.Name], t.Numbers[a.Name] = a.Text, float64(a.Number)
	}
	return nil
}

// rate gives a ticket the mean rating of its players, where the rule asks for it.
func (s *Server) rate(t *matchmaking.Ticket, rule matchmaking.Rule) {
	if s.cfg.Rating == nil || rule.Rating == (matchmaking.Window{}) && rule.Balance == (matchmaking.Window{}) {
		return
	}
	n := float64(len(t.Players))
	for _, player := range t.Players {
		r := s.cfg.Rating(t.Queue, player)
		t.Rating.Mu, t.Rating.Sigma = t.Rating.Mu+r.Mu/n, t.Rating.Sigma+r.Sigma/n
	}
}

// enqueue takes the ticket of a party, if all of it are free to wait.
func (s *Server) enqueue(t matchmaking.Ticket, rule matchmaking.Rule, party []*Session) error {
	estimate, _, err := s.queue.Estimate(context.Background(), t.Queue)
	if err != nil {
		return err
	}
	first := &pb.Queued{
		Ticket: t.ID, Game: t.Queue.Game, Mode: t.Queue.Mode,
		Found: uint32(len(party)), Needed: uint32(rule.Min), BotsInMs: uint32(rule.BotsAfter.Milliseconds()),
		EstimateMs: uint32(estimate.Milliseconds()),
	}
	if err := s.reserve(&t, first, party); err != nil { // before it can be matched
		return err
	}
	for _, each := range party {
		each.pushQueued(t.ID, time.Time{}, func(*pb.Queued) {})
	}
	if err := s.queue.Add(context.Background(), t); err != nil {
		s.endWait(t, codeOf(err))
		return err
	}
	if now, _ := s.partyOf(party[0]); !slices.Equal(now, party) { // they looked for the ticket too early
		s.endWaitOf(party[0], nil)
	} else if s.Draining() {
		s.endWaitOf(party[0], errDraining)
	}
	return nil
}

// reserve notes that all of a party wait, if it is what it was and they are free to.
func (s *Server) reserve(t *matchmaking.Ticket, first *pb.Queued, party []*Session) error {
	s.mu.Lock() // nobody comes or goes
	defer s.mu.Unlock()
	if p := party[0].party; p != nil && !slices.Equal(p.members, party) || p == nil && len(party) > 1 {
		return errPartyBusy
	}
	for i, each := range party {
		if !each.waits(t, first) {
			for _, other := range party[:i] {
				other.forgetTicket(t.ID)
			}
			return errPartyBusy
		}
	}
	return nil
}

func (s *Session) cancelQueue() error {
	t, was, err := s.server.queue.Remove(context.Background(), s.player)
	if err != nil {
		return err
	}
	if !was {
		return wire.Errorf(pb.Code_CODE_WRONG_PHASE, "you wait in no queue")
	}
	s.server.endWait(t, nil) // the one that is gone: a leader may just have queued his party anew
	return nil
}

// accept answers a match that was found.
func (s *Session) accept(yes bool) error {
	if !s.found() {
		return errNotAccepted
	}
	if !yes {
		return s.cancelQueue()
	}
	return s.server.queue.Accept(context.Background(), s.player)
}

// tellQueue tells the queue whether the player is there, if he waits: while he is not, nobody is matched
// with him. Two who tell of changes may overtake each other, so whoever finds that it is different by now tells
// again.
func (s *Session) tellQueue() {
	for {
		t, there := s.waiting(), s.Online()
		if t == nil {
			return
		}
		_ = s.server.queue.Hold(context.Background(), s.player, !there) // closed: the server ends
		if s.Online() == there {
			return
		}
	}
}

// host does what the queue decides, on the queue's goroutine. None of it waits.
type host struct{ *Server }

// Found tells of a match that is to be accepted, or that one more has accepted.
func (h host) Found(f matchmaking.Found) {
	for _, t := range f.Tickets {
		h.each(t, func(each *Session) {
			each.pushQueued(t.ID, f.Until, func(q *pb.Queued) {
				q.Found, q.Accepted = uint32(f.People), uint32(len(f.Accepted))
				q.Answered = slices.Contains(f.Accepted, each.player)
			})
		})
	}
}

func (h host) Dissolved(t matchmaking.Ticket) {
	h.each(t, func(each *Session) {
		each.pushQueued(t.ID, time.Time{}, func(q *pb.Queued) { q.Found, q.Accepted, q.Answered = uint32(len(t.Players)), 0, false })
	})
}

func (h host) Ended(t matchmaking.Ticket, why matchmaking.End) {
	err := errUnmatched
	if why == matchmaking.NotAccepted {
		err = errUnaccepted
	}
	h.endWait(t, err)
}

// Away tells of somebody who is not there, or not back yet from a room that had no seat: who stays with his
// party is asked for the last time when all of them are.
func (h host) Away(_ matchmaking.Ticket, player string) bool {
	h.mu.Lock()
	session := h.players[player]
	h.mu.Unlock()
	return session == nil || !session.free()
}

// each calls f for the sessions of a ticket's players that are there still.
func (s *Server) each(t matchmaking.Ticket, f func(*Session)) {
	for _, player := range t.Players {
		s.mu.Lock()
		session := s.players[player]
		s.mu.Unlock()
		if session != nil {
			f(session)
		}
	}
}

// endWait tells all who waited with a ticket that it is gone; why is nil where one of them asked for it.
func (s *Server) endWait(t matchmaking.Ticket, why *wire.Error) {
	t.Players = slices.Clone(t.Players)
	slices.Reverse(t.Players) // the leader is told last: he may queue them again at once
	s.each(t, func(each *Session) {
		each.pushQueued(t.ID, time.Time{}, func(q *pb.Queued) {
			q.Cancelled, q.Error, q.Accepted, q.Answered = true, why.Proto(), 0, false
		})
	})
}

// pushQueued tells how the ticket stands, if the player waits with it. A match is to be accepted until by; zero:
// none is.
func (s *Session) pushQueued(ticket string, by time.Time, change func(*pb.Queued)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ticket == nil || s.ticket.ID != ticket {
		return
	}
	found := !by.IsZero() || !s.acceptBy.IsZero() // a match, or it is none any more
	s.acceptBy = by
	change(s.queued)
	if found && !s.queued.Cancelled { // others can bring that about again and again: it waits until the news before is heard
		s.out.stale[newsOfQueue] = true
	} else {
		s.pushNews(newsOfQueue)
	}
	if s.queued.Cancelled {
		s.ticket = nil // before he can hear of it
	}
	s.signal()
}

// waiting is the ticket that the player waits with; nil: none.
func (s *Session) waiting() *matchmaking.Ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.room != nil {
		return nil // he is on his way
	}
	return s.ticket
}

// found tells whether there is a match to accept.
func (s *Session) found() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ticket != nil && !s.acceptBy.IsZero()
}

// waits notes that the player is in a queue. It answers false if he is elsewhere.
func (s *Session) waits(t *matchmaking.Ticket, q *pb.Queued) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.room != nil || s.ticket != nil || s.over {
		return false
	}
	s.ticket, s.queued, s.acceptBy = t, proto.CloneOf(q), time.Time{}
	return true
}

// forgetTicket notes that he is not any more.
func (s *Session) forgetTicket(ticket string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ticket != nil && s.ticket.ID == ticket {
		s.ticket = nil
	}
}

// holds tells whether the player still waits with that ticket.
func (s *Session) holds(ticket string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ticket != nil && s.ticket.ID == ticket && s.room == nil && !s.over
}

// lately are those whom the player met in his last matches.
func (s *Session) lately() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.met
}

// meets notes whom he is put together with. The list is made anew: tickets keep the old one.
func (s *Session) meets(others []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	met := append([]string{}, others[:min(len(others), mostMet)]...)
	s.met = append(met, s.met[:min(len(s.met), mostMet-len(met))]...)
}
