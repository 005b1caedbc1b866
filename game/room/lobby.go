package room

import (
	"errors"
	"time"

	"parlor/game"
)

// Why a player of a room is not given what he asked for.
var (
	ErrNotOwner = errors.New("room: only its owner may do that")
	ErrMissing  = errors.New("room: too few players to begin, or uneven teams")
	ErrNobody   = errors.New("room: nobody of that name sits here")
	ErrNoSeat   = errors.New("room: no such seat")
	ErrTaken    = errors.New("room: that seat is taken")
)

// owned tells whether players have made the room: then it has a lobby and an owner, and takes newcomers
// between matches.
func (r *Room) owned() bool { return r.cfg.Code != "" }

// friendly tells whether what is played here counts for nothing.
func (r *Room) friendly() bool { return r.owned() || r.cfg.Friends }

// openLobby seats those for whom the room was made. Nothing of the game exists before its match.
func (r *Room) openLobby(now time.Time) {
	r.phase, r.lobbyAt = Lobby, now
	for i := range r.cfg.Size {
		r.seats = append(r.seats, newSeat(game.Seat(i), nil))
	}
	for _, p := range r.invited {
		r.sitDown(p)
	}
	r.invited = nil
}

// clear makes a lobby again of a room that everybody has left.
func (r *Room) clear(now time.Time) {
	if r.phase == Playing {
		r.end(Aborted)
	}
	r.slippedBefore += r.slipped
	r.match, r.seats = match{}, nil
	r.asleep, r.aloneAt, r.botAt = false, time.Time{}, time.Time{}
	r.fill, r.locked = 0, false // nobody is here who could open it
	r.openLobby(now)
	r.tellAtOnce()
}

// sitDown seats somebody between matches, or before the first one. He came to play the next: he
// need not ask for it.
func (r *Room) sitDown(p Player) {
	var s *seat
	for _, each := range r.seats {
		if each.player == nil {
			s = each
			break
		}
	}
	if s == nil { // a match has seats for those only who were there
		s = newSeat(game.Seat(len(r.seats)), nil)
		r.seats = append(r.seats, s)
	}
	*s = *newSeat(s.at, p)
	s.voted = r.phase == Ended
	r.endedAt = time.Now() // the others get their time to ask for the next match anew
	r.own(p)
	r.changed = true
}

// own makes a newcomer owner where there is none: the one before may have left in this moment.
func (r *Room) own(p Player) {
	if r.owned() && r.owner == nil {
		r.owner = p
	}
}

// move takes somebody to a free seat. Of a match that is over he sees nothing more: from there it looked
// different.
func (r *Room) move(s *seat, to int) error {
	switch {
	case !r.owned() || r.phase != Lobby && r.phase != Ended:
		return ErrPhase
	case to < 0 || to >= len(r.seats):
		return ErrNoSeat
	}
	other := r.seats[to]
	if other == s {
		return nil
	}
	if other.player != nil {
		return ErrTaken
	}
	r.seats[s.at], r.seats[to] = other, s
	s.at, other.at = other.at, s.at
	s.joined = false
	r.changed = true
	return nil
}

// handOver makes the next at the table owner, where the one who leaves was.
func (r *Room) handOver(from *seat) {
	if r.owner == nil || from.player != r.owner {
		return
	}
	r.owner = nil
	for i := range r.seats {
		if s := r.seats[(int(from.at)+1+i)%len(r.seats)]; s != from && s.player != nil {
			r.owner = s.player
			return
		}
	}
}

func (r *Room) setReady(s *seat, on bool) error {
	if r.phase != Lobby {
		return ErrPhase
	}
	if s.ready != on {
		s.ready, r.changed = on, true
	}
	return nil
}

func (r *Room) start(s *seat, bots bool, now time.Time) error {
	fill := 0
	if bots {
		fill = min(r.cfg.Bots, r.cfg.Size)
	}
	switch {
	case r.phase != Lobby:
		return ErrPhase
	case s.player != r.owner:
		return ErrNotOwner
	case !r.enough(fill):
		return ErrMissing
	}
	r.fill = fill
	r.begin(now)
	return nil
}

// enough tells whether a match can begin with those who sit here, and bots until fill seats are
// taken.
func (r *Room) enough(fill int) bool {
	return max(r.people(), fill) >= r.info.Seats.Min && (fill > 0 || r.info.Teams == 0 || r.tableFor(0) == r.people())
}

// gather begins the first match once enough are ready.
func (r *Room) gather(now time.Time) {
	if r.phase != Lobby || r.closing != nil {
		return
	}
	ready := 0
	for _, s := range r.seats {
		if s.player != nil && s.ready {
			ready++
		}
	}
	if ready >= r.cfg.ReadyStarts && r.enough(r.fill) {
		r.begin(now)
	}
}
