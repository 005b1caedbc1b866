// Package room is the place: its players, its settings, one match after another.
//
// One goroutine, the one that called [Room.Run], owns everything of a room: the [game.Sim], the
// seats, the clock. There is no mutex. Others send to a bounded inbox; a sender who finds it
// full waits, and it is his own socket that stalls. In a tick the room touches no Redis, no
// disk and no lock, and hands what it has for a player to [Player.Update], which does not wait.
package room

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"parlor/game"
)

// Why a player is in a room no longer, besides having asked for it.
var (
	ErrFull       = errors.New("room: no free seat")
	ErrClosed     = errors.New("room: closed")
	ErrAway       = errors.New("room: away for longer than the seat is held")
	ErrTooFew     = errors.New("room: too few players for a match")
	ErrOverloaded = errors.New("room: the game takes longer than its ticks allow")
	ErrCrashed    = errors.New("room: the rules failed")
	ErrPhase      = errors.New("room: not in this phase")
	ErrKicked     = errors.New("room: sent away by its owner")
	ErrLocked     = errors.New("room: locked by its owner")
	ErrNoWatch    = errors.New("room: nobody may look on in this game")
)

// Config is what a room needs to know. The zero value of each field but ID and Kind is useful.
type Config struct {
	ID     string
	Number uint64 // of this room on its node; spreads the phases of rooms over the period
	Kind   game.Kind
	Mode   string // in which it is played: the rules know nothing of it
	Bots   int    // bots take seats until this many are taken, people included. Defaults to Seats.Min; where an owner asks for them, to Size
	Waits  Waits

	// Friends: all players came together. What they play counts for nothing, as in a room that players made.
	Friends bool

	// Teams are the sides of the players that the room is made for, in a game that has some.
	Teams []int

	// Code makes the room one of its players': it begins with a lobby, has an owner, and only those in it are
	// told the code. Whoever joins must have proved that he has it, unless the room is public. What follows is
	// for such rooms.
	Code        string
	Size        int           // seats for people. Defaults to Seats.Max
	Public      bool          // it is to be found by others
	ReadyStarts int           // so many who are ready begin the match. Defaults to Size
	Props       *Props        // at first
	OpenProps   bool          // everybody at the table may set props, not only the owner
	Keep        time.Duration // for so long the room stays when nobody sits in it

	// All of these are called on the room's goroutine and must not wait. Any may be nil.
	Outcome func(Outcome)                // a match has ended
	Scored  func(Scored)                 // a score was posted while the match goes on
	Free    func(seats int) bool         // seats that a newcomer may take; false: tell me again
	Crashed func(log *game.Log, why any) // the rules panicked; the log reproduces it
	Observe Observer
	Sockets Sockets

	Seed   func() game.Seed // Defaults to crypto/rand.
	Logger *slog.Logger     // Defaults to slog.Default().
}

// Waits are a room's patience.
type Waits struct {
	BotAfter  time.Duration // until a bot plays for somebody who is away. Defaults to 8 s, without a rate 30 s
	Hold      time.Duration // until a seat whose player is away is given up. Defaults to 90 s, without a rate 30 min
	IdleAfter time.Duration // until a room with nobody connected stops its clock. Defaults to 10 s
	Rematch   time.Duration // for a rematch, then the room closes. Defaults to 60 s
	BotThinks time.Duration // between two moves of a bot. Defaults to 200 ms, without a rate 700 ms
	Lobby     time.Duration // in a lobby for its match, then the room closes. Defaults to 30 min
	HoldLobby time.Duration // like Hold, in a lobby: so one with nobody connected closes. Defaults to 2 min
}

// Observer counts. Its methods are called on any goroutine, and must not wait.
type Observer interface {
	Ticked(game string, took, late time.Duration)
	Skipped(game string, ticks int64)
	Panicked(game string)
	Stuck(game string) // by whoever watches [Info.Stuck]
}

// Sockets are the connections of those in a room, which a room with a rate reads before each tick, and
// writes after it, for as long as it ticks. Its methods are called on the room's goroutine and
// must not wait.
type Sockets interface {
	Read(now time.Time) // what has come; inputs by Hand
	Write(now time.Time)
	Release() // the room ticks no more for now; it may be called when nothing is to be released
}

// The inbox has room for the bursts of a full table: what comes faster than people play waits, and
// with it the socket it comes on.
const (
	inboxPerSeat = 8
	inboxLeast   = 64
)

// Room is made by New and lives in Run.
type Room struct {
	cfg   Config
	info  game.Info
	inbox chan message
	done  chan struct{} // closed when the room has
	card  atomic.Pointer[Info]
	made  time.Time
	busy  atomic.Int64 // since when Run does not wait: time since made; 0: it waits

	// What follows belongs to Run.
	phase    Phase
	seats    []*seat
	gallery  []*seat  // those who look on, at most mostWatchers
	invited  []Player // whom the room was made for, until they are seated
	clock    clock
	asleep   bool
	aloneAt  time.Time // since when nobody is connected; zero: somebody is
	emptyAt  time.Time // since when nobody has a seat; zero: somebody has
	lobbyAt  time.Time // since when there is a lobby
	endedAt  time.Time
	botAt    time.Time    // when bots move next, in a game without a rate; zero: not before a step
	inputs   []game.Input // of the step; reused
	closing  error        // why the room closes at the end of this turn
	changed  bool         // State must be told
	toldAt   time.Time    // when all were told last; zero: the next time does not wait
	freeTold int
	botDice  *game.Rand
	matches  int
	fill     int    // bots take seats until so many are taken
	owner    Player // of a room that players made
	public   bool   // such a room is to be found
	locked   bool   // nobody may take a seat
	props    *Props
	kicked   []string // by the owner; at most mostKicked

	slippedBefore int64 // in the matches before this one

	match
}

// New makes a room for the players who were matched. It starts nothing.
func New(cfg Config, players ...Player) *Room {
	cfg.setDefaults()
	r := &Room{
		cfg:      cfg,
		info:     cfg.Kind.Info(),
		inbox:    make(chan message, max(inboxLeast, inboxPerSeat*cfg.Kind.Info().Seats.Max)),
		done:     make(chan struct{}),
		made:     time.Now(),
		invited:  players,
		botDice:  game.NewRand(cfg.Seed()),
		freeTold: -1,
		public:   cfg.Public,
		props:    cfg.Props,
	}
	r.clock.period = r.info.Period()
	if !r.owned() {
		r.fill = cfg.Bots
	}
	r.publish(time.Now())
	return r
}

func (cfg *Config) setDefaults() {
	info, w := cfg.Kind.Info(), &cfg.Waits
	real := info.Rate > 0
	for _, d := range []struct {
		field           *time.Duration
		ticking, turned time.Duration
	}{
		{&w.BotAfter, 8 * time.Second, 30 * time.Second},
		{&w.Hold, 90 * time.Second, 30 * time.Minute},
		{&w.IdleAfter, 10 * time.Second, 10 * time.Second},
		{&w.Rematch, time.Minute, time.Minute},
		{&w.BotThinks, 200 * time.Millisecond, 700 * time.Millisecond},
		{&w.Lobby, 30 * time.Minute, 30 * time.Minute},
		{&w.HoldLobby, 2 * time.Minute, 2 * time.Minute},
	} {
		if *d.field == 0 && real {
			*d.field = d.ticking
		} else if *d.field == 0 {
			*d.field = d.turned
		}
	}
	cfg.Size = cmp.Or(cfg.Size, info.Seats.Max)
	switch {
	case !info.HasBot:
		cfg.Bots = 0
	case cfg.Bots == 0 && cfg.Code != "":
		cfg.Bots = cfg.Size
	case cfg.Bots == 0:
		cfg.Bots = info.Seats.Min
	}
	cfg.ReadyStarts = cmp.Or(cfg.ReadyStarts, cfg.Size)
	if cfg.Seed == nil {
		cfg.Seed = func() (seed game.Seed) { rand.Read(seed[:]); return seed }
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
}

// Run plays match after match until everybody has left, the room fails, or ctx ends; then the
// players learn ctx's cause. It owns the room; it is called once.
func (r *Room) Run(ctx context.Context) {
	r.noteBusy()
	defer r.busy.Store(0)
	r.open(time.Now())
	timer := time.NewTimer(0)
	defer timer.Stop()
	for r.closing == nil {
		if m, ok := r.wait(ctx, timer.C); ok {
			r.take(m, time.Now())
		}
		if r.closing == nil {
			r.turn(time.Now())
		}
		timer.Reset(time.Until(r.next(time.Now())))
	}
	r.close()
	close(r.done) // before the last look: who joins after that finds it closed
	r.turnAway()
}

// wait is where a room is when nothing is due. It answers with the message that ended it, if one
// did; where ctx did, the room closes.
func (r *Room) wait(ctx context.Context, due <-chan time.Time) (m message, ok bool) {
	r.busy.Store(0)
	defer r.noteBusy()
	inbox := r.inbox
	if r.ticking() {
		inbox = nil // the tick empties it: an input costs no wake-up
	}
	select {
	case <-ctx.Done():
		r.closing = context.Cause(ctx)
	case m = <-inbox:
		return m, true
	case <-due:
	}
	return message{}, false
}

func (r *Room) noteBusy() { r.busy.Store(int64(time.Since(r.made)) + 1) }

// turn is everything that is due now, in the order that the design fixes: what players sent,
// who waited too long, the match, and then what there is to tell.
func (r *Room) turn(now time.Time) {
	ticking := r.ticking() && r.cfg.Sockets != nil
	for range len(r.inbox) {
		r.take(<-r.inbox, now)
	}
	if ticking {
		r.cfg.Sockets.Read(now) // after the inbox, where there may be older inputs of the same players
	}
	r.hold(now)
	r.gather(now)
	r.rematch(now)
	if r.phase == Playing && !r.asleep {
		r.advance(now)
	}
	r.publish(now) // before anybody is told: who hears of the end may ask for a rematch at once
	r.send(now)
	if ticking {
		r.cfg.Sockets.Write(time.Now()) // the step took its time
		if !r.ticking() {
			r.cfg.Sockets.Release()
		}
	}
}

// ticking tells whether the room steps at a fixed rate just now.
func (r *Room) ticking() bool { return r.phase == Playing && r.info.Rate > 0 && !r.asleep }

// next is when the room must wake though no message comes.
func (r *Room) next(now time.Time) time.Time {
	if r.ticking() {
		return r.clock.next
	}
	due := now.Add(time.Hour)
	sooner := func(t time.Time) {
		if !t.IsZero() && t.Before(due) {
			due = t
		}
	}
	r.deadlines(sooner)
	if r.phase == Playing && !r.asleep {
		sooner(r.botAt)
		sooner(r.past.due())
		if alarm, ok := r.sim.Alarm(); ok {
			sooner(r.clock.at(alarm))
		}
		for _, s := range r.seats {
			if len(s.queue) > 0 {
				sooner(now.Add(r.clock.period))
			}
		}
	}
	return due
}

// close tells everyone who is left. In a game that players can leave they do so first, so that
// what they have reached counts.
func (r *Room) close() {
	if r.phase == Playing {
		r.lastStep()
		r.end(Aborted)
	}
	r.send(time.Now()) // the end comes before the goodbye
	r.phase = Closed
	for s := range r.everybody() {
		s.out.Left = &Left{Room: r.cfg.ID, Err: r.closing}
	}
	r.send(time.Now())
	if r.cfg.Sockets != nil {
		r.cfg.Sockets.Release()
	}
	r.seats, r.gallery = nil, nil
	r.publish(time.Now())
}

// turnAway answers what is left in the inbox.
func (r *Room) turnAway() {
	for {
		select {
		case m := <-r.inbox:
			r.turnDown(m, ErrClosed)
		default:
			return
		}
	}
}
