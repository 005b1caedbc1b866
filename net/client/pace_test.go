package client_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"parlor/net/client"
)

func TestAClockThatSlewsNeverRunsBackwards(t *testing.T) {
	for seed := range uint64(50) {
		dice := rand.New(rand.NewPCG(seed, 1))
		var c client.Clock
		c.Begin(20)
		last, at := 0.0, 10*time.Second
		for range 400 {
			up, down := 5+20*dice.ExpFloat64(), 5+20*dice.ExpFloat64() // offsets are off by less than 100 ms
			up, down = min(up, 90), min(down, 90)
			moment := uint32((msOf(at) + up) / 50 * 256)
			c.Sample(at, at+eighths(up+down), moment/256, moment%256)
			at += eighths(up + down)
			for range 20 {
				at += eighths(20 * dice.Float64())
				tick := c.Tick(at)
				if tick < last {
					t.Fatalf("seed %d: tick %f after %f", seed, tick, last)
				}
				last = tick
			}
		}
		if off := math.Abs(last - msOf(at)/50); off > 0.5 {
			t.Errorf("seed %d: the clock is %f ticks off", seed, off)
		}
	}
}

func TestAClockBelievesTheShortestRoundTrip(t *testing.T) {
	var c client.Clock
	c.Begin(20)
	pong := func(at, rtt time.Duration, tick uint32) { c.Sample(at, at+rtt, tick, 0) }
	pong(1000*time.Millisecond, 900*time.Millisecond, 38) // on its way back it stood in a queue
	pong(2000*time.Millisecond, 20*time.Millisecond, 40)
	for i := range uint32(10) {
		pong(time.Duration(2100+100*i)*time.Millisecond, 700*time.Millisecond, 43+2*i)
	}
	if got := c.Tick(40 * time.Second); math.Abs(got-799.8) > 0.01 { // it slews
		t.Errorf("it says tick %f, want 799.8", got)
	}
	if c.RTT() != 20*time.Millisecond {
		t.Errorf("round trip %v", c.RTT())
	}
}

// link brings views every 50 ms, in order, each later than it could be.
type link func(dice *rand.Rand) (late float64)

var links = map[string]link{
	"wifi":   func(d *rand.Rand) float64 { return 2 * d.ExpFloat64() },
	"4g":     func(d *rand.Rand) float64 { return 15*d.ExpFloat64() + stall(d, 0.005, 150) },
	"subway": func(d *rand.Rand) float64 { return 40*d.ExpFloat64() + stall(d, 0.03, 700) },
}

func stall(d *rand.Rand, share, mean float64) float64 {
	if d.Float64() < share {
		return mean * d.ExpFloat64()
	}
	return 0
}

// watchOver plays ten minutes of views out at 60 Hz.
func watchOver(t *testing.T, l link, most time.Duration, seed uint64) (starved int, delay time.Duration) {
	dice := rand.New(rand.NewPCG(seed, 2))
	p := client.Playout[int64]{MaxDelay: most}
	p.Begin(20, 1)
	free, last, frames := 0.0, math.Inf(-1), 0
	now := 0.0
	slips := 0.0
	for tick := int64(1); tick < 12_000; tick++ {
		due := float64(tick)*50 + slips + l(dice)
		if due = max(due, free); dice.IntN(3000) == 0 {
			p.Slip(5)
			slips += 250
		}
		free = due
		for ; now < due; now += 1000.0 / 60 {
			shown, ok := p.At(eighths(now))
			if !ok {
				continue
			}
			if p.Tick < last {
				t.Fatalf("tick %f is shown after %f", p.Tick, last)
			}
			if shown.Part < 0 || shown.Part > 1.25 {
				t.Fatalf("part %f of the way from %d to %d", shown.Part, shown.A, shown.B)
			}
			last, delay, frames = p.Tick, delay+p.Delay(eighths(now)), frames+1
		}
		p.Add(tick, tick, eighths(due))
	}
	return p.Starved, delay / time.Duration(frames)
}

func TestPlayoutNeverRunsBackwards(t *testing.T) {
	for name, l := range links {
		for seed := range uint64(3) {
			starved, delay := watchOver(t, l, 400*time.Millisecond, seed)
			t.Logf("%s: ran out %d times in 10 minutes, delay %v on average", name, starved, delay.Round(time.Millisecond))
			if name == "wifi" && (starved > 30 || delay > 90*time.Millisecond) {
				t.Errorf("%s: ran out %d times, delay %v", name, starved, delay)
			}
		}
	}
}

func TestTheDelayOfPlayoutIsCapped(t *testing.T) {
	if _, delay := watchOver(t, links["subway"], 0, 1); delay > client.MaxDelay+5*time.Millisecond {
		t.Errorf("a delay of %v on average, want at most %v", delay, client.MaxDelay)
	}
}
