package wire_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	_ "parlor/proto/arcade/dash/v1"
	_ "parlor/proto/arcade/gomoku/v1"
	_ "parlor/proto/arcade/snakes/v1"
	_ "parlor/proto/arcade/tictactoe/v1"
	_ "parlor/proto/arcade/tiles/v1"
	_ "parlor/proto/parlor/sync/v1"
	_ "parlor/proto/parlor/v1"
)

// record writes the golden files of this package anew, instead of comparing with them.
var record = flag.Bool("record", false, "record the golden schema and codec vectors")

const (
	goldenSchema = "testdata/wire.binpb"
	schemaRoot   = "../../proto"
)

// Clients in the field keep the schema they were built with, so what they can have been
// built with is recorded, and the schema of today must still understand it.
func TestCompatOfTheSchemaWithTheRecordedOne(t *testing.T) {
	now := linkedSchema(t)
	bytes, err := os.ReadFile(goldenSchema)
	if errors.Is(err, fs.ErrNotExist) && *record {
		writeGolden(t, goldenSchema, marshal(t, now))
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	golden := &descriptorpb.FileDescriptorSet{}
	if err := proto.Unmarshal(bytes, golden); err != nil {
		t.Fatalf("%s: %v", goldenSchema, err)
	}
	broken := breaks(t, golden, now)
	for _, why := range broken {
		t.Error(why)
	}
	switch {
	case len(broken) > 0:
		t.Errorf("clients in the field would misunderstand this schema; if there are none yet, remove %s and record it again", goldenSchema)
	case proto.Equal(golden, now):
	case *record:
		writeGolden(t, goldenSchema, marshal(t, now))
	default:
		t.Error("the schema has changed in a compatible way: record it with `go test ./net/wire -run Compat -record`")
	}
}

// linkedSchema returns our files in the registry of the generated code, and fails when
// one that exists is not linked in: then this test would not guard it.
func linkedSchema(t *testing.T) *descriptorpb.FileDescriptorSet {
	t.Helper()
	set := &descriptorpb.FileDescriptorSet{}
	err := filepath.WalkDir(schemaRoot, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".proto" {
			return err
		}
		rel, err := filepath.Rel(schemaRoot, name)
		if err != nil {
			return err
		}
		file, err := protoregistry.GlobalFiles.FindFileByPath(filepath.ToSlash(rel))
		if err != nil {
			return fmt.Errorf("proto/%s is not linked into this test: import its package here", filepath.ToSlash(rel))
		}
		set.File = append(set.File, protodesc.ToFileDescriptorProto(file))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func marshal(t *testing.T, message proto.Message) []byte {
	t.Helper()
	bytes, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func writeGolden(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// breaks tells, a sentence each, what a program built with the old schema would
// misunderstand of one built with the new.
func breaks(t *testing.T, old, now *descriptorpb.FileDescriptorSet) []string {
	t.Helper()
	link := func(set *descriptorpb.FileDescriptorSet) *protoregistry.Files {
		files, err := protodesc.FileOptions{AllowUnresolvable: true}.NewFiles(set)
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	c := &comparison{now: link(now)}
	oldFiles := link(old)
	for _, file := range old.File {
		was, err := oldFiles.FindFileByPath(file.GetName())
		if err != nil {
			t.Fatal(err)
		}
		c.file(was)
	}
	return c.found
}

// comparison walks the old schema and looks each part of it up in the new one.
type comparison struct {
	now   *protoregistry.Files
	found []string
}

func (c *comparison) report(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

func (c *comparison) file(was protoreflect.FileDescriptor) {
	if is, err := c.now.FindFileByPath(was.Path()); err == nil && is.Package() != was.Package() {
		c.report("%s: the package was %s and is %s", was.Path(), was.Package(), is.Package())
		return // every name in it would be reported otherwise
	}
	c.messages(was.Messages())
	c.enums(was.Enums())
}

func (c *comparison) messages(messages protoreflect.MessageDescriptors) {
	for i := range messages.Len() {
		was := messages.Get(i)
		desc, _ := c.now.FindDescriptorByName(was.FullName())
		is, found := desc.(protoreflect.MessageDescriptor)
		if !found {
			c.report("%s: the message was removed", was.FullName())
			continue
		}
		for k := range was.Fields().Len() {
			c.field(was.Fields().Get(k), is)
		}
		c.reserved(was, is)
		c.messages(was.Messages())
		c.enums(was.Enums())
	}
}

func (c *comparison) field(was protoreflect.FieldDescriptor, message protoreflect.MessageDescriptor) {
	name, number := was.FullName(), was.Number()
	is := message.Fields().ByNumber(number)
	if is == nil {
		if moved := message.Fields().ByName(was.Name()); moved != nil {
			c.report("%s: the number was %d and is %d", name, number, moved.Number())
		} else if !message.ReservedRanges().Has(number) {
			c.report("%s: the field was removed, and %s does not say `reserved %d`", name, message.Name(), number)
		}
		return
	}
	changed := func(what string, before, after any) {
		if before != after {
			c.report("%s: the %s was %v and is %v", name, what, before, after)
		}
	}
	changed("JSON name of number "+fmt.Sprint(number), was.JSONName(), is.JSONName())
	changed("type", typeName(was), typeName(is))
	changed("label", labelName(was), labelName(is))
	changed("oneof", oneofName(was), oneofName(is))
	if was.IsList() && is.IsList() {
		changed("packing", was.IsPacked(), is.IsPacked())
	}
}

func typeName(field protoreflect.FieldDescriptor) string {
	switch {
	case field.Message() != nil:
		return string(field.Message().FullName())
	case field.Enum() != nil:
		return string(field.Enum().FullName())
	}
	return field.Kind().String()
}

func labelName(field protoreflect.FieldDescriptor) string {
	switch {
	case field.Cardinality() == protoreflect.Required, field.Cardinality() == protoreflect.Repeated:
		return field.Cardinality().String()
	case field.HasPresence():
		return "optional"
	}
	return "plain"
}

func oneofName(field protoreflect.FieldDescriptor) string {
	if oneof := field.ContainingOneof(); oneof != nil && !oneof.IsSynthetic() {
		return string(oneof.Name())
	}
	return "none"
}

// reserved looks for numbers that were once in use, and could now be used again.
func (c *comparison) reserved(was, is protoreflect.MessageDescriptor) {
	for i := range was.ReservedRanges().Len() {
		numbers := was.ReservedRanges().Get(i) // the end is not part of it
		for number := numbers[0]; number < numbers[1]; {
			next := number
			for k := range is.ReservedRanges().Len() {
				if after := is.ReservedRanges().Get(k); after[0] <= number && number < after[1] {
					next = after[1]
				}
			}
			if next == number {
				c.report("%s: number %d is not reserved any more", was.FullName(), number)
				break
			}
			number = next
		}
	}
}

func (c *comparison) enums(enums protoreflect.EnumDescriptors) {
	for i := range enums.Len() {
		was := enums.Get(i)
		desc, _ := c.now.FindDescriptorByName(was.FullName())
		is, found := desc.(protoreflect.EnumDescriptor)
		if !found {
			c.report("%s: the enum was removed", was.FullName())
			continue
		}
		for k := range was.Values().Len() {
			value := was.Values().Get(k)
			after := is.Values().ByName(value.Name())
			switch {
			case after == nil:
				c.report("%s: the value %s = %d was removed", was.FullName(), value.Name(), value.Number())
			case after.Number() != value.Number():
				c.report("%s: the value %s was %d and is %d", was.FullName(), value.Name(), value.Number(), after.Number())
			}
		}
	}
}

func TestCompatRefusesEachKindOfBreakAndAllowsAdditions(t *testing.T) {
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			old, now := sample(), sample()
			c.change(now)
			found := breaks(t, &descriptorpb.FileDescriptorSet{File: []*schemaFile{old}}, &descriptorpb.FileDescriptorSet{File: []*schemaFile{now}})
			if got := strings.Join(found, "; "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

type schemaFile = descriptorpb.FileDescriptorProto

// changes are made to a schema of one message and one enum; see sample.
var changes = []struct {
	name   string
	change func(*schemaFile)
	want   string // "": compatible
}{
	{"nothing", func(f *schemaFile) {}, ""},
	{"a new field", func(f *schemaFile) {
		f.MessageType[0].Field = append(f.MessageType[0].Field, sampleField("new", 9, descriptorpb.FieldDescriptorProto_TYPE_BOOL))
	}, ""},
	{"a new message", func(f *schemaFile) {
		f.MessageType = append(f.MessageType, &descriptorpb.DescriptorProto{Name: proto.String("New")})
	}, ""},
	{"a new enum value", func(f *schemaFile) {
		f.EnumType[0].Value = append(f.EnumType[0].Value, sampleValue("TWO", 2))
	}, ""},
	{"a field removed and its number reserved", func(f *schemaFile) {
		f.MessageType[0].Field = f.MessageType[0].Field[1:]
		f.MessageType[0].ReservedRange = append(f.MessageType[0].ReservedRange, sampleRange(1, 2))
	}, ""},
	{"a field removed", func(f *schemaFile) { f.MessageType[0].Field = f.MessageType[0].Field[1:] },
		"p.M.one: the field was removed, and M does not say `reserved 1`"},
	{"a number", func(f *schemaFile) { nth(f, 0).Number = proto.Int32(9) }, "p.M.one: the number was 1 and is 9"},
	{"a type", func(f *schemaFile) { nth(f, 0).Type = descriptorpb.FieldDescriptorProto_TYPE_SINT32.Enum() },
		"p.M.one: the type was uint32 and is sint32"},
	{"a name", func(f *schemaFile) { nth(f, 0).Name = proto.String("uno"); nth(f, 0).JsonName = nil },
		"p.M.one: the JSON name of number 1 was one and is uno"},
	{"a JSON name", func(f *schemaFile) { nth(f, 0).JsonName = proto.String("uno") },
		"p.M.one: the JSON name of number 1 was one and is uno"},
	{"plain to repeated", func(f *schemaFile) { nth(f, 0).Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum() },
		"p.M.one: the label was plain and is repeated"},
	{"plain to optional", func(f *schemaFile) {
		nth(f, 0).Proto3Optional = proto.Bool(true)
		nth(f, 0).OneofIndex = proto.Int32(1)
		f.MessageType[0].OneofDecl = append(f.MessageType[0].OneofDecl, &descriptorpb.OneofDescriptorProto{Name: proto.String("_one")})
	}, "p.M.one: the label was plain and is optional"},
	{"packing", func(f *schemaFile) { nth(f, 1).Options = &descriptorpb.FieldOptions{Packed: proto.Bool(false)} },
		"p.M.list: the packing was true and is false"},
	{"a oneof's name", func(f *schemaFile) { f.MessageType[0].OneofDecl[0].Name = proto.String("sort") },
		"p.M.either: the oneof was kind and is sort"},
	{"a reserved number in use again", func(f *schemaFile) {
		f.MessageType[0].ReservedRange = []*descriptorpb.DescriptorProto_ReservedRange{sampleRange(5, 6)}
	}, "p.M: number 6 is not reserved any more"},
	{"a message removed", func(f *schemaFile) { f.MessageType = nil }, "p.M: the message was removed"},
	{"an enum removed", func(f *schemaFile) { f.EnumType = nil }, "p.E: the enum was removed"},
	{"an enum value removed", func(f *schemaFile) { f.EnumType[0].Value = f.EnumType[0].Value[:1] },
		"p.E: the value ONE = 1 was removed"},
	{"an enum value's number", func(f *schemaFile) { f.EnumType[0].Value[1].Number = proto.Int32(7) },
		"p.E: the value ONE was 1 and is 7"},
	{"the package", func(f *schemaFile) { f.Package = proto.String("q") }, "p.proto: the package was p and is q"},
}

func nth(f *schemaFile, i int) *descriptorpb.FieldDescriptorProto { return f.MessageType[0].Field[i] }

// sample is a schema with a part for each rule of the comparison.
func sample() *schemaFile {
	list := sampleField("list", 2, descriptorpb.FieldDescriptorProto_TYPE_UINT32)
	list.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
	either := sampleField("either", 3, descriptorpb.FieldDescriptorProto_TYPE_STRING)
	either.OneofIndex = proto.Int32(0)
	return &schemaFile{
		Name: proto.String("p.proto"), Package: proto.String("p"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{{
			Name:          proto.String("M"),
			Field:         []*descriptorpb.FieldDescriptorProto{sampleField("one", 1, descriptorpb.FieldDescriptorProto_TYPE_UINT32), list, either},
			OneofDecl:     []*descriptorpb.OneofDescriptorProto{{Name: proto.String("kind")}},
			ReservedRange: []*descriptorpb.DescriptorProto_ReservedRange{sampleRange(5, 8)},
		}},
		EnumType: []*descriptorpb.EnumDescriptorProto{{
			Name:  proto.String("E"),
			Value: []*descriptorpb.EnumValueDescriptorProto{sampleValue("ZERO", 0), sampleValue("ONE", 1)},
		}},
	}
}

func sampleField(name string, number int32, kind descriptorpb.FieldDescriptorProto_Type) *descriptorpb.FieldDescriptorProto {
	return &descriptorpb.FieldDescriptorProto{
		Name: &name, Number: &number, Type: kind.Enum(), Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
	}
}

func sampleValue(name string, number int32) *descriptorpb.EnumValueDescriptorProto {
	return &descriptorpb.EnumValueDescriptorProto{Name: &name, Number: &number}
}

func sampleRange(start, end int32) *descriptorpb.DescriptorProto_ReservedRange {
	return &descriptorpb.DescriptorProto_ReservedRange{Start: &start, End: &end}
}
