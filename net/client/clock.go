package client

import (
	"cmp"
	"time"
)

const (
	clockKept  = 16  // pongs
	clockHalve = 100 // ms
)

// Clock tells which tick of a match the server is in, from what its pongs say. It is handed the time,
// of any clock that goes on, and does nothing by itself. Begin comes first.
type Clock struct {
	period  float64 // ms of a tick; 0: no match is played
	samples []clockSample
	origin  slew
	lost    int64 // ticks' time of this match
}

type clockSample struct {
	rtt    float64
	origin float64 // when tick 0 was due, by this pong
}

// Begin begins anew with a match of rate ticks a second; without a rate its ticks are 50 ms.
func (c *Clock) Begin(rate int) {
	*c = Clock{samples: c.samples[:0], origin: slew{halve: clockHalve}, period: 1000 / float64(cmp.Or(rate, 20))}
}

// Sample takes a pong, which came at received and answers the ping of sent; fraction is in 1/256. What
// counts is the one with the shortest round trip: on TCP, one packet lost makes a round trip of any
// length, so that no mean is of use.
func (c *Clock) Sample(sent, received time.Duration, tick, fraction uint32) {
	if c.period == 0 || received < sent || tick == 0 && fraction == 0 {
		return
	}
	rtt := ms(received - sent)
	origin := ms(sent) + rtt/2 - (float64(tick)+float64(fraction)/256)*c.period
	if c.samples = append(c.samples, clockSample{rtt, origin}); len(c.samples) > clockKept {
		c.samples = append(c.samples[:0], c.samples[1:]...)
	}
	c.origin.aim(c.best().origin, ms(received))
}

// Slip takes how many ticks' time the match has lost in all, and answers with what is new of it: all
// ticks to come are due later.
func (c *Clock) Slip(lost int64) (ticks int64) {
	ticks, c.lost = lost-c.lost, lost
	by := float64(ticks) * c.period
	for i := range c.samples {
		c.samples[i].origin += by
	}
	c.origin.shift(by)
	return ticks
}

// Forget forgets all pongs, since the client stood still. The clock goes on as it went until the next.
func (c *Clock) Forget() { c.samples = c.samples[:0] }

// Known tells whether the clock can tell the tick.
func (c *Clock) Known() bool { return c.origin.known }

// Tick is the tick that the server is in, with its fraction.
func (c *Clock) Tick(now time.Duration) float64 {
	if !c.origin.known {
		return 0
	}
	return (ms(now) - c.origin.at(ms(now))) / c.period
}

// RTT is the shortest round trip of late; 0 before any.
func (c *Clock) RTT() time.Duration {
	if len(c.samples) == 0 {
		return 0
	}
	return time.Duration(c.best().rtt * float64(time.Millisecond))
}

func (c *Clock) best() clockSample {
	best := c.samples[0]
	for _, s := range c.samples {
		if s.rtt <= best.rtt {
			best = s
		}
	}
	return best
}
