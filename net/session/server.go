// Package session is a player's connected life, across sockets: hello, resume, and the way
// between socket, queue and room.
//
// A [Session] outlives its connections. A goroutine reads a connection, and another one writes for as
// long as there is something; in a match with a rate the room's goroutine does both, at its ticks. What
// rooms have for a player they leave in his outbox. A session's mutex guards its fields and is never
// held while anything waits.
package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"parlor/game"
	"parlor/game/room"
	"parlor/matchmaking"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// lingers is how long a session without a connection, and without a seat, is kept.
const lingers = 2 * time.Minute

// Conn is a socket, as a session needs it. One goroutine reads, one writes.
type Conn interface {
	// Read waits for the next frame, at most limit bytes long, for as long as idle. The frame is
	// valid until the next Read.
	Read(limit int64, idle time.Duration) ([]byte, error)
	// Write sends a frame. It waits for wire.WriteWithin at most.
	Write(frame []byte) error
	// Close ends the connection with a WebSocket close code, or by cutting it where that is 0. It
	// may be called more than once and from any goroutine; only the first counts.
	Close(code int, reason string)
}

// Meter counts. Its methods must not wait.
type Meter interface {
	Connected()
	Refused(why string)      // a connection that did not get past its hello
	Disconnected(why string) // a connection that did
	Resumed(result string)   // "ok", "expired", "unauthenticated"
	Received(kind string, bytes int)
	Dropped(why string)
	Sent(bytes int)
	Waited(queue matchmaking.Name, d time.Duration)
	Matched(queue matchmaking.Name, spread float64) // a new match, from its lowest rating to its highest
}

// Config is what a Server needs to know.
type Config struct {
	Games []game.Kind
	Rules map[matchmaking.Name]matchmaking.Rule
	Bots  map[string]int // by game: room.Config.Bots
	Key   []byte         // makes and checks guests' secrets; 32 random bytes, the same on all nodes
	Waits room.Waits

	// Boards reads a board for a player's client. It is asked on a goroutine of its own, and ends when ctx does; a
	// *wire.Error is what the client is told. Nil: there are none.
	Boards func(ctx context.Context, player string, c *pb.ReadBoard) (*pb.Board, error)

	// Rating is how good a player is believed to be in a queue. It is asked on a connection's goroutine, and may
	// wait a little; it answers a newcomer's where it does not know. Nil: queues know no ratings.
	Rating func(queue matchmaking.Name, player string) matchmaking.Rating

	Outcome func(room.Outcome) // must not wait; may be nil
	Scored  func(room.Scored)
	Crashed func(log *game.Log, why any)
	Observe room.Observer
	Carrier Carrier      // of the rooms that own their players' sockets; nil: none does
	Meter   Meter        // Defaults to one that does nothing.
	Logger  *slog.Logger // Defaults to slog.Default().
}

// Server knows all sessions and rooms of this node.
type Server struct {
	cfg   Config
	games map[string]game.Kind
	plans map[string]*wire.Plan // of the games whose views have one
	names []string
	queue *matchmaking.Queue

	mu       sync.Mutex // guards the maps; taken before a session's, and nothing waits under it
	sessions map[string]*Session
	players  map[string]*Session
	rooms    map[string]*place
	codes    map[string]*place // of rooms that players made
	parties  map[string]*party // by code
	closing  bool              // no room is opened any more

	numbers  atomic.Uint64 // of rooms
	draining atomic.Bool
	stopsAt  atomic.Int64   // of the drain, in Unix nanoseconds; 0: it has no deadline
	stopped  atomic.Bool    // Run has ended: whoever connects now is sent away
	running  sync.WaitGroup // rooms
	serving  sync.WaitGroup // connections that a room has given back, and reads of boards
	reading  chan struct{}  // has one in it for each read of a board
	seated   atomic.Int64   // connections that rooms own
	roomsCtx context.Context
	endRooms context.CancelCauseFunc
}

// New makes a Server. It starts nothing; Run does.
func New(cfg Config) (*Server, error) {
	if cfg.Meter == nil {
		cfg.Meter = noMeter{}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if len(cfg.Key) < 16 {
		return nil, errors.New("session: Key must be at least 16 bytes")
	}
	s := &Server{
		cfg: cfg, games: map[string]game.Kind{}, plans: map[string]*wire.Plan{},
		sessions: map[string]*Session{}, players: map[string]*Session{}, rooms: map[string]*place{}, codes: map[string]*place{},
		parties: map[string]*party{}, reading: make(chan struct{}, boardReads),
	}
	for _, k := range cfg.Games {
		if err := k.Validate(); err != nil {
			return nil, err
		}
		name := k.Info().Name
		if s.games[name] != nil {
			return nil, errors.New("session: two games are called " + name)
		}
		s.games[name] = k
		if plan, ok := wire.NewPlan(k.ViewType()); ok {
			s.plans[name] = plan
		}
		s.names = append(s.names, name)
	}
	for name, rule := range cfg.Rules {
		if err := s.checkRule(name, rule); err != nil {
			return nil, err
		}
	}
	for _, name := range s.names {
		if _, ok := cfg.Rules[matchmaking.Name{Game: name}]; !ok {
			cfg.Logger.Warn("a game has no queue: nobody can be matched for it", "game", name)
		}
	}
	s.roomsCtx, s.endRooms = context.WithCancelCause(context.Background())
	pool, err := matchmaking.NewPool(cfg.Rules)
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	s.queue = matchmaking.New(pool, uuid.NewString, host{s})
	return s, nil
}

// checkRule fails on a queue whose matches its game could not play.
func (s *Server) checkRule(name matchmaking.Name, rule matchmaking.Rule) error {
	bad := func(why string) error { return errors.New("session: queue of " + name.Game + ": " + why) }
	if s.games[name.Game] == nil {
		return errors.New("session: a queue for a game that is not hosted: " + name.Game)
	}
	info := s.games[name.Game].Info()
	switch {
	case rule.BotsAfter > 0 && !info.HasBot:
		return bad("BotsAfter is set, but the game has no bot")
	case rule.Min < 1 || rule.Max < rule.Min || rule.Max > info.Seats.Max:
		return bad("Min and Max do not fit its seats")
	case rule.Teams != info.Teams:
		return bad("Teams are not those of the game")
	}
	return nil
}

// Run matches players and forgets sessions that are over, until ctx ends; then it ends all rooms
// and waits for them.
func (s *Server) Run(ctx context.Context) {
	var matching sync.WaitGroup
	matching.Go(func() { s.queue.Run(ctx) })
	endWatch := s.watch()
	defer endWatch()
	sweep := time.NewTicker(wire.AckWithin / 4)
	defer sweep.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case now := <-sweep.C:
			for _, session := range s.all() {
				session.hurry(now)
			}
			s.forget(now)
		}
	}
	matching.Wait()
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.endRooms(errDraining)
	s.running.Wait()
	s.stopped.Store(true)
	for _, session := range s.all() {
		session.disconnect(errDraining)
	}
	s.serving.Wait()
}

// Drain takes nobody new, empties the queues, tells everyone when this server will stop, and waits
// until all matches have ended or ctx has. Matches without an end of their own end at once; what
// the players have reached in them counts.
func (s *Server) Drain(ctx context.Context) {
	s.mu.Lock() // whoever got in before is among all
	s.draining.Store(true)
	s.mu.Unlock()
	if deadline, ok := ctx.Deadline(); ok {
		s.stopsAt.Store(deadline.UnixNano())
	}
	for _, session := range s.all() {
		session.tell(s.drainingItem())
		s.endWaitOf(session, errDraining)
	}
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		places := s.places()
		for _, p := range places {
			if !p.busy() {
				p.stop()
			}
		}
		if len(places) == 0 {
			return
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
	}
}

func (s *Server) drainingItem() *pb.Item {
	left := max(0, time.Until(time.Unix(0, s.stopsAt.Load())))
	return &pb.Item{Kind: &pb.Item_Draining{Draining: &pb.Draining{DeadlineMs: uint32(left.Milliseconds())}}}
}

// Draining tells whether the server takes nobody new.
func (s *Server) Draining() bool { return s.draining.Load() }

// Counts are the sessions that are kept, and those of them that are connected.
func (s *Server) Counts() (sessions, connected int) {
	for _, session := range s.all() {
		sessions++
		if session.attached() {
			connected++
		}
	}
	return sessions, connected
}

// Seated is how many connections rooms own just now.
func (s *Server) Seated() int { return int(s.seated.Load()) }

// Queues are all queues, by name.
func (s *Server) Queues(ctx context.Context) ([]matchmaking.Depth, error) { return s.queue.Depths(ctx) }

// Explain says why two players who wait in a queue may be in one match now, or not.
func (s *Server) Explain(ctx context.Context, queue matchmaking.Name, player, other string) (matchmaking.Explanation, error) {
	return s.queue.Explain(ctx, queue, player, other)
}

// forget drops sessions that nobody came back to.
func (s *Server) forget(now time.Time) {
	for _, session := range s.all() {
		if s.drop(session, now) {
			s.endWaitOf(session, errPartyLost) // it may wait in a queue
		}
	}
}

// drop forgets one session if it is over: in one moment, so that nobody finds it any more.
func (s *Server) drop(session *Session, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !session.expire(now) {
		return false
	}
	delete(s.sessions, session.id)
	delete(s.players, session.player)
	s.outOfParty(session, nil)
	return true
}

func (s *Server) all() []*Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*Session, 0, len(s.sessions))
	for _, session := range s.sessions {
		all = append(all, session)
	}
	return all
}

type noMeter struct{}

func (noMeter) Connected()                             {}
func (noMeter) Refused(string)                         {}
func (noMeter) Disconnected(string)                    {}
func (noMeter) Resumed(string)                         {}
func (noMeter) Received(string, int)                   {}
func (noMeter) Dropped(string)                         {}
func (noMeter) Sent(int)                               {}
func (noMeter) Waited(matchmaking.Name, time.Duration) {}
func (noMeter) Matched(matchmaking.Name, float64)      {}
