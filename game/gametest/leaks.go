package gametest

import (
	"bytes"
	"testing"

	"google.golang.org/protobuf/proto"

	"parlor/game"
)

// Redeal changes everything that seat may not know, by the dice, and nothing that it knows: cards in the
// hands of others change places with each other and with those in the pack. [game.Watcher] knows what is
// public. It answers for how many steps from there the match must go on looking the same to the seat:
// [LookAhead], or 0 where what is hidden comes to light by itself, as a ship does when it is hit.
type Redeal[In, View proto.Message] func(l game.Logic[In, View], seat game.Seat, r *game.Rand) (ahead int)

// LookAhead is for how many steps after a Redeal the views are held against each other, in most games.
const LookAhead = 6

// Leaks plays a match among the game's own bots, to its end or for maxTicks steps, and fails if anybody, at any
// tick, is shown what he must not know. It proves that in two ways.
//
// By what the game marks: a field whose audience is its owner, or his team, is empty in the view of everybody else. A row
// belongs to the seat in its field "seat", a view to the seat that it is for.
//
// By what the game hides, marked or not: at every tick, and for every seat and [game.Watcher], the match is
// taken aside and all that this seat may not know is dealt anew. Its view must not change in a byte. Then both matches go on
// with the same inputs, and its views must stay the same until the matches part: where one refuses an input that the other
// takes, or ends, or where the seat is told something in a field that is marked as its own, as the card that it draws. So a
// value leaks that is shown, summed up, told by an order, or noted when it was drawn; but not the length of a list that
// redeal keeps.
//
// A redeal that never changes what any other seat sees would prove nothing, and fails.
func Leaks[In, View proto.Message](t testing.TB, spec game.Spec[In, View], players int, seed game.Seed, maxTicks int, redeal Redeal[In, View]) {
	t.Helper()
	_, log, _ := record(t, spec, players, seed, maxTicks)
	l := listen(t, spec, log)
	dice := game.NewRand(seed)
	for seat := game.Watcher; int(seat) < log.Seats; seat++ {
		changed := false
		for at := range l.moments {
			changed = l.probe(t, at, seat, redeal, dice) || changed
		}
		if !changed {
			t.Fatalf("redeal changes nothing that any other than seat %d sees: nothing is proved", seat)
		}
	}
}

// listener has heard a match once, and plays it again in other worlds.
type listener[In, View proto.Message] struct {
	spec    game.Spec[In, View]
	log     *game.Log
	moments []moment             // the start, and each step
	logic   game.Logic[In, View] // the rules of the match that began last
}

// moment is what a step of the match was, and what all saw then.
type moment struct {
	tick   int64
	inputs []game.Input
	views  [][]byte // by seat + 1
	over   bool
}

// listen plays the log, and holds the views against the marks of the game.
func listen[In, View proto.Message](t testing.TB, spec game.Spec[In, View], log *game.Log) *listener[In, View] {
	t.Helper()
	l := &listener[In, View]{spec: spec, log: log}
	deal := spec.New
	l.spec.New = func(t *game.Tick) game.Logic[In, View] {
		l.logic = deal(t)
		return l.logic
	}
	steps := log.Steps
	sim := l.start(t)
	l.moments = append(l.moments, moment{views: l.views(t, sim)})
	if _, err := log.Replay(l.spec, func(sim *game.Sim) bool {
		m := moment{tick: sim.Now(), views: l.views(t, sim)}
		if len(steps) > 0 && steps[0].Tick == m.tick {
			m.inputs, steps = steps[0].Inputs, steps[1:]
		}
		_, m.over = sim.Result()
		l.moments = append(l.moments, m)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	for _, m := range l.moments {
		for i, view := range m.views {
			seat := game.Seat(i) + game.Watcher
			if field := foreign(l.read(t, view).ProtoReflect(), seat, seat, spec.Teams); field != "" {
				t.Fatalf("at tick %d %s is not for seat %d, but its view has it", m.tick, field, seat)
			}
		}
	}
	return l
}

// probe takes the match aside at a moment, deals it anew, and follows it. It answers whether any other
// seat saw something else at once.
func (l *listener[In, View]) probe(t testing.TB, at int, seat game.Seat, redeal Redeal[In, View], dice *game.Rand) (changed bool) {
	t.Helper()
	sim := l.start(t)
	for _, m := range l.moments[1 : at+1] {
		sim.Step(m.tick, m.inputs)
	}
	ahead := redeal(l.logic, seat, dice)
	for i, view := range l.views(t, sim) {
		other := game.Seat(i)+game.Watcher != seat
		changed = changed || other && !bytes.Equal(view, l.moments[at].views[i])
	}
	for then, m := range l.moments[at:] {
		if then > ahead || then > 0 && l.part(sim, m) {
			break
		}
		view, err := sim.AppendView(nil, seat)
		if err != nil {
			t.Fatal(err)
		}
		told := m.views[seat-game.Watcher]
		if bytes.Equal(view, told) {
			continue
		}
		a, b := l.read(t, view).ProtoReflect(), l.read(t, told).ProtoReflect()
		if then > 0 {
			public(a)
			public(b)
		}
		if field := differing(a, b); field != "" {
			t.Fatalf("at tick %d %s tells seat %d what it must not know: it differs %d steps after that was dealt anew", m.tick, field, seat, then)
		}
		break // it was told what is for it alone
	}
	return changed
}

// part steps the other match as the first was, and tells whether anything but a view gives away that they are two.
func (l *listener[In, View]) part(sim *game.Sim, m moment) bool {
	if _, over := sim.Result(); over {
		return true
	}
	if alarm, ok := sim.Alarm(); ok && alarm < m.tick {
		return true
	}
	refused := sim.Step(m.tick, m.inputs)
	_, over := sim.Result()
	return len(refused) > 0 || over != m.over
}

func (l *listener[In, View]) start(t testing.TB) *game.Sim {
	t.Helper()
	sim, err := game.Start(l.spec, l.log.Seed, l.log.Seats)
	if err != nil {
		t.Fatal(err)
	}
	return sim
}

// views are what all see, the watcher first.
func (l *listener[In, View]) views(t testing.TB, sim *game.Sim) (views [][]byte) {
	t.Helper()
	for seat := game.Watcher; int(seat) < sim.Seats(); seat++ {
		view, err := sim.AppendView(nil, seat)
		if err != nil {
			t.Fatal(err)
		}
		views = append(views, view)
	}
	return views
}

func (l *listener[In, View]) read(t testing.TB, view []byte) View {
	t.Helper()
	var none View
	v := none.ProtoReflect().New().Interface().(View)
	if err := proto.Unmarshal(view, v); err != nil {
		t.Fatal(err)
	}
	return v
}
