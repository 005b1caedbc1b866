package wire

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"sync/atomic"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	syncv1 "parlor/proto/parlor/sync/v1"
)

const (
	maxColumns = 32
	maxStride  = 8
	maxCount   = 1 << 16 // rows of a table, points of a queue
)

// Plan says how views of one message are taken apart into tables, and these into deltas:
// docs/DELTA.md, section 1. It is made once, for all matches of a game; nothing that uses it
// looks at a descriptor again. Safe for concurrent use.
type Plan struct {
	tables []table // the root, then the lists by number of their field
	text   string  // what the hash is taken of
	hash   uint32

	// Working memory between calls. A second caller at the same time makes his own.
	encoder atomic.Pointer[encoder]
	decoder atomic.Pointer[decoder]
}

// table is the root or a list. Its columns are in the order of their fields.
type table struct {
	fields  []field
	columns []column
	shapes  [3]int // columns of each shape
	keyed   bool   // a list whose rows have an id of their own
}

// field is one field of a message, in the order of numbers, in which canonical bytes have them.
type field struct {
	number uint32
	tag    uint64 // number and wire type; of a raw field only the number counts
	role   role
	scalar scalar // of an int, a queue or a key
	column *column
	list   int // index of the list's table
}

type role uint8

const (
	roleInt role = iota
	roleQueue
	roleRaw
	roleKey
	roleList
)

// column is a field with a value in every row. Its role is one of the first three.
type column struct {
	role    role
	slot    int // index among the columns of its role
	linear  bool
	wrap    uint32 // steps of the circle, in table units; 0: none
	quantum uint32
	stride  int
}

// scalar is how an integer of a table stands in canonical bytes.
type scalar uint8

const (
	scalarInt32 scalar = iota + 1 // enums too
	scalarUint32
	scalarSint32
	scalarBool
)

// NewPlan makes the plan of a message; ok is false when it has none and is always sent whole.
func NewPlan(md protoreflect.MessageDescriptor) (p *Plan, ok bool) {
	p = &Plan{tables: make([]table, 1)}
	var text strings.Builder
	text.WriteString("root\n")
	if !p.compile(0, md, "", &text) {
		return nil, false
	}
	fields := md.Fields()
	for i, t := range p.tables[1:] {
		var fd protoreflect.FieldDescriptor
		for _, f := range p.tables[0].fields {
			if f.role == roleList && f.list == i+1 {
				fd = fields.ByNumber(protoreflect.FieldNumber(f.number))
			}
		}
		key, _ := proto.GetExtension(fd.Message().Options(), syncv1.E_Key).(string)
		t.keyed = key != ""
		p.tables[i+1] = t
		fmt.Fprintf(&text, "list %d\n", fd.Number())
		if !p.compile(i+1, fd.Message(), protoreflect.Name(key), &text) {
			return nil, false
		}
	}
	p.text = text.String()
	p.hash = max(1, crc32.ChecksumIEEE([]byte(p.text)))
	return p, true
}

// Hash is the CRC-32 of the plan's description; equal plans, equal hashes. It is never 0.
func (p *Plan) Hash() uint32 { return p.hash }

// compile adds the fields of a message to the table, and what they are to the description.
func (p *Plan) compile(at int, md protoreflect.MessageDescriptor, key protoreflect.Name, text *strings.Builder) bool {
	for i := range md.Oneofs().Len() {
		if !md.Oneofs().Get(i).IsSynthetic() {
			return false
		}
	}
	keyed := key == ""
	for _, fd := range byNumber(md) {
		f := field{number: uint32(fd.Number()), tag: uint64(fd.Number()) << 3}
		options, _ := proto.GetExtension(fd.Options(), syncv1.E_Sync).(*syncv1.Sync)
		c := column{quantum: max(1, options.GetQuantum()), stride: int(max(1, options.GetStride()))}
		f.scalar = scalarOf(fd.Kind())
		single := f.scalar != 0 && !fd.IsList() && !fd.HasPresence()
		switch {
		case key != "" && fd.Name() == key:
			if !single || f.scalar == scalarBool {
				return false
			}
			f.role, keyed = roleKey, true
			fmt.Fprintf(text, "%d key %s\n", f.number, fd.Kind())
		case at == 0 && fd.IsList() && fd.Kind() == protoreflect.MessageKind:
			f.role, f.list = roleList, len(p.tables)
			f.tag |= 2
			p.tables = append(p.tables, table{})
		case single:
			if c.wrap = options.GetWrap() / c.quantum; c.wrap*c.quantum != options.GetWrap() {
				return false
			}
			f.role, c.linear = roleInt, options.GetPredict() == syncv1.Predict_PREDICT_LINEAR
			fmt.Fprintf(text, "%d int %s quantum=%d wrap=%d linear=%t\n", f.number, fd.Kind(), c.quantum, options.GetWrap(), c.linear)
		case options.GetQueue() && fd.IsPacked() && f.scalar != 0 && fd.Kind() != protoreflect.EnumKind && f.scalar != scalarBool:
			if c.stride > maxStride {
				return false
			}
			f.role = roleQueue
			f.tag |= 2
			fmt.Fprintf(text, "%d queue %s quantum=%d stride=%d\n", f.number, fd.Kind(), c.quantum, c.stride)
		default:
			f.role = roleRaw
			fmt.Fprintf(text, "%d raw\n", f.number)
		}
		if !p.tables[at].add(f, c) {
			return false
		}
	}
	return keyed
}

// add puts a field behind the others. Its column is shared by the two lists.
func (t *table) add(f field, c column) bool {
	if f.role <= roleRaw {
		if len(t.columns) == maxColumns {
			return false
		}
		c.role, c.slot = f.role, t.shapes[f.role]
		t.shapes[f.role]++
		t.columns = append(t.columns, c)
		f.column = &c
	}
	t.fields = append(t.fields, f)
	return true
}

func byNumber(md protoreflect.MessageDescriptor) []protoreflect.FieldDescriptor {
	var fields []protoreflect.FieldDescriptor
	for i := range md.Fields().Len() {
		fields = append(fields, md.Fields().Get(i))
	}
	slices.SortFunc(fields, func(a, b protoreflect.FieldDescriptor) int { return cmp.Compare(a.Number(), b.Number()) })
	return fields
}

func scalarOf(kind protoreflect.Kind) scalar {
	switch kind {
	case protoreflect.Int32Kind, protoreflect.EnumKind:
		return scalarInt32
	case protoreflect.Uint32Kind:
		return scalarUint32
	case protoreflect.Sint32Kind:
		return scalarSint32
	case protoreflect.BoolKind:
		return scalarBool
	}
	return 0
}

// read is the integer that a varint of canonical bytes stands for, in units of the quantum.
func (c *column) read(s scalar, v uint64) (value int32, ok bool) {
	var negative bool
	switch s {
	case scalarUint32:
		u := uint32(v)
		if uint64(u) != v || u%c.quantum != 0 {
			return 0, false
		}
		value = int32(u / c.quantum)
	case scalarBool:
		value, ok = int32(v), v <= 1
		if !ok || c.quantum > 1 && v != 0 {
			return 0, false
		}
	default:
		x := int32(v)
		if s == scalarSint32 {
			x = unzigzag(uint32(v))
			ok = v>>32 == 0
		} else {
			ok = uint64(int64(x)) == v
		}
		if !ok || int64(x)%int64(c.quantum) != 0 {
			return 0, false
		}
		value, negative = int32(int64(x)/int64(c.quantum)), x < 0
	}
	return value, c.wrap == 0 || !negative && uint32(value) < c.wrap
}

// write is the varint of a value.
func (c *column) write(s scalar, value int32) uint64 {
	u := uint32(value) * c.quantum
	switch s {
	case scalarUint32:
		return uint64(u)
	case scalarSint32:
		return uint64(zigzag(int32(u)))
	case scalarBool:
		return uint64(min(u, 1))
	}
	return uint64(int64(int32(u)))
}

// predict is the value that follows from what the row was.
func (c *column) predict(older, base int32) int32 {
	if c.wrap == 0 {
		return 2*base - older
	}
	n := uint64(c.wrap)
	return int32((2*uint64(uint32(base)) + n - uint64(uint32(older))%n) % n)
}

// residual leads from the prediction to the value, the shortest way.
func (c *column) residual(predicted, value int32) int32 {
	if c.wrap == 0 {
		return value - predicted
	}
	n := int64(c.wrap)
	r := (int64(uint32(value)) + n - int64(uint32(predicted))%n) % n
	if 2*r >= n {
		r -= n
	}
	return int32(r)
}

// follow is residual's way back.
func (c *column) follow(predicted, residual int32) int32 {
	if c.wrap == 0 {
		return predicted + residual
	}
	n := int64(c.wrap)
	return int32(((int64(uint32(predicted))+int64(residual))%n + n) % n)
}
