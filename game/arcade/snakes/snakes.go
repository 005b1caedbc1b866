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
	Open:      true,
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

// View is the same for all. Bodies share one allocation, pieces of food another.
func (a *arena) View(game.Seat) *pb.World {
	points := 0
	for i := range a.snakes {
		points += len(a.snakes[i].body)
	}
	flat := make([]uint32, 0, 2*points)
	w := &pb.World{Size: size, Food: make([]*pb.Food, len(a.food))}
	food := make([]pb.Food, len(a.food))
	for i, f := range a.food {
		v := &food[i]
		v.Id, v.X, v.Y, v.Value = f.id, uint32(f.x), uint32(f.y), uint32(f.value)
		w.Food[i] = v
	}
	all := make([]pb.Snake, len(a.snakes))
	for i := range a.snakes {
		s := &a.snakes[i]
		if !s.seated {
			continue
		}
		from := len(flat)
		for _, p := range s.body {
			flat = append(flat, uint32(p.x), uint32(p.y))
		}
		v := &all[i]
		v.Seat, v.Body = uint32(i), flat[from:len(flat):len(flat)]
		v.Heading, v.Boost = uint32(s.heading), s.boost
		v.Score, v.Best, v.Reborn = uint32(s.score), uint32(s.best), uint32(s.reborn)
		w.Snakes = append(w.Snakes, v)
	}
	return w
}
