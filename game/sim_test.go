package game_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/game"
)

func TestInputsAreAppliedInOrderAndThenTheTick(t *testing.T) {
	var log []string
	sim := begin(t, scripted(script{
		input: func(t *game.Tick, seat game.Seat, v int64) error {
			log = append(log, fmt.Sprint(t.N, " ", seat, ":", v))
			return nil
		},
		tick: func(t *game.Tick) { log = append(log, fmt.Sprint(t.N, " ", t.Now(), " ", t.Seats())) },
	}), 3)
	sim.Step(1, []game.Input{say(2, 5), say(0, 6), say(2, 0)})
	sim.Step(2, nil)
	want := []string{"1 2:5", "1 0:6", "1 2:0", "1 50ms 3", "2 100ms 3"}
	if !slices.Equal(log, want) {
		t.Errorf("got %q, want %q", log, want)
	}
}

func TestAGameWithARateStepsOneTickAtATime(t *testing.T) {
	for _, tick := range []int64{-1, 0, 2, 5} {
		sim := begin(t, scripted(script{}), 2)
		panics(t, func() { sim.Step(tick, nil) })
	}
	sim := begin(t, scripted(script{}), 2)
	sim.Step(1, nil)
	panics(t, func() { sim.Step(1, nil) })
}

func TestAGameWithoutARateStepsToAnyLaterTick(t *testing.T) {
	sim := begin(t, turns(script{}), 2)
	for _, tick := range []int64{1, 7, 8, 1 << 40} {
		sim.Step(tick, nil)
		if sim.Now() != tick {
			t.Errorf("now %d, want %d", sim.Now(), tick)
		}
	}
	panics(t, func() { sim.Step(1<<40, nil) })
	panics(t, func() { sim.Step(3, nil) })
}

func TestARefusalGoesBackWithItsInput(t *testing.T) {
	errNo := errors.New("no")
	sim := begin(t, scripted(script{input: func(_ *game.Tick, _ game.Seat, v int64) error {
		if v < 0 {
			return errNo
		}
		return nil
	}}), 2)
	bad := say(1, -7)
	bad.Seq = 12
	refused := sim.Step(1, []game.Input{say(0, 1), bad, say(0, 2)})
	if len(refused) != 1 || refused[0].Input.Seq != 12 || !errors.Is(refused[0].Err, errNo) {
		t.Errorf("refused %+v, want number 12", refused)
	}
}

func TestInputsThatNoGameShouldSeeAreRefused(t *testing.T) {
	sim := begin(t, scripted(script{input: func(*game.Tick, game.Seat, int64) error {
		t.Error("the rules saw it")
		return nil
	}}), 2)
	for name, c := range map[string]struct {
		in   game.Input
		want error
	}{
		"a watcher":         {say(game.Watcher, 1), game.ErrNoSeat},
		"a seat too high":   {say(2, 1), game.ErrNoSeat},
		"bytes of nothing":  {game.Input{Body: []byte{0xff}}, game.ErrBadInput},
		"a cut message":     {game.Input{Body: []byte{0x08}}, game.ErrBadInput},
		"an unknown op":     {game.Input{Op: 3, Body: []byte{0x08, 1}}, game.ErrBadInput},
		"a join of no game": {game.Input{Op: game.Join}, game.ErrNoSeat},
	} {
		refused := sim.Step(sim.Now()+1, []game.Input{c.in})
		if len(refused) != 1 || !errors.Is(refused[0].Err, c.want) {
			t.Errorf("%s: %+v, want %v", name, refused, c.want)
		}
	}
}

func TestAnInputDoesNotCarryOverToTheNext(t *testing.T) {
	var got []int64
	sim := begin(t, scripted(script{input: func(_ *game.Tick, _ game.Seat, v int64) error {
		got = append(got, v)
		return nil
	}}), 2)
	sim.Step(1, []game.Input{say(0, 9), say(1, 0), {Body: []byte{0x08, 5, 0xff}}, say(0, 0)})
	if want := []int64{9, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("the rules saw %v, want %v: each message by itself", got, want)
	}
}

func TestAfterTheEndEverythingIsRefused(t *testing.T) {
	ticks := 0
	sim := begin(t, scripted(script{
		input: func(t *game.Tick, seat game.Seat, _ int64) error { t.End(game.Win(seat)); return nil },
		tick:  func(*game.Tick) { ticks++ },
	}), 2)
	sim.Step(1, nil)
	if _, over := sim.Result(); over {
		t.Fatal("over before the end")
	}
	refused := sim.Step(2, []game.Input{say(1, 1), say(0, 1), {Seat: 0, Op: game.Leave}})
	if len(refused) != 2 || !errors.Is(refused[0].Err, game.ErrOver) || !errors.Is(refused[1].Err, game.ErrOver) {
		t.Errorf("in the step of the end: %+v, want two of %v", refused, game.ErrOver)
	}
	if refused = sim.Step(3, []game.Input{say(0, 1)}); len(refused) != 1 {
		t.Errorf("after the end: %+v", refused)
	}
	if ticks != 1 {
		t.Errorf("the rules ticked %d times, want 1: never again once it is over", ticks)
	}
	if r, over := sim.Result(); !over || !slices.Equal(r.Winners, []game.Seat{1}) || sim.Forfeited() {
		t.Errorf("result %+v, over %v, forfeited %v", r, over, sim.Forfeited())
	}
}

func TestASecondEndPanics(t *testing.T) {
	sim := begin(t, scripted(script{tick: func(t *game.Tick) {
		t.End(game.Win(0))
		t.End(game.Draw())
	}}), 2)
	if got := panics(t, func() { sim.Step(1, nil) }); got != "game: the match has ended already" {
		t.Errorf("panic %q", got)
	}
}

func TestAlarmsComeInOrderAndOnce(t *testing.T) {
	sim := begin(t, turns(script{input: func(t *game.Tick, _ game.Seat, v int64) error { t.After(v); return nil }}), 2)
	if _, ok := sim.Alarm(); ok {
		t.Error("an alarm is set before the first step")
	}
	sim.Step(10, []game.Input{say(0, 30), say(0, 5), say(0, 20), say(0, 5)})
	var due []int64
	for {
		at, ok := sim.Alarm()
		if !ok {
			break
		}
		due = append(due, at)
		sim.Step(at, nil)
	}
	if want := []int64{15, 30, 40}; !slices.Equal(due, want) {
		t.Errorf("alarms at %v, want %v", due, want)
	}
}

func TestAStepPastAnAlarmPutsItOut(t *testing.T) {
	sim := begin(t, turns(script{input: func(t *game.Tick, _ game.Seat, v int64) error { t.After(v); return nil }}), 2)
	sim.Step(1, []game.Input{say(0, 5), say(0, 6), say(0, 50)})
	sim.Step(20, nil)
	if at, ok := sim.Alarm(); !ok || at != 51 {
		t.Errorf("next alarm at %d (%v), want 51", at, ok)
	}
}

func TestNoAlarmRingsAfterTheEnd(t *testing.T) {
	sim := begin(t, turns(script{tick: func(t *game.Tick) { t.After(3); t.End(game.Draw()) }}), 2)
	sim.Step(1, nil)
	if at, ok := sim.Alarm(); ok {
		t.Errorf("alarm at %d", at)
	}
}

func TestAlarmsAreBounded(t *testing.T) {
	set := func(from, to int64) spec {
		return turns(script{tick: func(t *game.Tick) {
			for n := from; n <= to; n++ {
				t.After(n)
			}
		}})
	}
	begin(t, set(1, game.MaxAlarms), 2).Step(1, nil)
	panics(t, func() { begin(t, set(1, game.MaxAlarms+1), 2).Step(1, nil) })
	panics(t, func() { begin(t, set(0, 0), 2).Step(1, nil) })
	panics(t, func() { begin(t, set(-4, -4), 2).Step(1, nil) })
	const late = 1<<63 - 1
	panics(t, func() { begin(t, set(late, late), 2).Step(1, nil) })
}

func TestScoresAreThoseOfTheLastStep(t *testing.T) {
	sim := begin(t, scripted(script{input: func(t *game.Tick, seat game.Seat, v int64) error { t.Score(seat, v); return nil }}), 2)
	sim.Step(1, []game.Input{say(1, 40), say(0, 2)})
	if got, want := sim.Scores(), []game.Score{{Seat: 1, Score: 40}, {Seat: 0, Score: 2}}; !slices.Equal(got, want) {
		t.Errorf("scores %v, want %v", got, want)
	}
	sim.Step(2, nil)
	if got := sim.Scores(); len(got) != 0 {
		t.Errorf("a step later, still %v", got)
	}
}

func TestAScoreThatCannotBePanics(t *testing.T) {
	for _, c := range []game.Score{{Seat: -1, Score: 1}, {Seat: 2, Score: 1}, {Seat: 0, Score: game.MaxScore + 1}, {Seat: 0, Score: -game.MaxScore - 1}} {
		sim := begin(t, scripted(script{tick: func(t *game.Tick) { t.Score(c.Seat, c.Score) }}), 2)
		if got := panics(t, func() { sim.Step(1, nil) }); !strings.HasPrefix(got, "game: Score") {
			t.Errorf("%+v: panic %q", c, got)
		}
	}
}

func TestWhoLeavesLosesToAllOthers(t *testing.T) {
	sim := begin(t, scripted(script{}), 4)
	sim.Step(1, []game.Input{{Seat: 2, Op: game.Leave}})
	r, over := sim.Result()
	if !over || !slices.Equal(r.Winners, []game.Seat{0, 1, 3}) || !sim.Forfeited() {
		t.Errorf("result %+v, over %v, forfeited %v", r, over, sim.Forfeited())
	}
	if got, want := r.Places(4), []int{1, 1, 4, 1}; !slices.Equal(got, want) {
		t.Errorf("places %v, want %v", got, want)
	}
	if sim.Leavable() || sim.Joinable() {
		t.Error("it cannot be joined or left")
	}
}

func TestPlayersJoinAndLeaveAGameThatLetsThem(t *testing.T) {
	sim := begin(t, clubGame, 4)
	if !sim.Joinable() || !sim.Leavable() || sim.Seats() != 4 {
		t.Errorf("joinable %v, leavable %v, %d seats", sim.Joinable(), sim.Leavable(), sim.Seats())
	}
	refused := sim.Step(1, []game.Input{{Seat: 2, Op: game.Join}, {Seat: 3, Op: game.Join}, {Seat: 1, Op: game.Join}, {Seat: 9, Op: game.Join}})
	if len(refused) != 2 || !errors.Is(refused[0].Err, errClosed) || !errors.Is(refused[1].Err, game.ErrNoSeat) {
		t.Errorf("refused %+v", refused)
	}
	sim.Step(2, []game.Input{{Seat: 2, Op: game.Leave}})
	if got := seen(t, sim, 0); got != "[2 1 -2]" {
		t.Errorf("members %s, want [2 1 -2]", got)
	}
	if _, over := sim.Result(); over || sim.Forfeited() {
		t.Error("the match ended when somebody left")
	}
}

func TestAMatchHasAsManySeatsAsItsGameAllows(t *testing.T) {
	for _, seats := range []int{-1, 0, 1, 5} {
		if _, err := game.Start(scripted(script{}), game.Seed{}, seats); err == nil {
			t.Errorf("started with %d seats", seats)
		}
	}
	if _, err := game.Start(clubGame, game.Seed{}, 2); err == nil {
		t.Error("a game that is joined started with fewer seats than it can have")
	}
	if _, err := game.Start(spec{}, game.Seed{}, 2); err == nil {
		t.Error("started an empty spec")
	}
}

func TestTimeIsCountedInPeriods(t *testing.T) {
	for rate, want := range map[int]time.Duration{0: 50 * time.Millisecond, 1: time.Second, 20: 50 * time.Millisecond, 60: time.Second / 60} {
		k := scripted(script{})
		k.Rate = rate
		if got := k.Info().Period(); got != want {
			t.Errorf("rate %d: period %v, want %v", rate, got, want)
		}
	}
}

func TestTheHashFollowsTheState(t *testing.T) {
	for name, k := range map[string]spec{"with checkpoints": tallyGame, "by what is seen": func() spec {
		k := tallyGame
		k.New = func(t *game.Tick) logic { return struct{ logic }{&tally{sums: make([]int64, t.Seats())}} }
		return k
	}()} {
		a, b := begin(t, k, 2), begin(t, k, 2)
		a.Step(1, []game.Input{say(0, 3)})
		b.Step(1, []game.Input{say(0, 3)})
		if hash(t, a) != hash(t, b) {
			t.Errorf("%s: equal matches, different hashes", name)
		}
		b.Step(2, nil)
		a.Step(2, []game.Input{say(1, 1)})
		if hash(t, a) == hash(t, b) {
			t.Errorf("%s: different matches, equal hashes", name)
		}
	}
}

func TestViewsAreAppended(t *testing.T) {
	sim := begin(t, scripted(script{view: func(seat game.Seat) string { return fmt.Sprint("seat ", seat) }}), 2)
	b, err := sim.AppendView([]byte("before"), 1)
	if err != nil || string(b) != "before\x0a\x06seat 1" {
		t.Errorf("view %q, %v", b, err)
	}
	if got := seen(t, sim, game.Watcher); got != "seat -1" {
		t.Errorf("a watcher sees %q", got)
	}
}
