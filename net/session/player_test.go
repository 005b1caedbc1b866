package session_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/net/wire"
	marks "parlor/proto/arcade/tictactoe/v1"
	pb "parlor/proto/parlor/v1"
)

// patience is how long a test waits for what must happen. It is reached only by a failing test.
const patience = 30 * time.Second

// player is a client as docs/PROTOCOL.md describes one. It takes in what comes, and otherwise
// does what the test says.
type player struct {
	h       *house
	changed chan struct{}        // capacity 1: something came
	silent  bool                 // sends no acknowledgements and no pings; set before connecting
	linger  time.Duration        // of its pipes
	lag     func() time.Duration // until a frame that has come is taken in; nil: none

	mu       sync.Mutex    // guards what follows
	deaf     chan struct{} // not nil: he takes nothing before it is closed
	pipe     *pipe         // the newest
	ended    bool          // it is gone
	welcome  *pb.Welcome
	fault    *pb.Error // as the server said before it closed
	session  string
	token    string // of the newest welcome that came
	player   string
	secret   string
	last     uint32 // highest item handled
	items    []*pb.Item
	again    int      // items that came a second time
	wrong    []string // what the server must never do
	room     *pb.Room // the newest; nil: in none
	queued   *pb.Queued
	party    *pb.Party
	board    []uint32 // the newest view
	views    int
	tick     uint32
	acked    uint32
	seq      uint32
	unacked  []uint32 // cells of the inputs after acked
	calls    uint32
	pending  map[uint32]*pb.Call
	replies  map[uint32]*pb.Reply
	pongs    int
	pong     *pb.Pong // the newest
	slipped  []uint32 // as told, on the newest connection
	leads    []int32  // of the frames that acknowledged
	closedBy map[*pipe]int
	greeting []string // kinds of the items in the frame of the welcome
}

func (h *house) newcomer() *player {
	return &player{
		h: h, changed: make(chan struct{}, 1),
		pending: map[uint32]*pb.Call{}, replies: map[uint32]*pb.Reply{}, closedBy: map[*pipe]int{},
	}
}

// guest is a new player, connected.
func (h *house) guest() *player {
	h.t.Helper()
	p := h.newcomer()
	p.connect(&pb.Hello{Auth: &pb.Hello_Guest{Guest: &pb.Guest{}}})
	p.until("welcome", func() bool { return p.welcome != nil })
	return p
}

// connect opens a pipe and says hello on it. What the pipe before still brings is ignored.
func (p *player) connect(hello *pb.Hello) *pipe {
	pipe := p.dial()
	p.put(pipe, &pb.ClientFrame{Hello: hello})
	return pipe
}

// dial opens a pipe and says nothing.
func (p *player) dial() *pipe {
	pipe := newPipe()
	pipe.linger = p.linger
	p.mu.Lock()
	p.pipe, p.ended, p.welcome, p.fault = pipe, false, nil, nil
	p.mu.Unlock()
	p.h.mu.Lock()
	p.h.pipes = append(p.h.pipes, pipe)
	p.h.mu.Unlock()
	p.h.serves.Go(func() { p.h.server.Serve(pipe) })
	p.h.serves.Go(func() { p.listen(pipe) })
	return pipe
}

// resume connects with what is known of the session, without waiting for the answer.
func (p *player) resume() {
	p.mu.Lock()
	hello := &pb.Hello{Auth: &pb.Hello_Resume{Resume: &pb.Resume{Session: p.session, Token: p.token, LastItem: p.last}}}
	p.mu.Unlock()
	p.connect(hello)
}

// resumed does the same and waits until it has worked.
func (p *player) resumed() {
	p.h.t.Helper()
	p.resume()
	p.until("welcome after a resume", func() bool { return p.welcome.GetResumed() })
}

// takeOver says hello as the guest that the player is.
func (p *player) takeOver() {
	p.h.t.Helper()
	p.mu.Lock()
	hello := &pb.Hello{Auth: &pb.Hello_Guest{Guest: &pb.Guest{Player: p.player, Secret: p.secret}}}
	p.pipe = nil // what it still brings is counted as he counted before
	p.last, p.items, p.room, p.board, p.calls = 0, nil, nil, nil, 0
	clear(p.pending)
	clear(p.replies)
	p.mu.Unlock()
	p.connect(hello)
	p.until("welcome after a cold start", func() bool { return p.welcome != nil })
}

// listen takes in what comes on a pipe, until it ends.
func (p *player) listen(pipe *pipe) {
	pings := time.NewTicker(wire.PingEvery)
	defer pings.Stop()
	for {
		select {
		case b := <-pipe.down:
			p.mu.Lock()
			deaf := p.deaf
			p.mu.Unlock()
			if deaf != nil {
				<-deaf
			}
			if p.lag != nil && !wait(pipe, p.lag()) {
				continue // lost on the way
			}
			p.take(pipe, b)
			continue
		case <-pings.C:
			if !p.silent {
				p.put(pipe, &pb.ClientFrame{Ping: &pb.Ping{T: 1}})
			}
			continue
		case <-pipe.gone:
		}
		for pipe.closed() != 0 && len(pipe.down) > 0 { // a close comes after what was sent before it
			p.take(pipe, <-pipe.down)
		}
		p.mu.Lock()
		p.closedBy[pipe] = pipe.closed()
		p.ended = p.ended || p.pipe == pipe
		p.mu.Unlock()
		p.notify()
		return
	}
}

// wait answers false if the pipe is cut in that time.
func wait(pipe *pipe, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-pipe.gone:
		return pipe.closed() != 0
	}
}

func (p *player) notify() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

func (p *player) take(pipe *pipe, b []byte) {
	var f pb.ServerFrame
	if err := proto.Unmarshal(b, &f); err != nil {
		panic(err)
	}
	p.mu.Lock()
	defer p.notify()
	defer p.mu.Unlock()
	if p.pipe != pipe {
		return // given up
	}
	if f.Error != nil {
		p.fault = f.Error
	}
	if w := f.Welcome; w != nil {
		p.welcomed(pipe, w)
		p.greeting = nil
		for _, item := range f.Items {
			p.greeting = append(p.greeting, kindOf(item))
		}
	}
	for i, item := range f.Items {
		p.item(f.FirstItem+uint32(i), item)
	}
	if f.Acked > p.acked {
		p.leads = append(p.leads, f.Lead)
	}
	for ; f.Acked > p.acked; p.acked++ {
		if len(p.unacked) == 0 {
			p.wrong = append(p.wrong, fmt.Sprintf("input %d was acknowledged but not sent", f.Acked))
			p.acked = f.Acked
			break
		}
		p.unacked = p.unacked[1:]
	}
	if f.Pong != nil {
		p.pongs++
		p.pong = f.Pong
	}
	if f.Slipped != 0 {
		p.slipped = append(p.slipped, f.Slipped)
	}
	if f.View != nil {
		var board marks.Board
		if err := proto.Unmarshal(f.View, &board); err != nil {
			panic(err)
		}
		p.board, p.tick, p.views = board.Cells, f.Tick, p.views+1
	}
	if !p.silent && (len(f.Items) > 0 || f.View != nil) {
		p.put(pipe, &pb.ClientFrame{AckItem: p.last, AckTick: p.tick})
	}
}

func (p *player) welcomed(pipe *pipe, w *pb.Welcome) {
	if p.welcome != nil {
		p.wrong = append(p.wrong, "a second welcome on one connection")
	}
	p.welcome, p.session, p.token, p.player, p.tick, p.slipped = w, w.Session, w.Token, w.Player, 0, nil
	if !w.Resumed { // a new session: its numbers begin at 1
		p.seq, p.acked, p.unacked = 0, 0, nil
	}
	if w.Secret != "" {
		p.secret = w.Secret
	}
	if w.Acked > p.acked+uint32(len(p.unacked)) {
		p.wrong = append(p.wrong, fmt.Sprintf("welcome says input %d was received, which was not sent", w.Acked))
		return
	}
	known := int(max(w.Acked, p.acked) - p.acked) // received; they will be acknowledged once applied
	p.inputs(pipe, p.acked+uint32(known)+1, p.unacked[known:])
	for _, id := range slices.Sorted(maps.Keys(p.pending)) {
		p.put(pipe, &pb.ClientFrame{Calls: []*pb.Call{p.pending[id]}})
	}
}

func (p *player) item(number uint32, item *pb.Item) {
	switch {
	case number <= p.last:
		p.again++
		return
	case number != p.last+1:
		p.wrong = append(p.wrong, fmt.Sprintf("item %d came after %d", number, p.last))
	}
	p.last = number
	p.items = append(p.items, item)
	switch kind := item.Kind.(type) {
	case *pb.Item_Reply:
		if p.replies[kind.Reply.Id] != nil {
			p.wrong = append(p.wrong, fmt.Sprintf("call %d was answered twice", kind.Reply.Id))
		}
		p.replies[kind.Reply.Id] = kind.Reply
		delete(p.pending, kind.Reply.Id)
	case *pb.Item_Room:
		p.room = proto.CloneOf(kind.Room) // news of members goes into it
	case *pb.Item_Members:
		p.news(kind.Members)
	case *pb.Item_Left:
		p.room = nil
	case *pb.Item_Queued:
		p.queued = kind.Queued
	case *pb.Item_Party:
		p.party = kind.Party
	}
}

// news takes changed members in.
func (p *player) news(m *pb.Members) {
	if p.room == nil {
		p.wrong = append(p.wrong, fmt.Sprintf("news of members in no room: %v", m))
		return
	}
	if m.Watchers != nil {
		p.room.Watchers = *m.Watchers
	}
	for _, changed := range m.Changed {
		if proto.Equal(p.room.Members[changed.Seat], changed) {
			p.wrong = append(p.wrong, fmt.Sprintf("no news: %v", changed))
		}
		p.room.Members[changed.Seat] = changed
	}
}

// put sends a frame on a pipe, if it still stands.
func (p *player) put(pipe *pipe, f *pb.ClientFrame) {
	b, err := proto.Marshal(f)
	if err != nil {
		panic(err)
	}
	pipe.came.Store(time.Now().UnixNano())
	select {
	case pipe.up <- b:
	case <-pipe.gone:
	}
}
