package client

import (
	"math"
	"time"
)

const (
	playoutWindow  = 10_000 // ms of which lateness is known
	playoutMeasure = 250    // ms
	playoutShare   = 0.98   // of views shall come in time
	leastDelay     = 1.3    // in views
	mostDelay      = 8
	mostFrames     = 64
	extraViews     = 0.25 // so far a view that is missing is made up for
	extraTime      = 100  // ms; and no farther

	// MaxDelay is what Playout.MaxDelay is if it is 0.
	MaxDelay = 150 * time.Millisecond
)

// Playout turns views that come some times a second, early or late, into what is to be shown at any
// moment, a little behind the newest. It is handed the time and does nothing by itself. Begin comes
// first.
type Playout[V any] struct {
	MaxDelay time.Duration // however late views come. Defaults to 150 ms.
	Starved  int           // how often the views have run out
	Tick     float64       // which was shown last; -Inf: none

	period   float64
	interval float64 // ticks from view to view
	frames   []frame[V]
	late     recent // when views came, as if each had been of tick 0
	measured float64
	lag      slew // of what is shown behind the server's time, as views show that
	dry      bool
}

type frame[V any] struct {
	tick int64
	view V
}

// Shown is a moment between two views: at Part of the way from A to B, or past B where it is over 1.
type Shown[V any] struct {
	A, B V
	Part float64
}

// Begin begins anew with a match of rate ticks a second, and a view every so many of them.
func (p *Playout[V]) Begin(rate, sendEvery int) {
	*p = Playout[V]{
		MaxDelay: p.MaxDelay, Starved: p.Starved, Tick: math.Inf(-1), period: 1000 / float64(rate),
		interval: float64(max(1, sendEvery)), measured: math.Inf(-1), lag: slew{halve: math.Inf(1)}, late: recent{window: playoutWindow},
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = MaxDelay
	}
}

// Add takes a view when it comes. One that is not newer than all before is left out.
func (p *Playout[V]) Add(tick int64, view V, now time.Duration) {
	if n := len(p.frames); n > 0 && tick <= p.frames[n-1].tick {
		return
	}
	at := ms(now)
	if p.frames = append(p.frames, frame[V]{tick, view}); len(p.frames) > mostFrames {
		p.frames = p.frames[1:]
	}
	p.late.add(at-float64(tick)*p.period, at)
	if at-p.measured < playoutMeasure {
		return
	}
	p.measured = at
	first := p.late.quantile(0)
	p.lag.aim(first+p.wanted(p.late.quantile(playoutShare)-first), at)
}

// Slip makes all views to come later by so many ticks: the match has lost their time.
func (p *Playout[V]) Slip(ticks int64) {
	by := float64(ticks) * p.period
	p.late.shift(by)
	p.lag.shift(by)
}

// At is what to show now; ok is false before the first view.
func (p *Playout[V]) At(now time.Duration) (shown Shown[V], ok bool) {
	if len(p.frames) == 0 {
		return shown, false
	}
	newest := p.frames[len(p.frames)-1]
	reach := float64(newest.tick) + min(extraViews*p.interval, extraTime/p.period)
	head := (ms(now) - p.lag.at(ms(now))) / p.period
	if head > reach && !p.dry {
		p.Starved++
	}
	p.dry = head > reach
	p.Tick = max(p.Tick, min(head, reach), float64(p.frames[0].tick))
	for len(p.frames) > 2 && float64(p.frames[1].tick) <= p.Tick {
		p.frames = p.frames[1:]
	}
	a := p.frames[0]
	if len(p.frames) < 2 {
		return Shown[V]{a.view, a.view, 0}, true
	}
	b := p.frames[1]
	return Shown[V]{a.view, b.view, (p.Tick - float64(a.tick)) / float64(b.tick-a.tick)}, true
}

// Moment is what was shown last, in 1/16 ticks: what a shooter tells with a shot.
func (p *Playout[V]) Moment() uint32 { return uint32(max(0, math.Floor(p.Tick*16))) }

// Delay is how far what is shown is behind a view that comes at once.
func (p *Playout[V]) Delay(now time.Duration) time.Duration {
	return time.Duration((p.lag.at(ms(now)) - p.late.quantile(0)) * float64(time.Millisecond))
}

func (p *Playout[V]) wanted(late float64) float64 {
	view := p.interval * p.period
	most := min(mostDelay*view, ms(p.MaxDelay))
	return max(leastDelay*view, min(late+view, most))
}
