package wire

import "time"

// Bucket is a token bucket: Rate tokens a second, Burst at most. It is handed the time; the
// zero time before the first call means a full bucket. Not for concurrent use.
type Bucket struct {
	Rate, Burst float64

	tokens float64
	last   time.Time
}

// Full tells whether the bucket is as one made anew.
func (b *Bucket) Full(now time.Time) bool {
	return b.last.IsZero() || b.tokens+b.Rate*now.Sub(b.last).Seconds() >= b.Burst
}

// Take takes n tokens, or none and answers false.
func (b *Bucket) Take(now time.Time, n float64) bool {
	if b.last.IsZero() {
		b.tokens = b.Burst
	} else {
		b.tokens = min(b.Burst, b.tokens+b.Rate*now.Sub(b.last).Seconds())
	}
	b.last = now
	if b.tokens < n {
		return false
	}
	b.tokens -= n
	return true
}

// Give puts back what was taken.
func (b *Bucket) Give(n float64) { b.tokens = min(b.Burst, b.tokens+n) }
