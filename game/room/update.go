package room

import (
	"time"

	"parlor/game"
)

// Player is a person as the room sees him. The room calls it on its own goroutine; no method
// may wait. It must be comparable: the room knows a player by the value.
type Player interface {
	ID() string   // results are credited to it
	Name() string // what others see
	Online() bool // asked when he is seated; after that, Online and Offline say so
	Update(Update)
}

// Update is what one turn of the room has for one player. Nothing in it may be changed: most
// of it is shared by all.
type Update struct {
	Room    *State    // the room, or the match in it, is not what it was
	Seat    game.Seat // game.Watcher: he looks on
	View    []byte    // nil: none this time
	Tick    int64     // of the view
	Step    int64     // steps taken, in games without a rate; else 0
	Acked   uint32    // last seq applied or refused; 0: none yet
	Lead    Lead      // of the inputs applied since the update before
	Clock   Schedule
	Refused []Refused
	Scores  []int64 // posted for this player while the match goes on
	Result  *Outcome
	Left    *Left
}

// Schedule says when ticks are due, so that a player's clock can follow the room's. The zero value
// is for when no match is played: nothing is due then. In games without a rate time passes in ticks too.
type Schedule struct {
	Tick    int64
	Due     time.Time     // when Tick was; each one after it is due a period later
	Period  time.Duration // 0: nothing is due
	Slipped int64         // ticks' time that this match has lost in all
}

// At is the tick whose time has come at now, and the part of its period, in 1/256, that has passed.
func (s Schedule) At(now time.Time) (tick int64, part int) {
	if s.Period == 0 {
		return 0, 0
	}
	passed := max(0, now.Sub(s.Due))
	return s.Tick + int64(passed/s.Period), int(passed % s.Period * 256 / s.Period)
}

// Lead tells how early inputs came: before the tick that they were meant for, or were applied in
// where they were meant for none. Below 0 is too late.
type Lead struct {
	Known    bool
	Quarters int // of a tick; of several inputs, the least
}

// And is the lead of both.
func (l Lead) And(other Lead) Lead {
	if !l.Known || other.Known && other.Quarters < l.Quarters {
		return other
	}
	return l
}

// Refused answers an input that was not accepted.
type Refused struct {
	Seq    uint32
	Reason string
}

// Left says that the player is in the room no more. Err is nil if he asked for it.
type Left struct {
	Room     string
	Err      error
	Unseated bool // he never had a seat, and nobody who came with him
}

// Phase is what a room is doing.
type Phase int

const (
	Opening Phase = iota
	Lobby         // before the first match of a room that players made
	Playing
	Ended // between two matches
	Closed
)

func (p Phase) String() string {
	return [...]string{"opening", "lobby", "playing", "ended", "closed"}[p]
}

// State describes a room to the people in it.
type State struct {
	ID      string
	Match   string
	Info    game.Info
	Phase   Phase
	Members []Member // by seat
	Votes   int      // for a rematch
	Size    int      // people who can sit here

	// Of a room that players made.
	Code        string // "": it is none
	Public      bool
	Locked      bool
	ReadyStarts int // in a lobby: so many who are ready begin the match
	Props       *Props

	Watchers int
}

// Member is who holds a seat. Nobody: a free one.
type Member struct {
	Player  string // "" for a bot or a free seat
	Name    string
	Bot     bool // a bot holds the seat
	Away    bool // the person's connection is gone
	StandIn bool // a bot plays for him meanwhile
	Owner   bool // of a room that players made
	Ready   bool // in a lobby
}

// Ending is how a match came to its end.
type Ending int

const (
	Finished Ending = iota // by the rules
	Forfeit                // somebody gave up his seat
	Aborted                // nobody is ranked
)

// Outcome is the end of a match, as its room's caller records it.
type Outcome struct {
	Room, Match string
	Info        game.Info
	Mode        string // the room's
	Friendly    bool   // players have made the room, or are one party: it counts for nothing but the fun of it
	Ending      Ending
	Standings   []Standing // by seat
	Deserters   []string   // players who gave up seats that bots played on
	Ticks       int64
	At          time.Time
}

// Standing is what a seat got. Player is "" for a bot.
type Standing struct {
	Player string
	Name   string
	Place  int // from 1; equal places are shared
	Won    bool
	Score  int64
}

// Scored is a score posted while the match goes on.
type Scored struct {
	Room, Match string
	Info        game.Info
	Friendly    bool  // as of an Outcome
	Number      int64 // of this score in the match: match and number name it for ever
	Player      string
	Name        string
	Score       int64
	At          time.Time
}

// Info is a room as an operator or a queue sees it.
type Info struct {
	ID      string
	Game    string
	Match   string
	Phase   Phase
	Players int // people seated
	Away    int // of them, not connected
	Bots    int
	Free    int // seats that a newcomer may take
	Tick    int64
	Slipped int64 // ticks lost to slips, in all matches
	Asleep  bool
	Endless bool // players come and go while the match goes on

	Size     int // seats for people
	Watchers int
	Public   bool // to be found by others
	Locked   bool
	Props    *Props

	// Busy is since when the room has been at work without a pause; zero: it waits for the next tick or
	// message. Rules that never return show here, and nowhere else.
	Busy time.Time
}

// stuckAfter is how long a room may be at work before its rules count as lost.
const stuckAfter = time.Second

// Stuck tells whether the rules do not return.
func (i Info) Stuck(now time.Time) bool { return !i.Busy.IsZero() && now.Sub(i.Busy) >= stuckAfter }

// Info is at most a second old, or as old as the room's sleep; Busy is of this moment. Anyone may
// call it.
func (r *Room) Info() Info {
	info := *r.card.Load()
	if since := r.busy.Load(); since != 0 {
		info.Busy = r.made.Add(time.Duration(since))
	}
	return info
}

// Done is closed when the room has: its players have been told.
func (r *Room) Done() <-chan struct{} { return r.done }
