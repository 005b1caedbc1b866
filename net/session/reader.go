package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"parlor/game/room"
	"parlor/matchmaking"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// read serves what a client sends until the connection ends. A *wire.Error says why we end it;
// any other error, that it has ended.
func (s *Session) read(ctx context.Context, l *link) error {
	frames := wire.Bucket{Rate: wire.FramesPerSecond, Burst: wire.FramesBurst}
	bytes := wire.Bucket{Rate: wire.BytesPerSecond, Burst: wire.BytesBurst}
	for {
		b, err := l.conn.Read(wire.FrameBytes, wire.DeadAfter)
		if err != nil {
			return err
		}
		now := time.Now()
		if !frames.Take(now, 1) || !bytes.Take(now, float64(len(b))) {
			s.server.cfg.Meter.Dropped("rate")
			return wire.ErrFlood
		}
		f, err := wire.DecodeClient(b)
		if err != nil {
			s.server.cfg.Meter.Dropped("bad")
			return err
		}
		if err := s.frame(ctx, l, f, len(b), now); err != nil {
			return err
		}
	}
}

// frame does what one frame asks: acknowledgements, away, calls, inputs, in this order.
func (s *Session) frame(ctx context.Context, l *link, f *pb.ClientFrame, size int, now time.Time) error {
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
		s.answer(ctx, l, c)
	}
	kind := "ack"
	if f.Inputs != nil {
		kind = "inputs"
		if err := s.inputs(ctx, f.Inputs); err != nil {
			return err
		}
	} else if f.Ping != nil {
		kind = "ping"
	}
	s.server.cfg.Meter.Received(kind, size)
	return nil
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
		s.out.pong = &pb.Pong{T: f.Ping.T, Tick: s.out.viewTick}
	}
	if f.Ping != nil || s.out.view != nil {
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
		s.tellRoom()
	}
}

// inputs drops what was received before, and hands the rest to the room.
func (s *Session) inputs(ctx context.Context, in *pb.Inputs) error {
	s.mu.Lock()
	first, bodies, r := in.FirstSeq, in.Body, s.room
	if first == 0 || first > s.seq+1 {
		s.mu.Unlock()
		return wire.Errorf(pb.Code_CODE_BAD_REQUEST, "input %d came after %d", first, s.seq)
	}
	known := min(int(s.seq+1-first), len(bodies))
	first, bodies = first+uint32(known), bodies[known:]
	s.seq += uint32(len(bodies))
	if r == nil {
		s.refuse(first, len(bodies), "you are in no match")
	}
	s.mu.Unlock()
	if r == nil || len(bodies) == 0 {
		return nil
	}
	err := r.Inputs(ctx, s, first, bodies)
	if errors.Is(err, room.ErrClosed) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.refuse(first, len(bodies), "the match is over")
		return nil
	}
	if err != nil {
		return fmt.Errorf("hand inputs to room: %w", err)
	}
	return nil
}

// refuse answers n inputs that no room took. The mutex is held.
func (s *Session) refuse(first uint32, n int, why string) {
	refused := make([]room.Refused, n)
	for i := range refused {
		refused[i] = room.Refused{Seq: first + uint32(i), Reason: why}
	}
	s.pushRefused(refused)
	s.out.acked = max(s.out.acked, s.seq)
	s.signal()
}

// answer does a call and leaves the reply. A call that was answered before is not done again.
func (s *Session) answer(ctx context.Context, l *link, c *pb.Call) {
	s.mu.Lock()
	fresh := s.link == l && c.Id > s.call
	if fresh {
		s.call = c.Id
	}
	s.mu.Unlock()
	if !fresh {
		return // its reply is an item: it arrives, or is sent again on resume
	}
	reply := &pb.Reply{Id: c.Id}
	item := &pb.Item{Kind: &pb.Item_Reply{Reply: reply}}
	if err := s.do(ctx, c); err != nil {
		reply.Error = codeOf(err).Proto()
	}
	s.tell(item)
}

func (s *Session) do(ctx context.Context, c *pb.Call) error {
	switch kind := c.Kind.(type) {
	case *pb.Call_JoinQueue:
		return s.joinQueue(ctx, matchmaking.Name{Game: kind.JoinQueue.Game, Mode: kind.JoinQueue.Mode})
	case *pb.Call_CancelQueue:
		return s.cancelQueue(ctx)
	case *pb.Call_JoinRoom:
		if err := s.idle(); err != nil {
			return err
		}
		return s.server.enter(kind.JoinRoom.Room, s)
	case *pb.Call_LeaveRoom:
		if r := s.current(); r != nil {
			return r.Leave(ctx, s)
		}
		return wire.Errorf(pb.Code_CODE_WRONG_PHASE, "you are in no room")
	case *pb.Call_Rematch:
		if r := s.current(); r != nil && r.Info().Phase == room.Ended {
			if s.server.Draining() {
				return errDraining // it would be cut off
			}
			return r.Rematch(ctx, s)
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

func (s *Session) current() *room.Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.room
}

func (s *Session) joinQueue(ctx context.Context, name matchmaking.Name) error {
	if err := s.idle(); err != nil {
		return err
	}
	rule, ok := s.server.queue.Rule(name)
	if !ok {
		return matchmaking.ErrNoQueue
	}
	t := matchmaking.Ticket{ID: uuid.NewString(), Player: s.player, Queue: name, Since: time.Now()}
	s.waits(t) // before it can be matched
	s.tell(queuedItem(t, rule, false))
	if err := s.server.queue.Add(ctx, t); err != nil {
		s.unqueue()
		return err
	}
	return nil
}

func (s *Session) cancelQueue(ctx context.Context) error {
	was, err := s.server.queue.Remove(ctx, s.player)
	if err != nil {
		return err
	}
	if !was {
		return wire.Errorf(pb.Code_CODE_WRONG_PHASE, "you wait in no queue")
	}
	s.unqueue()
	return nil
}
