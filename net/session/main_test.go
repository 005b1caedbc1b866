package session_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/room"
	"parlor/internal/leaktest"
	"parlor/matchmaking"
	"parlor/net/session"
	marks "parlor/proto/arcade/tictactoe/v1"
	pb "parlor/proto/parlor/v1"
)

// carrier is what servers under test get: who serves the sockets of those in a room with a rate.
var carrier session.Carrier

// TestMain runs every test twice: goroutines serve all sockets, and then rooms serve theirs. It fails
// the package when a connection, a room or a server has left a goroutine.
func TestMain(m *testing.M) {
	leaktest.Main(m, func() { carrier = pipes{} })
}

type (
	logic = game.Logic[*marks.Mark, *marks.Board]
	spec  = game.Spec[*marks.Mark, *marks.Board]
)

// tape is a game whose view is the list of all its inputs, in the order of their coming: the
// seat and the cell of each. It refuses cell 999, and ends or stalls when a cell says so.
type tape struct{ cells []uint32 }

const (
	refusedCell = 999
	endingCell  = 1000
	panicCell   = 1001
	noTextCell  = 1002
	stallCell   = 1003
)

func (p *tape) Input(t *game.Tick, seat game.Seat, in *marks.Mark) error {
	switch in.Cell {
	case refusedCell:
		return fmt.Errorf("not that one")
	case noTextCell:
		return errors.New("\xff" + strings.Repeat("no \xc3", 30_000))
	case stallCell:
		<-time.After(time.Second)
	case panicCell:
		panic("a game with a fault")
	}
	p.cells = append(p.cells, uint32(seat), in.Cell)
	if in.Cell == endingCell {
		t.End(game.Win(seat))
	}
	return nil
}
func (p *tape) Tick(*game.Tick)             {}
func (p *tape) View(game.Seat) *marks.Board { return &marks.Board{Cells: p.cells} }

// endless is a tape that players join and leave.
type endless struct{ tape }

func (*endless) Join(*game.Tick, game.Seat) error { return nil }
func (*endless) Leave(t *game.Tick, s game.Seat)  { t.Score(s, 100+int64(s)) }

// gusher is an endless game that posts a score for everybody in every tick.
type gusher struct{ endless }

func (*gusher) Tick(t *game.Tick) {
	for seat := range game.Seat(t.Seats()) {
		t.Score(seat, t.N)
	}
}

// lastTape is the newest match of a tape, for as long as somebody else holds it.
var lastTape atomic.Pointer[weak.Pointer[tape]]

func tapeGame(name string, rate int, seats game.Seats) spec {
	return spec{Name: name, Seats: seats, Rate: rate, Open: true, New: func(*game.Tick) logic {
		p := new(tape)
		held := weak.Make(p)
		lastTape.Store(&held)
		return p
	}}
}

// withBot gives a game a bot that does nothing but hold its seat.
func withBot(s spec) spec {
	s.Bot = func(game.Seat, *marks.Board, *game.Rand) *marks.Mark { return nil }
	return s
}

func endlessGame(name string, begin func() logic) spec {
	return spec{
		Name: name, Seats: game.Between(1, 4), Rate: 20, Open: true, Ranked: game.BestScore,
		New: func(*game.Tick) logic { return begin() },
	}
}

// These are hosted by every house.
var (
	solo  = tapeGame("solo", 20, game.Exactly(1))
	turns = tapeGame("turns", 0, game.Exactly(1))
	duel  = tapeGame("duel", 20, game.Exactly(2))
	spar  = withBot(tapeGame("spar", 20, game.Exactly(2)))
	arena = endlessGame("arena", func() logic { return new(endless) })
	gush  = endlessGame("gush", func() logic { return new(gusher) })
)

// house is a server under test, and what it tells those around it.
type house struct {
	t      *testing.T
	server *session.Server
	stop   func() // ends the server and waits until Run has returned
	serves sync.WaitGroup

	mu       sync.Mutex // guards what follows
	outcomes []room.Outcome
	scored   []room.Scored
	received int     // frames that were done
	bytes    int     // of them
	pipes    []*pipe // all there ever were
}

func quietly() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// open starts a server. More rules than the usual ones, or others, may be given.
func open(t *testing.T, more map[string]matchmaking.Rule) *house {
	t.Helper()
	rules := map[matchmaking.Name]matchmaking.Rule{
		{Game: "solo"}: {Min: 1, Max: 1}, {Game: "turns"}: {Min: 1, Max: 1}, {Game: "duel"}: {Min: 2, Max: 2},
		{Game: "arena"}: {Min: 1, Max: 4, Backfill: true}, {Game: "gush"}: {Min: 2, Max: 2},
	}
	for name, rule := range more {
		rules[matchmaking.Name{Game: name}] = rule
	}
	return openWith(t, session.Config{Games: []game.Kind{solo, turns, duel, spar, arena, gush}, Rules: rules, Logger: quietly()})
}

// openWith starts a server with games, rules and a logger of the test's own.
func openWith(t *testing.T, cfg session.Config) *house {
	t.Helper()
	h := &house{t: t}
	cfg.Key, cfg.Meter = bytes.Repeat([]byte{7}, 32), (*meter)(h)
	cfg.Outcome = func(o room.Outcome) { h.mu.Lock(); h.outcomes = append(h.outcomes, o); h.mu.Unlock() }
	cfg.Scored = func(s room.Scored) { h.mu.Lock(); h.scored = append(h.scored, s); h.mu.Unlock() }
	var err error
	cfg.Carrier = carrier
	if h.server, err = session.New(cfg); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { h.server.Run(ctx) })
	h.stop = func() { cancel(); running.Wait() }
	t.Cleanup(func() {
		h.stop()
		for _, p := range h.pipes { // of a failing test
			p.cut()
		}
		h.serves.Wait()
	})
	return h
}

// meter counts what came through the limits.
type meter house

func (m *meter) Connected()          {}
func (m *meter) Refused(string)      {}
func (m *meter) Disconnected(string) {}
func (m *meter) Resumed(string)      {}
func (m *meter) Received(kind string, bytes int) {
	m.mu.Lock()
	m.received, m.bytes = m.received+1, m.bytes+bytes
	m.mu.Unlock()
}
func (m *meter) Dropped(string)                         {}
func (m *meter) Sent(int)                               {}
func (m *meter) Waited(matchmaking.Name, time.Duration) {}
func (m *meter) Matched(matchmaking.Name, float64)      {}

func mark(cell uint32) []byte {
	b, err := proto.Marshal(&marks.Mark{Cell: cell})
	if err != nil {
		panic(err)
	}
	return b
}

func join(game string) *pb.Call {
	return &pb.Call{Kind: &pb.Call_JoinQueue{JoinQueue: &pb.JoinQueue{Game: game}}}
}

func leave() *pb.Call   { return &pb.Call{Kind: &pb.Call_LeaveRoom{LeaveRoom: &pb.LeaveRoom{}}} }
func cancel() *pb.Call  { return &pb.Call{Kind: &pb.Call_CancelQueue{CancelQueue: &pb.CancelQueue{}}} }
func rematch() *pb.Call { return &pb.Call{Kind: &pb.Call_Rematch{Rematch: &pb.Rematch{}}} }
func joinRoom(id string) *pb.Call {
	return &pb.Call{Kind: &pb.Call_JoinRoom{JoinRoom: &pb.JoinRoom{Room: id}}}
}
