package gametest_test

import (
	"testing"

	"parlor/game"
	"parlor/game/gametest"
)

// hasty ends when nobody has moved by tick 9.
type hasty struct{ sum }

func (h *hasty) Tick(t *game.Tick) {
	if t.N >= 9 {
		t.End(game.Draw())
	}
}

// Their first move was left out where an alarm was set at the start, as a turn clock does.
func TestBotsMoveBeforeTheFirstAlarmRings(t *testing.T) {
	k := playing(nil)
	k.New = func(t *game.Tick) logic { t.After(9); return new(hasty) }
	k.Rate = 0
	k.Bot = func(game.Seat, *text, *game.Rand) *number { return &number{Value: 2} }
	log := gametest.Record(t, k, 2, game.Seed{}, 100)
	if len(log.Steps) != 9 || log.Last != 9 {
		t.Errorf("%d steps to tick %d, want 9 to tick 9", len(log.Steps), log.Last)
	}
}
