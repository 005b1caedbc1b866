package matchmaking

import (
	"slices"
	"time"
)

const (
	// keepRecent is how many waits, and spreads, a queue keeps: enough for a median, and so few
	// that they are of the players who are there now.
	keepRecent = 64
	// keepRecentFor is how long they count: what was an hour ago says little of now.
	keepRecentFor = 10 * time.Minute
	// fewWaits is below how many there is no estimate.
	fewWaits = 5
)

// recent keeps the last of some figures, each with its time.
type recent[T int64 | float64] struct {
	at     [keepRecent]int64
	values [keepRecent]T
	n      int // so far. The next one goes to n modulo keepRecent
}

func (r *recent[T]) note(now int64, value T) {
	i := r.n % keepRecent
	r.at[i], r.values[i] = now, value
	r.n++
}

// sorted are those that count still, the lowest first.
func (r *recent[T]) sorted(now int64) []T {
	var values []T
	for i := range min(r.n, keepRecent) {
		if now-r.at[i] <= int64(keepRecentFor) {
			values = append(values, r.values[i])
		}
	}
	slices.Sort(values)
	return values
}

// mean is the mean of those that count still, 0 if there are none.
func (r *recent[T]) mean(now int64) float64 {
	values := r.sorted(now)
	sum := 0.0
	for _, value := range values {
		sum += float64(value)
	}
	return sum / float64(max(1, len(values)))
}

// quantile is of sorted waits: which so many of them, as a part of 1, are not above. There is one
// at least.
func quantile(waits []int64, part float64) time.Duration {
	return time.Duration(waits[int(part*float64(len(waits)-1))])
}
