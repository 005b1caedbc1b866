package session

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"parlor/game"
	"parlor/game/room"
	"parlor/matchmaking"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

var (
	errReplaced = wire.Errorf(pb.Code_CODE_REPLACED, "the same player connected elsewhere")
	errTooSlow  = wire.Errorf(pb.Code_CODE_TOO_SLOW, "nothing was acknowledged for too long")
	errOver     = wire.Errorf(pb.Code_CODE_EXPIRED, "the session is over")
)

// Session is one player's, from his hello until nobody has come back for it. It is a room.Player.
type Session struct {
	server *Server
	id     string
	player string

	reading sync.Mutex // held while a frame is done; it may wait for a room's inbox, and mu never does

	mu     sync.Mutex // guards what follows
	name   string
	link   *link // nil: not connected
	goneAt time.Time
	tokens tokens
	out    outbox
	check  bool // the client wants hashes of views
	away   bool // the client says that it is frozen
	over   bool // forgotten: nobody may connect to it any more

	room   *room.Room // where he sits, or is about to
	place  *place     // the same
	match  string
	stream *wire.Stream        // of the match, for deltas; nil: views are sent as they are
	seen   *room.State         // the newest of the room; nil: he was told of none
	told   *room.State         // what the items say so far; it differs from seen in members at most
	seat   game.Seat           // in both
	ticket *matchmaking.Ticket // that he waits with; nil: he does not
	seq    uint32              // highest input received
	client int                 // counts those that have taken the session over
	call   uint32              // highest call answered, of the newest
	tries  wire.Bucket         // of codes
	looks  wire.Bucket         // at all rooms
	makes  wire.Bucket         // of rooms
	joins  wire.Bucket         // of queues
	reads  wire.Bucket         // of boards

	queued   *pb.Queued // how the ticket stands
	acceptBy time.Time  // a match is to be accepted until then; zero: none is
	met      []string   // in the last matches
	shut     []string   // the last rooms that keep him out, at most mostShut
	posted   []string   // boards that he has not been told of
	shown    *pb.Party  // his party, as it stands; nil: he was in none

	party *party // the same, guarded by the server's mutex
}

// ID and Name are what the room knows of the player.
func (s *Session) ID() string { return s.player }

func (s *Session) Name() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name
}

// Online tells whether the player is there. When that changes, rooms are told.
func (s *Session) Online() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link != nil && !s.away
}

// Update takes what a turn of the room has for this player. It implements room.Player: it runs
// on the room's goroutine and does not wait.
func (s *Session) Update(u room.Update) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.Room != nil && u.Left == nil && s.place != nil {
		if u.Room.Match != s.match {
			s.match = u.Room.Match
			s.stream = s.place.stream(s.match, u.Seat)
			s.out.forgetViews()
		}
		moved := u.Seat != s.seat
		s.ticket, s.seen, s.seat = nil, u.Room, u.Seat
		if s.told == nil || moved || !sameMatch(s.told, s.seen) {
			s.pushRoom()
		} else {
			s.out.stale[newsOfRoom] = true
		}
	}
	s.pushRefused(u.Refused)
	for _, score := range u.Scores {
		s.push(&pb.Item{Kind: &pb.Item_Scored{Scored: &pb.Scored{Match: s.match, Score: score}}})
	}
	if u.Result != nil {
		s.push(resultItem(u.Result))
	}
	if u.View != nil && s.link != nil && s.place != nil {
		s.out.view = wire.Snapshot{
			Tick: uint32(u.Tick), Step: uint32(u.Step), SendEvery: uint32(s.place.kind.Info().SendEvery), View: u.View, Stream: s.stream,
		}
	}
	s.out.acked = max(s.out.acked, u.Acked)
	s.out.lead, s.out.clock = s.out.lead.And(u.Lead), u.Clock
	if u.Left != nil { // last: the result before it is that of the room
		s.left(u.Left)
	}
	s.signal()
}

// left notes that a room has let go of the player, unless he is in another already.
func (s *Session) left(l *room.Left) {
	if s.room == nil || s.room.Info().ID != l.Room {
		return
	}
	s.room, s.place, s.stream, s.seen, s.told, s.match = nil, nil, nil, nil, nil, "" // its log and its views are not ours to keep
	s.out.forgetViews()
	s.out.clock = room.Schedule{}
	s.out.acked = s.seq // inputs that crossed this are nobody's
	if s.turnedAway(l) && s.server.queue.Return(*s.ticket) {
		return // he goes on waiting, and his party, each of whom says so
	}
	s.ticket = nil
	if errors.Is(l.Err, room.ErrKicked) && !slices.Contains(s.shut, l.Room) {
		s.shut = append(s.shut[max(0, len(s.shut)-mostShut+1):], l.Room)
	}
	s.push(leftItem(l))
}

// turnedAway tells whether a room that was offered to the queue had no seat after all: for nobody of a ticket, or
// its rules refused the only one of it. Those of a party that was seated are not torn apart.
func (s *Session) turnedAway(l *room.Left) bool {
	return s.ticket != nil && (l.Unseated || len(s.ticket.Players) == 1 && errors.Is(l.Err, room.ErrFull))
}

// pushRoom tells of the room as a whole.
func (s *Session) pushRoom() {
	s.told, s.out.stale[newsOfRoom] = s.seen, false
	s.push(roomItem(s.seen, s.seat))
}

// push adds an item, or gives the connection up when the client has let too many pile up.
func (s *Session) push(item *pb.Item) {
	if s.out.push(item) {
		return
	}
	if s.link != nil {
		s.link.fail(errTooSlow)
	}
	// What piled up is of no use to him any more; he gets the newest when he is back.
	s.out.restart()
	s.out.lost = true
}

// signal wakes the writer. The mutex is held.
func (s *Session) signal() {
	if s.link != nil {
		s.link.signal()
	}
}

// tell adds an item from the server itself.
func (s *Session) tell(item *pb.Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.push(item)
	s.signal()
}

// free tells whether the player is there, and in no room.
func (s *Session) free() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link != nil && !s.away && s.room == nil
}

func (s *Session) attached() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link != nil
}

// expire ends the session if nobody has come back for it. A seat keeps it alive: the room decides
// how long a seat is held.
func (s *Session) expire(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = s.link == nil && s.room == nil && now.Sub(s.goneAt) > lingers
	return s.over
}

// tellAll tells those who want to know whether the player is there: his room, his queue, his party.
func (s *Session) tellAll() {
	s.tellRoom()
	s.tellQueue()
	s.tellParty()
}

// tellRoom tells the room, if there is one. Two who tell of changes may overtake each other, so whoever finds
// that it is different by now tells again.
func (s *Session) tellRoom() {
	r, there := s.whereabouts()
	for r != nil {
		if there {
			_ = r.Online(context.Background(), s) // closed: its Left is on the way
		} else {
			_ = r.Offline(context.Background(), s)
		}
		told, was := r, there
		if r, there = s.whereabouts(); r == told && there == was {
			return
		}
	}
}

func (s *Session) whereabouts() (r *room.Room, there bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.room, s.link != nil && !s.away
}

// detach is for when a connection has ended. Where it was the session's, the seat is held.
func (s *Session) detach(l *link) {
	s.mu.Lock()
	if s.link != l {
		s.mu.Unlock()
		return
	}
	s.link, s.goneAt = nil, time.Now()
	s.out.view = wire.Snapshot{}
	s.out.base.Forget()
	s.mu.Unlock()
	s.tellAll()
}

// disconnect ends the session's connection.
func (s *Session) disconnect(why *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != nil {
		s.link.fail(why)
	}
}

// placed is where the player sits, or is about to; nil: nowhere.
func (s *Session) placed() *place {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.place
}

// sitsAt tells whether that is p, and l still the session's connection.
func (s *Session) sitsAt(p *place, l *link) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.place == p && s.link == l
}

// hurry gives up a connection whose client has not acknowledged for too long.
func (s *Session) hurry(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != nil && s.out.late(now) {
		s.link.fail(errTooSlow)
	}
}

// sits notes the room that the player goes to, with the ticket that sends him there, if one does. It answers
// false if he is elsewhere by now.
func (s *Session) sits(p *place, ticket string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.room != nil || s.over || s.ticket != nil && s.ticket.ID != ticket {
		return false
	}
	s.room, s.place = p.room, p
	return true
}

// stands undoes sits.
func (s *Session) stands(r *room.Room) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.room == r {
		s.room, s.place = nil, nil
		s.out.acked = s.seq
	}
}
