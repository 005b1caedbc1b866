package wire

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
)

// A plan as it travels to a client that does not have it; docs/DELTA.md, section 6. All numbers are
// varints:
//
//	plan  := { table }                               the root, then the lists
//	table := number n { field }                      0 for the root; n fields that are no lists
//	field := number kind [quantum] [wrap] [stride]   each where kind says so
const (
	kindType    = 1<<3 - 1 // a scalar; 0 for raw
	kindQueue   = 1 << 3
	kindKey     = 1 << 4
	kindLinear  = 1 << 5
	kindQuantum = 1 << 6
	kindWrap    = 1 << 7
	kindStride  = 1 << 8
)

var errDescription = errors.New("the bytes describe no plan")

// Hash is the CRC-32 of the plan's description; equal plans, equal hashes. It is never 0.
func (p *Plan) Hash() uint32 { return p.hash }

func (p *Plan) describe() (b []byte) {
	put := func(v uint32) { b = binary.AppendUvarint(b, uint64(v)) }
	for _, t := range p.tables {
		put(t.number)
		fields := slices.DeleteFunc(slices.Clone(t.fields), func(f field) bool { return f.role == roleList })
		put(uint32(len(fields)))
		for _, f := range fields {
			c := f.column
			if c == nil {
				c = &plain
			}
			put(f.number)
			kind := f.kind(c)
			put(kind)
			if kind&kindQuantum != 0 {
				put(c.quantum)
			}
			if kind&kindWrap != 0 {
				put(c.wrap * c.quantum)
			}
			if kind&kindStride != 0 {
				put(uint32(c.stride))
			}
		}
	}
	return b
}

func (f *field) kind(c *column) uint32 {
	kind := uint32(f.scalar)
	for _, bit := range []struct {
		set  bool
		kind uint32
	}{
		{f.role == roleQueue, kindQueue}, {f.role == roleKey, kindKey}, {c.linear, kindLinear},
		{c.quantum != 1, kindQuantum}, {c.wrap != 0, kindWrap}, {c.stride != 1, kindStride},
	} {
		if bit.set {
			kind |= bit.kind
		}
	}
	return kind
}

// ReadPlan makes a plan of its description. It refuses what no NewPlan could have described.
func ReadPlan(description []byte) (*Plan, error) {
	p := &Plan{tables: make([]table, 0, 1)}
	r := planReader{b: description}
	for len(p.tables) == 0 || len(r.b) > 0 {
		number := r.number()
		if len(p.tables) == 0 {
			p.tables = append(p.tables, table{number: number})
		} else if !p.addList(number) {
			return nil, errDescription
		}
		t := &p.tables[len(p.tables)-1]
		for n := r.number(); n > 0 && !r.bad; n-- {
			if !t.add(r.field()) {
				return nil, errDescription
			}
		}
	}
	slices.SortStableFunc(p.tables[0].fields, func(a, b field) int { return cmp.Compare(a.number, b.number) })
	for i, t := range p.tables {
		before := uint32(0)
		for _, f := range t.fields {
			r.bad = r.bad || f.number <= before || f.number >= 1<<29
			before = f.number
		}
		r.bad = r.bad || (i == 0) != (t.number == 0) || i > 0 && t.number <= p.tables[i-1].number
	}
	if r.bad {
		return nil, errDescription
	}
	p.finish()
	if !bytes.Equal(p.description, description) { // there is one way to say a thing
		return nil, errDescription
	}
	return p, nil
}

// planReader takes a description apart. After the first fault it reads zeros.
type planReader struct {
	b   []byte
	bad bool
}

func (r *planReader) number() uint32 {
	v, n := uvarint(r.b)
	if n == 0 || v>>32 != 0 {
		r.b, r.bad = nil, true
		return 0
	}
	r.b = r.b[n:]
	return uint32(v)
}

func (r *planReader) field() (field, column) {
	f, c := field{number: r.number()}, column{quantum: 1, stride: 1}
	kind := r.number()
	f.scalar = scalar(kind & kindType)
	if kind&kindQuantum != 0 {
		c.quantum = max(1, r.number())
	}
	if kind&kindWrap != 0 {
		wrap := r.number()
		c.wrap = wrap / c.quantum
		r.bad = r.bad || c.wrap*c.quantum != wrap
	}
	if kind&kindStride != 0 {
		c.stride = int(min(r.number(), maxStride+1))
	}
	c.linear = kind&kindLinear != 0
	with := kind &^ kindType
	switch {
	case f.scalar == 0:
		f.role = roleRaw
		r.bad = r.bad || with != 0
	case with&kindKey != 0:
		f.role = roleKey
		r.bad = r.bad || with != kindKey
	case with&kindQueue != 0:
		f.role = roleQueue
		r.bad = r.bad || with&^(kindQueue|kindQuantum|kindStride) != 0 || f.scalar == scalarBool || c.stride == 0
	default:
		f.role = roleInt
		r.bad = r.bad || with&^(kindLinear|kindQuantum|kindWrap) != 0
	}
	r.bad = r.bad || f.scalar > scalarBool
	return f, c
}
