package session

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/room"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// serve serves a connection until it ends, or a room takes it over. It begins with a frame that was
// read already, if there is one.
func (s *Session) serve(l *link, f *pb.ClientFrame) {
	err := s.server.contain(s.id, func() error {
		if f != nil {
			if err := s.frame(l, f, proto.Size(f), time.Now()); err != nil {
				return err
			}
		}
		return s.read(l)
	})
	if !errors.Is(err, errTaken) {
		s.ended(l, err)
	}
}

// contain makes a panic over one client's frames the end of his connection, and of nothing else.
func (s *Server) contain(session string, f func() error) (err error) {
	defer func() {
		if why := recover(); why != nil {
			s.cfg.Logger.Error("a frame could not be done", "session", session, "why", why, "stack", string(debug.Stack()))
			err = wire.Errorf(pb.Code_CODE_INTERNAL, "the server failed over this frame")
		}
	}()
	return f()
}

// read does what a client sends until the connection ends. A *wire.Error says why we end it; any
// other error, that it has ended.
func (s *Session) read(l *link) error {
	for {
		b, err := l.conn.Read(wire.FrameBytes, wire.DeadAfter)
		if err != nil {
			return err
		}
		now := time.Now()
		f, err := l.decode(b, now)
		if err != nil {
			return err
		}
		if err := s.frame(l, f, len(b), now); err != nil {
			return err
		}
		// Only now: what the room could not take must have been read before it gets the socket again.
		if p := s.placed(); p != nil && forRoom(f) && p.sockets.offer(l) {
			return errTaken
		}
	}
}

// frame does what one frame asks: acknowledgements, away, calls, inputs, in this order. It may wait.
func (s *Session) frame(l *link, f *pb.ClientFrame, size int, now time.Time) error {
	s.reading.Lock() // where a connection has just been replaced, its last frame is done first
	defer s.reading.Unlock()
	if f.Hello != nil {
		return wire.Errorf(pb.Code_CODE_BAD_REQUEST, "hello came a second time")
	}
	if err := s.acks(l, f, now); err != nil {
		return err
	}
	if f.Away != nil {
		s.server.cfg.Meter.Received("away", 0)
		s.frozen(l, !f.Away.Back)
	}
	for _, c := range f.Calls {
		if c.Id == 0 {
			return wire.Errorf(pb.Code_CODE_BAD_REQUEST, "a call without an id")
		}
		s.server.cfg.Meter.Received("call", 0)
		s.answer(l, c)
	}
	if f.Inputs != nil {
		if err := s.inputs(f.Inputs, now); err != nil {
			return err
		}
	}
	s.server.cfg.Meter.Received(kindOf(f), size)
	return nil
}

// atTick is frame for the goroutine of the room that the session sits in, which must not wait. It
// answers false, and has done nothing, if somebody else must do the frame.
func (s *Session) atTick(l *link, p *place, f *pb.ClientFrame, size int, now time.Time) (done bool, err error) {
	if !forRoom(f) || !s.reading.TryLock() {
		return false, nil
	}
	defer s.reading.Unlock()
	if err := s.acks(l, f, now); err != nil {
		return true, err
	}
	if f.Inputs != nil {
		r, b, err := s.fresh(f.Inputs, now)
		if err != nil {
			return true, err
		}
		switch {
		case len(b.Bodies) == 0:
		case r == p.room:
			r.Hand(s, b)
		default:
			s.refuse(b, "you have just left that match")
		}
	}
	s.server.cfg.Meter.Received(kindOf(f), size)
	return true, nil
}

// forRoom tells whether a frame has only what a room's goroutine can do.
func forRoom(f *pb.ClientFrame) bool { return f.Hello == nil && f.Away == nil && len(f.Calls) == 0 }

func kindOf(f *pb.ClientFrame) string {
	switch {
	case f.Inputs != nil:
		return "inputs"
	case f.Ping != nil:
		return "ping"
	}
	return "ack"
}

// acks also refuses the frame of a connection that was replaced: numbers may mean other things
// since.
func (s *Session) acks(l *link, f *pb.ClientFrame, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != l {
		return errReplaced
	}
	if f.AckItem != 0 && !s.out.ack(f.AckItem, now) {
		return wire.Errorf(pb.Code_CODE_BAD_REQUEST, "item %d was never sent", f.AckItem)
	}
	if f.AckTick != 0 {
		s.out.ackView(f.AckTick, now)
	}
	if f.Ping != nil {
		s.out.pong, s.out.pinged = &pb.Pong{T: f.Ping.T}, now // the rest is put in as it is sent
	}
	if f.Ping != nil || s.out.view.View != nil || s.out.stale != [kindsOfNews]bool{} {
		s.signal()
	}
	return nil
}

// frozen makes the room treat the client as gone, or as back.
func (s *Session) frozen(l *link, away bool) {
	s.mu.Lock()
	changed := s.link == l && s.away != away
	if changed {
		s.away = away
	}
	s.mu.Unlock()
	if changed {
		s.tellAll()
	}
}

// inputs hands what was not received before to the room. It waits while that cannot take it.
func (s *Session) inputs(in *pb.Inputs, now time.Time) error {
	r, b, err := s.fresh(in, now)
	if err != nil || len(b.Bodies) == 0 {
		return err
	}
	if r == nil {
		s.refuse(b, "you are in no match")
		return nil
	}
	err = r.Inputs(context.Background(), s, b)
	if errors.Is(err, room.ErrClosed) {
		s.refuse(b, "the match is over")
		return nil
	}
	if err != nil {
		return fmt.Errorf("hand inputs to room: %w", err)
	}
	return nil
}

// fresh is what of the inputs was not received before, and the room that it is to go to; nil: none.
func (s *Session) fresh(in *pb.Inputs, came time.Time) (*room.Room, room.Batch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := room.Batch{First: in.FirstSeq, Bodies: in.Body, Tick: int64(in.Tick), At: came}
	if b.First == 0 || b.First > s.seq+1 {
		return nil, b, wire.Errorf(pb.Code_CODE_BAD_REQUEST, "input %d came after %d", b.First, s.seq)
	}
	known := min(int(s.seq+1-b.First), len(b.Bodies))
	b.First, b.Bodies = b.First+uint32(known), b.Bodies[known:]
	s.seq += uint32(len(b.Bodies))
	return s.room, b, nil
}

// refuse answers inputs that no room took.
func (s *Session) refuse(b room.Batch, why string) {
	refused := make([]room.Refused, len(b.Bodies))
	for i := range refused {
		refused[i] = room.Refused{Seq: b.First + uint32(i), Reason: why}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pushRefused(refused)
	s.out.acked = max(s.out.acked, b.First+uint32(len(b.Bodies))-1)
	s.signal()
}

// answer does a call and leaves the reply. A call that was answered before is not done again.
func (s *Session) answer(l *link, c *pb.Call) {
	s.mu.Lock()
	fresh := s.link == l && c.Id > s.call
	if fresh {
		s.call = c.Id
	}
	client := s.client
	s.mu.Unlock()
	if !fresh {
		return // its reply is an item: it arrives, or is sent again on resume
	}
	switch c.Kind.(type) {
	case *pb.Call_Ready, *pb.Call_Start, *pb.Call_Kick, *pb.Call_TakeSeat, *pb.Call_SetProp, *pb.Call_SetRoom, *pb.Call_PassOwner:
		s.askRoom(c, func(err error) { s.reply(client, &pb.Reply{Id: c.Id}, err) })
	case *pb.Call_ReadBoard:
		s.readBoard(client, c.Id, c.GetReadBoard())
	default:
		reply := &pb.Reply{Id: c.Id}
		s.reply(client, reply, s.do(c, reply))
	}
}

// reply answers a call of a client, unless another has taken the session over: its calls have numbers of
// their own.
func (s *Session) reply(client int, reply *pb.Reply, err error) {
	if err != nil {
		reply.Error = codeOf(err).Proto()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client == client {
		s.push(&pb.Item{Kind: &pb.Item_Reply{Reply: reply}})
		s.signal()
	}
}

// do does a call, and leaves in the reply what there is besides an error.
func (s *Session) do(c *pb.Call, reply *pb.Reply) (err error) {
	switch kind := c.Kind.(type) {
	case *pb.Call_JoinQueue:
		return s.joinQueue(kind.JoinQueue)
	case *pb.Call_CancelQueue:
		return s.cancelQueue()
	case *pb.Call_Accept:
		return s.accept(kind.Accept.Yes)
	case *pb.Call_CreateParty:
		return s.createParty()
	case *pb.Call_JoinParty:
		return s.joinParty(kind.JoinParty.Code)
	case *pb.Call_LeaveParty:
		return s.leaveParty(kind.LeaveParty.Player)
	case *pb.Call_JoinRoom:
		return s.joinRoom(kind.JoinRoom.Room)
	case *pb.Call_CreateRoom:
		return s.createRoom(kind.CreateRoom)
	case *pb.Call_JoinCode:
		return s.joinCode(kind.JoinCode.Code)
	case *pb.Call_QuickRoom:
		return s.quickRoom(kind.QuickRoom)
	case *pb.Call_ListRooms:
		reply.Rooms, err = s.listRooms(kind.ListRooms)
		return err
	case *pb.Call_Watch:
		return s.watch(kind.Watch)
	case *pb.Call_LeaveRoom:
		if r := s.current(); r != nil {
			return r.Leave(context.Background(), s)
		}
		return errNowhere
	case *pb.Call_Rematch:
		if r := s.current(); r != nil && r.Info().Phase == room.Ended && !s.watches() {
			if s.server.Draining() {
				return errDraining // it would be cut off
			}
			return r.Rematch(context.Background(), s)
		}
		return wire.Errorf(pb.Code_CODE_WRONG_PHASE, "no match has ended here")
	}
	return wire.Errorf(pb.Code_CODE_BAD_REQUEST, "this server does not know that call")
}

// idle fails unless the player may join something.
func (s *Session) idle() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.server.Draining():
		return errDraining
	case s.room != nil:
		return wire.Errorf(pb.Code_CODE_WRONG_PHASE, "you are in a room")
	case s.ticket != nil:
		return wire.Errorf(pb.Code_CODE_WRONG_PHASE, "you wait in a queue already")
	}
	return nil
}

// watches tells whether the player only looks on, as far as he has been told.
func (s *Session) watches() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen != nil && s.seat == game.Watcher
}

func (s *Session) current() *room.Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.room
}
