// Package snakes is the bundled real-time game: steer a snake, eat and grow, and let the others
// run into you. The room is endless; players come and go.
//
// Every tick, in this order: all snakes turn and move; the dead whose time has come are brought
// back; those that ran into a wall or into another's body die, all at once, and become food;
// heads eat what is in reach; the world tops up its food.
//
// Whole numbers only, and every list is walked in the order of its indices: the same log gives
// the same match on any machine.
package snakes

import (
	"encoding"
	"errors"

	"parlor/game"
	pb "parlor/proto/arcade/snakes/v1"
)

const (
	size  = 2200 // the world is a square of so many units
	seats = 30
)

// Game is an endless room of up to 30 snakes. The board keeps the best life.
var Game = game.Spec[*pb.Steer, *pb.World]{
	Name:      "snakes",
	Seats:     game.Between(1, seats),
	Rate:      20,
	SendEvery: 1,
	Ranked:    game.BestScore,
	New:       func(t *game.Tick) game.Logic[*pb.Steer, *pb.World] { return newArena(t) },
	Bot:       bot,
}

var (
	_ game.Joiner                = (*arena)(nil)
	_ game.Leaver                = (*arena)(nil)
	_ encoding.BinaryMarshaler   = (*arena)(nil)
	_ encoding.BinaryUnmarshaler = (*arena)(nil)
)

var (
	errHeading = errors.New("a heading is 0 to 255")
	errNobody  = errors.New("you have not joined")
	errTaken   = errors.New("that seat is taken")
)

// arena is one match: the world and all that is in it.
type arena struct {
	snakes []snake // by seat
	food   []piece // by id
	pieces uint32  // that there have been: the id of the last one
	blips  []blip  // the map, by seat

	picture *picture // no part of the state
}

func newArena(t *game.Tick) *arena {
	a := &arena{snakes: make([]snake, t.Seats())}
	a.topUp(t.Rand)
	return a
}

// Input notes where a player wants to go. A dead snake's player may steer: it comes back that way.
func (a *arena) Input(_ *game.Tick, seat game.Seat, in *pb.Steer) error {
	s := &a.snakes[seat]
	if !s.seated {
		return errNobody
	}
	if in.Heading > 255 {
		return errHeading
	}
	s.wish, s.rush = int(in.Heading), in.Boost
	return nil
}

// Join seats a player; his snake comes in the same step.
func (a *arena) Join(t *game.Tick, seat game.Seat) error {
	if a.snakes[seat].seated {
		return errTaken
	}
	a.snakes[seat] = snake{seated: true, wish: t.Rand.IntN(256), reborn: 1}
	return nil
}

// Leave ends the player's life, if he has one, and empties his seat.
func (a *arena) Leave(t *game.Tick, seat game.Seat) {
	if a.snakes[seat].alive() {
		a.kill(t, int(seat))
	}
	a.snakes[seat] = snake{}
}

func (a *arena) Tick(t *game.Tick) {
	for i := range a.snakes {
		if s := &a.snakes[i]; s.alive() {
			s.move()
			if s.pay() {
				a.drop(s.body[len(s.body)-1], boostDrop)
			}
		}
	}
	a.bringBack(t)
	a.bury(t)
	a.feed()
	a.topUp(t.Rand)
	if t.N%blipEvery == 1 {
		a.survey()
	}
}

// bury lets all die that have crashed. Who has is settled before the first is taken away.
func (a *arena) bury(t *game.Tick) {
	var crashed [seats]bool
	for i := range a.snakes {
		crashed[i] = a.snakes[i].alive() && a.crashed(i)
	}
	for i := range a.snakes {
		if crashed[i] {
			a.kill(t, i)
		}
	}
}

// kill ends a life: the score is posted, the body is food.
func (a *arena) kill(t *game.Tick, seat int) {
	s := &a.snakes[seat]
	if s.score > 0 {
		t.Score(game.Seat(seat), int64(s.score))
	}
	a.remains(s)
	s.die()
}

func (a *arena) bringBack(t *game.Tick) {
	for i := range a.snakes {
		s := &a.snakes[i]
		if !s.seated || s.alive() {
			continue
		}
		if s.reborn--; s.reborn <= 0 {
			s.hatch(a.freePlace(t.Rand))
		}
	}
}
