package wire

import (
	"errors"
	"slices"
)

// errDelta means that bytes are no delta that leads from this base.
var errDelta = errors.New("the bytes are no delta for this base")

// Apply makes of base what the delta leads to. Older is what was there before base, or nil; into
// is neither of the two. Whatever the bytes, it ends soon, and into is not much larger than the
// base and 32 times the delta. After an error into is of no use.
//
// What it reads is drawn in delta.go.
func (p *Plan) Apply(delta []byte, older, base, into *Flat) error {
	d := p.decoder.Swap(nil)
	if d == nil {
		d = &decoder{added: make([]rows, len(p.tables))}
	}
	d.bitReader = bitReader{b: delta}
	into.reset(p)
	for i := range p.tables {
		d.table, d.added[i].n = &p.tables[i], 0
		d.base, d.into, d.older = &base.tables[i], &into.tables[i], nil
		if older != nil {
			d.older = &older.tables[i]
		}
		d.added[i].reset(d.table)
		d.came = &d.added[i]
		d.read(i > 0)
	}
	if d.left() >= 8 || d.take(d.left()) != 0 {
		d.bad = true // what is left over must be the zeros of the last byte
	}
	bad := d.bad
	d.bitReader, d.older, d.base, d.into = bitReader{}, nil, nil, nil
	p.decoder.Store(d)
	if bad {
		return errDelta
	}
	return nil
}

// Unpack is the way back of AppendPacked; what is said of Apply holds.
func (p *Plan) Unpack(packed []byte, into *Flat) error { return p.Apply(packed, nil, &p.empty, into) }

// decoder is the working memory for one table at a time.
type decoder struct {
	bitReader
	table             *table
	older, base, into *rows // older may be nil

	added []rows // by table: the rows that came
	came  *rows  // those of this one
	stay  []match
	order []int32 // of the rows of into: the index of one that stays, or ^ that of one that came
	named []bool  // by row that stays: a column changed in it
}

func (d *decoder) read(list bool) {
	changed := true
	d.stay = d.stay[:0]
	if !list {
		d.stay = append(d.stay, match{})
	} else {
		changed = d.flag()
		d.removes(changed)
		if changed {
			d.adds()
		}
	}
	d.merge(list)
	var union uint32
	if changed && d.flag() {
		union = d.take(uint(len(d.table.columns)))
	}
	for i := range d.table.columns {
		if d.bad {
			return
		}
		d.column(&d.table.columns[i], union>>i&1 != 0, list)
	}
}

// removes finds the rows that stay, and what they were before.
func (d *decoder) removes(changed bool) {
	n, k := 0, uint(0)
	if changed {
		n = d.count(0)
	}
	if n > 0 {
		k = uint(d.take(4))
	}
	from := 0
	keep := func(to int) {
		for ; from < to; from++ {
			d.stay = append(d.stay, match{base: int32(from), older: -1})
		}
	}
	for range n {
		gone := from + int(d.rice(k))
		if gone >= len(d.base.ids) || d.bad {
			d.fail()
			return
		}
		keep(gone)
		from++
	}
	keep(len(d.base.ids))
	if d.older == nil {
		return
	}
	o := 0
	for i := range d.stay {
		id := d.base.ids[d.stay[i].base]
		for ; o < len(d.older.ids) && d.older.ids[o] < id; o++ {
		}
		if o < len(d.older.ids) && d.older.ids[o] == id {
			d.stay[i].older = int32(o)
		}
	}
}

func (d *decoder) adds() {
	n := d.count(0)
	if n == 0 {
		return
	}
	next := uint64(0)
	if n := len(d.base.ids); n > 0 {
		next = uint64(d.base.ids[n-1]) + 1
	}
	k := uint(d.take(4))
	for i := range n {
		if v := d.rice(k); i == 0 {
			next = uint64(uint32(next) + uint32(unzigzag(v)))
		} else {
			next += uint64(v)
		}
		if next>>32 != 0 {
			d.fail()
			return
		}
		d.came.ids = append(d.came.ids, uint32(next))
		next++
	}
	d.came.n = n
	for i := range d.table.columns {
		d.whole(&d.table.columns[i])
	}
}

// whole reads a column of the rows that came.
func (d *decoder) whole(c *column) {
	switch c.role {
	case roleInt:
		k, above := uint(d.take(4)), d.base.last(c)
		for range d.came.n {
			above = c.follow(above, unzigzag(d.rice(k)))
			d.came.ints[c.slot] = append(d.came.ints[c.slot], above)
		}
	case roleQueue:
		ks, q := d.axes(c), &d.came.queues[c.slot]
		for range d.came.n {
			q.data = d.points(q.data, d.count(4), nil, c.stride, &ks)
			q.close()
		}
	case roleRaw:
		raw := &d.came.raws[c.slot]
		for range d.came.n {
			raw.data = d.bytes(raw.data)
			raw.close()
		}
	}
}

func (d *decoder) axes(c *column) (ks [maxStride]uint) {
	for axis := range c.stride {
		ks[axis] = uint(d.take(4))
	}
	return ks
}

// points reads n points that enter a queue before those of behind, and appends them to dst from
// the front.
func (d *decoder) points(dst []int32, n int, behind []int32, stride int, ks *[maxStride]uint) []int32 {
	if n*stride > int(d.left()) {
		d.fail()
		return dst
	}
	from := len(dst)
	dst = slices.Grow(dst, n*stride)[:from+n*stride]
	points := dst[from:]
	for i := len(points) - stride; i >= 0; i -= stride {
		for axis := range stride {
			points[i+axis] = pointAhead(points, behind, i+axis, stride) + unzigzag(d.rice(ks[axis]))
		}
	}
	return dst
}

// merge puts the rows that stay and those that came in the order of their ids.
func (d *decoder) merge(list bool) {
	d.order = d.order[:0]
	if len(d.stay)+d.came.n > maxCount {
		d.fail()
	}
	if d.bad {
		return
	}
	next := int32(0)
	for i, m := range d.stay {
		id := d.base.ids[m.base]
		for ; int(next) < d.came.n && d.came.ids[next] < id; next++ {
			d.order = append(d.order, ^next)
			d.into.ids = append(d.into.ids, d.came.ids[next])
		}
		d.order = append(d.order, int32(i))
		d.into.ids = append(d.into.ids, id)
	}
	for ; int(next) < d.came.n; next++ {
		d.order = append(d.order, ^next)
		d.into.ids = append(d.into.ids, d.came.ids[next])
	}
	d.into.n = len(d.order)
	for i, id := range d.into.ids {
		if i > 0 && d.into.ids[i-1] >= id || list && !d.table.keyed && id != uint32(i) {
			d.fail()
			return
		}
	}
}

// rows reads which of the rows that stay a column changed in.
func (d *decoder) rows(touched, list bool) {
	d.named = slices.Grow(d.named[:0], len(d.stay))[:len(d.stay)]
	fill := func(v bool) {
		for i := range d.named {
			d.named[i] = v
		}
	}
	if !touched || !list {
		fill(touched)
		return
	}
	if d.flag() {
		all := d.flag()
		for i := range d.named {
			d.named[i] = all || d.flag()
		}
		return
	}
	others := d.flag()
	fill(others)
	next := 0
	for range d.count(1) {
		i := next + int(d.rice(3))
		if i >= len(d.named) {
			d.fail()
			return
		}
		d.named[i] = !others
		next = i + 1
	}
}

// column makes a column of what the rows were predicted to be, and of what the delta says.
func (d *decoder) column(c *column, touched, list bool) {
	d.rows(touched, list)
	switch c.role {
	case roleInt:
		d.ints(c, touched)
	case roleQueue:
		d.queues(c, touched)
	case roleRaw:
		base, came, into := &d.base.raws[c.slot], &d.came.raws[c.slot], &d.into.raws[c.slot]
		for _, n := range d.order {
			switch {
			case n < 0:
				into.data = append(into.data, came.at(int(^n))...)
			case d.named[n]:
				into.data = d.bytes(into.data)
			default:
				into.data = append(into.data, base.at(int(d.stay[n].base))...)
			}
			into.close()
		}
	}
}

func (d *decoder) ints(c *column, touched bool) {
	var k uint
	if touched {
		k = uint(d.take(4))
	}
	base, came, into := d.base.ints[c.slot], d.came.ints[c.slot], d.into.ints[c.slot]
	var older []int32
	if c.linear && d.older != nil {
		older = d.older.ints[c.slot]
	}
	for _, n := range d.order {
		if n < 0 {
			into = append(into, came[^n])
			continue
		}
		m := d.stay[n]
		value := base[m.base]
		if older != nil && m.older >= 0 {
			value = c.predict(older[m.older], value)
		}
		if d.named[n] {
			value = c.follow(value, unzigzag(d.rice(k)+1))
		}
		into = append(into, value)
	}
	d.into.ints[c.slot] = into
}

func (d *decoder) queues(c *column, touched bool) {
	var ks [maxStride]uint
	if touched {
		ks = d.axes(c)
	}
	base, came, into := &d.base.queues[c.slot], &d.came.queues[c.slot], &d.into.queues[c.slot]
	for _, n := range d.order {
		if n < 0 {
			into.data = append(into.data, came.at(int(^n))...)
		} else if was := base.at(int(d.stay[n].base)); d.named[n] {
			into.data = d.step(into.data, was, c.stride, &ks)
		} else {
			into.data = append(into.data, was...)
		}
		into.close()
	}
}

// step appends to dst what a queue has become.
func (d *decoder) step(dst, was []int32, stride int, ks *[maxStride]uint) []int32 {
	entered, left := 1, 1
	if !d.flag() {
		entered, left = d.count(1), int(d.rice(1))
	}
	points := len(was) / stride
	if left > points || points-left+entered > maxCount {
		d.fail()
		return dst
	}
	dst = d.points(dst, entered, was, stride, ks)
	return append(dst, was[:(points-left)*stride]...)
}
