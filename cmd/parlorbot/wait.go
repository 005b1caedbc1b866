package main

import (
	"context"
	"time"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

const (
	cancelWithin = 500 * time.Millisecond // from a ticket to its being given back, at most
	endsWithin   = 5 * time.Second        // so long after one bot of a party the others are told of the end too

	answerLeast, answerMost = 200 * time.Millisecond, 900 * time.Millisecond // from a match being found to yes or no
	quitWithin              = 2 * time.Second                                // from a match's beginning to a rage-quit
)

// again asks for the next match, alone or with the party.
func (b *bot) again(ctx context.Context) {
	if b.crew != nil {
		b.gather(ctx)
		return
	}
	b.queue(ctx)
}

// queue asks for a match.
func (b *bot) queue(ctx context.Context) {
	b.setPhase(queued, 0, time.Time{})
	b.askedAt = time.Now()
	if !b.call(ctx, func(ctx context.Context) error { return b.client.JoinQueue(ctx, b.info.Name, b.cfg.mode) }) {
		b.setPhase(resting, restFor, time.Now())
	}
}

// queuedItem takes in how the ticket stands.
func (b *bot) queuedItem(at time.Time, q *pb.Queued) {
	if q.Ticket != b.ticket {
		if q.Ticket == b.last { // it has ended
			b.all.fault("TICKET_TWICE")
			return
		}
		if b.ticket != "" { // it goes without an end
			b.all.fault("TICKET_LOST")
			b.endTicket(at, dropped)
		}
		b.beginTicket(at, q.Ticket)
	}
	switch {
	case q.Cancelled:
		b.noMatch(at, q.Error)
	case q.AcceptMs > 0:
		b.found(at, q)
	case b.accepting: // it has come to nothing, and the wait goes on
		b.all.acceptsVoid.Add(1)
		b.accepting, b.answerAt = false, time.Time{}
	}
}

// beginTicket is for all of a party, whose leader has asked.
func (b *bot) beginTicket(at time.Time, id string) {
	b.ticket, b.last = id, id
	b.all.tickets.made(id)
	if b.phase != queued {
		b.askedAt = at
		b.setPhase(queued, 0, at)
	}
	share := 1.0
	if b.crew != nil {
		b.crew.isBusy(b.number)
		share = float64(b.crew.size)
	}
	if b.chance(b.cfg.cancels / share) {
		b.cancelAt = at.Add(b.between(0, cancelWithin))
	}
}

// endTicket closes the books of a ticket.
func (b *bot) endTicket(at time.Time, how ending) ending {
	how, consistent := b.all.tickets.ended(b.ticket, how, at)
	if !consistent {
		b.all.fault("TICKET_TWICE")
	}
	b.ticket, b.askedAt = "", time.Time{}
	b.accepting, b.answerAt, b.cancelAt = false, time.Time{}, time.Time{}
	return how
}

// noMatch ends the wait without a match. Nobody says why who was asked to end it.
func (b *bot) noMatch(at time.Time, why *pb.Error) {
	how, code := cancelled, "CANCELLED"
	if why != nil {
		how, code = dropped, wire.CodeName(why.Code)
	}
	if why.GetCode() == pb.Code_CODE_EXPIRED {
		how = timedOut
		if b.accepting {
			how = declined
		}
	}
	if b.endTicket(at, how) == dropped {
		b.all.fault(code)
	}
	b.setPhase(resting, restFor, at)
}

// found makes up the bot's mind about a match, and when to say it. What it has said about a match that came to
// nothing it says again about another.
func (b *bot) found(at time.Time, q *pb.Queued) {
	if q.Answered || !b.answerAt.IsZero() {
		return
	}
	if !b.accepting {
		b.all.accepts.Add(1)
	}
	b.accepting = true
	b.declines = b.chance(b.cfg.declines)
	b.answerAt = at.Add(min(b.between(answerLeast, answerMost), time.Duration(q.AcceptMs)*time.Millisecond/2))
}

// answer says yes or no to a match that was found. It may have come to nothing meanwhile.
func (b *bot) answer(ctx context.Context) {
	b.answerAt = time.Time{}
	if b.declines {
		b.all.tickets.asks(b.ticket, declined)
	}
	b.call(ctx, func(ctx context.Context) error { return b.client.Accept(ctx, !b.declines) }, pb.Code_CODE_WRONG_PHASE)
}

// cancel gives the ticket back. A match may be found for it meanwhile.
func (b *bot) cancel(ctx context.Context) {
	b.cancelAt = time.Time{}
	b.all.tickets.asks(b.ticket, cancelled)
	b.call(ctx, b.client.CancelQueue, pb.Code_CODE_WRONG_PHASE)
}

// quit leaves a match in the middle. It may end meanwhile.
func (b *bot) quit(ctx context.Context, now time.Time) {
	b.quitAt = time.Time{}
	if b.phase != playing {
		return
	}
	b.all.matchesQuit.Add(1)
	b.stay.over(now)
	b.setPhase(leaving, leftWithin+b.cfg.patience(), now)
	b.call(ctx, b.client.LeaveRoom, pb.Code_CODE_WRONG_PHASE)
}

// seated ends the wait with a match. Who is seated had a ticket.
func (b *bot) seated(at time.Time, room string) {
	b.place = room
	if b.ticket == "" {
		b.all.fault("TICKET_TWICE")
		return
	}
	took(&b.all.queueWait, at.Sub(b.askedAt))
	b.endTicket(at, matched)
}

// holdOpen looks, at the end of the run, whether the bot knows what it should of its wait.
func (b *bot) holdOpen(over time.Time) {
	if b.phase != queued || b.connectedAt.IsZero() {
		return
	}
	since := b.askedAt
	if b.ticket != "" {
		if since = b.all.tickets.endedAt(b.ticket); since.IsZero() {
			return
		}
	}
	if over.Sub(latest(since, b.connectedAt, b.phone.thawedAt)) > endsWithin+b.cfg.patience() {
		b.all.fault("TICKET_LOST")
	}
}

// holdTogether looks, at the end of the run, whether the bot's party came together, and asked for a match when
// all were free. On a link that breaks its leader may be frozen for long.
func (b *bot) holdTogether(over time.Time) {
	if b.phase != gathering || b.cfg.link.Breaks() {
		return
	}
	since := b.startedAt
	if b.partySize == b.crew.size {
		since = b.crew.idleSince()
	}
	if !since.IsZero() && over.Sub(since) > stuckAfter+b.cfg.patience() {
		b.all.fault("STUCK")
	}
}

// chance is true in so many percent. Where that is 0 no dice are thrown: a run without it stays as it was.
func (b *bot) chance(percent float64) bool {
	return percent > 0 && float64(b.dice.Uint64()>>11)/(1<<53)*100 < percent
}
