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

// mostOwned is how many rooms that players made a node has at most: some may be kept though nobody is there, and
// each session may make some.
const mostOwned = 10_000

var (
	errManyRooms = &wire.Error{Code: pb.Code_CODE_UNAVAILABLE, Message: "this server has all the rooms that it can keep", Retry: 30 * time.Second}
	errNowhere   = wire.Errorf(pb.Code_CODE_WRONG_PHASE, "you are in no room")
	errElsewhere = wire.Errorf(pb.Code_CODE_WRONG_PHASE, "you are in a room, or wait in a queue")
)

var errDraining = &wire.Error{Code: pb.Code_CODE_DRAINING, Message: "this server stops", Retry: time.Second}

// place is a room as the sessions in it know it.
type place struct {
	server  *Server
	room    *room.Room
	kind    game.Kind
	code    string     // of a room that players made; "": it is none
	plan    *wire.Plan // of the game's views; nil: they have none, and are sent as they are
	sockets *sockets
	stop    func()

	// The streams of the match: of players, where all see the same, and of those who look on. They belong to
	// the room's goroutine, which calls Session.Update.
	match   string
	shared  *wire.Stream
	watched *wire.Stream
}

// keepViews is for how long a view can be the base of a delta.
const keepViews = 3 * time.Second

// stream makes the deltas of a match: one for all where the game is open, else one for each who
// asks; and one for all who look on, as what they see may be older. Nil: views are sent as they are. It
// runs on the room's goroutine.
func (p *place) stream(match string, seat game.Seat) *wire.Stream {
	info := p.kind.Info()
	if p.plan == nil {
		return nil
	}
	if match != p.match {
		p.match, p.shared, p.watched = match, nil, nil
	}
	one := &p.shared
	switch {
	case seat == game.Watcher:
		one = &p.watched
	case !info.Open:
		one = new(*wire.Stream)
	}
	if *one == nil {
		*one = wire.NewStream(p.plan, uint32(keepViews/info.Period()))
	}
	return *one
}

// busy tells whether a match goes on that has an end of its own, or is about to begin.
func (p *place) busy() bool {
	card := p.room.Info()
	return card.Phase == room.Opening || card.Phase == room.Playing && !card.Endless
}

// guests are those whom a ticket brings to a room.
type guests struct {
	ticket   matchmaking.Ticket
	sessions []*Session
	team     int
}

// Place brings those together whom the queue has matched.
func (h host) Place(m matchmaking.Match) {
	var coming []guests
	for i, t := range m.Tickets {
		g := guests{ticket: t}
		h.each(t, func(each *Session) {
			if each.holds(t.ID) {
				g.sessions = append(g.sessions, each)
			}
		})
		if m.Teams != nil {
			g.team = m.Teams[i]
		}
		switch {
		case len(g.sessions) < len(t.Players):
			h.endWait(t, errPartyLost) // somebody is over, while they waited
		case h.Draining():
			h.endWait(t, errDraining)
		default:
			h.cfg.Meter.Waited(m.Queue, time.Since(t.Since))
			coming = append(coming, g)
		}
	}
	switch {
	case m.New && len(coming) > 0:
		h.cfg.Meter.Matched(m.Queue, m.Spread)
		h.start(m, coming)
	case m.New:
		h.queue.Offer(m.Queue, matchmaking.Opening{Room: m.Room})
	default:
		for _, g := range coming {
			h.board(m.Room, g)
		}
	}
	acquaint(coming)
}

// acquaint notes who has met whom. Those of a party are together as they wish.
func acquaint(coming []guests) {
	for i, g := range coming {
		var others []string
		for j, other := range coming {
			if i != j {
				others = append(others, other.ticket.Players...)
			}
		}
		for _, each := range g.sessions {
			each.meets(others)
		}
	}
}

// start makes a room for those who were matched.
func (s *Server) start(m matchmaking.Match, coming []guests) {
	rule, _ := s.queue.Rule(m.Queue)
	spare := s.games[m.Queue.Game].Info().Seats.Max - rule.Max // seats that the queue leaves free
	cfg := room.Config{
		ID: m.Room, Mode: m.Queue.Mode,
		Friends: len(coming) == 1 && len(coming[0].sessions) > 1 && !rule.Backfill, // and nobody else may come
		Free:    func(seats int) bool { return s.queue.Offer(m.Queue, m.Opening(seats-spare)) },
	}
	if err := s.open(m.Queue.Game, cfg, coming...); err != nil { // the server ends
		for _, g := range coming {
			s.endWait(g.ticket, codeOf(err))
		}
	}
}

// open makes a room from what cfg says of it, seats its guests, and runs it.
func (s *Server) open(game string, cfg room.Config, coming ...guests) error {
	kind := s.games[game]
	ctx, stop := context.WithCancelCause(s.roomsCtx)
	p := &place{server: s, kind: kind, plan: s.plans[game], stop: func() { stop(errDraining) }}
	p.sockets = &sockets{place: p}
	cfg.Number, cfg.Kind, cfg.Bots, cfg.Waits = s.numbers.Add(1), kind, s.cfg.Bots[game], s.cfg.Waits
	cfg.Outcome, cfg.Scored, cfg.Crashed, cfg.Observe = s.cfg.Outcome, s.cfg.Scored, s.cfg.Crashed, s.cfg.Observe
	cfg.Logger, cfg.Sockets = s.cfg.Logger, p.sockets
	var players []room.Player
	for _, g := range coming {
		for _, each := range g.sessions {
			players, cfg.Teams = append(players, each), append(cfg.Teams, g.team)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		stop(nil)
		return errDraining
	}
	if cfg.Code != "" && len(s.codes) >= mostOwned {
		stop(nil)
		return errManyRooms
	}
	if cfg.Code != "" {
		for s.codes[cfg.Code] != nil {
			cfg.Code = newCode()
		}
	}
	p.room = room.New(cfg, players...)
	if !p.takes(coming) { // a leader may just have queued his party
		stop(nil)
		return errElsewhere
	}
	s.rooms[cfg.ID] = p
	if cfg.Code != "" {
		p.code, s.codes[cfg.Code] = cfg.Code, p
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

// board sends those who were matched to a room that plays, all of them or none.
func (s *Server) board(id string, g guests) {
	s.mu.Lock()
	p := s.rooms[id]
	s.mu.Unlock()
	if p != nil && s.admit(p, g) == nil {
		return
	}
	if !s.queue.Return(g.ticket) {
		s.endWait(g.ticket, wire.Errorf(pb.Code_CODE_UNAVAILABLE, "the queue is overrun"))
	}
}

// admit has the room of p seat those who come, or turn them away.
func (s *Server) admit(p *place, g guests) error {
	if !p.takes([]guests{g}) {
		return errElsewhere
	}
	players := make([]room.Player, 0, len(g.sessions))
	for _, each := range g.sessions {
		players = append(players, each)
	}
	err := p.room.TryJoin(players...)
	if err == nil {
		return nil
	}
	p.lets(g.sessions)
	return codeOf(err)
}

// takes notes that all who come are here. It answers false, and none is, if one of them is elsewhere.
func (p *place) takes(coming []guests) bool {
	var taken []*Session
	for _, g := range coming {
		for _, each := range g.sessions {
			if !each.sits(p, g.ticket.ID) {
				p.lets(taken)
				return false
			}
			taken = append(taken, each)
		}
	}
	return true
}

// lets undoes takes.
func (p *place) lets(sessions []*Session) {
	for _, each := range sessions {
		each.stands(p.room)
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
		{room.ErrMissing, pb.Code_CODE_WRONG_PHASE, "too few players to begin, or uneven teams"},
		{room.ErrNotOwner, pb.Code_CODE_FORBIDDEN, "only the owner of the room may do that"},
		{room.ErrKicked, pb.Code_CODE_FORBIDDEN, "the owner of the room has sent you away"},
		{room.ErrLocked, pb.Code_CODE_FORBIDDEN, "the owner of the room lets nobody in"},
		{room.ErrNoWatch, pb.Code_CODE_FORBIDDEN, "nobody may look on in this game"},
		{room.ErrNoSeat, pb.Code_CODE_NOT_FOUND, "no such seat"},
		{room.ErrTaken, pb.Code_CODE_ROOM_FULL, "that seat is taken"},
		{room.ErrConflict, pb.Code_CODE_CONFLICT, "that prop is not what it was"},
		{room.ErrProp, pb.Code_CODE_BAD_REQUEST, "a room bears no such prop: too long, or one too many"},
		{room.ErrNobody, pb.Code_CODE_NOT_FOUND, "nobody of that id sits here"},
		{room.ErrClosed, pb.Code_CODE_ROOM_CLOSED, "the room has closed"},
		{room.ErrAway, pb.Code_CODE_EXPIRED, "away for too long: the seat was given up"},
		{room.ErrTooFew, pb.Code_CODE_ROOM_CLOSED, "too few players for a match"},
		{room.ErrOverloaded, pb.Code_CODE_ROOM_OVERLOADED, "the game took longer than its ticks allow"},
		{room.ErrCrashed, pb.Code_CODE_INTERNAL, "the game failed"},
		{matchmaking.ErrNoQueue, pb.Code_CODE_NOT_FOUND, "no such game or mode"},
		{matchmaking.ErrTicket, pb.Code_CODE_BAD_REQUEST, "such a ticket cannot wait there"},
		{matchmaking.ErrNothingFound, pb.Code_CODE_WRONG_PHASE, "there is no match to accept"},
		{matchmaking.ErrQueued, pb.Code_CODE_WRONG_PHASE, "waiting in a queue already"},
		{matchmaking.ErrClosed, pb.Code_CODE_DRAINING, "this server stops"},
	} {
		if errors.Is(err, known.err) {
			return wire.Errorf(known.code, "%s", known.text)
		}
	}
	return wire.ToError(err)
}
