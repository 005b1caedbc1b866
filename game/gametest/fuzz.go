package gametest

import (
	"testing"

	"parlor/game"
)

// Fuzz plays random bytes as a log: steps, inputs of any content from any seat, joins and
// leaves. It fails on a panic, on a refused input that leaves a trace, and on a replay that
// differs. Call it from a fuzz test; without -fuzz it plays the seeds given here.
func Fuzz(f *testing.F, k game.Kind) {
	f.Helper()
	f.Add([]byte{})
	f.Add([]byte("\x00\x02\x08\x00\x01\x02\x08\x04\x00\x02\x08\x01\x01\x02\x08\x05\x00\x02\x08\x02"))
	dice := game.NewRand(game.Seed{7})
	for range 30 {
		script := make([]byte, 20+dice.IntN(400))
		for i := range script {
			script[i] = byte(dice.Uint64())
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) { play(t, k, script) })
}

// maxScript bounds a script: a longer one only takes longer.
const maxScript = 4096

// play reads the script as: seat-and-kind byte, then for an input a length byte and its body.
func play(t testing.TB, k game.Kind, script []byte) {
	t.Helper()
	script = script[:min(len(script), maxScript)]
	players := k.Info().Seats.Min
	if len(script) > 0 {
		players += int(script[0]) % (k.Info().Seats.Max - k.Info().Seats.Min + 1)
	}
	sim, log, inputs, err := start(k, players, game.Seed{2})
	if err != nil {
		t.Fatal(err)
	}
	beside, _, _, err := start(k, players, game.Seed{2})
	if err != nil {
		t.Fatal(err)
	}
	other := twin{sim: beside}
	var marks []uint64
	step := func() {
		next := sim.Now() + 1
		log.Append(k.Info().Rate, next, inputs)
		if err := other.step(sim, inputs, sim.Step(next, inputs)); err != nil {
			t.Fatal(err)
		}
		inputs = nil
		marks = append(marks, mark(t, sim))
	}
	step()
	for seq := uint32(1); len(script) > 0; seq++ {
		head := script[0]
		script = script[1:]
		in := game.Input{Seat: game.Seat(int(head) % (players + 1)), Seq: seq}
		switch head >> 5 {
		case 6:
			in.Op = game.Join
		case 7:
			in.Op = game.Leave
		default:
			in.Body, script = body(script)
		}
		inputs = append(inputs, in)
		if head&0x10 == 0 || len(inputs) > 8 {
			step()
		}
	}
	step()
	check(t, k, &log, marks)
}

func body(script []byte) (body, rest []byte) {
	if len(script) == 0 {
		return nil, nil
	}
	n := min(int(script[0])%24, len(script)-1)
	return script[1 : 1+n], script[1+n:]
}
