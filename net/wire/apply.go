package wire

import (
	"errors"
	"math/bits"
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

// decoder is the working memory for one table at a time.
type decoder struct {
	bitReader
	table             *table
	older, base, into *rows // older may be nil
	came              *rows // rows that were added

	added  []rows // by table
	stay   []match
	named  []bool // by staying row
	points []int32

	union uint32
	ks    [maxColumns][maxStride]uint
}

func (d *decoder) read(list bool) {
	changed := d.flag()
	d.stay = d.stay[:0]
	if !list {
		d.stay = append(d.stay, match{})
	} else {
		d.removes(changed)
		if changed {
			d.adds()
		}
	}
	if len(d.stay)+d.came.n > maxCount {
		d.fail()
	}
	d.named = slices.Grow(d.named[:0], len(d.stay))[:len(d.stay)]
	clear(d.named)
	if d.union = 0; changed && d.flag() {
		d.changes()
	}
	if d.bad {
		return
	}
	d.merge(list)
}

// removes finds the rows that stay, and what they were before.
func (d *decoder) removes(changed bool) {
	n := 0
	if changed {
		n = d.count(0)
	}
	from := 0
	keep := func(to int) {
		for ; from < to; from++ {
			d.stay = append(d.stay, match{base: int32(from), older: -1})
		}
	}
	for range n {
		gone := from + int(d.rice(3))
		if gone >= len(d.base.ids) {
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
	next := uint64(0)
	for range d.count(0) {
		id := next + uint64(d.rice(1))
		if next = id + 1; id>>32 != 0 {
			d.fail()
		}
		if d.bad {
			return
		}
		d.came.open(uint32(id))
		for i := range d.table.columns {
			d.value(&d.table.columns[i])
		}
		d.came.close()
	}
}

// value reads a column of a row that was added.
func (d *decoder) value(c *column) {
	switch c.role {
	case roleInt:
		d.came.ints[c.slot][d.came.n] = unzigzag(d.rice(4))
	case roleQueue:
		n := d.count(4)
		var ks [maxStride]uint
		for axis := range c.stride {
			ks[axis] = uint(d.take(4))
		}
		q := &d.came.queues[c.slot]
		q.data = d.queue(q.data, n, nil, c.stride, &ks)
	case roleRaw:
		raw := &d.came.raws[c.slot]
		raw.data = d.bytes(raw.data)
	}
}

// queue reads n points that enter a queue before those of behind, and appends them to dst from
// the front.
func (d *decoder) queue(dst []int32, n int, behind []int32, stride int, ks *[maxStride]uint) []int32 {
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

// changes reads the head of the rows that stay and are not as predicted.
func (d *decoder) changes() {
	d.rows()
	d.union = d.take(uint(len(d.table.columns)))
	for i := range d.table.columns {
		c := &d.table.columns[i]
		if d.union>>i&1 == 0 || c.role == roleRaw {
			continue
		}
		stride := 1
		if c.role == roleQueue {
			stride = c.stride
		}
		for axis := range stride {
			d.ks[i][axis] = uint(d.take(4))
		}
	}
}

func (d *decoder) rows() {
	if d.flag() {
		all := d.flag()
		for i := range d.named {
			d.named[i] = all || d.flag()
		}
		return
	}
	next := 0
	for range d.count(1) {
		i := next + int(d.rice(3))
		if i >= len(d.named) {
			d.fail()
			return
		}
		d.named[i] = true
		next = i + 1
	}
}

// merge reads the entities while it lays out the rows, those that stay and those that were
// added, by their ids.
func (d *decoder) merge(list bool) {
	next := 0
	for i, m := range d.stay {
		id := d.base.ids[m.base]
		for ; next < d.came.n && d.came.ids[next] < id; next++ {
			d.into.copyRow(d.came, next)
		}
		d.into.open(id)
		d.entity(i, m)
		d.into.close()
		if d.bad {
			return
		}
	}
	for ; next < d.came.n; next++ {
		d.into.copyRow(d.came, next)
	}
	for i, id := range d.into.ids {
		if i > 0 && d.into.ids[i-1] >= id || list && !d.table.keyed && id != uint32(i) {
			d.fail()
			return
		}
	}
}

func (r *rows) copyRow(from *rows, row int) {
	r.ids = append(r.ids, from.ids[row])
	for i := range r.ints {
		r.ints[i] = append(r.ints[i], from.ints[i][row])
	}
	for i := range r.queues {
		r.queues[i].data = append(r.queues[i].data, from.queues[i].at(row)...)
	}
	for i := range r.raws {
		r.raws[i].data = append(r.raws[i].data, from.raws[i].at(row)...)
	}
	r.close()
}

// entity makes the open row what it was predicted to be, or what the delta says.
func (d *decoder) entity(i int, m match) {
	var touched uint32
	alone := bits.OnesCount32(d.union) == 1
	for k := range d.table.columns {
		if d.named[i] && d.union>>k&1 != 0 && (alone || d.flag()) {
			touched = 1
		} else {
			touched = 0
		}
		c := &d.table.columns[k]
		switch c.role {
		case roleInt:
			value := d.base.ints[c.slot][m.base]
			if c.linear && d.older != nil && m.older >= 0 {
				value = c.predict(d.older.ints[c.slot][m.older], value)
			}
			if touched != 0 {
				value = c.follow(value, unzigzag(d.rice(d.ks[k][0])+1))
			}
			d.into.ints[c.slot][d.into.n] = value
		case roleQueue:
			was, q := d.base.queues[c.slot].at(int(m.base)), &d.into.queues[c.slot]
			if touched != 0 {
				q.data = d.step(q.data, was, c.stride, &d.ks[k])
			} else {
				q.data = append(q.data, was...)
			}
		case roleRaw:
			raw := &d.into.raws[c.slot]
			if touched != 0 {
				raw.data = d.bytes(raw.data)
			} else {
				raw.data = append(raw.data, d.base.raws[c.slot].at(int(m.base))...)
			}
		}
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
	dst = d.queue(dst, entered, was, stride, ks)
	return append(dst, was[:(points-left)*stride]...)
}
