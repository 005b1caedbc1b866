package room

import (
	"time"

	"parlor/game"
)

// open seats those for whom the room was made, and begins.
func (r *Room) open(now time.Time) {
	for _, p := range r.invited {
		r.seats = append(r.seats, newSeat(game.Seat(len(r.seats)), p))
	}
	r.invited = nil
	r.begin(now)
}

func newSeat(at game.Seat, p Player) *seat {
	s := &seat{at: at, player: p, tokens: inputBurst}
	if p != nil {
		s.online, s.fresh, s.awayAt = p.Online(), true, time.Now()
		s.id, s.name = p.ID(), p.Name()
	}
	return s
}

// join gives a newcomer a free seat, or a bot's.
func (r *Room) join(p Player) {
	if r.seatOf(p) != nil {
		return
	}
	if r.phase != Playing || !r.sim.Joinable() {
		p.Update(Update{Left: &Left{Room: r.cfg.ID, Err: ErrPhase}})
		return
	}
	s := r.seatFor()
	if s == nil {
		p.Update(Update{Left: &Left{Room: r.cfg.ID, Err: ErrFull}})
		return
	}
	if s.bot {
		r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Leave})
	}
	*s = *newSeat(s.at, p)
	s.joined = true
	r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Join})
	if s.online {
		r.wake(time.Now())
	}
	r.balanceBots()
	r.changed = true
}

// seatFor finds a free seat, or else one that only a bot holds, or that a bot is about to leave;
// nil if the table is full.
func (r *Room) seatFor() *seat {
	var bots *seat
	for _, s := range r.seats {
		if s.free() {
			return s
		}
		if s.player == nil && s.id == "" && (s.bot || s.leaving) && bots == nil {
			bots = s
		}
	}
	return bots
}

// balanceBots seats or sends away bots of a game that can be joined, until cfg.Bots seats are
// taken or no bot is left.
func (r *Room) balanceBots() {
	taken, bots := 0, 0
	for _, s := range r.seats {
		if s.player != nil || s.bot {
			taken++
		}
		if s.player == nil && s.bot {
			bots++
		}
	}
	for _, s := range r.seats {
		switch {
		case taken < r.cfg.Bots && s.free():
			*s = *newSeat(s.at, nil)
			s.bot, s.joined = true, true
			r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Join})
			taken++
		case taken > r.cfg.Bots && bots > 0 && s.bot && s.player == nil:
			s.bot, s.leaving = false, true
			r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Leave})
			taken--
			bots--
		}
	}
}

// leave takes the player out of the room; why is nil where he asked for it. The rules hear of it in the next step, or a bot takes
// the seat over where others can play on with it.
func (r *Room) leave(s *seat, why error) {
	s.flushInputs("you have left")
	s.out.Left = &Left{Room: r.cfg.ID, Err: why}
	r.deliver(s)
	s.player, s.online, s.voted = nil, false, false
	r.changed = true
	switch {
	case r.phase != Playing:
		s.id, s.name = "", ""
	case r.sim.Leavable():
		s.bot, s.leaving = false, true
		r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Leave})
		r.balanceBots()
	case r.info.HasBot && r.sim.Seats() > 2:
		s.bot, s.id, s.name = true, "", ""
	default:
		s.leaving = true
		r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Leave})
	}
	r.noteAlone(time.Now())
}

func (r *Room) connected(s *seat, now time.Time) {
	s.online, s.bot, s.fresh = true, false, true
	s.name = s.player.Name() // he may have said another one
	r.changed = true
	r.wake(now)
}

func (r *Room) disconnected(s *seat, now time.Time) {
	if !s.online {
		return
	}
	s.online, s.awayAt = false, now
	r.changed = true
	r.noteAlone(now)
}

// wake starts the clock of a room that sleeps, where it had stopped.
func (r *Room) wake(now time.Time) {
	r.aloneAt = time.Time{}
	if r.asleep {
		r.asleep = false
		r.clock.start(now, r.cfg.Number, r.sim.Now())
		r.granted = r.sim.Now() // a step that only bots wanted may have counted further
	}
}

func (r *Room) noteAlone(now time.Time) {
	for _, s := range r.seats {
		if s.online {
			return
		}
	}
	if r.aloneAt.IsZero() {
		r.aloneAt = now
	}
}

// hold does what is due for those who wait and those who are away.
func (r *Room) hold(now time.Time) {
	people := 0
	for _, s := range r.seats {
		if s.player == nil {
			continue
		}
		people++
		if s.online {
			continue
		}
		if !s.bot && r.info.HasBot && r.phase == Playing && !now.Before(s.awayAt.Add(r.cfg.Waits.BotAfter)) {
			s.bot = true
			r.botAt = now
			r.changed = true
		}
		if !now.Before(s.awayAt.Add(r.cfg.Waits.Hold)) {
			r.leave(s, ErrAway)
			people--
		}
	}
	if people == 0 {
		r.closing = ErrClosed
		return
	}
	if r.phase == Ended && !now.Before(r.endedAt.Add(r.cfg.Waits.Rematch)) {
		r.closing = ErrClosed
	}
	if r.phase == Playing && !r.aloneAt.IsZero() && !now.Before(r.aloneAt.Add(r.cfg.Waits.IdleAfter)) {
		r.asleep = true
	}
}

// deadlines names every time at which hold may have something to do.
func (r *Room) deadlines(sooner func(time.Time)) {
	for _, s := range r.seats {
		if s.player == nil || s.online {
			continue
		}
		if !s.bot && r.info.HasBot && r.phase == Playing {
			sooner(s.awayAt.Add(r.cfg.Waits.BotAfter))
		}
		sooner(s.awayAt.Add(r.cfg.Waits.Hold))
	}
	if r.changed {
		sooner(r.toldAt.Add(tellEvery))
	}
	if r.phase == Ended {
		sooner(r.endedAt.Add(r.cfg.Waits.Rematch))
	}
	if r.phase == Playing && !r.aloneAt.IsZero() && !r.asleep {
		sooner(r.aloneAt.Add(r.cfg.Waits.IdleAfter))
	}
}

// vote notes that a player wants a rematch.
func (r *Room) vote(s *seat) {
	if r.phase != Ended || s.voted {
		return // a second vote changes nothing, so nobody is told of it
	}
	s.voted, r.changed = true, true
}

// rematch begins the next match once everyone who is still here wants it: the last vote may be
// missing because its player has left.
func (r *Room) rematch(now time.Time) {
	if r.phase != Ended || r.closing != nil {
		return
	}
	for _, s := range r.seats {
		if s.player != nil && !s.voted {
			return
		}
	}
	r.begin(now)
}
