// Package dash is the bundled game of quick reactions: run for pellets in a round arena, dash into the
// others to shove them aside, and shoot them to make them spill what they have eaten. After 90 seconds
// the most points win.
//
// Every tick, in this order: all move; who dashes shoves those he touches; shots are judged, all at
// once, each by what its shooter saw; pellets go to the nearest in reach; new ones appear.
//
// Avatars do not stand in each other's way: only a dash shoves. So what a player does moves nobody but
// himself, and a browser can show it before the server's answer comes; see step.go.
package dash

import (
	"encoding"
	"errors"

	"parlor/game"
	"parlor/game/rewind"
	pb "parlor/proto/arcade/dash/v1"
)

const (
	seats      = 8
	rate       = 20
	matchTicks = 90 * rate
	startRing  = 1000 // from the middle, players start this far
)

// Game is a match of 90 seconds. The board keeps the best score.
var Game = game.Spec[*pb.Act, *pb.World]{
	Name:      "dash",
	Seats:     game.Between(2, seats),
	Rate:      rate,
	SendEvery: 1,
	Ranked:    game.BestScore,
	Open:      true,
	New:       func(t *game.Tick) game.Logic[*pb.Act, *pb.World] { return newArena(t) },
	Bot:       bot,
}

var (
	_ encoding.BinaryMarshaler   = (*arena)(nil)
	_ encoding.BinaryUnmarshaler = (*arena)(nil)
)

var errHeading = errors.New("headings and aims are 0 to 255")

// arena is one match.
type arena struct {
	now     int      // ticks played
	players []player // by seat
	pellets [maxPellets]pellet
	past    *rewind.History

	spots [seats]rewind.Spot // what is recorded in a tick
	sight sight              // what View answers with
}

// player is an avatar, and who plays it.
type player struct {
	avatar
	wants  wish
	view   int64 // of the shot he wants: the moment that he was shown, in 1/16 ticks
	hurtBy int   // seat + 1 of who hurt him last; 0: nobody yet
	points int
}

// newArena sets the players on a ring, as far from each other as can be, all facing the middle.
func newArena(t *game.Tick) *arena {
	a := &arena{players: make([]player, t.Seats()), past: rewind.New(t.Seats(), rate)}
	first := t.Rand.IntN(256)
	for i := range a.players {
		at := first + 256*i/len(a.players)
		p := &a.players[i]
		p.x, p.y = along(startRing, cos(at)), along(startRing, sin(at))
		p.heading = (at + 128) & 255
		p.wants.heading = p.heading
	}
	a.topUp(t.Rand)
	a.remember()
	return a
}

// Input notes what a player wants. Of several in a tick the last says where he goes, but no dash or
// shot is lost.
func (a *arena) Input(_ *game.Tick, seat game.Seat, in *pb.Act) error {
	if in.Heading > 255 || in.Aim > 255 {
		return errHeading
	}
	p := &a.players[seat]
	w := &p.wants
	w.heading, w.going = int(in.Heading), in.Go
	w.dash = w.dash || in.Dash
	if in.Fire {
		w.fire, w.aim, p.view = true, int(in.Aim), int64(in.View)
	}
	return nil
}

func (a *arena) Tick(t *game.Tick) {
	a.now++
	for i := range a.players {
		p := &a.players[i]
		p.avatar = step(p.avatar, p.wants, a.now)
	}
	a.bump()
	a.remember()
	a.shoot()
	for i := range a.players {
		w := &a.players[i].wants
		w.dash, w.fire = false, false
	}
	a.feed()
	a.topUp(t.Rand)
	if a.now >= matchTicks {
		a.end(t)
	}
}

// remember records where all are, for shots to come.
func (a *arena) remember() {
	for i := range a.players {
		p := &a.players[i]
		a.spots[i] = rewind.Spot{X: int32(p.x), Y: int32(p.y), Gone: p.protected(a.now)}
	}
	a.past.Record(int64(a.now), a.spots[:len(a.players)])
}

func (a *arena) end(t *game.Tick) {
	points := make([]int64, len(a.players))
	for i := range a.players {
		points[i] = int64(a.players[i].points)
	}
	t.End(game.ByScore(points...))
}
