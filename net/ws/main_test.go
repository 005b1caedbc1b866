package ws_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/room"
	"parlor/internal/leaktest"
	"parlor/matchmaking"
	"parlor/net/session"
	"parlor/net/ws"
	marks "parlor/proto/arcade/tictactoe/v1"
	pb "parlor/proto/parlor/v1"
)

// patience is how long a test waits for what must happen. It is reached only by a failing test.
const patience = 30 * time.Second

// TestMain fails the package when a connection, a room or a server has left a goroutine.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "100"); err != nil { // those that are parallel wait, and do little else
		panic(err)
	}
	leaktest.Main(m)
}

type (
	logic = game.Logic[*marks.Mark, *marks.Board]
	spec  = game.Spec[*marks.Mark, *marks.Board]
)

// toy is a game whose view is the list of all its inputs, in the order of their coming: the seat
// and the cell of each. Its tick is the test's.
type toy struct {
	cells []uint32
	tick  func(*game.Tick)
}

func (p *toy) Input(_ *game.Tick, seat game.Seat, in *marks.Mark) error {
	p.cells = append(p.cells, uint32(seat), in.Cell)
	return nil
}

func (p *toy) Tick(t *game.Tick) {
	if p.tick != nil {
		p.tick(t)
	}
}

func (p *toy) View(game.Seat) *marks.Board { return &marks.Board{Cells: p.cells} }

func toyGame(name string, rate int, seats game.Seats, tick func(*game.Tick)) spec {
	return spec{Name: name, Seats: seats, Rate: rate, Open: true, New: func(*game.Tick) logic { return &toy{tick: tick} }}
}

// fat is a game for one with views of 64 KB, which fill a socket that nobody reads.
type fat struct{ toy }

func (*fat) View(game.Seat) *marks.Board {
	return &marks.Board{Cells: bigView}
}

var bigView = func() (cells []uint32) {
	for range 16 << 10 {
		cells = append(cells, 1<<27) // four bytes
	}
	return cells
}()

// usual are the games that the tests play unless they bring their own.
var usual = []game.Kind{
	toyGame("solo", 20, game.Exactly(1), nil),
	toyGame("duel", 20, game.Exactly(2), nil),
	spec{Name: "fat", Seats: game.Exactly(1), Rate: 20, Open: true, New: func(*game.Tick) logic { return new(fat) }},
}

// house is a whole server on a port of its own.
type house struct {
	server  *session.Server
	handler *ws.Handler
	addr    string // host and port
	url     string
	stop    func()      // ends the server; connections end too
	owned   atomic.Bool // a room was seen to own sockets
}

func open(t *testing.T, cfg ws.Config, observe room.Observer, games ...game.Kind) *house {
	t.Helper()
	return openIn(t, ws.Auto, cfg, observe, games...)
}

// inEveryWay runs a test in each way to serve the sockets of a room with a rate, at the same time.
func inEveryWay(t *testing.T, test func(t *testing.T, way string)) {
	for _, way := range ws.Ways[1:] {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			test(t, way)
		})
	}
}

// openIn is open in one of the ways. Where this kernel has no io_uring, that way is left out, and
// the test says so.
func openIn(t *testing.T, way string, cfg ws.Config, observe room.Observer, games ...game.Kind) *house {
	t.Helper()
	carrier, _, err := ws.NewCarrier(way)
	if err != nil {
		t.Skip(err)
	}
	if games == nil {
		games = usual
	}
	rules := map[matchmaking.Name]matchmaking.Rule{}
	for _, k := range games {
		seats := k.Info().Seats
		rules[matchmaking.Name{Game: k.Info().Name}] = matchmaking.Rule{Min: seats.Min, Max: seats.Max}
	}
	serves := session.Config{
		Games: games, Rules: rules, Key: bytes.Repeat([]byte{7}, 32), Observe: observe,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	if carrier != nil {
		serves.Carrier = carrier
	}
	server, err := session.New(serves)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { server.Run(ctx) })
	h := &house{server: server, handler: ws.NewHandler(server, cfg)}
	h.stop = func() { cancel(); running.Wait() }
	listener := httptest.NewUnstartedServer(h.handler)
	listener.Config = ws.Server(h.handler)
	listener.Start()
	h.addr = listener.Listener.Addr().String()
	h.url = "ws" + strings.TrimPrefix(listener.URL, "http")
	t.Cleanup(func() {
		h.stop()
		if carrier != nil {
			carrier.Close()
		}
		quick, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		h.handler.Wait(quick)
		if quick.Err() != nil {
			t.Error("connections go on though the server has ended")
		}
		listener.Close()
	})
	return h
}

func encode(f *pb.ClientFrame) []byte {
	b, err := proto.Marshal(f)
	if err != nil {
		panic(err)
	}
	return b
}

func guestHello() *pb.ClientFrame {
	return &pb.ClientFrame{Hello: &pb.Hello{Auth: &pb.Hello_Guest{Guest: &pb.Guest{}}}}
}

func call(id uint32, game string) *pb.ClientFrame {
	return &pb.ClientFrame{Calls: []*pb.Call{{Id: id, Kind: &pb.Call_JoinQueue{JoinQueue: &pb.JoinQueue{Game: game}}}}}
}

func mark(cell uint32) []byte {
	b, err := proto.Marshal(&marks.Mark{Cell: cell})
	if err != nil {
		panic(err)
	}
	return b
}
