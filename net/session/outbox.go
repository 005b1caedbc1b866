package session

import (
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/game/room"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// holdAfter is how long a view may be unacknowledged before no further one is sent: then a phone
// that does not read costs one slot, not half an hour of state in the kernel's buffers.
const holdAfter = time.Second

// outbox is what a session has for its client: items, numbered and kept until acknowledged, and
// one slot for the newest view. It is handed the time; the session's mutex guards it.
type outbox struct {
	items []*pb.Item
	first uint32 // number of items[0], or of the next item
	bytes int
	sent  uint32 // highest number sent on this connection

	stale [kindsOfNews]bool   // something has changed since it was told
	told  [kindsOfNews]uint32 // numbers of the newest items of each kind

	view    wire.Snapshot // waiting; the newest wins
	acked   uint32        // last input applied or refused
	ackSent uint32        // acked, as last sent
	lead    room.Lead     // of the inputs acked since then
	clock   room.Schedule // of the match
	slipped int64         // of clock, as last sent on this connection
	pong    *pb.Pong
	pinged  time.Time // when the ping that it answers came
	welcome *pb.Welcome

	viewTick  uint32        // newest view sent on this connection
	probeTick uint32        // the view whose acknowledgement is awaited
	probeAt   time.Time     // since when; zero: none is
	itemsAt   time.Time     // since when the oldest item sent is unacknowledged; zero: none is
	checkAt   time.Time     // when a view was last sent with its hash
	base      wire.Baseline // what the client understands, and holds
	lost      bool          // items were dropped: only a client that starts over can go on
}

// push adds an item. It answers false when the client has let too many pile up.
func (o *outbox) push(item *pb.Item) bool {
	size := proto.Size(item)
	if len(o.items) >= wire.MaxItems || o.bytes+size > wire.MaxItemBytes {
		return false
	}
	o.items = append(o.items, item)
	o.bytes += size
	return true
}

// newest is the number of the newest item.
func (o *outbox) newest() uint32 { return o.first + uint32(len(o.items)) - 1 }

// heard tells whether the client has acknowledged all news of a kind so far.
func (o *outbox) heard(kind news) bool { return o.told[kind] < o.first }

// ack drops the items that the client has handled. A number that was never sent is refused. The
// time for those that remain begins anew.
func (o *outbox) ack(number uint32, now time.Time) bool {
	if o.lost {
		return true // it speaks of items that are forgotten, on a connection that is being closed
	}
	if number > o.sent {
		return false
	}
	for len(o.items) > 0 && o.first <= number {
		o.bytes -= proto.Size(o.items[0])
		o.items[0] = nil
		o.items = o.items[1:]
		o.first++
		o.itemsAt = now
	}
	if o.first > o.sent {
		o.itemsAt = time.Time{}
	}
	return true
}

// ackView notes that the client has applied the view of a tick.
func (o *outbox) ackView(tick uint32, now time.Time) {
	switch {
	case o.probeAt.IsZero() || tick < o.probeTick:
	case o.viewTick > tick:
		o.probeTick, o.probeAt = o.viewTick, now
	default:
		o.probeAt = time.Time{}
	}
}

// connect readies the outbox for a new connection whose client has handled the items up to last.
// It answers false, and does nothing, if it cannot: some of those after last are gone.
func (o *outbox) connect(last uint32, now time.Time) bool {
	if o.lost || last+1 < o.first || last > o.newest() {
		return false
	}
	o.sent = o.newest()
	o.ack(last, now)
	o.sent, o.ackSent = o.first-1, 0
	o.view, o.pong = wire.Snapshot{}, nil
	o.lead, o.slipped = room.Lead{}, 0
	o.viewTick, o.probeAt, o.itemsAt = 0, time.Time{}, time.Time{}
	o.base.Forget()
	return true
}

// restart forgets all items: the client has lost what it knew, and starts from number 1.
func (o *outbox) restart() {
	o.base.Forget()
	*o = outbox{first: 1, acked: o.acked, clock: o.clock}
}

// forgetViews is for when a match is over and another begins: ticks start again, and nothing can
// be told from what the client holds.
func (o *outbox) forgetViews() {
	o.view, o.viewTick, o.probeAt = wire.Snapshot{}, 0, time.Time{}
	o.slipped = 0
	o.base.Forget()
}

// late tells whether the client has not acknowledged for too long.
func (o *outbox) late(now time.Time) bool {
	return !o.probeAt.IsZero() && now.Sub(o.probeAt) > wire.AckWithin ||
		!o.itemsAt.IsZero() && now.Sub(o.itemsAt) > wire.AckWithin
}

// next fills f with all that can be sent now, in one frame, and tells how many things that are; 0:
// there is nothing to send.
func (o *outbox) next(f *pb.ServerFrame, now time.Time, check bool) (parts int) {
	if o.lost {
		return 0 // numbers begin again for whoever starts over, not on this connection
	}
	if o.welcome != nil {
		f.Welcome, o.welcome = o.welcome, nil
		parts++
	}
	if o.pong != nil {
		tick, part := o.clock.At(now)
		o.pong.Tick, o.pong.Fraction = uint32(tick), uint32(part)
		o.pong.HeldMs = uint32(max(0, now.Sub(o.pinged)).Milliseconds())
		f.Pong, o.pong = o.pong, nil
		parts++
	}
	if unsent := o.newest() - o.sent; unsent > 0 {
		f.FirstItem = o.sent + 1
		f.Items = slices.Clone(o.items[len(o.items)-int(unsent):]) // the frame is encoded without the mutex
		o.sent += unsent
		if o.itemsAt.IsZero() {
			o.itemsAt = now
		}
		parts++
	}
	if o.view.View != nil && (o.probeAt.IsZero() || now.Sub(o.probeAt) < holdAfter) {
		hash := check && now.Sub(o.checkAt) >= time.Second
		if hash {
			o.checkAt = now
			parts++
		}
		o.view.Put(f, &o.base, hash)
		o.viewTick = o.view.Tick
		parts++
		if o.probeAt.IsZero() && o.view.Tick > 0 {
			o.probeTick, o.probeAt = o.view.Tick, now
		}
		o.view = wire.Snapshot{}
	}
	if o.acked != o.ackSent && (parts > 0 || o.view.View == nil) {
		f.Acked, o.ackSent = o.acked, o.acked
		f.Lead, o.lead = int32(o.lead.Quarters), room.Lead{}
		parts++
	}
	if slipped := o.clock.Slipped; slipped > o.slipped {
		f.Slipped, o.slipped = uint32(slipped), slipped
		parts++
	}
	return parts
}
