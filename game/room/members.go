package room

import (
	"slices"
	"time"

	"parlor/game"
)

// open seats those for whom the room was made, and begins.
func (r *Room) open(now time.Time) {
	if r.owned() {
		r.openLobby(now)
		return
	}
	for i, p := range r.invited {
		s := newSeat(game.Seat(i), p)
		if i < len(r.cfg.Teams) {
			s.at = game.Seat(r.cfg.Teams[i])
		}
		r.seats = append(r.seats, s)
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

// join gives newcomers free seats, or those of bots: all of them, or none.
func (r *Room) join(party []Player) {
	party = slices.DeleteFunc(party, func(p Player) bool { return r.seatOf(p) != nil })
	if err := r.admits(party); err != nil {
		r.turnDown(message{op: join, party: party}, err)
		return
	}
	for _, p := range party {
		if r.phase == Playing {
			r.stepIn(p)
		} else {
			r.sitDown(p)
		}
	}
	r.changed = true
}

// stepIn seats a newcomer in the match that is played.
func (r *Room) stepIn(p Player) {
	s := r.seatFor()
	if s.bot {
		r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Leave})
	}
	*s = *newSeat(s.at, p)
	s.joined = true
	r.own(p)
	r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Join})
	if s.online {
		r.wake(time.Now())
	}
	r.balanceBots()
}

// admits tells why newcomers may not take seats now; nil: they may.
func (r *Room) admits(party []Player) error {
	switch {
	case slices.ContainsFunc(party, r.keptOut):
		return ErrKicked
	case r.locked:
		return ErrLocked
	case r.phase == Playing && !r.sim.Joinable(), r.phase != Playing && !r.owned():
		return ErrPhase
	case r.people()+len(party) > r.cfg.Size, r.phase == Playing && r.seatsFree() < len(party):
		return ErrFull
	}
	return nil
}

// people are those who have a seat, there or not.
func (r *Room) people() (n int) {
	for _, s := range r.seats {
		if s.player != nil {
			n++
		}
	}
	return n
}

// seatFor finds a free seat, or else one that only a bot holds, or that a bot is about to leave;
// nil if the table is full.
func (r *Room) seatFor() *seat {
	var bots *seat
	for _, s := range r.seats {
		if s.free() {
			return s
		}
		if s.onlyBot() && bots == nil {
			bots = s
		}
	}
	return bots
}

// seatsFree is how many newcomers seatFor finds a seat for.
func (r *Room) seatsFree() (n int) {
	for _, s := range r.seats {
		if s.free() || s.onlyBot() {
			n++
		}
	}
	return n
}

// balanceBots seats or sends away bots, where the game can be joined, until fill seats are
// taken or no bot is left.
func (r *Room) balanceBots() {
	if !r.sim.Joinable() {
		return
	}
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
		case taken < r.fill && s.free():
			*s = *newSeat(s.at, nil)
			s.bot, s.joined = true, true
			r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Join})
			taken++
		case taken > r.fill && bots > 0 && s.bot && s.player == nil:
			s.bot, s.leaving = false, true
			r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Leave})
			taken--
			bots--
		}
	}
}

// sendAway takes somebody out of the room, from wherever he is; why is nil where he asked for it.
func (r *Room) sendAway(s *seat, why error) {
	if s.watches() {
		r.stopWatching(s, why)
	} else {
		r.leave(s, why)
	}
}

// leave gives up a seat. The rules hear of it in the next step, or a bot takes it over where others can
// play on with it.
func (r *Room) leave(s *seat, why error) {
	s.flushInputs("you have left")
	s.out.Left = &Left{Room: r.cfg.ID, Err: why}
	r.deliver(s)
	r.handOver(s)
	s.player, s.online, s.voted, s.ready = nil, false, false, false
	r.changed = true
	switch {
	case r.phase != Playing:
		s.id, s.name = "", ""
	case r.sim.Leavable():
		s.bot, s.leaving = false, true
		r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Leave})
		r.balanceBots()
	case r.info.HasBot && r.sim.Seats() > 2:
		r.deserters = append(r.deserters, s.id)
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
	for s := range r.everybody() {
		if s.online {
			continue
		}
		if !s.watches() && !s.bot && r.info.HasBot && r.phase == Playing && !now.Before(s.awayAt.Add(r.cfg.Waits.BotAfter)) {
			s.bot = true
			r.botAt = now
			r.changed = true
		}
		if !now.Before(s.awayAt.Add(r.held())) {
			r.sendAway(s, ErrAway)
		}
	}
	if r.people() > 0 {
		r.emptyAt = time.Time{}
	} else if r.emptyAt.IsZero() {
		r.emptyAt = now
		if r.owned() && r.cfg.Keep > 0 {
			r.clear(now)
		}
	}
	if !r.emptyAt.IsZero() && !now.Before(r.emptyAt.Add(r.cfg.Keep)) ||
		r.phase == Ended && !now.Before(r.endedAt.Add(r.cfg.Waits.Rematch)) ||
		r.phase == Lobby && !now.Before(r.lobbyAt.Add(r.cfg.Waits.Lobby)) {
		r.closing = ErrClosed
		return
	}
	if r.phase == Playing && !r.aloneAt.IsZero() && !now.Before(r.aloneAt.Add(r.cfg.Waits.IdleAfter)) {
		r.asleep = true
	}
}

// held is how long the seat of somebody who is away is his.
func (r *Room) held() time.Duration {
	if r.phase == Lobby {
		return r.cfg.Waits.HoldLobby
	}
	return r.cfg.Waits.Hold
}

// deadlines names every time at which hold may have something to do.
func (r *Room) deadlines(sooner func(time.Time)) {
	for s := range r.everybody() {
		if s.online {
			continue
		}
		if !s.watches() && !s.bot && r.info.HasBot && r.phase == Playing {
			sooner(s.awayAt.Add(r.cfg.Waits.BotAfter))
		}
		sooner(s.awayAt.Add(r.held()))
	}
	if !r.emptyAt.IsZero() {
		sooner(r.emptyAt.Add(r.cfg.Keep))
	}
	if r.changed {
		sooner(r.toldAt.Add(tellEvery))
	}
	if r.phase == Ended {
		sooner(r.endedAt.Add(r.cfg.Waits.Rematch))
	}
	if r.phase == Lobby {
		sooner(r.lobbyAt.Add(r.cfg.Waits.Lobby))
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
	if r.phase != Ended || r.closing != nil || r.owned() && !r.enough(r.fill) {
		return // such a room waits for newcomers
	}
	for _, s := range r.seats {
		if s.player != nil && !s.voted {
			return
		}
	}
	r.begin(now)
}
