package session_test

import (
	"slices"
	"time"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// What a test makes a player do.

// until waits until ok, which is asked whenever something came.
func (p *player) until(what string, ok func() bool) {
	p.h.t.Helper()
	giveUp := time.NewTimer(patience)
	defer giveUp.Stop()
	for !p.is(ok) {
		select {
		case <-p.changed:
		case <-giveUp.C:
			p.mu.Lock()
			defer p.mu.Unlock()
			p.h.t.Fatalf("no %s; gone %v, error %v, in room %v, wrong %q", what, p.ended, p.fault, p.room.GetId(), p.wrong)
		}
	}
}

func (p *player) is(ok func() bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return ok()
}

// send sends any frame on the newest pipe.
func (p *player) send(f *pb.ClientFrame) {
	p.mu.Lock()
	pipe := p.pipe
	p.mu.Unlock()
	p.put(pipe, f)
}

// call makes a call without waiting for the reply. Before the welcome it waits to be sent with
// those that have no reply yet: a higher number must not overtake them.
func (p *player) call(c *pb.Call) (id uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	c.Id = p.calls
	p.pending[c.Id] = c
	if !p.ended && p.welcome != nil {
		p.put(p.pipe, &pb.ClientFrame{Calls: []*pb.Call{c}})
	}
	return c.Id
}

// ask makes a call and waits for the reply's code; 0: it was done.
func (p *player) ask(c *pb.Call) pb.Code {
	p.h.t.Helper()
	id := p.call(c)
	p.until("reply", func() bool { return p.replies[id] != nil })
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.replies[id].GetError().GetCode()
}

// play joins a game's queue and waits for a room and a first view.
func (p *player) play(game string) {
	p.h.t.Helper()
	if code := p.ask(join(game)); code != 0 {
		p.h.t.Fatalf("join the queue of %s: %v", game, code)
	}
	p.seated()
}

// duel seats two new players against each other.
func (h *house) duel() (ann, bob *player) {
	h.t.Helper()
	ann, bob = h.guest(), h.guest()
	ann.call(join("duel"))
	bob.play("duel")
	ann.seated()
	return ann, bob
}

func (p *player) seated() {
	p.h.t.Helper()
	p.until("room and view", func() bool { return p.room != nil && p.views > 0 })
}

// mark sends inputs, each in a frame of its own; without a connection they wait for the resume.
func (p *player) mark(cells ...uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, cell := range cells {
		p.seq++
		p.unacked = append(p.unacked, cell)
		if !p.ended && p.welcome != nil {
			p.inputs(p.pipe, p.seq, []uint32{cell})
		}
	}
}

// inputs sends inputs as they are, as many in a frame as go.
func (p *player) inputs(pipe *pipe, first uint32, cells []uint32) {
	for len(cells) > 0 {
		n := min(len(cells), wire.InputsPerFrame)
		in := &pb.Inputs{FirstSeq: first}
		for _, cell := range cells[:n] {
			in.Body = append(in.Body, mark(cell))
		}
		p.put(pipe, &pb.ClientFrame{Inputs: in})
		first, cells = first+uint32(n), cells[n:]
	}
}

// cut breaks the connection.
func (p *player) cut() {
	p.mu.Lock()
	pipe := p.pipe
	p.mu.Unlock()
	pipe.cut()
	p.until("end of the pipe", func() bool { return p.ended })
}

// closes waits for the server to close the newest pipe, and says with what code.
func (p *player) closes() int {
	p.h.t.Helper()
	p.until("close", func() bool { return p.ended })
	return p.pipe.closed()
}

// seen are the cells of the newest view, without the seats.
func (p *player) seen() (cells []uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := 1; i < len(p.board); i += 2 {
		cells = append(cells, p.board[i])
	}
	return cells
}

// count is how many views came so far.
func (p *player) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.views
}

// place is the room that the player is in; "" for none.
func (p *player) place() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.room.GetId()
}

// seesAway tells whether somebody in the player's room is away.
func (p *player) seesAway() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.room.GetMembers(), func(m *pb.Member) bool { return m.Away })
}

// kinds names the items that came, in order.
func (p *player) kinds() (names []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, item := range p.items {
		names = append(names, kindOf(item))
	}
	return names
}

func kindOf(item *pb.Item) string {
	switch item.Kind.(type) {
	case *pb.Item_Reply:
		return "reply"
	case *pb.Item_Queued:
		return "queued"
	case *pb.Item_Room:
		return "room"
	case *pb.Item_Refused:
		return "refused"
	case *pb.Item_Result:
		return "result"
	case *pb.Item_Scored:
		return "scored"
	case *pb.Item_Left:
		return "left"
	case *pb.Item_Draining:
		return "draining"
	case *pb.Item_Members:
		return "members"
	case *pb.Item_Party:
		return "party"
	}
	return "unknown"
}

// fair fails the test if the server did what it must never do.
func (p *player) fair() {
	p.h.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, wrong := range p.wrong {
		p.h.t.Error(wrong)
	}
}
