package session

import (
	"cmp"
	"context"
	"errors"
	"runtime/pprof"
	"slices"
	"time"

	"parlor/game"
	"parlor/game/room"
	"parlor/matchmaking"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

var errDraining = &wire.Error{Code: pb.Code_CODE_DRAINING, Message: "this server stops", Retry: time.Second}

// place is a room as the sessions in it know it.
type place struct {
	server  *Server
	room    *room.Room
	kind    game.Kind
	code    string     // of a private room; "": it is none
	plan    *wire.Plan // of the game's views; nil: they have none, and are sent as they are
	sockets *sockets
	stop    func()

	// The stream of the match, where all see the same. It belongs to the room's goroutine, which
	// calls Session.Update.
	match  string
	shared *wire.Stream
}

// keepViews is for how long a view can be the base of a delta.
const keepViews = 3 * time.Second

// stream makes the deltas of a match: one for all where the game is open, else one for each who
// asks. Nil: views are sent as they are. It runs on the room's goroutine.
func (p *place) stream(match string) *wire.Stream {
	info := p.kind.Info()
	if p.plan == nil {
		return nil
	}
	if info.Open && match == p.match {
		return p.shared
	}
	stream := wire.NewStream(p.plan, uint32(keepViews/info.Period()))
	if info.Open {
		p.match, p.shared = match, stream
	}
	return stream
}

// busy tells whether a match goes on that has an end of its own, or is about to begin.
func (p *place) busy() bool {
	card := p.room.Info()
	return card.Phase == room.Opening || card.Phase == room.Playing && !card.Endless
}

// host is the Server as its queue sees it: what it decides is done on the queue's goroutine, and
// does not wait. No client can accept a match yet, so none is told of one that is found.
type host struct{ server *Server }

func (h host) Place(m matchmaking.Match)                     { h.server.place(m) }
func (h host) Found(matchmaking.Found)                       {}
func (h host) Dissolved(matchmaking.Ticket)                  {}
func (h host) Ended(t matchmaking.Ticket, _ matchmaking.End) { h.server.timedOut(t) }

// place does what the queue has decided. It runs on the queue's goroutine and does not wait.
func (s *Server) place(m matchmaking.Match) {
	var players []room.Player
	var tickets []matchmaking.Ticket // of players
	for _, t := range m.Tickets {
		s.mu.Lock()
		session := s.players[t.Players[0]] // who queues here queues alone
		s.mu.Unlock()
		if session == nil || !session.holds(t.ID) {
			continue // over, while he waited
		}
		if s.Draining() {
			session.unqueue()
			continue
		}
		s.cfg.Meter.Waited(m.Queue, time.Since(t.Since))
		players, tickets = append(players, session), append(tickets, t)
	}
	if m.New {
		if len(players) > 0 {
			s.start(m, players)
		} else {
			s.queue.Offer(m.Queue, matchmaking.Opening{Room: m.Room})
		}
		return
	}
	for i, p := range players {
		session := p.(*Session)
		if err := s.enter(m.Room, session); err != nil {
			s.putBack(tickets[i], session)
		}
	}
}

// timedOut tells a player that nobody was found for him. It runs on the queue's goroutine.
func (s *Server) timedOut(t matchmaking.Ticket) {
	s.mu.Lock()
	session := s.players[t.Players[0]]
	s.mu.Unlock()
	if session != nil && session.holds(t.ID) {
		session.unqueue()
	}
}

// start makes a room for those who were matched.
func (s *Server) start(m matchmaking.Match, players []room.Player) {
	rule, _ := s.queue.Rule(m.Queue)
	spare := s.games[m.Queue.Game].Info().Seats.Max - rule.Max // seats that the queue leaves free
	_ = s.open(m.Queue.Game, room.Config{                      // it fails as the server ends, and players with it
		ID: m.Room, Mode: m.Queue.Mode, Free: func(seats int) bool { return s.queue.Offer(m.Queue, m.Opening(seats-spare)) },
	}, players...)
}

// open makes a room from what cfg says of it, seats players, and runs it.
func (s *Server) open(game string, cfg room.Config, players ...room.Player) error {
	kind := s.games[game]
	ctx, stop := context.WithCancelCause(s.roomsCtx)
	p := &place{server: s, kind: kind, plan: s.plans[game], stop: func() { stop(errDraining) }}
	p.sockets = &sockets{place: p}
	cfg.Number, cfg.Kind, cfg.Bots, cfg.Waits = s.numbers.Add(1), kind, s.cfg.Bots[game], s.cfg.Waits
	cfg.Outcome, cfg.Scored, cfg.Crashed, cfg.Observe = s.cfg.Outcome, s.cfg.Scored, s.cfg.Crashed, s.cfg.Observe
	cfg.Logger, cfg.Sockets = s.cfg.Logger, p.sockets
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		stop(nil)
		return errDraining
	}
	if cfg.Code != "" {
		for s.codes[cfg.Code] != nil {
			cfg.Code = newCode()
		}
		p.code, s.codes[cfg.Code] = cfg.Code, p
	}
	p.room = room.New(cfg, players...)
	s.rooms[cfg.ID] = p
	for _, player := range players {
		player.(*Session).sits(p)
	}
	s.running.Go(func() {
		pprof.Do(ctx, pprof.Labels("game", game, "room", cfg.ID), p.room.Run)
		stop(nil)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.rooms, cfg.ID)
		delete(s.codes, p.code)
	})
	return nil
}

// enter asks for a seat in a room that plays already.
func (s *Server) enter(id string, session *Session) error {
	s.mu.Lock()
	p := s.rooms[id]
	s.mu.Unlock()
	if p == nil || p.code != "" { // a private room is not there for who has no code
		return wire.Errorf(pb.Code_CODE_NOT_FOUND, "no room %q", id)
	}
	return s.admit(p, session)
}

// admit has the room of p seat the player, or turn him away.
func (s *Server) admit(p *place, session *Session) error {
	session.sits(p)
	if err := p.room.TryJoin(session); err != nil {
		session.stands(p.room)
		return codeOf(err)
	}
	return nil
}

// putBack queues a ticket again whose place was gone, with the wait that it had.
func (s *Server) putBack(t matchmaking.Ticket, session *Session) {
	session.waits(t)
	if !s.queue.Return(t) {
		session.unqueue()
	}
}

// Rooms are the rooms of this node, by id.
func (s *Server) Rooms() []room.Info {
	var cards []room.Info
	for _, p := range s.places() {
		cards = append(cards, p.room.Info())
	}
	slices.SortFunc(cards, func(a, b room.Info) int { return cmp.Compare(a.ID, b.ID) })
	return cards
}

func (s *Server) places() []*place {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*place, 0, len(s.rooms))
	for _, p := range s.rooms {
		all = append(all, p)
	}
	return all
}

// codeOf gives the errors of rooms and queues the codes that clients know.
func codeOf(err error) *wire.Error {
	for _, known := range []struct {
		err  error
		code pb.Code
		text string
	}{
		{room.ErrFull, pb.Code_CODE_ROOM_FULL, "no free seat"},
		{room.ErrPhase, pb.Code_CODE_WRONG_PHASE, "not in this phase of the room"},
		{room.ErrMissing, pb.Code_CODE_WRONG_PHASE, "too few players to begin"},
		{room.ErrNotOwner, pb.Code_CODE_FORBIDDEN, "only the owner of the room may do that"},
		{room.ErrKicked, pb.Code_CODE_FORBIDDEN, "the owner of the room has sent you away"},
		{room.ErrNobody, pb.Code_CODE_NOT_FOUND, "nobody of that id sits here"},
		{room.ErrClosed, pb.Code_CODE_ROOM_CLOSED, "the room has closed"},
		{room.ErrAway, pb.Code_CODE_EXPIRED, "away for too long: the seat was given up"},
		{room.ErrTooFew, pb.Code_CODE_ROOM_CLOSED, "too few players for a match"},
		{room.ErrOverloaded, pb.Code_CODE_ROOM_OVERLOADED, "the game took longer than its ticks allow"},
		{room.ErrCrashed, pb.Code_CODE_INTERNAL, "the game failed"},
		{matchmaking.ErrNoQueue, pb.Code_CODE_NOT_FOUND, "no such game or mode"},
		{matchmaking.ErrTicket, pb.Code_CODE_BAD_REQUEST, "such a ticket cannot wait there"},
		{matchmaking.ErrQueued, pb.Code_CODE_WRONG_PHASE, "waiting in a queue already"},
		{matchmaking.ErrClosed, pb.Code_CODE_DRAINING, "this server stops"},
	} {
		if errors.Is(err, known.err) {
			return wire.Errorf(known.code, "%s", known.text)
		}
	}
	return wire.ToError(err)
}
