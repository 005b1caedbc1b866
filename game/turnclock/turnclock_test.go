package turnclock_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"parlor/game"
	"parlor/game/turnclock"
)

var limits = turnclock.Limits{Turn: 500 * time.Millisecond, Bank: time.Second, Short: 200 * time.Millisecond} // 10, 20 and 4 ticks

// match does nothing but pass the turn on: when it is told to whom, and when somebody is late.
type match struct {
	clock *turnclock.Clock
	late  []int64 // the ticks in which somebody was
}

func (m *match) Input(t *game.Tick, _ game.Seat, in *wrapperspb.UInt32Value) error {
	m.clock.Next(t, game.Seat(in.Value))
	return nil
}

func (m *match) Tick(t *game.Tick) {
	if m.clock.Tick(t) {
		m.late = append(m.late, t.N)
		m.clock.Next(t, 1-m.clock.Turn())
	}
}

func (m *match) View(game.Seat) *emptypb.Empty { return new(emptypb.Empty) }

func start(t *testing.T) (*game.Sim, *match) {
	t.Helper()
	m := new(match)
	sim, err := game.Start(game.Spec[*wrapperspb.UInt32Value, *emptypb.Empty]{
		Name: "clock", Seats: game.Exactly(2),
		New: func(t *game.Tick) game.Logic[*wrapperspb.UInt32Value, *emptypb.Empty] {
			m.clock = turnclock.New(t, limits, 0)
			return m
		},
	}, game.Seed{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	return sim, m
}

// pass makes it the other's turn, at a tick.
func pass(t *testing.T, sim *game.Sim, m *match, tick int64) {
	t.Helper()
	next := byte(1 - m.clock.Turn())
	if refused := sim.Step(tick, []game.Input{{Seat: 0, Body: []byte{8, next}}}); len(refused) != 0 {
		t.Fatal(refused)
	}
}

// sleep steps the match as a room does, when an alarm rings, until a tick.
func sleep(sim *game.Sim, until int64) {
	for {
		at, ok := sim.Alarm()
		if !ok || at > until {
			return
		}
		sim.Step(at, nil)
	}
}

func hold(t *testing.T, m *match, turn game.Seat, end, bank0, bank1 int64) {
	t.Helper()
	c := m.clock
	if c.Turn() != turn || c.End() != end || c.Bank(0) != bank0 || c.Bank(1) != bank1 {
		t.Errorf("turn of %d to %d, banks %d and %d, want %d to %d, %d and %d", c.Turn(), c.End(), c.Bank(0), c.Bank(1), turn, end, bank0, bank1)
	}
}

func TestOnlyWhatATurnTakesLongerComesOutOfTheBank(t *testing.T) {
	sim, m := start(t)
	hold(t, m, 0, 10, 20, 20)
	pass(t, sim, m, 10)
	hold(t, m, 1, 20, 20, 20)
	pass(t, sim, m, 23)
	hold(t, m, 0, 33, 20, 17)
	pass(t, sim, m, 52)
	hold(t, m, 1, 62, 1, 17)
}

func TestWhoIsLateHasShortTurnsFromThenOn(t *testing.T) {
	sim, m := start(t)
	sleep(sim, 30)
	if len(m.late) != 1 || m.late[0] != 30 {
		t.Fatalf("late in %v, want 30", m.late)
	}
	hold(t, m, 1, 40, 0, 20)
	pass(t, sim, m, 31)
	hold(t, m, 0, 35, 0, 20)
	sleep(sim, 35)
	if len(m.late) != 2 || m.late[1] != 35 {
		t.Fatalf("late in %v, want 30 and 35", m.late)
	}
}

// A match has room for 256 alarms, and turns can be as short as a tick.
func TestManyTurnsNeedFewAlarms(t *testing.T) {
	sim, m := start(t)
	for tick := range int64(5000) {
		pass(t, sim, m, tick+1)
	}
	rings := 0
	for at, ok := sim.Alarm(); ok && len(m.late) == 0; at, ok = sim.Alarm() {
		sim.Step(at, nil)
		rings++
	}
	if rings > 3 || m.late[0] != 5030 {
		t.Errorf("late in %v after %d alarms", m.late, rings)
	}
}

func TestTimeEndsWithoutAPanic(t *testing.T) {
	sim, m := start(t)
	const last = 1<<63 - 1
	pass(t, sim, m, last-2)
	sim.Step(last-1, nil)
	sim.Step(last, nil)
	if len(m.late) != 3 {
		t.Errorf("late in %v", m.late)
	}
}

func TestACheckpointIsTheWholeClock(t *testing.T) {
	sim, m := start(t)
	pass(t, sim, m, 15)
	saved, err := m.clock.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, other := start(t)
	if err := other.clock.UnmarshalBinary(saved); err != nil {
		t.Fatal(err)
	}
	hold(t, other, 1, 25, 15, 20)
	for n := range saved {
		if other.clock.UnmarshalBinary(saved[:n]) == nil {
			t.Errorf("the first %d of %d bytes were taken", n, len(saved))
		}
	}
	for at, v := range map[int]byte{0: 2, 1: 2, 4: 3, 5: 21} { // version, turn, seats, a bank
		damaged := append([]byte(nil), saved...)
		damaged[at] = v
		if other.clock.UnmarshalBinary(damaged) == nil {
			t.Errorf("%d as byte %d was taken", v, at)
		}
	}
	if other.clock.UnmarshalBinary(append(saved, 0)) == nil {
		t.Error("a byte more was taken")
	}
	hold(t, other, 1, 25, 15, 20)
}
