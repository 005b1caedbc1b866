package wire

import (
	"cmp"
	"slices"
	"sync/atomic"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	syncv1 "parlor/proto/parlor/sync/v1"
)

const (
	maxColumns = 32
	maxLists   = 32
	maxStride  = 8
	maxCount   = 1 << 16 // rows of a table, points of a queue
)

// Plan says how views of one message are taken apart into tables, and these into deltas:
// docs/DELTA.md, section 1. It is made once, for all matches of a game; nothing that uses it
// looks at a descriptor again. Safe for concurrent use.
type Plan struct {
	tables      []table // the root, then the lists by number of their field
	description []byte
	hash        uint32 // of the description
	empty       Flat   // what packed views are told from

	// Working memory between calls. A second caller at the same time makes his own.
	encoder atomic.Pointer[encoder]
	decoder atomic.Pointer[decoder]

	// Of streams: whole ones, and what is left of them as an older.
	flats, trails spares
}

// table is the root or a list. Its columns are in the order of their fields.
type table struct {
	number  uint32 // of the list's field; 0: the root
	fields  []field
	columns []column
	shapes  [3]int // columns of each shape
	linear  bool   // any column is
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
	if !p.compile(0, md, "") {
		return nil, false
	}
	for i := 1; i < len(p.tables); i++ {
		row := md.Fields().ByNumber(protoreflect.FieldNumber(p.tables[i].number)).Message()
		key, _ := proto.GetExtension(row.Options(), syncv1.E_Key).(string)
		if !p.compile(i, row, protoreflect.Name(key)) {
			return nil, false
		}
	}
	p.finish()
	return p, true
}

// compile adds the fields of a message to the table.
func (p *Plan) compile(at int, md protoreflect.MessageDescriptor, key protoreflect.Name) bool {
	for i := range md.Oneofs().Len() {
		if !md.Oneofs().Get(i).IsSynthetic() {
			return false
		}
	}
	for _, fd := range byNumber(md) {
		number := uint32(fd.Number())
		if at == 0 && fd.IsList() && fd.Kind() == protoreflect.MessageKind {
			if !p.addList(number) {
				return false
			}
			continue
		}
		options, _ := proto.GetExtension(fd.Options(), syncv1.E_Sync).(*syncv1.Sync)
		quantum := max(1, options.GetQuantum())
		f, c := field{number: number, scalar: scalarOf(fd.Kind())}, column{quantum: 1, stride: 1}
		single := f.scalar != 0 && !fd.IsList() && !fd.HasPresence()
		switch {
		case key != "" && fd.Name() == key:
			if !single {
				return false
			}
			f.role = roleKey
		case single:
			if options.GetWrap()%quantum != 0 {
				return false
			}
			f.role, c.quantum, c.wrap = roleInt, quantum, options.GetWrap()/quantum
			c.linear = options.GetPredict() == syncv1.Predict_PREDICT_LINEAR
		case options.GetQueue() && fd.IsPacked() && f.scalar != 0 && fd.Kind() != protoreflect.EnumKind && f.scalar != scalarBool:
			f.role, c.quantum, c.stride = roleQueue, quantum, int(max(1, options.GetStride()))
		default:
			f.role, f.scalar = roleRaw, 0
		}
		if !p.tables[at].add(f, c) {
			return false
		}
	}
	return key == "" || p.tables[at].keyed
}

// addList adds a list to the plan and to the root's fields.
func (p *Plan) addList(number uint32) bool {
	root := &p.tables[0]
	root.fields = append(root.fields, field{number: number, tag: uint64(number)<<3 | 2, role: roleList, list: len(p.tables)})
	p.tables = append(p.tables, table{number: number})
	return len(p.tables) <= 1+maxLists
}

// finish is for when all fields are there.
func (p *Plan) finish() {
	p.description = p.describe()
	p.hash = ViewHash(p.description)
	_ = p.Read(nil, &p.empty) // no bytes keep to every plan
}

// add puts a field behind the others. Its column is shared by the two lists. What no plan can have
// is refused.
func (t *table) add(f field, c column) bool {
	f.tag = uint64(f.number) << 3
	switch f.role {
	case roleKey:
		if t.keyed || t.number == 0 || f.scalar == scalarBool {
			return false
		}
		t.keyed = true
	case roleQueue:
		if c.stride > maxStride {
			return false
		}
		f.tag |= 2
		fallthrough
	case roleInt, roleRaw:
		if len(t.columns) == maxColumns {
			return false
		}
		c.role, c.slot = f.role, t.shapes[f.role]
		t.shapes[f.role]++
		t.columns = append(t.columns, c)
		t.linear = t.linear || c.linear
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
