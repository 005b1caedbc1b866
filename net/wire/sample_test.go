package wire_test

import (
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"parlor/net/wire"
	syncv1 "parlor/proto/parlor/sync/v1"
)

// sampleView is a schema with every kind of column and every option. client/test has it as a
// table; as text:
//
//	message View {
//	  int32 i = 1;
//	  uint32 u = 2       [predict: LINEAR];
//	  sint32 s = 3       [predict: LINEAR];
//	  bool b = 4;
//	  Sort e = 5;
//	  uint32 angle = 6   [wrap: 256];
//	  uint32 hand = 7    [wrap: 360, quantum: 5, predict: LINEAR];
//	  sint32 coarse = 8  [quantum: 25];
//	  repeated sint32 log = 9 [queue];
//	  string text = 10;
//	  bytes blob = 11;
//	  fixed32 fixed = 12;
//	  int64 long = 13;
//	  optional int32 maybe = 14;
//	  repeated uint32 plain = 15;
//	  Bare inner = 16;
//	  repeated Row rows = 17;
//	  repeated Bare bare = 18;
//	  double real = 19;
//	  uint32 circle = 20 [wrap: 4294967295, predict: LINEAR];
//	}
//	message Row {         // key: "id"
//	  uint32 id = 2;
//	  sint32 x = 1       [predict: LINEAR];
//	  int32 y = 3        [predict: LINEAR, quantum: 2];
//	  uint32 dir = 4     [wrap: 255, predict: LINEAR];
//	  repeated sint32 trail = 5 [queue, stride: 2, quantum: 4];
//	  string name = 6;
//	  bool on = 7;
//	  repeated uint32 cards = 8 [queue, stride: 3];
//	}
//	message Bare { int32 a = 1; string t = 2; }
func sampleView(t testing.TB) protoreflect.MessageDescriptor {
	t.Helper()
	const linear = syncv1.Predict_PREDICT_LINEAR
	view := &descriptorpb.DescriptorProto{Name: proto.String("View"), Field: []*descriptorpb.FieldDescriptorProto{
		optioned("i", 1, "INT32", nil),
		optioned("u", 2, "UINT32", &syncv1.Sync{Predict: linear}),
		optioned("s", 3, "SINT32", &syncv1.Sync{Predict: linear}),
		optioned("b", 4, "BOOL", nil),
		typed(optioned("e", 5, "ENUM", nil), ".sample.Sort"),
		optioned("angle", 6, "UINT32", &syncv1.Sync{Wrap: 256}),
		optioned("hand", 7, "UINT32", &syncv1.Sync{Wrap: 360, Quantum: 5, Predict: linear}),
		optioned("coarse", 8, "SINT32", &syncv1.Sync{Quantum: 25}),
		repeated(optioned("log", 9, "SINT32", &syncv1.Sync{Queue: true})),
		optioned("text", 10, "STRING", nil),
		optioned("blob", 11, "BYTES", nil),
		optioned("fixed", 12, "FIXED32", nil),
		optioned("long", 13, "INT64", nil),
		optioned("maybe", 14, "INT32", nil),
		repeated(optioned("plain", 15, "UINT32", nil)),
		typed(optioned("inner", 16, "MESSAGE", nil), ".sample.Bare"),
		repeated(typed(optioned("rows", 17, "MESSAGE", nil), ".sample.Row")),
		repeated(typed(optioned("bare", 18, "MESSAGE", nil), ".sample.Bare")),
		optioned("real", 19, "DOUBLE", nil),
		optioned("circle", 20, "UINT32", &syncv1.Sync{Wrap: 1<<32 - 1, Predict: linear}),
	}}
	view.Field[13].Proto3Optional = proto.Bool(true)
	view.Field[13].OneofIndex = proto.Int32(0)
	view.OneofDecl = []*descriptorpb.OneofDescriptorProto{{Name: proto.String("_maybe")}}
	row := &descriptorpb.DescriptorProto{Name: proto.String("Row"), Options: &descriptorpb.MessageOptions{}, Field: []*descriptorpb.FieldDescriptorProto{
		optioned("id", 2, "UINT32", nil),
		optioned("x", 1, "SINT32", &syncv1.Sync{Predict: linear}),
		optioned("y", 3, "INT32", &syncv1.Sync{Predict: linear, Quantum: 2}),
		optioned("dir", 4, "UINT32", &syncv1.Sync{Wrap: 255, Predict: linear}),
		repeated(optioned("trail", 5, "SINT32", &syncv1.Sync{Queue: true, Stride: 2, Quantum: 4})),
		optioned("name", 6, "STRING", nil),
		optioned("on", 7, "BOOL", nil),
		repeated(optioned("cards", 8, "UINT32", &syncv1.Sync{Queue: true, Stride: 3})),
	}}
	proto.SetExtension(row.Options, syncv1.E_Key, "id")
	bare := &descriptorpb.DescriptorProto{Name: proto.String("Bare"), Field: []*descriptorpb.FieldDescriptorProto{
		optioned("a", 1, "INT32", nil), optioned("t", 2, "STRING", nil),
	}}
	return linkSample(t, view, row, bare)
}

// linkSample makes a schema of messages, of which it answers the first.
func linkSample(t testing.TB, messages ...*descriptorpb.DescriptorProto) protoreflect.MessageDescriptor {
	t.Helper()
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("sample.proto"), Package: proto.String("sample"), Syntax: proto.String("proto3"),
		Dependency: []string{"parlor/sync/v1/sync.proto"}, MessageType: messages,
		EnumType: []*descriptorpb.EnumDescriptorProto{{Name: proto.String("Sort"), Value: []*descriptorpb.EnumValueDescriptorProto{
			sampleValue("NONE", 0), sampleValue("ONE", 1)}}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file.Messages().Get(0)
}

func optioned(name string, number int32, kind string, sync *syncv1.Sync) *descriptorpb.FieldDescriptorProto {
	f := sampleField(name, number, descriptorpb.FieldDescriptorProto_Type(descriptorpb.FieldDescriptorProto_Type_value["TYPE_"+kind]))
	if sync != nil {
		f.Options = &descriptorpb.FieldOptions{}
		proto.SetExtension(f.Options, syncv1.E_Sync, sync)
	}
	return f
}

func repeated(f *descriptorpb.FieldDescriptorProto) *descriptorpb.FieldDescriptorProto {
	f.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
	return f
}

func typed(f *descriptorpb.FieldDescriptorProto, name string) *descriptorpb.FieldDescriptorProto {
	f.TypeName = proto.String(name)
	return f
}

func planOf(t testing.TB, md protoreflect.MessageDescriptor) *wire.Plan {
	t.Helper()
	p, ok := wire.NewPlan(md)
	if !ok {
		t.Fatalf("%s has no plan", md.FullName())
	}
	return p
}

// walk makes random views of a message, each from the last one: some values go on as they did,
// some leap, queues move, rows come and go.
type walk struct {
	dice *rand.Rand
	view protoreflect.Message
}

func newWalk(md protoreflect.MessageDescriptor, seed uint64) *walk {
	return &walk{rand.New(rand.NewPCG(seed, 1)), dynamicpb.NewMessage(md)}
}

// next is the canonical bytes of the next view.
func (w *walk) next(t testing.TB) []byte {
	t.Helper()
	w.mutate(w.view)
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(w.view.Interface())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (w *walk) chance(percent int) bool { return w.dice.IntN(100) < percent }

func (w *walk) mutate(m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		switch {
		case fd.Name() == "id" || w.chance(50):
		case fd.IsList() && fd.Message() != nil:
			w.mutateRows(m.Mutable(fd).List(), fd.Message().Fields().ByName("id"))
		case fd.IsList():
			w.mutateQueue(m.Mutable(fd).List(), fd)
		case fd.HasPresence() && w.chance(30):
			m.Clear(fd)
		case fd.Message() != nil:
			w.mutate(m.Mutable(fd).Message())
		default:
			m.Set(fd, w.scalar(fd, m.Get(fd)))
		}
	}
}

func (w *walk) mutateRows(list protoreflect.List, id protoreflect.FieldDescriptor) {
	var rows []protoreflect.Message
	for i := range list.Len() {
		if row := list.Get(i).Message(); !w.chance(8) {
			if w.chance(60) {
				w.mutate(row)
			}
			rows = append(rows, row)
		}
	}
	for range w.dice.IntN(4) {
		row := list.NewElement().Message()
		w.mutate(row)
		at := len(rows)
		if id != nil { // anywhere among those there are
			n := w.dice.Uint32() >> w.dice.IntN(32)
			row.Set(id, protoreflect.ValueOfUint32(n))
			for at = 0; at < len(rows) && rows[at].Get(id).Uint() < uint64(n); at++ {
			}
			if at < len(rows) && rows[at].Get(id).Uint() == uint64(n) {
				continue
			}
		}
		rows = append(rows[:at], append([]protoreflect.Message{row}, rows[at:]...)...)
	}
	list.Truncate(0)
	for _, row := range rows[:min(len(rows), 40)] {
		list.Append(protoreflect.ValueOfMessage(row))
	}
}

func (w *walk) mutateQueue(list protoreflect.List, fd protoreflect.FieldDescriptor) {
	stride := int(max(1, optionsOf(fd).GetStride()))
	var values []protoreflect.Value
	for range stride * w.dice.IntN(3) {
		last := list.NewElement()
		if list.Len() > 0 && w.chance(80) {
			last = list.Get(0)
		}
		values = append(values, w.scalar(fd, last))
	}
	for i := range list.Len() {
		values = append(values, list.Get(i))
	}
	switch w.dice.IntN(12) {
	case 0:
		values = nil
	case 1:
		if len(values) > 0 {
			values[w.dice.IntN(len(values))] = w.scalar(fd, values[0])
		}
	case 2, 3, 4, 5, 6:
		values = values[:len(values)-min(len(values), stride*w.dice.IntN(3))]
	}
	list.Truncate(0)
	for _, v := range values[:min(len(values), stride*30)] {
		list.Append(v)
	}
}

func optionsOf(fd protoreflect.FieldDescriptor) *syncv1.Sync {
	sync, _ := proto.GetExtension(fd.Options(), syncv1.E_Sync).(*syncv1.Sync)
	return sync
}

// scalar is a value that the options allow, near the last one more often than not.
func (w *walk) scalar(fd protoreflect.FieldDescriptor, last protoreflect.Value) protoreflect.Value {
	sync := optionsOf(fd)
	q := int64(max(1, sync.GetQuantum()))
	number := func(v, lo, hi int64) int64 {
		v /= q
		switch {
		case w.chance(5):
			v = lo
		case w.chance(5):
			v = hi
		case w.chance(10):
			v = int64(w.dice.Uint64())
		default:
			v += w.dice.Int64N(9) - 4
		}
		if n := int64(sync.GetWrap()) / q; n > 0 {
			return (v%n + n) % n * q
		}
		return max(lo/q, min(v, hi/q)) * q
	}
	letters := func() string { return "abcdefghijklmnopqrstuvwxyz"[:w.dice.IntN(27)] }
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(!last.Bool())
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(number(int64(last.Enum()), -1<<31, 1<<31-1)))
	case protoreflect.Int32Kind, protoreflect.Sint32Kind:
		return protoreflect.ValueOfInt32(int32(number(last.Int(), -1<<31, 1<<31-1)))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(number(int64(last.Uint()), 0, 1<<32-1)))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(number(last.Int(), -1<<53+1, 1<<53-1))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(w.dice.NormFloat64())
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte(letters()))
	}
	return protoreflect.ValueOfString(letters())
}
