package room

import (
	"context"
	"slices"
	"sync"
	"time"
)

// mostKicked is how many players a room remembers that it keeps out; then the oldest may come back.
const mostKicked = 64

// What players ask of their room is done on its goroutine. Like Leave, each of these waits while the inbox is
// full, and is answered once; answer must not wait.

// Ready tells in a lobby whether the player wants to begin; the match does when Config.ReadyStarts are ready.
func (r *Room) Ready(ctx context.Context, p Player, on bool, answer func(error)) {
	r.ask(ctx, p, answer, func(s *seat, _ time.Time) error { return r.setReady(s, on) })
}

// Move takes the player to another seat, in a lobby or between the matches of a room that players made.
func (r *Room) Move(ctx context.Context, p Player, to int, answer func(error)) {
	r.ask(ctx, p, answer, func(s *seat, _ time.Time) error { return r.move(s, to) })
}

// SetProp changes what the room says of itself. Where was is not nil, it must be the value until now.
func (r *Room) SetProp(ctx context.Context, p Player, prop Prop, was *string, answer func(error)) {
	r.ask(ctx, p, answer, func(s *seat, _ time.Time) error { return r.setProp(s, prop, was) })
}

// Start is the owner's word to begin at once, with bots on free seats where he wants them.
func (r *Room) Start(ctx context.Context, p Player, bots bool, answer func(error)) {
	r.ask(ctx, p, answer, func(s *seat, now time.Time) error { return r.start(s, bots, now) })
}

// Kick is his word to send somebody away and to keep him out.
func (r *Room) Kick(ctx context.Context, p Player, id string, answer func(error)) {
	r.ask(ctx, p, answer, func(s *seat, _ time.Time) error { return r.kick(s, id) })
}

// PassOwner is his word to make another at the table owner.
func (r *Room) PassOwner(ctx context.Context, p Player, id string, answer func(error)) {
	r.ask(ctx, p, answer, func(s *seat, _ time.Time) error { return r.passOwner(s, id) })
}

// Set is his word to let the room be found, or to let nobody in; nil leaves it as it is.
func (r *Room) Set(ctx context.Context, p Player, public, locked *bool, answer func(error)) {
	r.ask(ctx, p, answer, func(s *seat, _ time.Time) error { return r.set(s, public, locked) })
}

func (r *Room) ask(ctx context.Context, p Player, answer func(error), do func(*seat, time.Time) error) {
	var once sync.Once
	m := message{op: asked, player: p, do: do, answer: func(err error) { once.Do(func() { answer(err) }) }}
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

// owns fails unless the seat's player is the owner.
func (r *Room) owns(s *seat) error {
	switch {
	case !r.owned():
		return ErrPhase
	case s.player != r.owner:
		return ErrNotOwner
	}
	return nil
}

func (r *Room) setProp(s *seat, prop Prop, was *string) error {
	if err := r.owns(s); err != nil && !(err == ErrNotOwner && r.cfg.OpenProps) {
		return err
	}
	if was != nil && *was != r.props.Get(prop.Name) {
		return ErrConflict
	}
	props, err := r.props.With(prop.Name, prop.Value)
	if err != nil {
		return err
	}
	r.props, r.changed = props, true
	return nil
}

func (r *Room) set(s *seat, public, locked *bool) error {
	if err := r.owns(s); err != nil {
		return err
	}
	if public != nil {
		r.public = *public
	}
	if locked != nil {
		r.locked = *locked
	}
	r.changed = true
	return nil
}

func (r *Room) passOwner(by *seat, id string) error {
	if err := r.owns(by); err != nil {
		return err
	}
	for _, s := range r.seats {
		if s.player != nil && s.id == id {
			r.owner, r.changed = s.player, true
			return nil
		}
	}
	return ErrNobody
}

// kick does not reach into a match with an end: its owner would win by it.
func (r *Room) kick(by *seat, id string) error {
	if err := r.owns(by); err != nil {
		return err
	}
	for s := range r.everybody() {
		if s == by || s.id != id {
			continue
		}
		if !s.watches() && r.phase == Playing && !r.sim.Joinable() {
			return ErrPhase
		}
		if len(r.kicked) == mostKicked {
			r.kicked = append(r.kicked[:0], r.kicked[1:]...)
		}
		r.kicked = append(r.kicked, id)
		r.sendAway(s, ErrKicked)
		return nil
	}
	if r.phase == Playing && !r.sim.Joinable() {
		return ErrPhase
	}
	return ErrNobody
}

// keptOut tells whether the owner has sent somebody away.
func (r *Room) keptOut(p Player) bool { return slices.Contains(r.kicked, p.ID()) }
