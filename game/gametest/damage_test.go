package gametest_test

import (
	"strings"
	"testing"

	"parlor/game"
	"parlor/game/gametest"
)

// scroll is a game with checkpoints that believes whatever is in them: how much its view tells,
// and in which tick it falls over.
type scroll struct {
	sum
	lines, falls byte
}

func (s *scroll) MarshalBinary() ([]byte, error) { return []byte{s.lines, s.falls}, nil }

func (s *scroll) UnmarshalBinary(b []byte) error {
	s.lines, s.falls = b[0], b[1]
	return nil
}

func (s *scroll) Tick(t *game.Tick) {
	if s.falls > 0 && t.N == int64(s.falls) {
		panic("it falls over")
	}
}

func (s *scroll) View(game.Seat) *text { return &text{Value: strings.Repeat("line ", int(s.lines))} }

func TestACheckpointThatIsAcceptedAndFailsLaterIsCaught(t *testing.T) {
	saved := func(lines, falls byte) []byte {
		sim, err := game.Start(playing(func() logic { return &scroll{lines: lines, falls: falls} }), game.Seed{1}, 2)
		if err != nil {
			t.Fatal(err)
		}
		b, err := sim.Save()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	k := playing(func() logic { return new(scroll) })
	want(t, "", func(tb testing.TB) { gametest.Revive(tb, k, saved(3, 0), 100) })
	want(t, "", func(tb testing.TB) { gametest.Revive(tb, k, []byte("no checkpoint"), 100) })
	want(t, "a view of", func(tb testing.TB) { gametest.Revive(tb, k, saved(90, 0), 100) })
	defer func() {
		if recover() != "it falls over" {
			t.Error("the panic was not let through")
		}
	}()
	gametest.Revive(t, k, saved(3, 20), 100)
}
