// Package gomoku is the bundled game of two who think: five in a row on 15 x 15 cells. A player has 30
// seconds for a move, and a minute for the whole match besides.
package gomoku

import (
	"encoding"
	"errors"
	"time"

	"parlor/game"
	"parlor/game/turnclock"
	pb "parlor/proto/arcade/gomoku/v1"
)

const (
	size  = 15
	cells = size * size
	wins  = 5 // as many in a row, or more
)

var limits = turnclock.Limits{Turn: 30 * time.Second, Bank: 60 * time.Second}

// Game is a match; seat 0 is black, and begins.
var Game = game.Spec[*pb.Move, *pb.Board]{
	Name:   "gomoku",
	Seats:  game.Exactly(2),
	Ranked: game.Wins,
	Open:   true,
	New: func(t *game.Tick) game.Logic[*pb.Move, *pb.Board] {
		return &match{clock: turnclock.New(t, limits, 0)}
	},
	Bot: bot,
}

var (
	_ encoding.BinaryMarshaler   = (*match)(nil)
	_ encoding.BinaryUnmarshaler = (*match)(nil)
)

var (
	errTurn = errors.New("it is not your turn")
	errLate = errors.New("your time is up")
	errCell = errors.New("that cell is not free")
)

// match is one match.
type match struct {
	board  board
	moves  []uint8 // their cells, in order
	row    []uint32
	ending pb.Ending
	clock  *turnclock.Clock
}

func (m *match) Input(t *game.Tick, seat game.Seat, in *pb.Move) error {
	switch {
	case in.Resign:
		m.end(t, game.Win(1-seat), pb.Ending_ENDING_RESIGNED)
		return nil
	case seat != m.clock.Turn():
		return errTurn
	case m.clock.Late(t):
		return errLate
	case in.Cell >= cells || m.board[in.Cell] != free:
		return errCell
	}
	m.put(int(in.Cell))
	switch m.row = m.board.row(int(in.Cell)); {
	case m.row != nil:
		m.end(t, game.Win(seat), pb.Ending_ENDING_ROW)
	case len(m.moves) == cells:
		m.end(t, game.Draw(), pb.Ending_ENDING_FULL)
	default:
		m.clock.Next(t, 1-seat)
	}
	return nil
}

func (m *match) Tick(t *game.Tick) {
	if m.clock.Tick(t) {
		m.end(t, game.Win(1-m.clock.Turn()), pb.Ending_ENDING_TIME)
	}
}

// View is the same for all.
func (m *match) View(game.Seat) *pb.Board {
	v := &pb.Board{
		Turn: uint32(m.clock.Turn()), TurnEnd: uint32(m.clock.End()), Row: m.row, Ending: m.ending,
		Stones: make([]uint32, len(m.moves)),
		Banks:  []uint32{uint32(m.clock.Bank(0)), uint32(m.clock.Bank(1))},
	}
	for i, cell := range m.moves {
		v.Stones[len(m.moves)-1-i] = uint32(cell)
	}
	return v
}

// put sets the next stone.
func (m *match) put(cell int) {
	m.board[cell] = colour(len(m.moves)%2) + black
	m.moves = append(m.moves, uint8(cell))
}

func (m *match) end(t *game.Tick, r game.Result, how pb.Ending) {
	m.ending = how
	t.End(r)
}
