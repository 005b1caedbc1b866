package wire

import (
	"math/bits"
	"slices"
)

// The delta, in bits; docs/DELTA.md, section 3, is the whole grammar:
//
//	delta   := root { list }
//	root    := 0 | 1 changes
//	list    := 0 | 1 removes adds changes
//	removes := rice0(n) { rice3(gap) }
//	adds    := rice0(n) { rice1(id - next) row }
//	row     := { rice4(zz(value)) | queue | raw }
//	changes := 0 | 1 rows mask { k } { entity }
//	entity  := { [ bit ] rice_k(zz(residual) - 1) | step | raw }

// AppendDelta appends the delta that leads from base to target. Older is what was sent before
// base on the same connection, or nil. Its bytes depend on these three and nothing else.
func (p *Plan) AppendDelta(buf []byte, older, base, target *Flat) []byte {
	e := p.encoder.Swap(nil)
	if e == nil {
		e = new(encoder)
	}
	e.buf = buf
	for i := range p.tables {
		e.table = &p.tables[i]
		e.base, e.target, e.older = &base.tables[i], &target.tables[i], nil
		if older != nil {
			e.older = &older.tables[i]
		}
		if i == 0 {
			e.stay = append(e.stay[:0], match{})
			e.gone, e.came = e.gone[:0], e.came[:0]
		} else {
			e.join()
		}
		e.compare()
		e.write(i > 0)
	}
	buf = e.finish()
	*e = encoder{table: e.table, stay: e.stay, gone: e.gone, came: e.came, touched: e.touched,
		residuals: e.residuals, steps: e.steps, points: e.points, values: e.values, border: e.border}
	p.encoder.Store(e)
	return buf
}

// encoder is the working memory for one table at a time.
type encoder struct {
	bitWriter
	table               *table
	older, base, target *rows // older may be nil

	stay []match // rows of the target that the base has too
	gone []int32 // rows of the base that the target lacks
	came []int32 // rows of the target that the base lacks

	union     uint32     // columns touched
	touched   []uint32   // by staying row: its columns touched
	residuals []uint32   // by slot of an int column and staying row: zigzag, less 1; of a touched one
	steps     []step     // by slot of a queue column and staying row
	points    [][]uint32 // by slot of a queue column: what its points are coded as, row after row
	values    []uint32   // of one column, to choose k by
	border    []int32
}

// match is a row's index in the target, the base and in older; there -1 if it has none.
type match struct{ target, base, older int32 }

type step struct{ entered, left int32 }

// join sorts the rows of base and target into those that stay, went and came.
func (e *encoder) join() {
	e.stay, e.gone, e.came = e.stay[:0], e.gone[:0], e.came[:0]
	var before []uint32
	if e.older != nil {
		before = e.older.ids
	}
	b, o := 0, 0
	for t, id := range e.target.ids {
		for ; b < len(e.base.ids) && e.base.ids[b] < id; b++ {
			e.gone = append(e.gone, int32(b))
		}
		if b == len(e.base.ids) || e.base.ids[b] != id {
			e.came = append(e.came, int32(t))
			continue
		}
		m := match{int32(t), int32(b), -1}
		b++
		for ; o < len(before) && before[o] < id; o++ {
		}
		if o < len(before) && before[o] == id {
			m.older = int32(o)
		}
		e.stay = append(e.stay, m)
	}
	for ; b < len(e.base.ids); b++ {
		e.gone = append(e.gone, int32(b))
	}
}

// compare finds what differs from the prediction in the rows that stay.
func (e *encoder) compare() {
	n := len(e.stay)
	e.touched = slices.Grow(e.touched[:0], n)[:n]
	clear(e.touched)
	e.union = 0
	e.residuals = slices.Grow(e.residuals[:0], n*e.table.shapes[roleInt])[:n*e.table.shapes[roleInt]]
	e.steps = slices.Grow(e.steps[:0], n*e.table.shapes[roleQueue])[:n*e.table.shapes[roleQueue]]
	for len(e.points) < e.table.shapes[roleQueue] {
		e.points = append(e.points, nil)
	}
	for i := range e.table.columns {
		c := &e.table.columns[i]
		var any bool
		switch c.role {
		case roleInt:
			any = e.compareInts(c, 1<<i)
		case roleQueue:
			any = e.compareQueues(c, 1<<i)
		case roleRaw:
			any = e.compareRaws(c, 1<<i)
		}
		if any {
			e.union |= 1 << i
		}
	}
}

func (e *encoder) compareInts(c *column, bit uint32) (any bool) {
	target, base := e.target.ints[c.slot], e.base.ints[c.slot]
	var older []int32
	if c.linear && e.older != nil {
		older = e.older.ints[c.slot]
	}
	residuals := e.residuals[c.slot*len(e.stay):]
	for i, m := range e.stay {
		predicted := base[m.base]
		if older != nil && m.older >= 0 {
			predicted = c.predict(older[m.older], predicted)
		}
		if value := target[m.target]; value != predicted {
			residuals[i] = zigzag(c.residual(predicted, value)) - 1
			e.touched[i] |= bit
			any = true
		}
	}
	return any
}

func (e *encoder) compareRaws(c *column, bit uint32) (any bool) {
	target, base := &e.target.raws[c.slot], &e.base.raws[c.slot]
	for i, m := range e.stay {
		if !slices.Equal(target.at(int(m.target)), base.at(int(m.base))) {
			e.touched[i] |= bit
			any = true
		}
	}
	return any
}

func (e *encoder) compareQueues(c *column, bit uint32) (any bool) {
	target, base := &e.target.queues[c.slot], &e.base.queues[c.slot]
	e.points[c.slot] = e.points[c.slot][:0]
	for i, m := range e.stay {
		was, is := base.at(int(m.base)), target.at(int(m.target))
		entered := e.entered(was, is, c.stride)
		left := (len(was) + entered*c.stride - len(is)) / c.stride
		if entered == 0 && left == 0 {
			continue
		}
		e.steps[c.slot*len(e.stay)+i] = step{int32(entered), int32(left)}
		e.points[c.slot] = appendPoints(e.points[c.slot], is[:entered*c.stride], was, c.stride)
		e.touched[i] |= bit
		any = true
	}
	return any
}

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

// write writes the table.
func (e *encoder) write(list bool) {
	if len(e.gone)+len(e.came) == 0 && e.union == 0 {
		e.put(0, 1)
		return
	}
	e.put(1, 1)
	if list {
		e.rice(uint32(len(e.gone)), 0)
		after := int32(0)
		for _, i := range e.gone {
			e.rice(uint32(i-after), 3)
			after = i + 1
		}
		e.rice(uint32(len(e.came)), 0)
		next := uint32(0)
		for _, i := range e.came {
			e.rice(e.target.ids[i]-next, 1)
			next = e.target.ids[i] + 1
			e.row(int(i))
		}
	}
	if e.union == 0 {
		e.put(0, 1)
		return
	}
	e.put(1, 1)
	e.changes()
}

// row writes all of a row that came.
func (e *encoder) row(i int) {
	for k := range e.table.columns {
		c := &e.table.columns[k]
		switch c.role {
		case roleInt:
			e.rice(zigzag(e.target.ints[c.slot][i]), 4)
		case roleQueue:
			points := e.target.queues[c.slot].at(i)
			e.values = appendPoints(e.values[:0], points, nil, c.stride)
			e.rice(uint32(len(points)/c.stride), 4)
			var ks [maxStride]uint
			for axis := range c.stride {
				ks[axis] = bestRice(e.values[min(axis, len(e.values)):], c.stride)
				e.put(uint64(ks[axis]), 4)
			}
			for n, v := range e.values {
				e.rice(v, ks[n%c.stride])
			}
		case roleRaw:
			e.bytes(e.target.raws[c.slot].at(i))
		}
	}
}

// changes writes the rows that stay and are not as predicted.
func (e *encoder) changes() {
	whole := e.rows()
	e.put(uint64(e.union), uint(len(e.table.columns)))
	var ks [maxColumns][maxStride]uint
	for i := range e.table.columns {
		c := &e.table.columns[i]
		if e.union>>i&1 == 0 || c.role == roleRaw {
			continue
		}
		values, stride := e.values[:0], 1
		if c.role == roleQueue {
			values, stride = e.points[c.slot], c.stride
		} else {
			for n, touched := range e.touched {
				if touched>>i&1 != 0 {
					values = append(values, e.residuals[c.slot*len(e.stay)+n])
				}
			}
			e.values = values
		}
		for axis := range stride {
			ks[i][axis] = bestRice(values[min(axis, len(values)):], stride)
			e.put(uint64(ks[i][axis]), 4)
		}
	}
	e.entities(&ks, whole)
}

// rows says which rows the entities are of, in the shortest of three ways, and answers whether
// that is all of them. Then some may say that nothing of them is touched; where only one column
// is, there is no bit to say so with.
func (e *encoder) rows() (whole bool) {
	n, columns := len(e.stay), bits.OnesCount32(e.union)
	named, after := 0, 0
	gaps := uint(0)
	for i, touched := range e.touched {
		if touched != 0 {
			gaps += riceLen(uint32(i-after), 3)
			named, after = named+1, i+1
		}
	}
	gaps += 1 + riceLen(uint32(named), 1)
	all, bitmap := uint(2+(n-named)*columns), uint(2+n)
	if all <= min(bitmap, gaps) && (columns > 1 || named == n) {
		e.put(0b11, 2)
		return true
	}
	if bitmap <= gaps {
		e.put(0b01, 2)
		for _, touched := range e.touched {
			e.flag(touched != 0)
		}
		return false
	}
	e.put(0, 1)
	e.rice(uint32(named), 1)
	after = 0
	for i, touched := range e.touched {
		if touched != 0 {
			e.rice(uint32(i-after), 3)
			after = i + 1
		}
	}
	return false
}

// entities writes what is touched, row after row.
func (e *encoder) entities(ks *[maxColumns][maxStride]uint, whole bool) {
	alone := e.union&(e.union-1) == 0
	var taken [maxColumns]int // of the points of a queue column, by slot
	for n, touched := range e.touched {
		if touched == 0 && !whole {
			continue
		}
		for union := e.union; union != 0; union &= union - 1 {
			i := bits.TrailingZeros32(union)
			if !alone {
				e.put(uint64(touched>>i&1), 1)
			}
			if touched>>i&1 == 0 {
				continue
			}
			c := &e.table.columns[i]
			switch c.role {
			case roleInt:
				e.rice(e.residuals[c.slot*len(e.stay)+n], ks[i][0])
			case roleQueue:
				taken[c.slot] = e.step(c, &ks[i], n, taken[c.slot])
			case roleRaw:
				e.bytes(e.target.raws[c.slot].at(int(e.stay[n].target)))
			}
		}
	}
}

// step writes what a queue did; its points are those from the given one on.
func (e *encoder) step(c *column, ks *[maxStride]uint, row, from int) (to int) {
	s := e.steps[c.slot*len(e.stay)+row]
	if e.flag(s == step{1, 1}); s != (step{1, 1}) {
		e.rice(uint32(s.entered), 1)
		e.rice(uint32(s.left), 1)
	}
	to = from + int(s.entered)*c.stride
	for i := from; i < to; i += c.stride {
		for axis := range c.stride {
			e.rice(e.points[c.slot][i+axis], ks[axis])
		}
	}
	return to
}
