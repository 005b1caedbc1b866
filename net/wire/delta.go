package wire

import (
	"math/bits"
	"slices"
)

// The delta, in bits; docs/DELTA.md, section 3, is the whole grammar:
//
//	delta   := changes { list }
//	list    := 0 | 1 removes adds changes
//	removes := rice0(n) [ k { rice_k(gap) } ]
//	adds    := rice0(n) [ k rice_k(zz(id - next)) { rice_k(id - next) } { whole } ]
//	whole   := k { rice_k(zz(residual)) } | k.. { rice4(n) points } | { raw }
//	changes := 0 | 1 mask { column }
//	column  := [ rows ] ( k { rice_k(zz(residual) - 1) } | k.. { step } | { raw } )
//	rows    := 1 1 | 1 0 { bit } | 0 0 rice1(n) { rice3(gap) } | 0 1 rice1(n) { rice3(gap) }
//	step    := 1 points | 0 rice1(entered) rice1(left) points

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
	e.bitWriter, e.older, e.base, e.target = bitWriter{}, nil, nil, nil
	p.encoder.Store(e)
	return buf
}

// AppendPacked appends all of a view, as a delta from the view that has nothing.
func (p *Plan) AppendPacked(buf []byte, target *Flat) []byte {
	return p.AppendDelta(buf, nil, &p.empty, target)
}

// encoder is the working memory for one table at a time.
type encoder struct {
	bitWriter
	table               *table
	older, base, target *rows // older may be nil

	stay    []match // rows of the target that the base has too
	gone    []int32 // rows of the base that the target lacks
	came    []int32 // rows of the target that the base lacks
	changed [maxColumns]change
	union   uint32 // columns that changed in any row

	values []uint32
	others []int32
	border []int32
}

// change is what is not as predicted in a column.
type change struct {
	rows   []int32  // of those that stay
	values []uint32 // what is coded of an int column, or of the points of a queue
	steps  []step   // of a queue, a row each
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
	e.union = 0
	for i := range e.table.columns {
		c, ch := &e.table.columns[i], &e.changed[i]
		ch.rows, ch.values, ch.steps = ch.rows[:0], ch.values[:0], ch.steps[:0]
		switch c.role {
		case roleInt:
			e.compareInts(c, ch)
		case roleQueue:
			e.compareQueues(c, ch)
		case roleRaw:
			target, base := &e.target.raws[c.slot], &e.base.raws[c.slot]
			for n, m := range e.stay {
				if !slices.Equal(target.at(int(m.target)), base.at(int(m.base))) {
					ch.rows = append(ch.rows, int32(n))
				}
			}
		}
		if len(ch.rows) > 0 {
			e.union |= 1 << i
		}
	}
}

func (e *encoder) compareInts(c *column, ch *change) {
	target, base := e.target.ints[c.slot], e.base.ints[c.slot]
	var older []int32
	if c.linear && e.older != nil {
		older = e.older.ints[c.slot]
	}
	for n, m := range e.stay {
		predicted := base[m.base]
		if older != nil && m.older >= 0 {
			predicted = c.predict(older[m.older], predicted)
		}
		if value := target[m.target]; value != predicted {
			ch.rows = append(ch.rows, int32(n))
			ch.values = append(ch.values, zigzag(c.residual(predicted, value))-1)
		}
	}
}

func (e *encoder) compareQueues(c *column, ch *change) {
	target, base := &e.target.queues[c.slot], &e.base.queues[c.slot]
	for n, m := range e.stay {
		was, is := base.at(int(m.base)), target.at(int(m.target))
		entered := e.entered(was, is, c.stride)
		left := (len(was)-len(is))/c.stride + entered
		if entered == 0 && left == 0 {
			continue
		}
		ch.rows = append(ch.rows, int32(n))
		ch.steps = append(ch.steps, step{int32(entered), int32(left)})
		ch.values = appendPoints(ch.values, is[:entered*c.stride], was, c.stride)
	}
}

// write writes the table.
func (e *encoder) write(list bool) {
	if list {
		if len(e.gone)+len(e.came) == 0 && e.union == 0 {
			e.put(0, 1)
			return
		}
		e.put(1, 1)
		e.removes()
		e.adds()
	}
	if e.union == 0 {
		e.put(0, 1)
		return
	}
	e.put(1, 1)
	e.put(uint64(e.union), uint(len(e.table.columns)))
	for union := e.union; union != 0; union &= union - 1 {
		i := bits.TrailingZeros32(union)
		if list {
			e.rows(e.changed[i].rows)
		}
		e.column(&e.table.columns[i], &e.changed[i])
	}
}

func (e *encoder) removes() {
	e.rice(uint32(len(e.gone)), 0)
	if len(e.gone) == 0 {
		return
	}
	e.values = e.values[:0]
	after := int32(0)
	for _, i := range e.gone {
		e.values = append(e.values, uint32(i-after))
		after = i + 1
	}
	e.numbers(e.values)
}

// numbers writes a k and what it is for.
func (e *encoder) numbers(values []uint32) {
	k := bestRice(values, 1)
	e.put(uint64(k), 4)
	for _, v := range values {
		e.rice(v, k)
	}
}

func (e *encoder) adds() {
	e.rice(uint32(len(e.came)), 0)
	if len(e.came) == 0 {
		return
	}
	next := uint32(0)
	if n := len(e.base.ids); n > 0 {
		next = e.base.ids[n-1] + 1
	}
	e.values = e.values[:0]
	for n, i := range e.came {
		distance := e.target.ids[i] - next
		if n == 0 {
			distance = zigzag(int32(distance))
		}
		e.values = append(e.values, distance)
		next = e.target.ids[i] + 1
	}
	e.numbers(e.values)
	for i := range e.table.columns {
		e.whole(&e.table.columns[i])
	}
}

// whole writes a column of the rows that came. Their integers are told by the row above, the first's
// by the last of the base, so that what came together, and is near to each other, is short.
func (e *encoder) whole(c *column) {
	switch e.values = e.values[:0]; c.role {
	case roleInt:
		above := e.base.last(c)
		for _, i := range e.came {
			value := e.target.ints[c.slot][i]
			e.values = append(e.values, zigzag(c.residual(above, value)))
			above = value
		}
		e.numbers(e.values)
	case roleQueue:
		q := &e.target.queues[c.slot]
		for _, i := range e.came {
			e.values = appendPoints(e.values, q.at(int(i)), nil, c.stride)
		}
		ks, values := e.axes(c, e.values), e.values
		for _, i := range e.came {
			n := len(q.at(int(i)))
			e.rice(uint32(n/c.stride), 4)
			values = e.points(values, n, c.stride, &ks)
		}
	case roleRaw:
		for _, i := range e.came {
			e.bytes(e.target.raws[c.slot].at(int(i)))
		}
	}
}

// axes writes a k for each axis of a queue.
func (e *encoder) axes(c *column, values []uint32) (ks [maxStride]uint) {
	for axis := range c.stride {
		ks[axis] = bestRice(values[min(axis, len(values)):], c.stride)
		e.put(uint64(ks[axis]), 4)
	}
	return ks
}

// points writes the first n of values and answers the others.
func (e *encoder) points(values []uint32, n, stride int, ks *[maxStride]uint) []uint32 {
	for i := 0; i < n; i += stride {
		for axis := range stride {
			e.rice(values[i+axis], ks[axis])
		}
	}
	return values[n:]
}

// rows says which of the rows that stay a column changed in, in the shortest of four ways: all,
// a bit for each, these, all but these.
func (e *encoder) rows(touched []int32) {
	n := len(e.stay)
	if len(touched) == n {
		e.put(0b11, 2)
		return
	}
	e.others = e.others[:0]
	at := 0
	for i := range int32(n) {
		if at < len(touched) && touched[at] == i {
			at++
		} else {
			e.others = append(e.others, i)
		}
	}
	these, others := gapsLen(touched), gapsLen(e.others)
	switch {
	case uint(n) <= min(these, others):
		e.put(0b01, 2)
		at = 0
		for i := range int32(n) {
			set := at < len(touched) && touched[at] == i
			if e.flag(set); set {
				at++
			}
		}
	case these <= others:
		e.put(0b00, 2)
		e.gaps(touched)
	default:
		e.put(0b10, 2)
		e.gaps(e.others)
	}
}

func (e *encoder) gaps(rows []int32) {
	e.rice(uint32(len(rows)), 1)
	after := int32(0)
	for _, i := range rows {
		e.rice(uint32(i-after), 3)
		after = i + 1
	}
}

// gapsLen is the number of bits that gaps writes.
func gapsLen(rows []int32) uint {
	sum := riceLen(uint32(len(rows)), 1)
	after := int32(0)
	for _, i := range rows {
		sum += riceLen(uint32(i-after), 3)
		after = i + 1
	}
	return sum
}

// column writes what changed in a column.
func (e *encoder) column(c *column, ch *change) {
	switch c.role {
	case roleInt:
		e.numbers(ch.values)
	case roleQueue:
		ks, values := e.axes(c, ch.values), ch.values
		for _, s := range ch.steps {
			e.flag(s == step{1, 1})
			if s != (step{1, 1}) {
				e.rice(uint32(s.entered), 1)
				e.rice(uint32(s.left), 1)
			}
			values = e.points(values, int(s.entered)*c.stride, c.stride, &ks)
		}
	case roleRaw:
		for _, n := range ch.rows {
			e.bytes(e.target.raws[c.slot].at(int(e.stay[n].target)))
		}
	}
}
