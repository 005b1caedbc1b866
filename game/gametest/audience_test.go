package gametest_test

import (
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"parlor/game"
	"parlor/game/gametest"
	syncv1 "parlor/proto/parlor/sync/v1"
)

// marked is a view with marks in its rows, as text:
//
//	message View {
//	  uint32 open = 1;
//	  uint32 own = 2      [audience: OWNER];
//	  uint32 team = 3     [audience: TEAM];
//	  repeated Row rows = 4;
//	  Row inner = 5;
//	}
//	message Row {
//	  uint32 seat = 1;
//	  uint32 card = 2     [audience: OWNER];
//	  uint32 plan = 3     [audience: TEAM];
//	  uint32 all = 4      [audience: ALL];
//	}
func marked(t *testing.T, text string) protoreflect.Message {
	t.Helper()
	number := func(name string, number int32, audience syncv1.Audience) *descriptorpb.FieldDescriptorProto {
		f := &descriptorpb.FieldDescriptorProto{
			Name: proto.String(name), Number: proto.Int32(number), Options: &descriptorpb.FieldOptions{},
			Type: descriptorpb.FieldDescriptorProto_TYPE_UINT32.Enum(), Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		}
		if audience != syncv1.Audience_AUDIENCE_UNSPECIFIED {
			proto.SetExtension(f.Options, syncv1.E_Sync, &syncv1.Sync{Audience: audience})
		}
		return f
	}
	row := func(name string, at int32, label descriptorpb.FieldDescriptorProto_Label) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{
			Name: proto.String(name), Number: proto.Int32(at), TypeName: proto.String(".marked.Row"),
			Type: descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(), Label: label.Enum(),
		}
	}
	const none, all = syncv1.Audience_AUDIENCE_UNSPECIFIED, syncv1.Audience_AUDIENCE_ALL
	const owner, team = syncv1.Audience_AUDIENCE_OWNER, syncv1.Audience_AUDIENCE_TEAM
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("marked.proto"), Package: proto.String("marked"), Syntax: proto.String("proto3"),
		Dependency: []string{"parlor/sync/v1/sync.proto"},
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: proto.String("View"), Field: []*descriptorpb.FieldDescriptorProto{
				number("open", 1, none), number("own", 2, owner), number("team", 3, team),
				row("rows", 4, descriptorpb.FieldDescriptorProto_LABEL_REPEATED), row("inner", 5, descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL),
			}},
			{Name: proto.String("Row"), Field: []*descriptorpb.FieldDescriptorProto{
				number("seat", 1, none), number("card", 2, owner), number("plan", 3, team), number("all", 4, all),
			}},
		},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	m := dynamicpb.NewMessage(file.Messages().Get(0))
	if err := prototext.Unmarshal([]byte(text), m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAFieldIsForWhoIsOfItsAudience(t *testing.T) {
	for _, c := range []struct {
		text  string
		seat  game.Seat
		teams int
		want  string
	}{
		{`open: 1 rows { seat: 1 all: 1 } inner { seat: 2 all: 1 }`, game.Watcher, 2, ""},
		{`own: 1 team: 1`, 0, 0, ""},
		{`own: 1`, game.Watcher, 0, "marked.View.own"},
		{`team: 1`, game.Watcher, 2, "marked.View.team"},
		{`rows { seat: 1 card: 1 plan: 1 } rows { seat: 2 }`, 1, 0, ""},
		{`rows { seat: 1 } rows { seat: 2 card: 1 }`, 1, 2, "marked.Row.card"},
		{`rows { seat: 3 card: 1 }`, 1, 2, "marked.Row.card"},
		{`rows { seat: 3 plan: 1 }`, 1, 2, ""},
		{`rows { seat: 2 plan: 1 }`, 1, 2, "marked.Row.plan"},
		{`rows { seat: 3 plan: 1 }`, 1, 0, "marked.Row.plan"},
		{`rows { seat: 3 plan: 1 }`, game.Watcher, 2, "marked.Row.plan"},
		{`rows { card: 1 }`, 1, 0, "marked.Row.card"}, // of seat 0
		{`inner { seat: 1 card: 1 }`, 1, 0, ""},
		{`inner { seat: 1 card: 1 }`, 0, 0, "marked.Row.card"},
	} {
		if got := gametest.Foreign(marked(t, c.text), c.seat, c.seat, c.teams); got != c.want {
			t.Errorf("%s for seat %d, %d teams: %q, want %q", c.text, c.seat, c.teams, got, c.want)
		}
	}
}

func TestWhatIsPublicIsWhatIsMarkedForNobody(t *testing.T) {
	got := marked(t, `open: 1 own: 2 team: 3 rows { seat: 1 card: 2 plan: 3 all: 4 } inner { card: 5 all: 6 }`)
	gametest.Public(got)
	want := marked(t, `open: 1 rows { seat: 1 all: 4 } inner { all: 6 }`)
	a, errA := prototext.Marshal(got.Interface())
	b, errB := prototext.Marshal(want.Interface())
	if string(a) != string(b) || errA != nil || errB != nil {
		t.Errorf("%s, want %s", a, b)
	}
}
