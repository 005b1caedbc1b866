// Package game is what a game author writes against.
//
// A match is its seed and its log: state = f(rules, seed, log of (tick, inputs)). Rules are
// handed time, dice and inputs, and reach for nothing: no clock, no log, no context, no
// goroutine, no float, no range over a map. Whoever drives a [Sim] with the same seed and
// the same steps gets the same match, on any machine, in any year.
//
// The author writes one [Spec] and one [Logic]; docs/GAMES.md walks through the smallest.
// The package imports nothing of Parlor, starts no goroutine and does no I/O.
package game

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"google.golang.org/protobuf/proto"
)

// Logic is one match: its state, and the rules that change it. The room calls it from one
// goroutine, never concurrently.
type Logic[In, View proto.Message] interface {
	// Input applies what seat did. An error refuses it: its text goes to that player, and the
	// state must be as it was. The message is only valid during the call.
	Input(t *Tick, seat Seat, in In) error

	// Tick advances the match by one step, once all inputs of this step are applied.
	Tick(t *Tick)

	// View is what seat may see, and nothing more; [Watcher] asks for the public view. It
	// changes nothing. The message may alias the state: it is encoded at once.
	View(seat Seat) View
}

// Joiner lets players come while the match goes on, as endless games do. A game with a Joiner
// starts with every seat empty and [Tick.Seats] at the maximum: the first players join too.
type Joiner interface {
	// Join seats somebody. An error keeps him out: its text goes to him, the state is as it was.
	Join(t *Tick, seat Seat) error
}

// Leaver lets a match go on when a player has given up his seat. In a game without it the match
// ends there: the others have won.
type Leaver interface {
	Leave(t *Tick, seat Seat)
}

// Spec describes a game and starts its matches.
type Spec[In, View proto.Message] struct {
	Name      string  // in queues, boards, logs, metrics: 1-32 of a-z, 0-9, "-"
	Seats     Seats   // Exactly(2), Between(2, 8)
	Rate      int     // ticks per second, 1-60; 0: steps when an input or a timer is due
	SendEvery int     // ticks per snapshot; 0 means 1
	Ranked    Ranking // what the game's board counts; zero: no board
	Open      bool    // all seats see the same: the view is built and encoded once

	// Teams is how many sides play against each other, all of the same size: seat s is of side s % Teams.
	// 0: everybody plays for himself.
	Teams int

	// WatchDelay is how many ticks old the views of those are who look on, so that they cannot tell a
	// player what he must not know yet. When the match ends they see the end. NoWatch: nobody may look on.
	WatchDelay int

	// New sets the table. t has the dice and the number of seats.
	New func(t *Tick) Logic[In, View]

	// Bot, optional, plays a seat from what that seat sees; nil waits. Its dice are not the
	// match's: its inputs are in the log like anybody's, so a replay needs no bot.
	Bot func(seat Seat, v View, r *Rand) In
}

// Seat is a place in a match, from 0.
type Seat int

// Watcher is the seat of those who only look on.
const Watcher Seat = -1

// NoWatch is a WatchDelay: nobody may look on.
const NoWatch = -1

// Seats is how many players a match takes.
type Seats struct{ Min, Max int }

// Exactly is a match of n, no more and no fewer.
func Exactly(n int) Seats { return Seats{n, n} }

// Between is a match of lo to hi players.
func Between(lo, hi int) Seats { return Seats{lo, hi} }

// Ranking is what the board of a game counts.
type Ranking int

const (
	Unranked  Ranking = iota // no board
	Wins                     // matches won, added up
	BestScore                // the highest score of one match, or of one [Tick.Score]
)

// StepTime is the length of a tick in a game without a rate: fine enough for a turn clock.
const StepTime = 50 * time.Millisecond

// Limits that hold for every game.
const (
	MaxSeats  = 100
	MaxRate   = 60
	MaxAlarms = 256 // alarms of [Tick.After] not yet due

	// MaxWatchDelay bounds the views that a room keeps for those who look on: a minute's at most.
	MaxWatchDelay = 1200
)

var nameRule = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// Validate names the first field that a server could not work with.
func (s Spec[In, View]) Validate() error {
	switch {
	case !nameRule.MatchString(s.Name):
		return fmt.Errorf("game %q: Name must be 1-32 of a-z, 0-9 and -", s.Name)
	case s.Seats.Min < 1 || s.Seats.Max < s.Seats.Min || s.Seats.Max > MaxSeats:
		return fmt.Errorf("game %s: Seats must be 1 <= Min <= Max <= %d, not %d-%d", s.Name, MaxSeats, s.Seats.Min, s.Seats.Max)
	case s.Rate < 0 || s.Rate > MaxRate:
		return fmt.Errorf("game %s: Rate must be 0-%d, not %d", s.Name, MaxRate, s.Rate)
	case s.SendEvery < 0 || s.SendEvery > max(1, s.Rate):
		return fmt.Errorf("game %s: SendEvery must be 0 to Rate, so at least one snapshot a second, not %d", s.Name, s.SendEvery)
	case s.Ranked < Unranked || s.Ranked > BestScore:
		return fmt.Errorf("game %s: Ranked is unknown: %d", s.Name, s.Ranked)
	case s.Teams < 0 || s.Teams == 1 || s.Teams > 0 && (s.Seats.Min%s.Teams != 0 || s.Seats.Max%s.Teams != 0):
		return fmt.Errorf("game %s: Teams must be 0, or at least 2 and divide Seats.Min and Max, not %d", s.Name, s.Teams)
	case s.WatchDelay < NoWatch || s.WatchDelay > MaxWatchDelay:
		return fmt.Errorf("game %s: WatchDelay must be NoWatch, or 0-%d ticks, not %d", s.Name, MaxWatchDelay, s.WatchDelay)
	case s.New == nil:
		return fmt.Errorf("game %s: New is missing", s.Name)
	}
	return nil
}

// Info is a Spec without its types.
type Info struct {
	Name      string
	Seats     Seats
	Rate      int
	SendEvery int // at least 1
	Ranked    Ranking
	Open      bool
	HasBot    bool

	Teams      int
	WatchDelay int
}

// Period is the length of one tick.
func (i Info) Period() time.Duration {
	if i.Rate == 0 {
		return StepTime
	}
	return time.Second / time.Duration(i.Rate)
}

// Info describes the game to those who do not need its types.
func (s Spec[In, View]) Info() Info {
	return Info{
		Name: s.Name, Seats: s.Seats, Rate: s.Rate, SendEvery: max(1, s.SendEvery),
		Ranked: s.Ranked, Open: s.Open, HasBot: s.Bot != nil,
		Teams: s.Teams, WatchDelay: s.WatchDelay,
	}
}

// Errors that a Sim refuses inputs with.
var (
	ErrOver     = errors.New("the match is over")
	ErrNoSeat   = errors.New("no such seat in this match")
	ErrBadInput = errors.New("that input cannot be read")
)
