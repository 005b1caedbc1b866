package wire_test

import (
	"bytes"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

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
	for _, c := range []struct {
		name     string
		messages []*descriptorpb.DescriptorProto
		text     string // empty: there is none
	}{
		{"nothing at all", one(messageOf("View")), "root\n"},
		{"a plain field", one(number(nil)), "root\n1 int uint32 quantum=1 wrap=0 linear=false\n"},
		{"options", one(number(&syncv1.Sync{Wrap: 360, Quantum: 5, Predict: syncv1.Predict_PREDICT_LINEAR})),
			"root\n1 int uint32 quantum=5 wrap=360 linear=true\n"},
		{"a queue", one(messageOf("View", repeated(optioned("q", 1, "SINT32", &syncv1.Sync{Queue: true, Stride: 8})))),
			"root\n1 queue sint32 quantum=1 stride=8\n"},
		{"a queue of enums", one(messageOf("View", repeated(typed(optioned("q", 1, "ENUM", &syncv1.Sync{Queue: true}), ".sample.Sort")))), "root\n1 raw\n"},
		{"a list by index", list(messageOf("Row", optioned("s", 2, "STRING", nil))), "root\nlist 1\n2 raw\n"},
		{"a list by key", list(keyedBy("id", messageOf("Row", optioned("id", 3, "SINT32", nil)))), "root\nlist 1\n3 key sint32\n"},
		{"32 columns", one(wide(32)), "root\n" + plainLines(32)},
		{"33 columns", one(wide(33)), ""},
		{"a oneof", one(withOneof(number(nil))), ""},
		{"a oneof in a row", list(withOneof(messageOf("Row", optioned("n", 1, "UINT32", nil)))), ""},
		{"a key that is not there", list(keyedBy("id", messageOf("Row", optioned("n", 1, "UINT32", nil)))), ""},
		{"a key that is no number", list(keyedBy("id", messageOf("Row", optioned("id", 1, "STRING", nil)))), ""},
		{"a wrap that is no multiple", one(number(&syncv1.Sync{Wrap: 256, Quantum: 5})), ""},
		{"a stride that is too long", one(messageOf("View", repeated(optioned("q", 1, "SINT32", &syncv1.Sync{Queue: true, Stride: 9})))), ""},
	} {
		p, ok := wire.NewPlan(linkSample(t, c.messages...))
		if ok != (c.text != "") {
			t.Errorf("%s: there is a plan: %v", c.name, ok)
		} else if ok && p.Text() != c.text {
			t.Errorf("%s: %q, want %q", c.name, p.Text(), c.text)
		}
	}
}

func plainLines(n int) string {
	var lines strings.Builder
	for i := range n {
		lines.WriteString(string(rune('0'+(i+1)/10)) + string(rune('0'+(i+1)%10)) + " int int32 quantum=1 wrap=0 linear=false\n")
	}
	text := lines.String()
	for i := range 9 {
		d := string(rune('1' + i))
		text = strings.Replace(text, "0"+d+" int", d+" int", 1)
	}
	return text
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
