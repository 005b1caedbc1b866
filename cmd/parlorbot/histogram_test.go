package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

func TestEveryValueIsInABucketOfItsOwnSize(t *testing.T) {
	before := -1
	for v := int64(0); v < 1<<maxBits; v = max(v+1, v+v/300) {
		b := bucket(v)
		if b < before || b >= buckets {
			t.Fatalf("%d is in bucket %d, after bucket %d", v, b, before)
		}
		if high := top(b); high < v || bucket(high) != b || high+1 < 1<<maxBits && bucket(high+1) != b+1 {
			t.Fatalf("%d is in bucket %d, whose top is %d", v, b, high)
		}
		if high := top(b); high-v > v/128 {
			t.Fatalf("%d reads as %d", v, high)
		}
		before = b
	}
}

func TestPercentilesAreThoseOfTheSortedValues(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 3, 100, 5000} {
		h := new(histogram)
		values := make([]int64, n)
		sum := int64(0)
		for i := range values {
			values[i] = int64(math.Exp(dice.Float64() * 18)) // 1 us to 66 s
			sum += values[i]
			h.add(values[i])
		}
		slices.Sort(values)
		got := h.tally()
		for _, p := range []float64{0, 1, 50, 95, 99, 100} {
			want := values[max(0, int(math.Ceil(p/100*float64(n)))-1)]
			if v := got.percentile(p); v < want || v > want+want/128 {
				t.Errorf("p%v of %d values = %d, want %d", p, n, v, want)
			}
		}
		if got.max != values[n-1] || got.mean() != float64(sum)/float64(n) || got.n != int64(n) {
			t.Errorf("%d values: n %d, max %d, mean %v", n, got.n, got.max, got.mean())
		}
	}
}

func TestValuesAboveALimitAreCounted(t *testing.T) {
	h := new(histogram)
	for _, v := range []int64{0, 100, 100_000, 200_000, 300_000} {
		h.add(v)
	}
	if got := h.tally().over(150_000); got != 2 {
		t.Errorf("%d are over 150,000, want 2", got)
	}
}

func TestAnEmptyHistogramReadsAsZero(t *testing.T) {
	got := new(histogram).tally()
	if got.percentile(99) != 0 || got.mean() != 0 || got.max != 0 {
		t.Errorf("p99 %d, mean %v, max %d", got.percentile(99), got.mean(), got.max)
	}
}

func TestValuesOutOfRangeCountAtTheEdges(t *testing.T) {
	h := new(histogram)
	h.add(-5)
	h.add(math.MaxInt64)
	got := h.tally()
	if low, high := got.percentile(50), got.percentile(100); low != 0 || high != 1<<maxBits-1 {
		t.Errorf("read as %d and %d", low, high)
	}
}

func TestATallySinceAnotherHasOnlyWhatCameAfter(t *testing.T) {
	h := new(histogram)
	h.add(1000)
	before := h.tally()
	if got := before.since(tally{}); got.n != 1 {
		t.Errorf("since the beginning: %d values", got.n)
	}
	h.add(10)
	h.add(20)
	got := h.tally().since(before)
	if got.n != 2 || got.percentile(100) != 20 || got.mean() != 15 {
		t.Errorf("n %d, p100 %d, mean %v", got.n, got.percentile(100), got.mean())
	}
}

func TestManyAddAtATime(t *testing.T) {
	h := new(histogram)
	var adding sync.WaitGroup
	for i := range 8 {
		adding.Go(func() {
			for j := range 1000 {
				h.add(int64(i*1000 + j))
			}
		})
	}
	adding.Wait()
	if got := h.tally(); got.n != 8000 || got.max != 7999 || got.sum != 7999*8000/2 {
		t.Errorf("n %d, max %d, sum %d", got.n, got.max, got.sum)
	}
}
