package room

import (
	"context"
	"errors"
	"sync"
	"time"

	"parlor/game"
)

// Why a player of a room is not given what he asked of its lobby.
var (
	ErrNotOwner = errors.New("room: only its owner may do that")
	ErrMissing  = errors.New("room: too few players to begin")
	ErrNobody   = errors.New("room: nobody of that name sits here")
)

// mostKicked is how many players a room remembers that it keeps out; then the oldest may come back.
const mostKicked = 64

// Ready tells in a lobby whether the player wants to begin; the first match does when all seats are
// taken and all are ready. Start is its owner's word to begin without that, with bots on free
// seats where he wants them. Kick takes a player's seat away and keeps him out. Like Leave they wait
// while the inbox is full. Each is answered once: the room does it on its goroutine, and answer
// must not wait.
func (r *Room) Ready(ctx context.Context, p Player, on bool, answer func(error)) {
	r.ask(ctx, message{op: ready, player: p, yes: on}, answer)
}

func (r *Room) Start(ctx context.Context, p Player, bots bool, answer func(error)) {
	r.ask(ctx, message{op: start, player: p, yes: bots}, answer)
}

func (r *Room) Kick(ctx context.Context, p Player, id string, answer func(error)) {
	r.ask(ctx, message{op: kick, player: p, whom: id}, answer)
}

func (r *Room) ask(ctx context.Context, m message, answer func(error)) {
	var once sync.Once
	m.answer = func(err error) { once.Do(func() { answer(err) }) }
	if err := r.tell(ctx, m); err != nil {
		m.answer(err)
		return
	}
	select {
	case <-r.done: // perhaps after its last look
		m.answer(ErrClosed)
	default:
	}
}

func (r *Room) private() bool { return r.cfg.Code != "" }

// openLobby seats the owner. Nothing of the game exists before its first match.
func (r *Room) openLobby() {
	r.phase = Lobby
	for i := range r.cfg.Size {
		r.seats = append(r.seats, newSeat(game.Seat(i), nil))
	}
	for _, p := range r.invited {
		r.sitDown(p)
	}
	r.invited = nil
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
	if r.owner == nil {
		r.owner = p
	}
	r.changed = true
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
func (r *Room) enough(fill int) bool { return max(r.people(), fill) >= r.info.Seats.Min }

// gather begins the first match once all seats are taken and all are ready.
func (r *Room) gather(now time.Time) {
	if r.phase != Lobby || r.closing != nil {
		return
	}
	for _, s := range r.seats {
		if s.player == nil || !s.ready {
			return
		}
	}
	r.begin(now)
}

// kick is not for a match with an end: its owner would win by it.
func (r *Room) kick(by *seat, id string) error {
	if r.owner == nil || by.player != r.owner {
		return ErrNotOwner
	}
	if r.phase == Playing && !r.sim.Joinable() {
		return ErrPhase
	}
	for _, s := range r.seats {
		if s.player == nil || s == by || s.id != id {
			continue
		}
		if len(r.kicked) == mostKicked {
			r.kicked = append(r.kicked[:0], r.kicked[1:]...)
		}
		r.kicked = append(r.kicked, id)
		r.leave(s, ErrKicked)
		return nil
	}
	return ErrNobody
}
