package dash_test

import (
	"testing"

	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/gametest"
)

// recorded is a match among eight bots, its inputs by tick.
func recorded(b *testing.B) [][]game.Input {
	b.Helper()
	log := gametest.Record(b, dash.Game, 8, game.Seed{8}, dash.MatchTicks)
	inputs := make([][]game.Input, log.Last+1)
	for _, step := range log.Steps {
		inputs[step.Tick] = step.Inputs
	}
	return inputs
}

// deal starts the recorded match.
func deal(b *testing.B) *game.Sim {
	b.Helper()
	sim, err := game.Start(dash.Game, game.Seed{8}, 8)
	if err != nil {
		b.Fatal(err)
	}
	return sim
}

func BenchmarkStep(b *testing.B) {
	inputs := recorded(b)
	sim := deal(b)
	b.ReportAllocs()
	for b.Loop() {
		next := sim.Now() + 1
		if next == dash.MatchTicks {
			b.StopTimer()
			sim, next = deal(b), 1
			b.StartTimer()
		}
		sim.Step(next, inputs[next])
	}
}

func BenchmarkView(b *testing.B) {
	sim := playBots(b, 8, 600, nil)
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = sim.AppendView(buf[:0], game.Watcher); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%d bytes", len(buf))
}

func BenchmarkBot(b *testing.B) {
	v := world(b, playBots(b, 8, 600, nil))
	dice := game.NewRand(game.Seed{})
	for seat := game.Seat(0); b.Loop(); seat = (seat + 1) % 8 {
		dash.Game.Bot(seat, v, dice)
	}
}

func BenchmarkSave(b *testing.B) {
	sim := playBots(b, 8, 600, nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sim.Save(); err != nil {
			b.Fatal(err)
		}
	}
}
