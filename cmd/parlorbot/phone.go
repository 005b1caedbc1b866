package main

import (
	"context"
	"net"
	"time"

	"parlor/cmd/parlorbot/link"
	"parlor/net/wire"
)

const (
	stuckAfter = 30 * time.Second       // without what a bot waits for, though its link is well
	settle     = 2 * time.Second        // after a freeze what was on the way comes first, all at once
	staleFor   = 5 * time.Second        // so long after a break the bot may act on what is no more
	greeting   = 250 * time.Millisecond // from the end of a welcome to its being noted, at most

	// A server that has not heard of a client for wire.DeadAfter gives it up, and the shortest freeze is
	// 5 s of these.
	givenUpFor = wire.DeadAfter - 5*time.Second
)

// phone is what a bot plays on: its network, and the app that is hidden now and then. The zero value
// is a phone on a perfect link. The bot's goroutine owns it.
type phone struct {
	link     *link.Link // nil: a perfect one
	freezes  *link.Freezes
	began    time.Time
	next     link.Freeze
	freezeAt time.Time // when next is due; zero: there is none

	frozenAt, thawedAt time.Time // the last freeze; zero: none
	settledAt          time.Time // frames before then are no measure; zero: all are
}

func newPhone(cfg config, number int) phone {
	if cfg.link.Perfect() {
		return phone{}
	}
	seed := cfg.seed<<20 + uint64(number)
	return phone{link: link.New(cfg.link, seed), freezes: link.NewFreezes(cfg.link, seed)}
}

// dial is for the client's config.
func (p *phone) dial() func(ctx context.Context, network, addr string) (net.Conn, error) {
	if p.link == nil {
		return nil
	}
	return p.link.Dial
}

// start begins the faults: the first connection has been made without any.
func (p *phone) start(now time.Time) {
	if p.link == nil {
		return
	}
	p.began = now
	p.link.Start()
	p.nextFreeze()
}

func (p *phone) nextFreeze() {
	var any bool
	if p.next, any = p.freezes.Next(); any {
		p.freezeAt = p.began.Add(p.next.At)
	}
}

func (p *phone) close(m *measures) {
	if p.link == nil {
		return
	}
	p.link.Close()
	stats := p.link.Stats()
	m.resets.Add(int64(stats.Resets))
	m.silences.Add(int64(stats.Silences))
}

// cutAt is when the link last cut a connection; zero: never.
func (p *phone) cutAt() time.Time {
	if p.link == nil {
		return time.Time{}
	}
	return p.link.Stats().CutAt
}

// freeze hides the app: bot and client do nothing until the player is back. What the bot meant to
// do is put off, as the timers of a frozen script are.
func (b *bot) freeze(ctx context.Context, now time.Time) {
	p := &b.phone
	b.all.freezes.Add(1)
	if p.next.Said {
		b.client.Away(false)
	}
	p.link.Freeze()
	b.endStay(b.carriedUntil(now))
	p.frozenAt, b.lostAt = now, time.Time{}
	back := time.NewTimer(p.next.For)
	defer back.Stop()
	select {
	case <-back.C:
	case <-ctx.Done():
	}
	p.link.Thaw()
	if p.next.Said {
		b.client.Away(true)
	}
	p.thawedAt = time.Now()
	p.settledAt = p.thawedAt.Add(settle)
	for _, at := range []*time.Time{&b.until, &b.actAt, &b.cutAt, &b.cancelAt, &b.answerAt, &b.quitAt} {
		if !at.IsZero() {
			*at = at.Add(p.thawedAt.Sub(now))
		}
	}
	p.freezeAt = time.Time{}
	p.nextFreeze()
}

// patience is what a link may add to the time that an answer takes: a stall, and where connections
// die in silence, the time to notice and to connect again.
func (c config) patience() time.Duration {
	switch {
	case c.link.Perfect():
		return 0
	case c.link.Breaks():
		return wire.DeadAfter + 10*time.Second
	}
	return 5 * time.Second
}

// cutOff is when the link cut the connection that there is, and whether it did. A welcome is noted a
// little after it has come; the next connection after a cut takes longer than that to make.
func (b *bot) cutOff() (at time.Time, cut bool) {
	at = b.phone.cutAt()
	return at, !at.IsZero() && at.After(b.connectedAt.Add(-greeting))
}

// carriedUntil is the given time, or that of a cut that has killed the connection before.
func (b *bot) carriedUntil(at time.Time) time.Time {
	if dead, cut := b.cutOff(); cut && dead.Before(at) {
		return dead
	}
	return at
}

// linkBroke tells whether a loss is the link's doing: the connection was cut, or nobody was there to
// acknowledge what came on it.
func (b *bot) linkBroke(at time.Time) bool {
	p := &b.phone
	frozen := !p.frozenAt.IsZero() && !at.Before(p.frozenAt) && at.Before(p.thawedAt.Add(givenUpFor))
	_, cut := b.cutOff()
	return frozen || cut
}

// stale tells whether the bot may have acted on what it knew from before a break of its link.
func (b *bot) stale(at time.Time) bool {
	return b.cfg.link.Breaks() && (b.linkBroke(at) || at.Before(b.connectedAt.Add(staleFor)))
}

// waits tells whether something should come from the server though the bot does nothing.
func (b *bot) waits() bool { return b.phase == queued || b.phase == playing && b.info.Rate > 0 }

// heard notes that what the bot waited for has come, or at the end of the run that it has not. It is
// stuck if that took long, and its link was well.
func (b *bot) heard(at time.Time) {
	well := latest(b.heardAt, b.askedAt, b.lostAt, b.phone.cutAt(), b.phone.thawedAt)
	if !well.IsZero() && at.Sub(well) > stuckAfter && (b.connectedAt.IsZero() || b.waits()) {
		b.all.fault("STUCK")
	}
	b.heardAt = at
}

// latest is the latest of times, of which some may be zero.
func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
