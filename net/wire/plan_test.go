package wire_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"parlor/game/arcade/dash"
	"parlor/game/arcade/snakes"
	"parlor/game/arcade/tictactoe"
	"parlor/net/wire"
	syncv1 "parlor/proto/parlor/sync/v1"
)

func messageOf(name string, fields ...*descriptorpb.FieldDescriptorProto) *descriptorpb.DescriptorProto {
	return &descriptorpb.DescriptorProto{Name: &name, Field: fields, Options: &descriptorpb.MessageOptions{}}
}

func keyedBy(key string, m *descriptorpb.DescriptorProto) *descriptorpb.DescriptorProto {
	proto.SetExtension(m.Options, syncv1.E_Key, key)
	return m
}

func withOneof(m *descriptorpb.DescriptorProto) *descriptorpb.DescriptorProto {
	m.OneofDecl = []*descriptorpb.OneofDescriptorProto{{Name: proto.String("sort")}}
	m.Field[0].OneofIndex = proto.Int32(0)
	return m
}

func wide(columns int) *descriptorpb.DescriptorProto {
	m := messageOf("Wide")
	for i := range columns {
		m.Field = append(m.Field, optioned("f"+strings.Repeat("x", i), int32(i+1), "INT32", nil))
	}
	return m
}

func TestThePlanOfAMessage(t *testing.T) {
	number := func(sync *syncv1.Sync) *descriptorpb.DescriptorProto {
		return messageOf("View", optioned("n", 1, "UINT32", sync))
	}
	list := func(row *descriptorpb.DescriptorProto) []*descriptorpb.DescriptorProto {
		rows := repeated(typed(optioned("rows", 1, "MESSAGE", nil), ".sample."+row.GetName()))
		return []*descriptorpb.DescriptorProto{messageOf("View", rows), row}
	}
	one := func(m *descriptorpb.DescriptorProto) []*descriptorpb.DescriptorProto {
		return []*descriptorpb.DescriptorProto{m}
	}
	lists := messageOf("View")
	for i := range int32(33) {
		lists.Field = append(lists.Field, repeated(typed(optioned(fmt.Sprint("l", i), i+1, "MESSAGE", nil), ".sample.Bare")))
	}
	for _, c := range []struct {
		name     string
		messages []*descriptorpb.DescriptorProto
		hex      string // docs/DELTA.md, section 6; empty: there is none
	}{
		{"nothing at all", one(messageOf("View")), "00 00"},
		{"a plain field", one(number(nil)), "00 01 01 02"},
		{"options", one(number(&syncv1.Sync{Wrap: 360, Quantum: 5, Predict: syncv1.Predict_PREDICT_LINEAR})),
			"00 01 01 e201 05 e802"},
		{"a queue", one(messageOf("View", repeated(optioned("q", 1, "SINT32", &syncv1.Sync{Queue: true, Stride: 8})))),
			"00 01 01 8b02 08"},
		{"a queue of enums", one(messageOf("View", repeated(typed(optioned("q", 1, "ENUM", &syncv1.Sync{Queue: true}), ".sample.Sort")))), "00 01 01 00"},
		{"a list by index", list(messageOf("Row", optioned("s", 2, "STRING", nil))), "00 00 01 01 02 00"},
		{"a list by key", list(keyedBy("id", messageOf("Row", optioned("id", 3, "SINT32", nil)))), "00 00 01 01 03 13"},
		{"32 columns", one(wide(32)), "00 20" + plainFields(32)},
		{"33 columns", one(wide(33)), ""},
		{"33 lists", []*descriptorpb.DescriptorProto{lists, messageOf("Bare")}, ""},
		{"a oneof", one(withOneof(number(nil))), ""},
		{"a oneof in a row", list(withOneof(messageOf("Row", optioned("n", 1, "UINT32", nil)))), ""},
		{"a key that is not there", list(keyedBy("id", messageOf("Row", optioned("n", 1, "UINT32", nil)))), ""},
		{"a key that is no number", list(keyedBy("id", messageOf("Row", optioned("id", 1, "STRING", nil)))), ""},
		{"a wrap that is no multiple", one(number(&syncv1.Sync{Wrap: 256, Quantum: 5})), ""},
		{"a stride that is too long", one(messageOf("View", repeated(optioned("q", 1, "SINT32", &syncv1.Sync{Queue: true, Stride: 9})))), ""},
	} {
		p, ok := wire.NewPlan(linkSample(t, c.messages...))
		if ok != (c.hex != "") {
			t.Errorf("%s: there is a plan: %v", c.name, ok)
		} else if ok && !bytes.Equal(p.Description(), unhex(t, c.hex)) {
			t.Errorf("%s: %x, want %s", c.name, p.Description(), c.hex)
		}
	}
}

func plainFields(n int) (hex string) {
	for i := range n {
		hex += fmt.Sprintf(" %02x 01", i+1)
	}
	return hex
}

func TestWhatBreaksThePlanIsNotRead(t *testing.T) {
	p := planOf(t, sampleView(t))
	for _, c := range []struct {
		name, hex string
		ok        bool
	}{
		{"an empty view", "", true},
		{"a field", "08 05", true},
		{"a number below 0", "08 ffffffffffffffffff01", true},
		{"a default that is written", "08 00", false},
		{"idle bytes", "08 8500", false},
		{"an int32 beyond 32 bits", "08 8080808010", false},
		{"a uint32 beyond 32 bits", "10 8080808010", false},
		{"a bool of 2", "20 02", false},
		{"fields in another order", "10 01 08 01", false},
		{"a field twice", "08 01 08 01", false},
		{"a field that is unknown", "b80101", false},
		{"another wire type", "0a 01 05", false},
		{"the last place of a circle", "30 ff01", true},
		{"beyond a circle", "30 8002", false},
		{"a multiple on a circle", "38 e302", true},
		{"beyond it", "38 e802", false},
		{"no multiple", "38 04", false},
		{"multiples below 0", "40 31", true},
		{"no multiple below 0", "40 33", false},
		{"a queue", "4a 02 0001", true},
		{"an empty queue", "4a 00", false},
		{"a queue that is cut short", "4a 02 0080", false},
		{"a queue longer than the view", "4a 05 0001", false},
		{"a text that is cut short", "52 05 41", false},
		{"a fixed32 that is cut short", "65 010203", false},
		{"a group", "53 54", false},
		{"rows", "8a01 02 1001 8a01 02 1002", true},
		{"a row with the id 0", "8a01 00 8a01 02 1002", true},
		{"an id twice", "8a01 02 1001 8a01 02 1001", false},
		{"ids that fall", "8a01 02 1002 8a01 02 1001", false},
		{"half a point", "8a01 03 2a0108", false},
		{"a row longer than the view", "8a01 7f 1001", false},
		{"rows by index", "9201 00 9201 02 0801", true},
	} {
		var f wire.Flat
		view := unhex(t, c.hex)
		err := p.Read(view, &f)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
		if err == nil && !bytes.Equal(p.Append(nil, &f), view) {
			t.Errorf("%s: written again it is %x", c.name, p.Append(nil, &f))
		}
	}
}

func TestEqualPlansHaveEqualHashes(t *testing.T) {
	one, other := planOf(t, sampleView(t)), planOf(t, sampleView(t))
	if one.Hash() != other.Hash() || one.Hash() == snakesPlan(t).Hash() || one.Hash() == 0 {
		t.Errorf("hashes %08x, %08x, of snakes %08x", one.Hash(), other.Hash(), snakesPlan(t).Hash())
	}
}

func TestAPlanIsReadFromItsDescription(t *testing.T) {
	for _, md := range []protoreflect.MessageDescriptor{sampleView(t), snakes.Game.ViewType(), dash.Game.ViewType(), tictactoe.Game.ViewType()} {
		p := planOf(t, md)
		again, err := wire.ReadPlan(p.Description())
		if err != nil {
			t.Fatalf("%s: %v", md.FullName(), err)
		}
		t.Logf("%s: %d bytes", md.FullName(), len(p.Description()))
		if again.Hash() != p.Hash() {
			t.Errorf("%s: hash %08x, want %08x", md.FullName(), again.Hash(), p.Hash())
		}
		w := newWalk(md, 3)
		for range 20 {
			view := w.next(t)
			var f, into wire.Flat
			if p.Read(view, &f) != nil {
				continue // of a walk that knows no quantum
			}
			if err := again.Unpack(p.AppendPacked(nil, &f), &into); err != nil || !bytes.Equal(again.Append(nil, &into), view) {
				t.Fatalf("%s: by the plan that was read, %x becomes %x (%v)", md.FullName(), view, again.Append(nil, &into), err)
			}
		}
	}
}

func TestWhatDescribesNoPlanIsRefused(t *testing.T) {
	for _, c := range []struct{ name, hex string }{
		{"nothing", ""},
		{"an end too early", "00 01 01"},
		{"a number beyond 32 bits", "00 01 8080808010 01"},
		{"idle bytes", "00 8000"},
		{"no root", "01 00"},
		{"two roots", "00 00 00 00"},
		{"lists that fall", "00 00 02 00 01 00"},
		{"a list in the place of a field", "00 01 02 01 02 00"},
		{"fields that fall", "00 02 02 01 01 01"},
		{"a field twice", "00 02 01 01 01 01"},
		{"the field 0", "00 01 00 01"},
		{"a field beyond what protobuf has", "00 01 8080808002 01"},
		{"33 columns", "00 21" + plainFields(33)},
		{"a type that is unknown", "00 01 01 05"},
		{"a kind that is unknown", "00 01 01 818004"},
		{"a key in the root", "00 01 01 12"},
		{"a bool as key", "00 00 01 01 01 14"},
		{"two keys", "00 00 01 02 01 12 02 12"},
		{"a linear key", "00 00 01 01 01 32"},
		{"raw bytes with a quantum", "00 01 01 40 05"},
		{"a queue of bools", "00 01 01 0c"},
		{"a linear queue", "00 01 01 2a"},
		{"a stride of 9", "00 01 01 8a02 09"},
		{"a stride of 0", "00 01 01 8a02 00"},
		{"a quantum of 0", "00 01 01 42 00"},
		{"a quantum of 1, which need not be said", "00 01 01 42 01"},
		{"a wrap that is no multiple", "00 01 01 c201 05 06"},
		{"a wrap of 0", "00 01 01 8201 00"},
	} {
		if _, err := wire.ReadPlan(unhex(t, c.hex)); err == nil {
			t.Errorf("%s is a plan", c.name)
		}
	}
}
