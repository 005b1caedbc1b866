package room_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/room"
	"parlor/internal/leaktest"
	pb "parlor/proto/arcade/tictactoe/v1"
)

// toy is a game whose rules a test makes up. Its messages are tictactoe's: a view's cells are
// the seat and cell of every input applied so far.
type toy struct {
	seen  []uint32
	tick  func(*game.Tick)
	input func(t *game.Tick, seat game.Seat, cell uint32) error
}

func (g *toy) Input(t *game.Tick, seat game.Seat, in *pb.Mark) error {
	if g.input != nil {
		if err := g.input(t, seat, in.Cell); err != nil {
			return err
		}
	}
	g.seen = append(g.seen, uint32(seat), in.Cell)
	return nil
}

func (g *toy) Tick(t *game.Tick) {
	if g.tick != nil {
		g.tick(t)
	}
}

func (g *toy) View(game.Seat) *pb.Board { return &pb.Board{Cells: g.seen} }

// open is a toy that players can join and leave.
type open struct{ toy }

func (g *open) Join(*game.Tick, game.Seat) error { return nil }
func (g *open) Leave(t *game.Tick, s game.Seat)  { t.Score(s, 100+int64(s)) }

type spec = game.Spec[*pb.Mark, *pb.Board]

type logic = game.Logic[*pb.Mark, *pb.Board]

func toySpec(rate int, seats game.Seats, g func() logic) spec {
	return spec{Name: "toy", Seats: seats, Rate: rate, Open: true, New: func(*game.Tick) logic { return g() }}
}

func idle() logic { return &toy{} }

// person is a player who writes down what he is told.
type person struct {
	id      string
	offline bool

	room *room.Room // if set, its card is noted when the result comes
	seen room.Phase

	mu  sync.Mutex
	got []room.Update
}

func (p *person) ID() string   { return p.id }
func (p *person) Name() string { return "name of " + p.id }
func (p *person) Online() bool { return !p.offline }

func (p *person) Update(u room.Update) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.room != nil && u.Result != nil {
		p.seen = p.room.Info().Phase
	}
	p.got = append(p.got, u)
}

func (p *person) updates() []room.Update {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

func (p *person) views() (n int, last *pb.Board) {
	for _, u := range p.updates() {
		if u.View != nil {
			n++
			last = new(pb.Board)
			if err := proto.Unmarshal(u.View, last); err != nil {
				panic(err)
			}
		}
	}
	return n, last
}

func (p *person) state() (st *room.State) {
	for _, u := range p.updates() {
		if u.Room != nil {
			st = u.Room
		}
	}
	return st
}

func (p *person) left() *room.Left {
	for _, u := range p.updates() {
		if u.Left != nil {
			return u.Left
		}
	}
	return nil
}

func (p *person) result() (o *room.Outcome) {
	for _, u := range p.updates() {
		if u.Result != nil {
			o = u.Result
		}
	}
	return o
}

func (p *person) refusals() (all []room.Refused) {
	for _, u := range p.updates() {
		all = append(all, u.Refused...)
	}
	return all
}

// run starts a room; stop ends it and waits. Everything happens in the test's bubble.
func run(t *testing.T, cfg room.Config, players ...room.Player) (r *room.Room, stop func()) {
	t.Helper()
	if cfg.ID == "" {
		cfg.ID = "r"
	}
	cfg.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	r = room.New(cfg, players...)
	ctx, cancel := context.WithCancel(t.Context())
	go r.Run(ctx)
	return r, func() {
		cancel()
		<-r.Done()
	}
}

func mark(cell uint32) []byte {
	b, err := proto.Marshal(&pb.Mark{Cell: cell})
	if err != nil {
		panic(err)
	}
	return b
}

// observer counts what rooms report.
type observer struct {
	ticks   int
	skipped int64
	panics  int
	late    time.Duration
}

func (o *observer) Ticked(_ string, _, late time.Duration) { o.ticks++; o.late = max(o.late, late) }
func (o *observer) Skipped(_ string, n int64)              { o.skipped += n }
func (o *observer) Panicked(string)                        { o.panics++ }
func (o *observer) Stuck(string)                           {}

// TestMain fails the run if a room's goroutine outlives its test.
func TestMain(m *testing.M) { leaktest.Main(m) }

func TestTicksComeAtTheirRateForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var obs observer
		ann := &person{id: "ann"}
		r, stop := run(t, room.Config{Kind: toySpec(20, game.Exactly(1), idle), Observe: &obs}, ann)
		time.Sleep(10 * time.Minute)
		stop()
		if got := r.Info().Tick; got < 11940 || got > 12000 {
			t.Errorf("after 10 minutes at 20 Hz the match is at tick %d, want 12000", got)
		}
		if n, _ := ann.views(); n < 11999 || n > 12002 {
			t.Errorf("%d views, want one a tick", n)
		}
		if obs.late > 0 || obs.skipped > 0 {
			t.Errorf("late by %v, %d ticks skipped, with nothing to do", obs.late, obs.skipped)
		}
	})
}

func TestASnapshotComesEverySendEveryTicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := &person{id: "ann"}
		g := toySpec(20, game.Exactly(1), idle)
		g.SendEvery = 4
		_, stop := run(t, room.Config{Kind: g}, ann)
		time.Sleep(10 * time.Second)
		stop()
		if n, _ := ann.views(); n < 49 || n > 53 {
			t.Errorf("%d views in 10 s, want 50", n)
		}
	})
}

func TestInputsAreAppliedBySeatThenNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann, bob := &person{id: "ann"}, &person{id: "bob"}
		r, stop := run(t, room.Config{Kind: toySpec(1, game.Exactly(2), idle)}, ann, bob)
		synctest.Wait()
		for _, in := range []struct {
			p           *person
			first, cell uint32
		}{{bob, 1, 7}, {ann, 1, 5}, {bob, 2, 8}, {ann, 2, 6}} {
			if err := r.Inputs(t.Context(), in.p, room.Batch{First: in.first, Bodies: [][]byte{mark(in.cell)}}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * time.Second)
		stop()
		_, v := ann.views()
		if want := []uint32{0, 5, 0, 6, 1, 7, 1, 8}; !slices.Equal(v.Cells, want) {
			t.Errorf("applied %v, want %v", v.Cells, want)
		}
		last := ann.updates()
		if acked := last[len(last)-1].Acked; acked != 2 {
			t.Errorf("acked %d, want 2", acked)
		}
	})
}

func TestABurstOfInputsIsNoSpeedHack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := &person{id: "ann"}
		var perTick []int
		r, stop := run(t, room.Config{Kind: toySpec(10, game.Exactly(1), func() logic {
			n := 0
			return &toy{
				input: func(*game.Tick, game.Seat, uint32) error { n++; return nil },
				tick:  func(*game.Tick) { perTick = append(perTick, n); n = 0 },
			}
		})}, ann)
		synctest.Wait()
		var bodies [][]byte
		for range 80 {
			bodies = append(bodies, mark(0))
		}
		if err := r.Inputs(t.Context(), ann, room.Batch{First: 1, Bodies: bodies}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		stop()
		if perTick[0] != 8 || slices.Max(perTick[1:]) != 1 {
			t.Errorf("inputs applied by tick: %v, want 8 and then one each", perTick)
		}
		refused := ann.refusals()
		if len(refused) < 16 || refused[0].Seq != 65 {
			t.Errorf("refused %v, want inputs 65 to 80: 64 wait at most", refused)
		}
	})
}

func TestARefusedInputIsAnsweredWithTheRulesOwnText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := &person{id: "ann"}
		r, stop := run(t, room.Config{Kind: toySpec(0, game.Exactly(1), func() logic {
			return &toy{input: func(*game.Tick, game.Seat, uint32) error { return errors.New("not on a Sunday") }}
		})}, ann)
		if err := r.Inputs(t.Context(), ann, room.Batch{First: 1, Bodies: [][]byte{mark(3), {0xff}}}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		stop()
		want := []room.Refused{{Seq: 1, Reason: "not on a Sunday"}, {Seq: 2, Reason: game.ErrBadInput.Error()}}
		if got := ann.refusals(); !slices.Equal(got, want) {
			t.Errorf("refused %v, want %v", got, want)
		}
	})
}

func TestAPanicInTheRulesEndsThatMatchUnrankedAndItsLogReproducesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var obs observer
		var log *game.Log
		var outcome room.Outcome
		ann := &person{id: "ann"}
		g := toySpec(20, game.Exactly(1), func() logic {
			return &toy{input: func(_ *game.Tick, _ game.Seat, cell uint32) error {
				if cell == 4 {
					panic("the author's bug")
				}
				return nil
			}}
		})
		r, _ := run(t, room.Config{
			Kind: g, Observe: &obs, Crashed: func(l *game.Log, _ any) { log = l },
			Outcome: func(o room.Outcome) { outcome = o },
		}, ann)
		time.Sleep(time.Second)
		if err := r.Inputs(t.Context(), ann, room.Batch{First: 1, Bodies: [][]byte{mark(1), mark(4)}}); err != nil {
			t.Fatal(err)
		}
		<-r.Done()
		if l := ann.left(); l == nil || !errors.Is(l.Err, room.ErrCrashed) {
			t.Errorf("the player was told %v", l)
		}
		if outcome.Ending != room.Aborted || obs.panics != 1 {
			t.Errorf("outcome %+v, %d panics counted", outcome, obs.panics)
		}
		defer func() {
			if recover() != "the author's bug" {
				t.Error("replaying the log did not reproduce the panic")
			}
		}()
		_, err := log.Replay(g, nil)
		t.Errorf("the replay ended with %v", err)
	})
}

func TestAGameOverItsBudgetSlipsAndIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var obs observer
		ann := &person{id: "ann"}
		began := time.Now()
		r, _ := run(t, room.Config{Observe: &obs, Kind: toySpec(20, game.Exactly(1), func() logic {
			return &toy{tick: func(*game.Tick) { time.Sleep(150 * time.Millisecond) }}
		})}, ann)
		<-r.Done()
		if took := time.Since(began); took < 5*time.Second || took > 8*time.Second {
			t.Errorf("given up after %v, want about 5 s", took)
		}
		if l := ann.left(); l == nil || !errors.Is(l.Err, room.ErrOverloaded) {
			t.Errorf("the player was told %v", l)
		}
		if obs.skipped < 50 {
			t.Errorf("%d ticks slipped, want two of three", obs.skipped)
		}
	})
}

func TestAfterAStallTheRoomCatchesUpThreeTicksAndSendsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var obs observer
		ann := &person{id: "ann"}
		_, stop := run(t, room.Config{Observe: &obs, Kind: toySpec(20, game.Exactly(1), func() logic {
			return &toy{tick: func(t *game.Tick) {
				if t.N == 20 {
					time.Sleep(170 * time.Millisecond)
				}
			}}
		})}, ann)
		time.Sleep(10 * time.Second)
		stop()
		if obs.skipped != 0 {
			t.Errorf("%d ticks slipped in a stall of three, want none", obs.skipped)
		}
		if obs.ticks < 199 || obs.ticks > 200 {
			t.Errorf("%d ticks in 10 s, want 200", obs.ticks)
		}
		if n, _ := ann.views(); n != obs.ticks+1-2 {
			t.Errorf("%d views for %d ticks: three caught up at once are sent as one", n, obs.ticks)
		}
	})
}
