package main

import (
	"math"
	"math/bits"
	"sync/atomic"
)

// A histogram's buckets grow with what they count, so that one is never wider than 1/128 of its
// values:
//
//	0 1 2 ... 255 | 256-257 258-259 ... 510-511 | 512-515 ... 1020-1023 | ...
//	128+128 of 1  |       128 of 2              |     128 of 4          | ... up to 2^36
const (
	subBits = 7
	maxBits = 36 // microseconds: 19 hours
	buckets = (maxBits - subBits + 1) << subBits
)

// histogram counts values from 0 up: microseconds, or bytes. Its size is fixed, and any number
// of goroutines may add at a time. The zero value is ready.
type histogram struct {
	counts [buckets]atomic.Int64
	sum    atomic.Int64
	max    atomic.Int64
}

func (h *histogram) add(v int64) {
	v = min(max(v, 0), 1<<maxBits-1)
	h.counts[bucket(v)].Add(1)
	h.sum.Add(v)
	for {
		old := h.max.Load()
		if v <= old || h.max.CompareAndSwap(old, v) {
			return
		}
	}
}

// bucket is where v is counted; top is the largest value that is counted there.
func bucket(v int64) int {
	shift := max(0, bits.Len64(uint64(v))-subBits-1)
	return shift<<subBits + int(v>>shift)
}

func top(bucket int) int64 {
	shift := max(0, bucket>>subBits-1)
	return int64(bucket-shift<<subBits+1)<<shift - 1
}

// tally is what a histogram has counted by some time, or between two.
type tally struct {
	counts []int64
	n, sum int64
	max    int64 // of all times
}

func (h *histogram) tally() tally {
	t := tally{counts: make([]int64, buckets), sum: h.sum.Load(), max: h.max.Load()}
	for i := range h.counts {
		t.counts[i] = h.counts[i].Load()
		t.n += t.counts[i]
	}
	return t
}

// since is what came after the tally before, which may be the zero one.
func (t tally) since(before tally) tally {
	if before.counts == nil {
		return t
	}
	d := tally{counts: make([]int64, buckets), n: t.n - before.n, sum: t.sum - before.sum, max: t.max}
	for i := range d.counts {
		d.counts[i] = t.counts[i] - before.counts[i]
	}
	return d
}

// percentile is the value that p percent of all are not above, to 1/128 of itself: the top of
// its bucket. 0 when nothing was counted.
func (t tally) percentile(p float64) int64 {
	rank := int64(math.Ceil(p / 100 * float64(t.n)))
	var seen int64
	for i, n := range t.counts {
		if seen += n; n > 0 && seen >= rank {
			return min(top(i), t.max)
		}
	}
	return 0
}

// over is how many are above v, but for those in its bucket.
func (t tally) over(v int64) (n int64) {
	for _, count := range t.counts[bucket(v)+1:] {
		n += count
	}
	return n
}

func (t tally) mean() float64 {
	if t.n == 0 {
		return 0
	}
	return float64(t.sum) / float64(t.n)
}
