package game_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"google.golang.org/protobuf/types/known/wrapperspb"

	"parlor/game"
)

// The games that the tests play take a number and show a text.
type (
	number = wrapperspb.Int64Value
	text   = wrapperspb.StringValue
	spec   = game.Spec[*number, *text]
	logic  = game.Logic[*number, *text]
)

// script is a game whose rules are written down in the test. What is nil does nothing.
type script struct {
	input func(t *game.Tick, seat game.Seat, v int64) error
	tick  func(t *game.Tick)
	view  func(seat game.Seat) string
}

func (s *script) Input(t *game.Tick, seat game.Seat, in *number) error {
	if s.input == nil {
		return nil
	}
	return s.input(t, seat, in.Value)
}

func (s *script) Tick(t *game.Tick) {
	if s.tick != nil {
		s.tick(t)
	}
}

func (s *script) View(seat game.Seat) *text {
	if s.view == nil {
		return &text{}
	}
	return &text{Value: s.view(seat)}
}

// scripted is the game of a script, for 2 to 4 players, 20 ticks a second.
func scripted(s script) spec {
	return spec{
		Name: "script", Seats: game.Between(2, 4), Rate: 20,
		New: func(*game.Tick) logic { c := s; return &c },
	}
}

// turns is the same without a rate.
func turns(s script) spec {
	k := scripted(s)
	k.Rate = 0
	return k
}

// club is a script that players join and leave. Nobody may join seat 3.
type club struct {
	script
	members []game.Seat
}

var (
	_ game.Joiner = (*club)(nil)
	_ game.Leaver = (*club)(nil)

	errClosed = errors.New("seat 3 is closed")
)

func (c *club) Join(_ *game.Tick, seat game.Seat) error {
	if seat == 3 {
		return errClosed
	}
	c.members = append(c.members, seat)
	return nil
}

func (c *club) Leave(_ *game.Tick, seat game.Seat) { c.members = append(c.members, -seat) }
func (c *club) View(game.Seat) *text               { return &text{Value: fmt.Sprint(c.members)} }

var clubGame = spec{
	Name: "club", Seats: game.Between(2, 4), Rate: 20,
	New: func(*game.Tick) logic { return new(club) },
}

// tally adds up what each seat says, and a die each tick. It makes checkpoints. -1 is refused,
// a number over 100 sets an alarm, and 100 ends the match.
type tally struct{ sums []int64 }

var tallyGame = spec{
	Name: "tally", Seats: game.Between(2, 4),
	New: func(t *game.Tick) logic { return &tally{sums: make([]int64, t.Seats())} },
}

func (y *tally) Input(t *game.Tick, seat game.Seat, in *number) error {
	switch {
	case in.Value == -1:
		return errors.New("not that")
	case in.Value == 100:
		t.End(game.ByScore(y.sums...))
	case in.Value > 100:
		t.After(in.Value)
	}
	y.sums[seat] += in.Value
	return nil
}

func (y *tally) Tick(t *game.Tick) { y.sums[0] += int64(t.Rand.IntN(6)) }

func (y *tally) View(game.Seat) *text { return &text{Value: fmt.Sprint(y.sums)} }

func (y *tally) MarshalBinary() ([]byte, error) {
	var b []byte
	for _, sum := range y.sums {
		b = binary.AppendVarint(b, sum)
	}
	return b, nil
}

func (y *tally) UnmarshalBinary(b []byte) error {
	for i := range y.sums {
		v, n := binary.Varint(b)
		if n <= 0 {
			return errors.New("the tally is damaged")
		}
		y.sums[i], b = v, b[n:]
	}
	if len(b) > 0 {
		return errors.New("the tally is too long")
	}
	return nil
}

// say is an input of the given number.
func say(seat game.Seat, v int64) game.Input {
	in := game.Input{Seat: seat}
	if v != 0 {
		in.Body = binary.AppendUvarint([]byte{0x08}, uint64(v))
	}
	return in
}

func begin(t testing.TB, k game.Kind, seats int) *game.Sim {
	t.Helper()
	sim, err := game.Start(k, game.Seed{1}, seats)
	if err != nil {
		t.Fatal(err)
	}
	return sim
}

// seen is the text that seat sees.
func seen(t testing.TB, sim *game.Sim, seat game.Seat) string {
	t.Helper()
	b, err := sim.AppendView(nil, seat)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) < 2 {
		return ""
	}
	return string(b[2:]) // a tag and a length, as texts here are short
}

func hash(t testing.TB, sim *game.Sim) uint64 {
	t.Helper()
	h, err := sim.Hash()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// panics is what f panicked with; it fails the test if f did not.
func panics(t testing.TB, f func()) (with string) {
	t.Helper()
	defer func() {
		t.Helper()
		p := recover()
		if p == nil {
			t.Error("it did not panic")
		}
		with = fmt.Sprint(p)
	}()
	f()
	return ""
}
