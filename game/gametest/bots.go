package gametest

import (
	"errors"
	"testing"

	"parlor/game"
)

// Bots plays a match among the game's own bots, to its end or for maxTicks steps, then plays
// its log again three ways (at once; again in the same process; saved and restored at every
// tick, where the game makes checkpoints) and fails if any tick of any differs. It answers the
// first match.
//
// Saving and restoring at every tick is Factorio's "heavy mode".
func Bots(t testing.TB, k game.Kind, players int, seed game.Seed, maxTicks int) *game.Sim {
	t.Helper()
	sim, log, marks := record(t, k, players, seed, maxTicks)
	check(t, k, log, marks)
	check(t, k, log, marks)
	heavy(t, k, log, marks)
	return sim
}

// Record is the log of a match among the game's own bots: the stuff of a golden replay.
func Record(t testing.TB, k game.Kind, players int, seed game.Seed, maxTicks int) *game.Log {
	t.Helper()
	_, log, _ := record(t, k, players, seed, maxTicks)
	return log
}

// Replay plays a log, then plays it again as Bots does. It answers the match as the log leaves
// it, whose hash a golden test holds against the one noted when the log was made.
func Replay(t testing.TB, k game.Kind, log *game.Log) *game.Sim {
	t.Helper()
	var marks []uint64
	sim, err := log.Replay(k, func(sim *game.Sim) bool {
		marks = append(marks, mark(t, sim))
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	check(t, k, log, marks)
	heavy(t, k, log, marks)
	return sim
}

// record lets the bots play. It also answers the mark of every step.
func record(t testing.TB, k game.Kind, players int, seed game.Seed, maxTicks int) (*game.Sim, *game.Log, []uint64) {
	t.Helper()
	sim, log, inputs, err := start(k, players, seed)
	if err != nil {
		t.Fatal(err)
	}
	if !k.Info().HasBot {
		t.Fatalf("%s has no bot", k.Info().Name)
	}
	dice := game.NewRand(seed)
	var marks []uint64
	for len(marks) < maxTicks {
		next := sim.Now() + 1
		if alarm, ok := sim.Alarm(); ok && k.Info().Rate == 0 && len(inputs) == 0 && len(marks) > 0 {
			next = alarm // nobody moves; before the first step nobody has been asked
		}
		log.Append(k.Info().Rate, next, inputs)
		for _, r := range sim.Step(next, inputs) {
			t.Fatalf("the bot in seat %d was refused at tick %d: %v", r.Input.Seat, next, r.Err)
		}
		marks = append(marks, mark(t, sim))
		if _, over := sim.Result(); over {
			break
		}
		inputs = ask(t, sim, players, dice)
		if _, alarm := sim.Alarm(); k.Info().Rate == 0 && len(inputs) == 0 && !alarm {
			t.Fatalf("at tick %d all bots wait, and nothing will happen any more", sim.Now())
		}
	}
	return sim, &log, marks
}

// ask lets every bot move. In a game without a rate only the first that wants to does: the
// others see the board after his move, as in a room.
func ask(t testing.TB, sim *game.Sim, players int, dice *game.Rand) []game.Input {
	t.Helper()
	var inputs []game.Input
	for seat := range game.Seat(players) {
		body, err := sim.Bot(seat, dice)
		if err != nil {
			t.Fatal(err)
		}
		if body == nil {
			continue
		}
		inputs = append(inputs, game.Input{Seat: seat, Seq: uint32(sim.Now()) + 1, Body: body})
		if sim.Info().Rate == 0 {
			break
		}
	}
	return inputs
}

// check plays the log again and holds every step against its mark.
func check(t testing.TB, k game.Kind, log *game.Log, marks []uint64) {
	t.Helper()
	step := 0
	_, err := log.Replay(k, func(sim *game.Sim) bool {
		if step < len(marks) && mark(t, sim) != marks[step] {
			t.Fatalf("the replay differs at tick %d: the same seed and inputs gave another match", sim.Now())
		}
		step++
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	if step != len(marks) {
		t.Fatalf("the replay has %d steps, the match had %d", step, len(marks))
	}
}

// heavy plays the log with the match replaced by its own checkpoint before every step.
func heavy(t testing.TB, k game.Kind, log *game.Log, marks []uint64) {
	t.Helper()
	sim, err := game.Start(k, log.Seed, log.Seats)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sim.Save(); errors.Is(err, game.ErrNoCheckpoint) {
		return
	}
	steps := log.Steps
	for i, want := range marks {
		saved, err := sim.Save()
		if err != nil {
			t.Fatal(err)
		}
		if sim, err = game.Restore(k, saved); err != nil {
			t.Fatalf("restore before step %d: %v", i+1, err)
		}
		next := sim.Now() + 1
		if k.Info().Rate == 0 {
			next = log.Steps[i].Tick
		}
		var inputs []game.Input
		if len(steps) > 0 && steps[0].Tick == next {
			inputs, steps = steps[0].Inputs, steps[1:]
		}
		sim.Step(next, inputs)
		if mark(t, sim) != want {
			t.Fatalf("restored from a checkpoint, the match differs at tick %d", next)
		}
	}
}
