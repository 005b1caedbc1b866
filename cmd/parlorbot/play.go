package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"parlor/game"
	"parlor/net/client"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

const (
	unackedAfter  = 5 * time.Second // an input without an acknowledgement at the end of the run is lost
	goodbyeWithin = 3 * time.Second // after the end, which nothing measures any more
	mostTaps      = 32              // without an answer; then a person sees that nothing happens, and stops
)

// leave gives up the seat; Left follows.
func (b *bot) leave(ctx context.Context) {
	b.setPhase(leaving, leftWithin+b.cfg.patience(), time.Now())
	b.call(ctx, b.client.LeaveRoom)
}

// call waits for the reply. Whatever comes meanwhile waits in the client, with the time of its
// coming. A call that the end of the run breaks off is no error, nor is a refusal that is natural.
func (b *bot) call(ctx context.Context, do func(context.Context) error, natural ...pb.Code) bool {
	within, cancel := context.WithTimeout(ctx, replyWithin+b.cfg.patience())
	defer cancel()
	err := do(within)
	switch {
	case err == nil:
		return true
	case ctx.Err() != nil:
	case errors.Is(err, context.DeadlineExceeded):
		b.all.fault("NO_REPLY")
	case slices.Contains(natural, wire.ToError(err).Code):
	case b.stale(time.Now()) && wire.ToError(err).Code == pb.Code_CODE_WRONG_PHASE:
	default:
		select {
		case <-b.client.Done(): // counted when the events end
		default:
			b.serverFault(err)
		}
	}
	return false
}

func (b *bot) setPhase(to phase, wait time.Duration, now time.Time) {
	if (b.phase == playing) != (to == playing) {
		step := int64(1)
		if to != playing {
			step = -1
		}
		b.all.playing.Add(step)
	}
	b.phase, b.until = to, time.Time{}
	if wait > 0 {
		b.until = now.Add(wait)
	}
}

// item takes in what must not be lost. Draining is only told: what it brings, the calls that are
// refused, is counted.
func (b *bot) item(ctx context.Context, at time.Time, item *pb.Item) {
	switch kind := item.Kind.(type) {
	case *pb.Item_Room:
		b.room(at, kind.Room)
	case *pb.Item_Refused:
		b.refusal(at, kind.Refused)
	case *pb.Item_Scored:
		if b.cfg.endless {
			b.all.matchesFinished.Add(1)
		}
	case *pb.Item_Result:
		b.result(ctx, at, kind.Result)
	case *pb.Item_Left:
		if b.phase != leaving {
			code := "LEFT"
			if e := kind.Left.Error; e != nil {
				code = wire.CodeName(e.Code)
			}
			b.all.fault(code)
		}
		b.stand(at)
		b.place = ""
		if b.ticket != "" { // the room that it was sent to did not take it
			b.endTicket(at, dropped)
		}
		b.again(ctx)
	case *pb.Item_Queued:
		b.queuedItem(at, kind.Queued)
	case *pb.Item_Party:
		b.party(ctx, kind.Party)
	}
}

func (b *bot) room(at time.Time, r *pb.Room) {
	if r.Id != b.place {
		b.seated(at, r.Id)
	}
	if r.Match != b.match {
		b.stand(at)
		b.match = r.Match
		if r.Phase == pb.Phase_PHASE_PLAYING {
			b.all.matchesStarted.Add(1)
			if b.chance(b.cfg.quits) {
				b.quitAt = at.Add(b.between(0, quitWithin))
			}
		}
	}
	b.seat = game.Seat(r.Seat)
	switch {
	case r.Phase != pb.Phase_PHASE_PLAYING:
		b.stay.over(at)
		if b.phase == playing { // its result is on the way
			b.setPhase(ended, rematchWithin, at)
		}
	case b.phase != leaving:
		if b.phase != playing {
			b.heardAt = at
			b.setPhase(playing, 0, at)
		}
	}
}

// stand forgets a match that the bot sits in no more.
func (b *bot) stand(at time.Time) {
	b.endStay(at)
	b.all.hands.leave(b.match, b.seat)
	b.match, b.act, b.actAt, b.quitAt = "", nil, time.Time{}, time.Time{}
	b.sent = b.sent[:0]
}

func (b *bot) endStay(at time.Time) {
	expected, gaps := b.stay.end(at, b.info)
	b.all.expected.Add(expected)
	b.all.skipped.Add(gaps)
}

// result votes for a rematch, or now and then goes back to the queue, so that both are tried.
func (b *bot) result(ctx context.Context, at time.Time, r *pb.Result) {
	b.stay.over(at)
	if r.Ending == pb.Ending_ENDING_ABORTED {
		b.all.fault("ABORTED")
	} else if !b.cfg.endless {
		b.all.matchesFinished.Add(1)
	}
	if b.phase == leaving || r.Match != b.match {
		return
	}
	b.setPhase(ended, rematchWithin, at)
	if b.dice.IntN(movesOn) == 0 || !b.call(ctx, b.client.Rematch) {
		b.leave(ctx)
	}
}

// refusal counts an input that was refused though its match goes on: the game's own bot made it
// from what it saw, on its turn, and nobody else moves its seat. Natural is only an input that
// crossed the end of its match, or the bot's leaving: a Room or Left item came before the refusal;
// and, on a link that breaks, one made from what a bot saw whose seat another has played since.
func (b *bot) refusal(at time.Time, r *pb.Refused) {
	for _, s := range b.sent { // those of matches before are not among them
		if s.seq >= r.Seq && s.seq <= max(r.Seq, r.Last) && b.phase == playing && !b.stale(at) {
			b.all.fault("REFUSED")
		}
	}
}

// look takes in a view: first it is checked and counted, then the bot makes up its mind.
func (b *bot) look(at time.Time, v *client.View) {
	if v.Hash != 0 {
		if canonical, err := b.cfg.kind.Canonical(v.Body); err != nil || wire.ViewHash(canonical) != v.Hash {
			b.all.mismatches.Add(1)
		}
	}
	if b.cfg.secrets != nil && b.match != "" {
		b.pry(v)
	}
	b.all.frameBytes.add(int64(v.Bytes))
	if b.phase != playing && !b.stay.open { // after the end, or between rooms
		return
	}
	b.heard(at)
	if !b.lostAt.IsZero() {
		took(&b.all.resume, at.Sub(b.lostAt))
		b.lostAt = time.Time{}
	}
	if !at.Before(b.phone.settledAt) && !b.count(at, v) {
		return
	}
	if b.phase == playing {
		b.think(at, v.Body)
	}
}

// count takes a frame into the books. It answers false if the frame is none that comes next.
func (b *bot) count(at time.Time, v *client.View) bool {
	number := v.Tick
	if b.info.Rate == 0 {
		number = v.Step
	}
	before := b.stay.at
	switch b.stay.frame(at, number, b.info) {
	case sameFrame:
		return false
	case olderFrame:
		b.all.fault("TICK_BACK")
		return false
	case nextFrame:
		if b.info.Rate > 0 {
			took(&b.all.interval, at.Sub(before))
		}
	}
	b.all.frames.Add(1)
	return true
}

// think asks the game's bot what to do about a view. In a game with a rate it carries that out
// before it looks again; in others each view makes it think anew, and what it has done must be
// in the view before it does more.
func (b *bot) think(now time.Time, view []byte) {
	least, most := reactLeast, reactMost
	if b.info.Rate == 0 {
		b.act, b.actAt = nil, time.Time{}
		if len(b.sent) > 0 {
			return
		}
		least, most = thinkLeast, thinkMost
	}
	if b.act != nil {
		return
	}
	act, err := b.cfg.kind.BotInput(b.seat, view, b.dice)
	if err != nil {
		b.all.fault("VIEW")
		return
	}
	if act != nil {
		b.act, b.actAt = act, now.Add(b.between(least, most))
	}
}

// send does what the bot has made up its mind to do. While it is not connected the client keeps
// the input, as that of a player who taps in a tunnel.
func (b *bot) send(now time.Time) {
	act := b.act
	b.act, b.actAt = nil, time.Time{}
	if b.phase != playing || len(b.sent) >= mostTaps {
		return
	}
	seq, err := b.client.Send(act)
	if err != nil {
		b.all.fault("UNACKED") // so many that the client takes no more
		return
	}
	b.sent = append(b.sent, sent{seq, now})
}

// goodbye leaves the room or the queue, if the bot is in one and its words can arrive, and does not
// insist.
func (b *bot) goodbye(now time.Time) {
	if b.connectedAt.IsZero() || b.carriedUntil(now).Before(now) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), goodbyeWithin)
	defer cancel()
	switch {
	case b.match != "":
		if b.client.LeaveRoom(ctx) != nil {
			return
		}
	case !b.askedAt.IsZero():
		_ = b.client.CancelQueue(ctx)
		return
	default:
		return
	}
	for {
		select {
		case e, ok := <-b.client.Events():
			if !ok || e.Item.GetLeft() != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
