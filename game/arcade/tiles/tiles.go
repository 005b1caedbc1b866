// Package tiles is the bundled game of hidden hands: in turn, lay a tile of the colour or of the number of the
// one on top, or draw one. The first hand that is empty wins; if nobody can go on, the smallest does.
//
// There are 52 tiles, each of them once; see the messages. What a seat may know is its own hand, what
// lies on top, and how many tiles everybody has: not a partner's hand, and not the bag's order.
package tiles

import (
	"encoding"
	"errors"
	"slices"
	"time"

	"parlor/game"
	"parlor/game/turnclock"
	pb "parlor/proto/arcade/tiles/v1"
)

const (
	numbers = 13
	all     = 4 * numbers
	dealt   = 7 // to each at first
)

// Who is out of time draws and passes, and that is all: others do not lose a match by it.
var limits = turnclock.Limits{Turn: 15 * time.Second, Bank: 30 * time.Second, Short: 5 * time.Second}

type (
	spec  = game.Spec[*pb.Move, *pb.Table]
	logic = game.Logic[*pb.Move, *pb.Table]
)

// Game is each for himself. Scores are the tiles left in the hand, below zero.
var Game = spec{
	Name:   "tiles",
	Seats:  game.Between(2, 4),
	Ranked: game.Wins,
	New:    func(t *game.Tick) logic { return deal(t, t.Seats()) },
	Bot:    bot,
}

// Pairs is two against two, who sit across. A side wins together.
var Pairs = spec{
	Name:   "tiles-pairs",
	Seats:  game.Exactly(4),
	Teams:  2,
	Ranked: game.Wins,
	New:    func(t *game.Tick) logic { return deal(t, 2) },
	Bot:    bot,
}

var (
	_ game.Leaver                = (*table)(nil)
	_ encoding.BinaryMarshaler   = (*table)(nil)
	_ encoding.BinaryUnmarshaler = (*table)(nil)
)

var (
	errTurn   = errors.New("it is not your turn")
	errLate   = errors.New("your time is up")
	errAction = errors.New("play, draw or pass")
	errHand   = errors.New("you do not have that tile")
	errMatch  = errors.New("that tile matches neither colour nor number")
	errDrawn  = errors.New("you have drawn already")
	errEmpty  = errors.New("the bag is empty")
	errDraw   = errors.New("draw first")
)

// table is one match.
type table struct {
	sides   int // seat s is of side s % sides; each for himself: as many as seats
	top     uint32
	bag     []uint32 // the last is drawn first
	players []player // by seat
	drew    bool     // the seat to move has drawn
	idle    int      // turns without a tile laid, one after another, since the bag is empty
	clock   *turnclock.Clock
}

type player struct {
	hand []uint32 // rising
	last pb.Action
	gone bool
}

func deal(t *game.Tick, sides int) *table {
	tb := &table{sides: sides, players: make([]player, t.Seats())}
	for _, tile := range t.Rand.Perm(all) {
		tb.bag = append(tb.bag, uint32(tile))
	}
	for i := range tb.players {
		for range dealt {
			tb.players[i].take(tb.draw())
		}
	}
	tb.top = tb.draw()
	tb.clock = turnclock.New(t, limits, game.Seat(t.Rand.IntN(t.Seats())))
	return tb
}

func (tb *table) draw() uint32 {
	tile := tb.bag[len(tb.bag)-1]
	tb.bag = tb.bag[:len(tb.bag)-1]
	return tile
}

func (p *player) take(tile uint32) {
	at, _ := slices.BinarySearch(p.hand, tile)
	p.hand = slices.Insert(p.hand, at, tile)
}

func (tb *table) Input(t *game.Tick, seat game.Seat, in *pb.Move) error {
	p := &tb.players[seat]
	switch {
	case seat != tb.clock.Turn() || p.gone:
		return errTurn
	case tb.clock.Late(t):
		return errLate
	case in.Action == pb.Action_ACTION_PLAY:
		return tb.play(t, p, in.Tile)
	case in.Action == pb.Action_ACTION_DRAW && tb.drew:
		return errDrawn
	case in.Action == pb.Action_ACTION_DRAW && len(tb.bag) == 0:
		return errEmpty
	case in.Action == pb.Action_ACTION_DRAW:
		p.take(tb.draw())
		p.last, tb.drew = in.Action, true
		return nil
	case in.Action == pb.Action_ACTION_PASS && !tb.drew && len(tb.bag) > 0:
		return errDraw
	case in.Action == pb.Action_ACTION_PASS:
		tb.pass(t, in.Action)
		return nil
	}
	return errAction
}

func (tb *table) play(t *game.Tick, p *player, tile uint32) error {
	at, has := slices.BinarySearch(p.hand, tile)
	switch {
	case !has:
		return errHand
	case !matches(tile, tb.top):
		return errMatch
	}
	p.hand = slices.Delete(p.hand, at, at+1)
	p.last, tb.top, tb.idle = pb.Action_ACTION_PLAY, tile, 0
	if len(p.hand) == 0 {
		tb.win(t, tb.clock.Turn())
		return nil
	}
	tb.next(t)
	return nil
}

// pass ends the turn without a tile laid.
func (tb *table) pass(t *game.Tick, how pb.Action) {
	tb.players[tb.clock.Turn()].last = how
	if len(tb.bag) == 0 {
		tb.idle++
	}
	tb.next(t)
}

// next begins the turn of the next seat that is there; with nobody left, of any.
func (tb *table) next(t *game.Tick) {
	seat := tb.clock.Turn()
	for range tb.players {
		seat = (seat + 1) % game.Seat(len(tb.players))
		if !tb.players[seat].gone {
			break
		}
	}
	tb.drew = false
	tb.clock.Next(t, seat)
}

// Leave lets the others go on. The hand stays where it is, face down. Whether enough are left the tick says, once all
// have left who leave at the same time.
func (tb *table) Leave(t *game.Tick, seat game.Seat) {
	tb.players[seat].gone = true
	if seat == tb.clock.Turn() {
		tb.next(t)
	}
}

func (tb *table) Tick(t *game.Tick) {
	side, several := tb.left()
	switch {
	case side < 0:
		t.End(game.Draw())
		return
	case !several:
		tb.win(t, game.Seat(side))
		return
	}
	if tb.clock.Tick(t) {
		if !tb.drew && len(tb.bag) > 0 {
			tb.players[tb.clock.Turn()].take(tb.draw())
		}
		tb.pass(t, pb.Action_ACTION_LATE)
	}
	if tb.stuck() {
		tb.count(t)
	}
}

func matches(tile, top uint32) bool {
	return tile/numbers == top/numbers || tile%numbers == top%numbers
}
