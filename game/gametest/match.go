// Package gametest plays games with no server, no socket and no sleep, and proves what Parlor
// relies on: the same seed and log give the same match, a checkpoint changes nothing, a refused
// input changes nothing, random inputs never panic, nobody is shown what he must not know.
//
// Everything here runs on the caller's goroutine and does no I/O but through testing.TB, and on the
// files of golden replays.
package gametest

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"parlor/game"
)

// Match is a match under test, with the game's own types.
type Match[In, View proto.Message] struct {
	t    testing.TB
	spec game.Spec[In, View]
	sim  *game.Sim
	log  game.Log
	twin twin
}

// Play starts a match with the seed 1, 0, 0, ... In a game with a Joiner, players join the
// first seats, one in each, in the first step.
func Play[In, View proto.Message](t testing.TB, spec game.Spec[In, View], players int) *Match[In, View] {
	t.Helper()
	return PlaySeed(t, spec, players, game.Seed{1})
}

// PlaySeed is Play with dice of the test's choice.
func PlaySeed[In, View proto.Message](t testing.TB, spec game.Spec[In, View], players int, seed game.Seed) *Match[In, View] {
	t.Helper()
	sim, log, joins, err := start(spec, players, seed)
	if err != nil {
		t.Fatal(err)
	}
	beside, _, _, err := start(spec, players, seed)
	if err != nil {
		t.Fatal(err)
	}
	m := &Match[In, View]{t: t, spec: spec, sim: sim, log: log, twin: twin{sim: beside}}
	if len(joins) > 0 {
		for _, r := range m.step(joins) {
			t.Fatalf("seat %d could not join: %v", r.Input.Seat, r.Err)
		}
	}
	return m
}

// start begins a match and lists the joins that its first step needs.
func start(k game.Kind, players int, seed game.Seed) (*game.Sim, game.Log, []game.Input, error) {
	seats := players
	sim, err := game.Start(k, seed, k.Info().Seats.Max)
	if err != nil {
		return nil, game.Log{}, nil, err
	}
	var joins []game.Input
	if sim.Joinable() {
		seats = k.Info().Seats.Max
		for seat := range game.Seat(players) {
			joins = append(joins, game.Input{Seat: seat, Op: game.Join})
		}
	} else if sim, err = game.Start(k, seed, seats); err != nil {
		return nil, game.Log{}, nil, err
	}
	return sim, game.Log{Game: k.Info().Name, Seed: seed, Seats: seats}, joins, nil
}

// Do plays one step in which seat does in, and answers with the refusal, if any. A refused
// input that leaves a trace, now or in a later step, fails the test.
func (m *Match[In, View]) Do(seat game.Seat, in In) error {
	m.t.Helper()
	body, err := proto.MarshalOptions{Deterministic: true}.Marshal(in)
	if err != nil {
		m.t.Fatal(err)
	}
	return m.one(game.Input{Seat: seat, Op: game.Play, Seq: uint32(len(m.log.Steps)) + 1, Body: body})
}

// Join plays one step in which somebody takes seat; Leave one in which seat is given up.
func (m *Match[In, View]) Join(seat game.Seat) error {
	m.t.Helper()
	return m.one(game.Input{Seat: seat, Op: game.Join})
}

func (m *Match[In, View]) Leave(seat game.Seat) {
	m.t.Helper()
	if err := m.one(game.Input{Seat: seat, Op: game.Leave}); err != nil {
		m.t.Fatalf("leave seat %d: %v", seat, err)
	}
}

// Run plays n steps in which nobody does anything.
func (m *Match[In, View]) Run(n int) {
	m.t.Helper()
	for range n {
		m.step(nil)
	}
}

// View is what seat sees.
func (m *Match[In, View]) View(seat game.Seat) View {
	m.t.Helper()
	b, err := m.sim.AppendView(nil, seat)
	if err != nil {
		m.t.Fatal(err)
	}
	var none View
	v := none.ProtoReflect().New().Interface().(View)
	if err := proto.Unmarshal(b, v); err != nil {
		m.t.Fatal(err)
	}
	return v
}

// Result is how the match ended; it fails the test while the match goes on.
func (m *Match[In, View]) Result() game.Result {
	m.t.Helper()
	r, over := m.sim.Result()
	if !over {
		m.t.Fatal("the match is not over")
	}
	return r
}

// Over tells whether the match has ended.
func (m *Match[In, View]) Over() bool { _, over := m.sim.Result(); return over }

// Scores are those posted with [game.Tick.Score] in the last step.
func (m *Match[In, View]) Scores() []game.Score { return m.sim.Scores() }

// Sim is the match underneath; Log is its log so far.
func (m *Match[In, View]) Sim() *game.Sim { return m.sim }
func (m *Match[In, View]) Log() *game.Log { return &m.log }

// one steps with one input.
func (m *Match[In, View]) one(in game.Input) error {
	m.t.Helper()
	if refused := m.step([]game.Input{in}); len(refused) > 0 {
		return refused[0].Err
	}
	return nil
}

func (m *Match[In, View]) step(inputs []game.Input) []game.Refusal {
	m.t.Helper()
	next := m.sim.Now() + 1
	m.log.Append(m.spec.Rate, next, inputs)
	refused := m.sim.Step(next, inputs)
	if err := m.twin.step(m.sim, inputs, refused); err != nil {
		m.t.Fatal(err)
	}
	return refused
}
