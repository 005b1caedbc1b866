// Command naive is the server that one writes first: gorilla, a goroutine that reads and one that
// writes for each connection, a channel between them and the room, and the state marshalled anew
// for each recipient. It is a reference point of internal/bench and no more: players move, and
// that is all. It says "listening PORT" and ends when it is killed.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	dashv1 "parlor/proto/arcade/dash/v1"
	pb "parlor/proto/parlor/v1"
)

const (
	seats  = 8
	period = 50 * time.Millisecond
)

type player struct {
	out  chan []byte
	room *room
	seat int
}

type room struct {
	mu      sync.Mutex
	tick    uint32
	players []*player
	world   dashv1.World
}

// hall seats players in the order in which they ask.
type hall struct {
	mu    sync.Mutex
	open  *room
	rooms int
}

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening", l.Addr().(*net.TCPAddr).Port)
	upgrader := websocket.Upgrader{Subprotocols: []string{"parlor.v1"}}
	h := new(hall)
	log.Fatal(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := upgrader.Upgrade(w, r, nil); err == nil {
			h.serve(c)
		}
	})))
}

// serve reads: a first message asks for a seat, those after it are inputs.
func (h *hall) serve(c *websocket.Conn) {
	defer c.Close()
	p := &player{out: make(chan []byte, 16)}
	go p.write(c)
	for {
		_, b, err := c.ReadMessage()
		if err != nil {
			return
		}
		f := new(pb.ClientFrame)
		if err := proto.Unmarshal(b, f); err != nil {
			return
		}
		if p.room == nil {
			h.seat(p)
			continue
		}
		for _, body := range f.GetInputs().GetBody() {
			act := new(dashv1.Act)
			if err := proto.Unmarshal(body, act); err != nil {
				return
			}
			p.room.steer(p.seat, act)
		}
	}
}

func (p *player) write(c *websocket.Conn) {
	for b := range p.out {
		if c.WriteMessage(websocket.BinaryMessage, b) != nil {
			return
		}
	}
}

func (h *hall) seat(p *player) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == nil {
		h.open = new(room)
		h.rooms++
	}
	p.room, p.seat = h.open, len(h.open.players)
	h.open.players = append(h.open.players, p)
	h.open.world.Players = append(h.open.world.Players, &dashv1.Player{Seat: uint32(p.seat), X: int32(100 * p.seat)})
	if len(h.open.players) == seats {
		// Rooms are spread over the period: each begins the golden part of it after the one before.
		go h.open.run(time.Duration(h.rooms*618034%1000000) * period / 1000000)
		h.open = nil
	}
}

func (r *room) steer(seat int, act *dashv1.Act) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.world.Players[seat]
	p.Heading, p.Aim = act.Heading, act.Aim
}

func (r *room) run(phase time.Duration) {
	time.Sleep(phase)
	for range time.Tick(period) {
		r.step()
	}
}

func (r *room) step() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tick++
	r.world.Tick = r.tick
	for _, p := range r.world.Players {
		p.X, p.Y = (p.X+int32(p.Heading))%1200, (p.Y+int32(p.Heading/2))%1200
	}
	for _, p := range r.players {
		view, err := proto.Marshal(&r.world)
		if err != nil {
			log.Fatal(err)
		}
		frame, err := proto.Marshal(&pb.ServerFrame{Tick: r.tick, View: view})
		if err != nil {
			log.Fatal(err)
		}
		select {
		case p.out <- frame:
		default: // he is slow
		}
	}
}
