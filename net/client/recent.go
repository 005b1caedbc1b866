package client

import "slices"

// recent holds the numbers of the last while.
type recent struct {
	window float64 // ms
	list   []noted
}

type noted struct{ at, value float64 }

func (r *recent) add(value, now float64) {
	r.list = append(r.list, noted{now, value})
	for r.list[0].at < now-r.window {
		r.list = r.list[1:]
	}
}

// quantile is the number that the part q of them are not above, or just above it; 0 if there are none.
func (r *recent) quantile(q float64) float64 {
	if len(r.list) == 0 {
		return 0
	}
	values := make([]float64, len(r.list))
	for i, one := range r.list {
		values[i] = one.value
	}
	slices.Sort(values)
	return values[min(len(values)-1, int(q*float64(len(values))))]
}

// shift adds to each of them.
func (r *recent) shift(by float64) {
	for i := range r.list {
		r.list[i].value += by
	}
}
