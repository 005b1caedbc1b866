package wire

import "slices"

// A queue, from the front. Points enter there and leave at the back, so that of one step to the
// next all that travels is what entered and how many left:
//
//	was:           a b c d e f
//	is:        y x a b c d         entered 2, left 2
//
// Coded are x, predicted from a and b to be 2a-b, then y, from x and a.

// entered is how many points a queue has before the longest part that it shares with what was
// the front of it.
func (e *encoder) entered(was, is []int32, stride int) int {
	const quick = 4 // the usual cases are found by looking
	points := len(is) / stride
	for n := range min(quick, points+1) {
		rest := is[n*stride:]
		if len(rest) <= len(was) && slices.Equal(rest, was[:len(rest)]) {
			return n
		}
	}
	// Knuth, Morris and Pratt: what is the longest front of was at which is ends?
	same := func(a, b []int32, i, k int) bool {
		return slices.Equal(a[i*stride:(i+1)*stride], b[k*stride:(k+1)*stride])
	}
	total := len(was) / stride
	if total == 0 {
		return points
	}
	e.border = append(e.border[:0], 0)
	for i, k := 1, 0; i < total; i++ {
		for k > 0 && !same(was, was, i, k) {
			k = int(e.border[k-1])
		}
		if same(was, was, i, k) {
			k++
		}
		e.border = append(e.border, int32(k))
	}
	k := 0
	for i := range points {
		for k > 0 && (k == total || !same(is, was, i, k)) {
			k = int(e.border[k-1])
		}
		if same(is, was, i, k) {
			k++
		}
	}
	return points - k
}

// appendPoints appends what the points of a queue are coded as, from the one at the back to the
// front; behind them lies what stood in the queue before.
func appendPoints(dst []uint32, points, behind []int32, stride int) []uint32 {
	for i := len(points) - stride; i >= 0; i -= stride {
		for axis := range stride {
			dst = append(dst, zigzag(points[i+axis]-pointAhead(points, behind, i+axis, stride)))
		}
	}
	return dst
}

// pointAhead predicts points[i] from the two points after it, of which some lie in behind:
// straight on.
func pointAhead(points, behind []int32, i, stride int) int32 {
	i += stride
	switch {
	case i+stride < len(points):
		return 2*points[i] - points[i+stride]
	case i < len(points):
		if i += stride - len(points); i < len(behind) {
			return 2*points[i+len(points)-stride] - behind[i]
		}
		return points[i+len(points)-stride]
	case i-len(points)+stride < len(behind):
		i -= len(points)
		return 2*behind[i] - behind[i+stride]
	case i-len(points) < len(behind):
		return behind[i-len(points)]
	}
	return 0
}
