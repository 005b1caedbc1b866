package room

import (
	"context"
	"time"

	"parlor/game"
)

// op is what a message asks of the room.
type op uint8

const (
	join op = iota
	leave
	online
	offline
	inputs
	rematch
	watch
	asked
)

// message is anything that others send to a room.
type message struct {
	op     op
	player Player
	party  []Player // of join: who come together
	batch  Batch    // only of inputs

	// These are only of what is asked.
	do     func(s *seat, now time.Time) error
	answer func(error)
}

// Batch is consecutive inputs as they came. The room keeps the bodies.
type Batch struct {
	First  uint32 // seq of Bodies[0]
	Bodies [][]byte
	Tick   int64     // they wait for this tick; 0, past, or more than a second ahead: for the next one
	At     time.Time // when they came
}

// TryJoin asks for seats for players who come together, all of them or none, and TryWatch to look on, without
// waiting. The answer is an Update for each, with Room or with Left. They fail with ErrClosed, or with ErrFull
// if the inbox is.
func (r *Room) TryJoin(party ...Player) error { return r.try(message{op: join, party: party}) }

func (r *Room) TryWatch(p Player) error { return r.try(message{op: watch, player: p}) }

func (r *Room) try(m message) error {
	select {
	case <-r.done:
		return ErrClosed
	default:
	}
	select {
	case r.inbox <- m:
	default:
		return ErrFull
	}
	select {
	case <-r.done: // perhaps after its last look
		return ErrClosed
	default:
		return nil
	}
}

// Leave gives up the player's seat; Online and Offline tell whether he is connected; Rematch is
// his vote for another match. All wait while the inbox is full, and fail with ErrClosed when the
// room has closed.
func (r *Room) Leave(ctx context.Context, p Player) error {
	return r.tell(ctx, message{op: leave, player: p})
}

func (r *Room) Online(ctx context.Context, p Player) error {
	return r.tell(ctx, message{op: online, player: p})
}

func (r *Room) Offline(ctx context.Context, p Player) error {
	return r.tell(ctx, message{op: offline, player: p})
}

func (r *Room) Rematch(ctx context.Context, p Player) error {
	return r.tell(ctx, message{op: rematch, player: p})
}

// Inputs hands over what a player did. It waits while the inbox is full.
func (r *Room) Inputs(ctx context.Context, p Player, b Batch) error {
	return r.tell(ctx, message{op: inputs, player: p, batch: b})
}

// Hand is Inputs for Sockets.Read, which runs on the room's goroutine.
func (r *Room) Hand(p Player, b Batch) {
	r.take(message{op: inputs, player: p, batch: b}, b.At)
}

func (r *Room) tell(ctx context.Context, m message) error {
	select {
	case r.inbox <- m:
		return nil
	case <-r.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// turnDown answers what somebody asks who has no place here, or finds the room closed, so that he does not
// wait for it.
func (r *Room) turnDown(m message, why error) {
	switch m.op {
	case join:
		for _, p := range m.party {
			p.Update(Update{Left: &Left{Room: r.cfg.ID, Err: why, Unseated: true}})
		}
	case watch:
		m.player.Update(Update{Left: &Left{Room: r.cfg.ID, Err: why, Unseated: true}})
	}
	if m.answer != nil {
		m.answer(why)
	}
	if m.op != inputs {
		return
	}
	b := m.batch
	u := Update{Acked: b.First + uint32(len(b.Bodies)) - 1}
	for i := range b.Bodies {
		u.Refused = append(u.Refused, Refused{b.First + uint32(i), "you have no seat here"})
	}
	m.player.Update(u)
}

// take does what a message asks.
func (r *Room) take(m message, now time.Time) {
	switch m.op {
	case join:
		r.join(m.party)
		return
	case watch:
		r.watch(m.player)
		return
	}
	s := r.seatOf(m.player)
	if s == nil { // he has left, or never came: what he sent crossed our Left
		r.turnDown(m, ErrPhase)
		return
	}
	if s.watches() {
		r.takeFromWatcher(s, m, now)
		return
	}
	switch m.op {
	case leave:
		r.leave(s, nil)
	case online:
		r.connected(s, now)
	case offline:
		r.disconnected(s, now)
	case inputs:
		b := m.batch
		if r.info.Rate == 0 || b.Tick >= r.clock.coming+int64(r.info.Rate) {
			b.Tick = 0
		}
		s.queueInputs(b)
		switch r.phase {
		case Playing:
		case Lobby:
			s.flushInputs("the match has not begun")
		default:
			s.flushInputs(game.ErrOver.Error())
		}
	case rematch:
		r.vote(s)
	case asked:
		m.answer(m.do(s, now))
	}
}
