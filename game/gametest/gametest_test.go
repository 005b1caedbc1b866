package gametest_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/wrapperspb"

	"parlor/game"
	"parlor/game/gametest"
)

type (
	number = wrapperspb.Int64Value
	text   = wrapperspb.StringValue
	spec   = game.Spec[*number, *text]
	logic  = game.Logic[*number, *text]
)

// recorder is a testing.TB that notes why a test failed, in place of failing.
type recorder struct {
	testing.TB
	why string
}

type failed struct{}

func (*recorder) Helper() {}

func (r *recorder) Fatal(args ...any) {
	r.why = fmt.Sprint(args...)
	panic(failed{})
}

func (r *recorder) Fatalf(format string, args ...any) { r.Fatal(fmt.Sprintf(format, args...)) }

// complaint is what check fails with, or nothing.
func complaint(check func(testing.TB)) (why string) {
	r := new(recorder)
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(failed); !ok {
				panic(p)
			}
		}
		why = r.why
	}()
	check(r)
	return r.why
}

// want fails t unless check complains in these words; "" wants no complaint.
func want(t *testing.T, words string, check func(testing.TB)) {
	t.Helper()
	why := complaint(check)
	if (words == "") != (why == "") || !strings.Contains(why, words) {
		t.Errorf("the complaint is %q, want %q", why, words)
	}
}

// sum is a sound game, with checkpoints; the games below each spoil something. Odd numbers are
// refused. It ends at 40.
type sum struct {
	total, moves int64
	ends         bool
}

func (s *sum) Input(t *game.Tick, _ game.Seat, in *number) error {
	if in.Value%2 != 0 {
		return errors.New("that is odd")
	}
	s.total += in.Value
	s.moves++
	if s.ends && s.total >= 40 {
		t.End(game.Draw())
	}
	return nil
}

func (s *sum) Tick(t *game.Tick)    { s.total += int64(t.Rand.IntN(2)) }
func (s *sum) View(game.Seat) *text { return &text{Value: fmt.Sprint(s.total, " ", s.moves)} }

func (s *sum) MarshalBinary() ([]byte, error) {
	return binary.AppendVarint(binary.AppendVarint(nil, s.total), s.moves), nil
}

func (s *sum) UnmarshalBinary(b []byte) error {
	v, n := binary.Varint(b)
	if n <= 0 {
		return errors.New("damaged")
	}
	s.total = v
	if s.moves, n = binary.Varint(b[n:]); n <= 0 {
		return errors.New("damaged")
	}
	return nil
}

func playing(rules func() logic) spec {
	return spec{
		Name: "sum", Seats: game.Between(2, 3), Rate: 20,
		New: func(*game.Tick) logic { return rules() },
		Bot: func(_ game.Seat, _ *text, r *game.Rand) *number {
			if r.IntN(3) == 0 {
				return nil
			}
			return &number{Value: int64(2 * r.IntN(5))}
		},
	}
}

// bare hides that a game makes checkpoints.
type bare struct{ logic }

func TestASoundGameRaisesNoComplaint(t *testing.T) {
	for name, rules := range map[string]func() logic{
		"with checkpoints":    func() logic { return new(sum) },
		"without checkpoints": func() logic { return bare{new(sum)} },
		"that ends":           func() logic { return &sum{ends: true} },
	} {
		t.Run(name, func(t *testing.T) {
			k := playing(rules)
			want(t, "", func(tb testing.TB) { gametest.Bots(tb, k, 2, game.Seed{3}, 60) })
			want(t, "", func(tb testing.TB) {
				gametest.PlayScript(tb, k, []byte("\x01\x02\x08\x05\x00\x02\x08\x02\xe0\x02\x08\x04"))
			})
			k.Rate = 0
			k.Bot = func(game.Seat, *text, *game.Rand) *number { return &number{Value: 2} }
			want(t, "", func(tb testing.TB) { gametest.Bots(tb, k, 3, game.Seed{2}, 30) })
		})
	}
}

func TestBotsAnswersTheMatchTheyPlayed(t *testing.T) {
	k := playing(func() logic { return &sum{ends: true} })
	sim := gametest.Bots(t, k, 2, game.Seed{1}, 500)
	if _, over := sim.Result(); !over || sim.Now() >= 500 {
		t.Errorf("at tick %d, over %v", sim.Now(), over)
	}
	log := gametest.Record(t, k, 2, game.Seed{1}, 500)
	again := gametest.Replay(t, k, log)
	a, errA := sim.Hash()
	b, errB := again.Hash()
	if a != b || errA != nil || errB != nil || log.Last != sim.Now() {
		t.Errorf("record and replay end with %x, want %x (%v, %v)", b, a, errA, errB)
	}
}

// matches counts for the whole process: just what rules must not do.
var matches int64

type forgetfulOfSeeds struct{ sum }

func (f *forgetfulOfSeeds) Tick(*game.Tick) {
	matches++
	f.total += matches
}

func TestAGameWithStateOutsideItselfIsCaught(t *testing.T) {
	for name, rules := range map[string]func() logic{
		"with checkpoints":    func() logic { return new(forgetfulOfSeeds) },
		"without checkpoints": func() logic { return bare{new(forgetfulOfSeeds)} },
	} {
		k := playing(rules)
		t.Run(name, func(t *testing.T) {
			want(t, "the replay differs at tick 1", func(tb testing.TB) { gametest.Bots(tb, k, 2, game.Seed{}, 20) })
			want(t, "the replay differs", func(tb testing.TB) { gametest.PlayScript(tb, k, nil) })
		})
	}
}

// touched changes its state before it looks whether the input is good.
type touched struct{ sum }

func (c *touched) Input(t *game.Tick, seat game.Seat, in *number) error {
	c.moves++
	return c.sum.Input(t, seat, in)
}

// late does so where nobody sees it at first: only a later tick brings it to light.
type late struct {
	sum
	grudge int64
}

func (l *late) Input(t *game.Tick, seat game.Seat, in *number) error {
	err := l.sum.Input(t, seat, in)
	if err != nil {
		l.grudge = t.N + 5
	}
	return err
}

func (l *late) Tick(t *game.Tick) {
	if t.N == l.grudge {
		l.total = 0
	}
	l.sum.Tick(t)
}

func TestARefusedInputThatLeavesATraceIsCaught(t *testing.T) {
	for name, rules := range map[string]func() logic{
		"with checkpoints":    func() logic { return new(touched) },
		"without checkpoints": func() logic { return bare{new(touched)} },
		"later":               func() logic { return new(late) },
	} {
		k := playing(rules)
		t.Run(name, func(t *testing.T) {
			want(t, "a refused input (that is odd; ", func(tb testing.TB) {
				m := gametest.Play(tb, k, 2)
				if m.Do(0, &number{Value: 4}) != nil {
					t.Error("4 was refused")
				}
				if m.Do(1, &number{Value: 5}) == nil {
					t.Error("5 was taken")
				}
				m.Run(5)
			})
			// Three inputs in one step, the middle one refused, then eight more steps.
			want(t, "a refused input (that is odd; ", func(tb testing.TB) {
				gametest.PlayScript(tb, k, slices.Concat([]byte("\x10\x02\x08\x02\x10\x02\x08\x03\x00\x02\x08\x02"), make([]byte, 16)))
			})
		})
	}
}

// unsaid does not save a field that only the view shows; unsaved one that nobody sees at first.
type unsaid struct{ sum }

func (u *unsaid) MarshalBinary() ([]byte, error) { return binary.AppendVarint(nil, u.total), nil }
func (u *unsaid) UnmarshalBinary(b []byte) error {
	u.total, _ = binary.Varint(b)
	return nil
}

type unsaved struct {
	sum
	ticks int64
}

func (u *unsaved) Tick(t *game.Tick) {
	if u.ticks++; u.ticks == 17 {
		u.total += 1000
	}
	u.sum.Tick(t)
}

func TestACheckpointThatForgetsAFieldIsCaught(t *testing.T) {
	for name, rules := range map[string]func() logic{
		"that the view shows": func() logic { return new(unsaid) },
		"that shows later":    func() logic { return new(unsaved) },
	} {
		k := playing(rules)
		t.Run(name, func(t *testing.T) {
			want(t, "restored from a checkpoint, the match differs", func(tb testing.TB) {
				gametest.Bots(tb, k, 2, game.Seed{1}, 40)
			})
		})
	}
}

// jumpy panics where it should refuse.
type jumpy struct{ sum }

func (j *jumpy) Input(_ *game.Tick, _ game.Seat, in *number) error {
	j.total = int64([]int{1, 2, 3}[in.Value])
	return nil
}

func TestAGameThatPanicsOnOddInputsIsCaught(t *testing.T) {
	k := playing(func() logic { return new(jumpy) })
	gametest.PlayScript(t, k, []byte("\x00\x02\x08\x02"))
	defer func() {
		if recover() == nil {
			t.Error("no panic came through")
		}
	}()
	gametest.PlayScript(t, k, []byte("\x00\x02\x08\x03"))
}

// curious changes when it is looked at.
type curious struct{ sum }

func (c *curious) View(seat game.Seat) *text {
	c.total++
	return c.sum.View(seat)
}

func TestAViewThatChangesTheMatchIsCaught(t *testing.T) {
	k := playing(func() logic { return new(curious) })
	want(t, "the replay differs", func(tb testing.TB) { gametest.Bots(tb, k, 2, game.Seed{}, 20) })
}

// hidden shows every seat something else.
type hidden struct{ sum }

func (*hidden) View(seat game.Seat) *text { return &text{Value: fmt.Sprint("seat ", seat)} }

func TestAGameThatIsNotOpenThoughItSaysSoIsCaught(t *testing.T) {
	k := playing(func() logic { return new(hidden) })
	want(t, "", func(tb testing.TB) { gametest.Bots(tb, k, 2, game.Seed{}, 5) })
	k.Open = true
	want(t, "sum is Open, but", func(tb testing.TB) { gametest.Bots(tb, k, 2, game.Seed{}, 5) })
}

func TestABotThatIsRefusedIsCaught(t *testing.T) {
	k := playing(func() logic { return new(sum) })
	k.Bot = func(game.Seat, *text, *game.Rand) *number { return &number{Value: 1} }
	want(t, "the bot in seat 0 was refused at tick 2: that is odd", func(tb testing.TB) { gametest.Bots(tb, k, 2, game.Seed{}, 5) })
}

func TestBotsThatAllWaitForEverAreCaught(t *testing.T) {
	k := playing(func() logic { return new(sum) })
	k.Rate = 0
	k.Bot = func(game.Seat, *text, *game.Rand) *number { return nil }
	want(t, "all bots wait", func(tb testing.TB) { gametest.Bots(tb, k, 2, game.Seed{}, 5) })
}

func TestAGameWithoutABotIsNotPlayedByBots(t *testing.T) {
	k := playing(func() logic { return new(sum) })
	k.Bot = nil
	want(t, "sum has no bot", func(tb testing.TB) { gametest.Bots(tb, k, 2, game.Seed{}, 5) })
}

func TestTheWrongNumberOfPlayersIsAFailure(t *testing.T) {
	k := playing(func() logic { return new(sum) })
	want(t, "4 seats", func(tb testing.TB) { gametest.Play(tb, k, 4) })
	want(t, "1 seats", func(tb testing.TB) { gametest.Bots(tb, k, 1, game.Seed{}, 5) })
}

func TestALogOfAnotherGameIsNotReplayed(t *testing.T) {
	k := playing(func() logic { return new(sum) })
	want(t, "with the rules of sum", func(tb testing.TB) { gametest.Replay(tb, k, &game.Log{Game: "chess", Seats: 2}) })
}

func TestAResultIsAskedForOnlyAfterTheEnd(t *testing.T) {
	k := playing(func() logic { return &sum{ends: true} })
	want(t, "the match is not over", func(tb testing.TB) { gametest.Play(tb, k, 2).Result() })
	m := gametest.Play(t, k, 2)
	if err := m.Do(0, &number{Value: 50}); err != nil || !m.Over() || len(m.Result().Winners) != 0 {
		t.Errorf("over %v, %v", m.Over(), err)
	}
	if err := m.Do(0, &number{Value: 2}); !errors.Is(err, game.ErrOver) {
		t.Errorf("after the end: %v", err)
	}
}

// club lets players in, but nobody into the last seat.
type club struct{ sum }

func (c *club) Join(_ *game.Tick, seat game.Seat) error {
	if seat == 2 {
		return errors.New("closed")
	}
	c.moves += 100
	return nil
}

func (c *club) Leave(*game.Tick, game.Seat) { c.moves -= 100 }

func TestPlayersJoinTheFirstSeats(t *testing.T) {
	k := playing(func() logic { return new(club) })
	m := gametest.Play(t, k, 1)
	if m.Sim().Seats() != 3 || m.Sim().Now() != 1 || !strings.HasSuffix(m.View(0).Value, " 100") {
		t.Errorf("%d seats at tick %d, %q", m.Sim().Seats(), m.Sim().Now(), m.View(0).Value)
	}
	if err := m.Join(1); err != nil {
		t.Error(err)
	}
	if err := m.Join(2); err == nil || err.Error() != "closed" {
		t.Errorf("joined a closed seat: %v", err)
	}
	m.Leave(0)
	if !strings.HasSuffix(m.View(0).Value, " 100") || len(m.Log().Steps) != 4 {
		t.Errorf("%q after %d steps", m.View(0).Value, len(m.Log().Steps))
	}
	want(t, "seat 2 could not join: closed", func(tb testing.TB) { gametest.Play(tb, k, 3) })
}

func FuzzSum(f *testing.F) { gametest.Fuzz(f, playing(func() logic { return new(sum) })) }
