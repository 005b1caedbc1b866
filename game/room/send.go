package room

import "time"

// tellEvery is how often changes of members are told at most: who comes and goes again and again
// must not fill the outboxes of those who stay.
const tellEvery = 250 * time.Millisecond

// tellAtOnce is for changes that do not wait: a match begins or ends.
func (r *Room) tellAtOnce() { r.changed, r.toldAt = true, time.Time{} }

// send hands every player what this turn has for him: at most one update each.
func (r *Room) send(now time.Time) {
	due := r.stepped && (r.phase != Playing || r.info.Rate == 0 ||
		r.sim.Now()/int64(r.info.SendEvery) != r.sentTick/int64(r.info.SendEvery))
	if due {
		r.sentTick = r.sim.Now()
		r.stepped = false
	}
	r.tellState(now)
	r.views(due, now)
	for s := range r.everybody() {
		r.deliver(s)
		s.fresh = s.fresh && !s.online
	}
}

// tellState describes the room to all when its changes are due to be told, and at once to those
// who have just come.
func (r *Room) tellState(now time.Time) {
	all := r.changed && now.Sub(r.toldAt) >= tellEvery
	if all {
		r.changed, r.toldAt = false, now
	}
	var state *State
	for s := range r.everybody() {
		if !s.online || !(all || s.fresh) {
			continue // who is away gets the newest when he is back: it would only pile up
		}
		if state == nil {
			state = r.state()
		}
		s.out.Room = state
	}
}

// views puts a view into the update of everyone who is connected: all of them when one is due,
// else those who have none yet. Where all see the same it is made once.
func (r *Room) views(due bool, now time.Time) {
	if r.crashed || r.sim == nil {
		return
	}
	defer r.contain()
	var shared []byte
	for _, s := range r.seats {
		if !s.online || !s.joined || !(due || s.fresh) {
			continue // a seat that was taken since the match ended has no part in it
		}
		view := shared
		if view == nil {
			var err error
			if view, err = r.sim.AppendView([]byte{}, s.at); err != nil {
				panic(err)
			}
			if r.info.Open {
				shared = view
			}
		}
		s.out.View, s.out.Tick = view, r.sim.Now()
		if r.info.Rate == 0 {
			s.out.Step = r.steps
		}
	}
	r.watchers(due, now)
}

// deliver gives a seat's update to its player, if there is anything in it.
func (r *Room) deliver(s *seat) {
	u := s.out
	s.out = Update{}
	if s.player == nil {
		return
	}
	if u.View == nil && u.Room == nil && u.Left == nil && u.Result == nil && len(u.Refused) == 0 && len(u.Scores) == 0 &&
		s.acked == s.told && s.slips == r.slipped {
		return
	}
	u.Seat, u.Acked, u.Clock = s.at, s.acked, r.schedule()
	s.told, s.slips = s.acked, r.slipped
	if r.info.Rate == 0 {
		u.Lead = Lead{} // nothing is early or late
	}
	s.player.Update(u)
}

// schedule is zero while no match is played.
func (r *Room) schedule() Schedule {
	if r.phase != Playing {
		return Schedule{}
	}
	if r.info.Rate == 0 {
		last := r.sim.Now()
		return Schedule{Tick: last, Due: r.clock.at(last), Period: r.clock.period}
	}
	last := r.clock.coming - 1
	return Schedule{Tick: last, Due: r.clock.deadline(last), Period: r.clock.period, Slipped: r.slipped}
}

func (r *Room) state() *State {
	st := &State{
		ID: r.cfg.ID, Match: r.matchID, Info: r.info, Phase: r.phase, Size: r.cfg.Size, Code: r.cfg.Code,
		Public: r.public, Locked: r.locked, Watchers: len(r.gallery), Props: r.props,
	}
	if r.phase == Lobby {
		st.ReadyStarts = r.cfg.ReadyStarts
	}
	for _, s := range r.seats {
		m := Member{Name: s.seatName()}
		if s.player != nil {
			m.Player, m.Away, m.StandIn = s.id, !s.online, s.bot
			m.Owner, m.Ready = s.player == r.owner, s.ready
		} else {
			m.Bot = s.bot
		}
		if s.voted {
			st.Votes++
		}
		st.Members = append(st.Members, m)
	}
	return st
}

// publish leaves the room's card for operators and queues, and tells how many seats are free.
func (r *Room) publish(now time.Time) {
	card := Info{
		ID: r.cfg.ID, Game: r.info.Name, Match: r.matchID, Phase: r.phase,
		Slipped: r.slippedBefore + r.slipped, Asleep: r.asleep,
		Size: r.cfg.Size, Public: r.public, Locked: r.locked, Watchers: len(r.gallery), Props: r.props,
	}
	if r.sim != nil {
		card.Tick = r.sim.Now()
		card.Endless = r.sim.Joinable()
	}
	for _, s := range r.seats {
		switch {
		case s.player != nil:
			card.Players++
			if !s.online {
				card.Away++
			}
		case s.bot:
			card.Bots++
		}
	}
	switch {
	case r.locked:
	case r.phase == Playing && card.Endless:
		card.Free = min(len(r.seats), r.cfg.Size) - card.Players
	case r.owned() && (r.phase == Lobby || r.phase == Ended):
		card.Free = r.cfg.Size - card.Players
	}
	if old := r.card.Load(); old == nil || worthTelling(*old, card, int64(max(1, r.info.Rate))) {
		r.card.Store(&card)
	}
	if r.cfg.Free != nil && card.Free != max(r.freeTold, 0) && r.cfg.Free(card.Free) {
		r.freeTold = card.Free
	}
}

// worthTelling spares a room that only ticks from making a new card for every tick: one a
// second is enough.
func worthTelling(old, card Info, second int64) bool {
	ticks := card.Tick - old.Tick
	old.Tick = card.Tick
	return old != card || ticks >= second || ticks < 0
}
