package client

import (
	"math"
	"slices"
	"time"
)

const (
	halfLife      = 80     // ms of what a correction leaves to be smoothed
	mostAhead     = 64     // ticks after the newest truth
	mostAheadTime = 750    // ms; the server lets no input wait for more than a second
	leastLead     = 1      // ticks; inputs shall come so early,
	mostLead      = 2      // and not earlier
	leadWindow    = 5000   // ms
	leadShare     = 0.05   // of inputs may come later than that
	sizeWindow    = 60_000 // ms; corrections are remembered so long
)

// Rules are what a game tells of the state that a player predicts: his own avatar.
type Rules[S, I any] struct {
	// Step returns the state after tick, and changes nothing. The input is the newest that the player
	// gave until then, nil before the first; fresh in the one tick that it is for.
	Step func(state S, input *I, tick int64, fresh bool) S
	// Place are the numbers that move smoothly: x and y.
	Place func(S) []float64
	// Snap: a correction farther than that is shown at once.
	Snap float64
}

// Predictor shows what the player does before the server's answer comes: it runs the game's own step
// ahead of the server, and again from each truth that the server tells. It is handed the time and does
// nothing by itself.
type Predictor[S, I any] struct {
	State       S     // the newest
	Tick        int64 // its tick; 0 before the first truth
	Truths      int   // how many were told that had been predicted,
	Corrections int   // and how many of them were not as predicted

	rules   Rules[S, I]
	clock   *Clock
	before  S // the state one tick earlier
	truth   int64
	ready   bool      // there is a truth
	held    *I        // the newest input that the truth knows of
	given   []gift[I] // those after it
	offset  []float64 // what is shown besides the state's place, at errorAt
	errorAt float64
	sizes   recent // of corrections
	ahead   slew   // ms before the server's clock
	slack   recent // what inputs' leads were, had they not been sent ahead
}

type gift[I any] struct {
	seq   uint32
	tick  int64 // it is for
	input I
	ahead float64
}

// NewPredictor is for a player whose server's clock is clock. Begin comes first.
func NewPredictor[S, I any](rules Rules[S, I], clock *Clock) *Predictor[S, I] {
	p := &Predictor[S, I]{rules: rules, clock: clock, sizes: recent{window: sizeWindow}}
	p.Begin()
	return p
}

// Begin begins anew with a match.
func (p *Predictor[S, I]) Begin() {
	*p = Predictor[S, I]{
		Truths: p.Truths, Corrections: p.Corrections, sizes: p.sizes,
		rules: p.rules, clock: p.clock, ahead: slew{halve: math.Inf(1)}, slack: recent{window: leadWindow},
	}
}

// Advance steps as far as the time has come. Then inputs can be given.
func (p *Predictor[S, I]) Advance(now time.Duration) {
	if !p.ready || !p.clock.Known() {
		return
	}
	if !p.ahead.known {
		p.ahead.aim(ms(p.clock.RTT())/2+(leastLead+mostLead)*p.clock.period/2, ms(now))
	}
	for goal := int64(math.Floor(p.head(now))); p.Tick < goal && p.Tick < p.truth+mostAhead; {
		p.next()
	}
}

// Due is the tick that an input given now is for. 0: none can be predicted.
func (p *Predictor[S, I]) Due() int64 {
	n := len(p.given)
	// One input a tick: the server lets no more through on average.
	if !p.ready || !p.ahead.known || n > 0 && p.given[n-1].tick > p.Tick {
		return 0
	}
	return p.Tick + 1
}

// Give takes an input that was sent for the tick that is due, and the number that it was sent with.
func (p *Predictor[S, I]) Give(seq uint32, input I, now time.Duration) {
	p.given = append(p.given, gift[I]{seq, p.Tick + 1, input, p.ahead.at(ms(now))})
}

// Correct takes what the server says about a tick: the state, as a view shows it, and the last input
// that was applied by then.
func (p *Predictor[S, I]) Correct(tick int64, state S, acked uint32, now time.Duration) {
	p.given = slices.DeleteFunc(p.given, func(g gift[I]) bool {
		known := g.seq <= acked && g.tick <= tick
		if known {
			p.held = &g.input
		}
		return known
	})
	was, ran := p.ready, p.ready && tick <= p.Tick
	var shown []float64
	if was {
		shown = p.raw(now)
	}
	goal := max(p.Tick, tick)
	if tick != p.Tick {
		p.before = state
	}
	p.truth, p.State, p.Tick, p.ready = tick, state, tick, true
	for p.Tick < goal {
		p.next()
	}
	if !was {
		return
	}
	size := p.smooth(shown, now)
	if !ran {
		return // the server was ahead: nothing had been predicted
	}
	p.Truths++
	if size == 0 {
		return
	}
	p.Corrections++
	p.sizes.add(size, ms(now))
}

// smooth makes what is shown go on from where it was, and says how far off that is.
func (p *Predictor[S, I]) smooth(shown []float64, now time.Duration) (size float64) {
	rest := p.rest(now)
	for axis, value := range p.raw(now) {
		off := shown[axis] - value
		size += off * off
		if shown[axis] = off; axis < len(rest) {
			shown[axis] += rest[axis]
		}
	}
	size = math.Sqrt(size)
	if p.offset = shown; size > p.rules.Snap {
		p.offset = nil
	}
	p.errorAt = ms(now)
	return size
}

// Lead takes how early, in 1/4 ticks, inputs came, acked the last of them.
func (p *Predictor[S, I]) Lead(quarters int, acked uint32, now time.Duration) {
	last := -1
	for i := range p.given {
		if p.given[i].seq <= acked {
			last = i
		}
	}
	if last < 0 || !p.ahead.known {
		return
	}
	period := p.clock.period
	p.slack.add(float64(quarters)*period/4-p.given[last].ahead, ms(now))
	worst := p.slack.quantile(leadShare)
	least, most := leastLead*period-worst, mostLead*period-worst
	p.ahead.aim(max(0, min(max(p.ahead.target, least), most, mostAheadTime)), ms(now))
}

// Slip is for when the match has lost time: what is known of leads was about another schedule.
func (p *Predictor[S, I]) Slip() { p.slack.list = nil }

// At is where to draw the avatar; nil before the first truth.
func (p *Predictor[S, I]) At(now time.Duration) []float64 {
	if !p.ready {
		return nil
	}
	place, rest := p.raw(now), p.rest(now)
	for axis := range rest {
		place[axis] += rest[axis]
	}
	return place
}

// Correction is how far predictions were off in the last minute, where they were, at that quantile.
func (p *Predictor[S, I]) Correction(quantile float64) float64 {
	return p.sizes.quantile(quantile)
}

// head is the tick to be shown, with its fraction.
func (p *Predictor[S, I]) head(now time.Duration) float64 {
	return p.clock.Tick(now) + p.ahead.at(ms(now))/p.clock.period
}

// raw is the place between the last two states.
func (p *Predictor[S, I]) raw(now time.Duration) []float64 {
	part := 1.0
	if p.ahead.known {
		part = max(0, min(p.head(now)-float64(p.Tick), 1))
	}
	from, to := p.rules.Place(p.before), p.rules.Place(p.State)
	place := make([]float64, len(to))
	for axis := range to {
		place[axis] = from[axis] + (to[axis]-from[axis])*part
	}
	return place
}

func (p *Predictor[S, I]) rest(now time.Duration) []float64 {
	left := math.Pow(0.5, max(0, ms(now)-p.errorAt)/halfLife)
	rest := make([]float64, len(p.offset))
	for axis, one := range p.offset {
		rest[axis] = one * left
	}
	return rest
}

func (p *Predictor[S, I]) next() {
	p.Tick++
	late := p.truth + 1 // inputs from before are applied then at the soonest
	input, fresh := p.held, false
	for i := range p.given {
		applied := max(p.given[i].tick, late)
		if applied > p.Tick {
			break
		}
		input, fresh = &p.given[i].input, applied == p.Tick
	}
	p.before = p.State
	p.State = p.rules.Step(p.State, input, p.Tick, fresh)
}
