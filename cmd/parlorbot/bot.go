package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"parlor/game"
	"parlor/net/client"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// phase is what a bot is doing.
type phase int

const (
	resting   phase = iota // before it asks for a match again
	gathering              // until all of its party are free, and its leader asks
	queued
	playing
	ended   // a match is over, and another may follow
	leaving // until Left comes
)

// How bots behave. The rest is up to the game's own bot.
const (
	replyWithin   = 10 * time.Second // and what the link may cost, as for all that is waited for
	leftWithin    = 10 * time.Second
	rematchWithin = 1500 * time.Millisecond
	restFor       = time.Second // after an error, before it asks for a match again
	movesOn       = 4           // one in so many goes to the queue after a match, without a vote
	buffer        = 128         // events that come before a reply are few: see client.Config

	// From seeing to acting, uniform. In a game with a rate a bot does one thing at a time, so it
	// sends no more than a person does; in others it thinks.
	reactLeast, reactMost = 180 * time.Millisecond, 300 * time.Millisecond
	thinkLeast, thinkMost = 50 * time.Millisecond, 300 * time.Millisecond
)

// bot is one player. One goroutine, that of run, owns it.
type bot struct {
	number int
	cfg    config
	info   game.Info
	all    *measures
	dice   *game.Rand
	client *client.Client
	phone  phone
	timer  *time.Timer
	wake   time.Time // what timer is set to

	startedAt   time.Time
	connectedAt time.Time // zero: not connected
	lostAt      time.Time // the connection before; zero: a view has come since
	heardAt     time.Time // when the server last did what the bot waits for
	cutAt       time.Time // the next cut; zero: none
	cutting     bool      // the next loss is our own doing

	phase   phase
	until   time.Time // the phase is given up then; zero: it is not
	askedAt time.Time // for a match; zero: it does not wait
	place   string    // the room that it was told of; "": none
	match   string
	quitAt  time.Time // when it leaves the match in the middle; zero: it does not
	seat    game.Seat
	stay    stay
	act     []byte // what it has made up its mind to do; nil: nothing
	actAt   time.Time
	sent    []sent // inputs of this match that are not acknowledged

	ticket    string // that it waits with; "": none
	last      string // the newest ticket, which may have ended
	cancelAt  time.Time
	accepting bool      // a match is found, and not decided
	answerAt  time.Time // zero: it has answered, or there is nothing to answer
	declines  bool      // by saying no

	crew      *crew // nil: it plays alone
	bell      chan struct{}
	partySize int  // 0: it is in none
	joining   bool // the party
	leads     bool
}

type sent struct {
	seq uint32
	at  time.Time
}

func newBot(number int, cfg config, m *measures, crew *crew) *bot {
	var seed game.Seed
	binary.LittleEndian.PutUint64(seed[:], cfg.seed)
	binary.LittleEndian.PutUint64(seed[8:], uint64(number))
	b := &bot{number: number, cfg: cfg, info: cfg.kind.Info(), all: m, dice: game.NewRand(seed), crew: crew}
	if crew != nil {
		b.bell = crew.bells[number]
	}
	return b
}

// run is the bot's whole life. It ends with ctx, or when the server sends the bot away for good.
func (b *bot) run(ctx context.Context) {
	dialing, cancel := context.WithTimeout(ctx, replyWithin)
	b.phone = newPhone(b.cfg, b.number)
	defer b.phone.close(b.all)
	c, err := client.Dial(dialing, b.cfg.url, client.Config{
		Name: fmt.Sprintf("Bot %d", b.number), Client: "parlorbot/0.1", Platform: "bot", CheckViews: true, Buffer: buffer, Plans: b.cfg.plans,
		Dial: b.phone.dial(),
	})
	cancel()
	if err != nil {
		if ctx.Err() == nil {
			b.all.noConnection(err)
			b.serverFault(err)
		}
		return
	}
	b.client = c
	defer c.Close()
	b.all.connected.Add(1)
	b.startedAt = time.Now()
	b.phone.start(b.startedAt)
	b.timer = time.NewTimer(time.Hour)
	defer b.timer.Stop()
	over := b.play(ctx)
	b.finish(over)
}

// play handles what comes and does what is due, until the end. It answers when that was.
func (b *bot) play(ctx context.Context) (over time.Time) {
	for {
		b.arm()
		select {
		case e, ok := <-b.client.Events():
			if !ok {
				b.serverFault(b.client.Err())
				return time.Now()
			}
			b.event(ctx, e)
		case <-b.timer.C:
			b.wake = time.Time{}
			b.due(ctx, time.Now())
		case <-b.bell:
			if b.phase == gathering {
				b.gather(ctx)
			}
		case <-ctx.Done():
			over = time.Now()
			if deadline, ok := ctx.Deadline(); ok && over.After(deadline) {
				over = deadline
			}
			for range len(b.client.Events()) { // what came in time counts
				if e, ok := <-b.client.Events(); ok && !e.At.After(over) {
					b.event(ctx, e) // calls fail at once now
				}
			}
			return over
		}
	}
}

// arm sets the one timer to what is due next. Most events change nothing about that.
func (b *bot) arm() {
	next := b.until
	for _, at := range []time.Time{b.actAt, b.cutAt, b.cancelAt, b.answerAt, b.quitAt, b.phone.freezeAt} {
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if !next.IsZero() && !next.Equal(b.wake) {
		b.timer.Reset(time.Until(next))
		b.wake = next
	}
}

func (b *bot) due(ctx context.Context, now time.Time) {
	passed := func(at time.Time) bool { return !at.IsZero() && !now.Before(at) }
	if passed(b.phone.freezeAt) {
		b.freeze(ctx, now)
		return // what else was due has been put off
	}
	if passed(b.actAt) {
		b.send(now)
	}
	if passed(b.cutAt) {
		b.cut(now)
	}
	if passed(b.answerAt) {
		b.answer(ctx)
	}
	if passed(b.cancelAt) {
		b.cancel(ctx)
	}
	if passed(b.quitAt) {
		b.quit(ctx, now)
	}
	if !passed(b.until) {
		return
	}
	b.until = time.Time{}
	switch b.phase {
	case resting:
		b.again(ctx)
	case ended:
		b.leave(ctx)
	case leaving:
		b.all.fault("NO_LEFT")
		b.again(ctx)
	}
}

// event takes in one thing that happened.
func (b *bot) event(ctx context.Context, e client.Event) {
	switch {
	case e.View != nil:
		b.look(e.At, e.View)
	case e.Acked != 0:
		for len(b.sent) > 0 && b.sent[0].seq <= e.Acked {
			took(&b.all.inputToState, e.At.Sub(b.sent[0].at))
			b.sent = b.sent[1:]
		}
	case e.Item != nil:
		b.item(ctx, e.At, e.Item)
	case e.RTT != 0:
		took(&b.all.rtt, e.RTT)
	case e.Welcome != nil:
		b.welcome(ctx, e.At, e.Welcome)
	case e.Lost != nil:
		b.lost(e.At, e.Lost)
	}
}

// welcome is for each connection: the first, and those after a loss.
func (b *bot) welcome(ctx context.Context, at time.Time, w *pb.Welcome) {
	b.heard(at)
	b.connectedAt = at
	b.phone.settledAt = time.Time{} // nothing comes here that was on the way before
	b.all.online.Add(1)
	b.scheduleCut(at)
	switch {
	case !w.Resumed: // the session before, if any, is over, and its seat, its ticket and its party are gone
		b.stand(at)
		b.place, b.partySize, b.joining, b.leads = "", 0, false, false
		if b.ticket != "" {
			b.endTicket(at, dropped)
		}
		if b.last != "" {
			b.last = anyTicket
		}
		b.again(ctx)
	case b.phase == playing:
		b.stay.resumed(at)
	default:
		b.lostAt = time.Time{} // no view is due
	}
}

func (b *bot) lost(at time.Time, why error) {
	b.endStay(b.carriedUntil(at))
	broken := b.linkBroke(at)
	b.disconnected(at)
	b.lostAt = at
	// A code that forbids to come back ends the client, and is counted then.
	e, ours := errors.AsType[*wire.Error](why)
	switch {
	case b.cutting, broken:
	case !ours:
		b.all.lost(why)
	case wire.AfterClose(wire.CloseCode(e.Code)) != wire.Stop:
		b.all.fault(wire.CodeName(e.Code))
	}
	b.cutting, b.cutAt = false, time.Time{}
}

func (b *bot) disconnected(at time.Time) {
	if b.connectedAt.IsZero() {
		return
	}
	b.all.online.Add(-1)
	b.all.connectedFor.Add(int64(at.Sub(b.connectedAt)))
	b.connectedAt = time.Time{}
}

// serverFault counts the code of an error from the server. Others are our own: the end of the run.
func (b *bot) serverFault(err error) {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		b.all.fault(wire.CodeName(e.Code))
	}
}

func (b *bot) cut(now time.Time) {
	b.cutting = true
	b.cutAt = time.Time{} // the next one is set by the welcome
	b.client.Cut()
}

// scheduleCut draws the time of the next cut: at any moment as likely as at any other.
func (b *bot) scheduleCut(now time.Time) {
	if b.cfg.cut == 0 {
		return
	}
	u := (float64(b.dice.Uint64()>>11) + 0.5) / (1 << 53)
	b.cutAt = now.Add(time.Duration(-math.Log(u) * float64(b.cfg.cut)))
}

// between is a time from least to most.
func (b *bot) between(least, most time.Duration) time.Duration {
	return least + time.Duration(b.dice.IntN(int(most-least)))
}

// finish closes the books of a run that was over at the given time, and leaves.
func (b *bot) finish(over time.Time) {
	for _, s := range b.sent {
		since := latest(s.at, b.connectedAt, b.phone.thawedAt) // connected again, it was sent again
		if b.phase == playing && !b.connectedAt.IsZero() && over.Sub(since) > unackedAfter+b.cfg.patience() {
			b.all.fault("UNACKED")
		}
	}
	b.heard(over)
	b.holdOpen(over)
	b.holdTogether(over)
	b.endStay(b.carriedUntil(over))
	b.setPhase(resting, 0, over)
	stats := b.client.Stats()
	b.all.resumes.Add(int64(stats.Resumes))
	b.all.resumeFailed.Add(int64(stats.ResumeFailed))
	b.all.connectFailed.Add(int64(stats.ConnectFailed))
	b.all.connectRefused.Add(int64(stats.ConnectRefused))
	b.all.bytesDown.Add(stats.BytesReceived)
	b.all.bytesUp.Add(stats.BytesSent)
	b.goodbye(over)
	b.disconnected(over)
}
