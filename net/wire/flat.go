package wire

import (
	"encoding/binary"
	"errors"
)

// Flat is one view, taken apart into the tables of a plan. The zero value is ready for
// [Plan.Read] or [Plan.Apply]; what it holds is kept and used again. Reading it concurrently is
// safe, as a base of several deltas is.
type Flat struct {
	plan   *Plan
	tables []rows
}

// rows is the content of a table, a column a slice.
//
//	ints    [slot][row]
//	queues  [slot]: data[ends[row]:ends[row+1]] are the row's points, from the front
//	raws    [slot]: in the same way, bytes
type rows struct {
	n      int
	ids    []uint32 // rising; none in the root
	ints   [][]int32
	queues []spans[int32]
	raws   []spans[byte]
}

type spans[T any] struct {
	ends []uint32
	data []T
}

func (s *spans[T]) at(row int) []T { return s.data[s.ends[row]:s.ends[row+1]] }
func (s *spans[T]) close()         { s.ends = push(s.ends, uint32(len(s.data))) }
func (s *spans[T]) clear()         { s.ends, s.data = append(s.ends[:0], 0), s.data[:0] }

// push appends, and makes less room to spare than append: a stream keeps a Flat for each seat.
func push[T any](s []T, v T) []T {
	if len(s) == cap(s) {
		s = append(make([]T, 0, len(s)+len(s)/4+4), s...)
	}
	return append(s, v)
}

// errPlan means that a view is not as its plan has it: it travels whole.
var errPlan = errors.New("the view does not keep to its plan")

// reset empties f for views of p.
func (f *Flat) reset(p *Plan) {
	if f.plan != p {
		f.plan, f.tables = p, make([]rows, len(p.tables))
	}
	for i := range f.tables {
		f.tables[i].reset(&p.tables[i])
	}
}

func (r *rows) reset(t *table) {
	if r.ints == nil {
		r.ints = make([][]int32, t.shapes[roleInt])
		r.queues = make([]spans[int32], t.shapes[roleQueue])
		r.raws = make([]spans[byte], t.shapes[roleRaw])
	}
	r.n, r.ids = 0, r.ids[:0]
	for i := range r.ints {
		r.ints[i] = r.ints[i][:0]
	}
	for i := range r.queues {
		r.queues[i].clear()
	}
	for i := range r.raws {
		r.raws[i].clear()
	}
}

// open begins a row, in which all integers are 0.
func (r *rows) open(id uint32) {
	r.ids = push(r.ids, id)
	for i := range r.ints {
		r.ints[i] = push(r.ints[i], 0)
	}
}

// last is the integer of a column in the last row; 0 if there is none.
func (r *rows) last(c *column) int32 {
	if r.n == 0 {
		return 0
	}
	return r.ints[c.slot][r.n-1]
}

// close ends a row.
func (r *rows) close() {
	r.n++
	for i := range r.queues {
		r.queues[i].close()
	}
	for i := range r.raws {
		r.raws[i].close()
	}
}

// leaveTrail copies what an older is asked for: the linear columns, and whose they are.
func (p *Plan) leaveTrail(f, into *Flat) {
	if into.plan == nil {
		into.plan, into.tables = p, make([]rows, len(p.tables))
	}
	for i := range p.tables {
		if t := &p.tables[i]; t.linear {
			r, to := &f.tables[i], &into.tables[i]
			to.reset(t)
			to.n, to.ids = r.n, append(to.ids, r.ids...)
			for _, c := range t.columns {
				if c.linear {
					to.ints[c.slot] = append(to.ints[c.slot], r.ints[c.slot]...)
				}
			}
		}
	}
}

// Read takes a view apart. It refuses bytes that are not canonical, so that Append gives back
// what was read, and values that break an option. After an error f is of no use.
func (p *Plan) Read(view []byte, f *Flat) error {
	f.reset(p)
	r := &f.tables[0]
	r.open(0)
	b := view
	fields := p.tables[0].fields
	for i := 0; len(b) > 0; {
		var fd *field
		var tag uint64
		if fd, tag, b = next(fields, &i, b); fd == nil {
			return errPlan
		}
		if fd.role != roleList {
			if b = fd.read(r, tag, b); b == nil {
				return errPlan
			}
			continue
		}
		row, rest, ok := counted(b)
		if !ok || tag != fd.tag || !f.readRow(fd.list, row) {
			return errPlan
		}
		b = rest
	}
	r.close()
	return nil
}

// next reads a tag and finds its field at or behind fields[*at]: canonical fields rise. Only
// what is repeated may come again. No field: the bytes are wrong.
func next(fields []field, at *int, b []byte) (fd *field, tag uint64, rest []byte) {
	tag, n := uvarint(b)
	if n == 0 {
		return nil, 0, nil
	}
	i := *at
	for ; i < len(fields) && uint64(fields[i].number) < tag>>3; i++ {
	}
	if *at = i; i == len(fields) || uint64(fields[i].number) != tag>>3 {
		return nil, 0, nil
	}
	if fields[i].role != roleRaw && fields[i].role != roleList {
		*at++
	}
	return &fields[i], tag, b[n:]
}

// readRow reads an element of a list.
func (f *Flat) readRow(list int, b []byte) bool {
	t, r := &f.plan.tables[list], &f.tables[list]
	if r.n == maxCount {
		return false
	}
	id := uint32(r.n)
	if t.keyed {
		id = 0
	}
	r.open(id)
	for i := 0; len(b) > 0; {
		var fd *field
		var tag uint64
		if fd, tag, b = next(t.fields, &i, b); fd == nil {
			return false
		}
		if b = fd.read(r, tag, b); b == nil {
			return false
		}
	}
	r.close()
	return r.n < 2 || r.ids[r.n-2] < r.ids[r.n-1]
}

// plain is the column that keys are read as.
var plain = column{quantum: 1, stride: 1}

// read reads the value of a field, whose tag was before b, into the row that is open. It
// answers what follows, never nil unless the bytes are wrong.
func (fd *field) read(r *rows, tag uint64, b []byte) []byte {
	switch fd.role {
	case roleInt, roleKey:
		c := fd.column
		if c == nil {
			c = &plain
		}
		v, n := uvarint(b)
		value, ok := c.read(fd.scalar, v)
		if n == 0 || !ok || v == 0 || tag != fd.tag { // a 0 is left out
			return nil
		}
		if fd.role == roleKey {
			r.ids[len(r.ids)-1] = uint32(value)
		} else {
			col := r.ints[c.slot]
			col[len(col)-1] = value
		}
		return b[n:]
	case roleQueue:
		packed, rest, ok := counted(b)
		if !ok || len(packed) == 0 || tag != fd.tag || !fd.readQueue(&r.queues[fd.column.slot], packed) {
			return nil
		}
		return rest
	}
	n := skip(tag&7, b)
	if n == 0 {
		return nil
	}
	raw := &r.raws[fd.column.slot]
	raw.data = binary.AppendUvarint(raw.data, tag)
	raw.data = append(raw.data, b[:n]...)
	return b[n:]
}

func (fd *field) readQueue(q *spans[int32], b []byte) bool {
	c, from := fd.column, len(q.data)
	for len(b) > 0 {
		v, n := uvarint(b)
		value, ok := c.read(fd.scalar, v)
		if n == 0 || !ok {
			return false
		}
		q.data = push(q.data, value)
		b = b[n:]
	}
	n := len(q.data) - from
	return n%c.stride == 0 && n/c.stride <= maxCount
}

// skip is the length of a value of any wire type but groups; 0: the bytes are wrong.
func skip(wire uint64, b []byte) int {
	switch n := 0; wire {
	case 0:
		_, n = uvarint(b)
		return n
	case 1:
		n = 8
		return n * min(1, len(b)/n)
	case 2:
		if _, rest, ok := counted(b); ok {
			return len(b) - len(rest)
		}
	case 5:
		n = 4
		return n * min(1, len(b)/n)
	}
	return 0
}

// counted splits off what has its length before it.
func counted(b []byte) (head, rest []byte, ok bool) {
	size, n := uvarint(b)
	if n == 0 || size > uint64(len(b)-n) {
		return nil, nil, false
	}
	return b[n : n+int(size)], b[n+int(size):], true
}

// uvarint reads a varint that has no idle bytes; n is 0 where there is none.
func uvarint(b []byte) (v uint64, n int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	if len(b) > 1 && b[1] < 0x80 && b[1] > 0 {
		return uint64(b[0]&0x7f) | uint64(b[1])<<7, 2
	}
	v, n = binary.Uvarint(b)
	if n <= 0 || b[n-1] == 0 {
		return 0, 0
	}
	return v, n
}

// Append appends the view's canonical bytes: those that Read read.
func (p *Plan) Append(buf []byte, f *Flat) []byte {
	r := &f.tables[0]
	for i := range p.tables[0].fields {
		fd := &p.tables[0].fields[i]
		if fd.role != roleList {
			buf = fd.append(buf, r, 0)
			continue
		}
		fields, list := p.tables[fd.list].fields, &f.tables[fd.list]
		for row := range list.n {
			buf = binary.AppendUvarint(buf, fd.tag)
			from := len(buf)
			buf = append(buf, 0)
			for k := range fields {
				buf = fields[k].append(buf, list, row)
			}
			buf = setLength(buf, from)
		}
	}
	return buf
}

// append writes the field of a row, unless it is empty.
func (fd *field) append(buf []byte, r *rows, row int) []byte {
	switch fd.role {
	case roleInt, roleKey:
		var v uint64
		if fd.role == roleKey {
			v = plain.write(fd.scalar, int32(r.ids[row]))
		} else {
			v = fd.column.write(fd.scalar, r.ints[fd.column.slot][row])
		}
		if v == 0 {
			return buf
		}
		return binary.AppendUvarint(binary.AppendUvarint(buf, fd.tag), v)
	case roleQueue:
		points := r.queues[fd.column.slot].at(row)
		if len(points) == 0 {
			return buf
		}
		buf = binary.AppendUvarint(buf, fd.tag)
		from := len(buf)
		buf = append(buf, 0)
		for _, value := range points {
			buf = binary.AppendUvarint(buf, fd.column.write(fd.scalar, value))
		}
		return setLength(buf, from)
	}
	return append(buf, r.raws[fd.column.slot].at(row)...)
}

// setLength writes the length of what follows buf[from] there, for which a byte was left.
func setLength(buf []byte, from int) []byte {
	size := len(buf) - from - 1
	if size < 0x80 {
		buf[from] = byte(size)
		return buf
	}
	var head [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(head[:], uint64(size))
	buf = append(buf, head[1:n]...) // any bytes: to make room
	copy(buf[from+n:], buf[from+1:])
	copy(buf[from:], head[:n])
	return buf
}
