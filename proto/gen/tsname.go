package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"google.golang.org/protobuf/reflect/protoreflect"
)

var (
	typeNames  = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]*$`)
	fieldNames = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// inherited are the properties that every JavaScript object has: a field of that name
// would seem present when it is absent.
var inherited = []string{"constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable",
	"toLocaleString", "toString", "valueOf", "__proto__"}

// declare gives a message or enum its name in the module, and refuses one that cannot be
// a name there.
func (m *module) declare(desc protoreflect.Descriptor) string {
	name := tsName(desc)
	switch old := m.names[name]; {
	case !typeNames.MatchString(name):
		m.refuse(desc, "the name must begin with a capital letter, to be a TypeScript type")
	case name == "Uint8Array":
		m.refuse(desc, "the name hides the TypeScript type that bytes have")
	case old != nil:
		m.refuse(desc, fmt.Sprintf("%s is named %s in TypeScript too", old.FullName(), name))
	}
	m.names[name] = desc
	return name
}

func (m *module) checkField(field protoreflect.FieldDescriptor) {
	if name := field.JSONName(); !fieldNames.MatchString(name) || slices.Contains(inherited, name) {
		m.refuse(field, fmt.Sprintf("a property of a JavaScript object cannot be named %q", name))
	}
}

// refer names the type of a field, which may be of another package.
func (m *module) refer(field protoreflect.FieldDescriptor, to protoreflect.Descriptor) string {
	file := to.ParentFile()
	if file.Package() == m.pkg {
		return tsName(to)
	}
	if strings.HasPrefix(file.Path(), "google/") || declaresOptions(file) {
		m.refuse(field, fmt.Sprintf("%s has no TypeScript: only messages under proto/ do, and none beside options", to.FullName()))
	}
	pkg := string(file.Package())
	if !slices.Contains(m.imports, pkg) {
		m.imports = append(m.imports, pkg)
	}
	return alias(pkg) + "." + tsName(to)
}

// refuse notes what is wrong with a declaration, with its place in the schema.
func (m *module) refuse(desc protoreflect.Descriptor, why string) {
	file := desc.ParentFile()
	line := file.SourceLocations().ByDescriptor(desc).StartLine + 1
	m.faults = append(m.faults, fmt.Errorf("proto/%s:%d: %s: %s", file.Path(), line, desc.FullName(), why))
}

// tsName is the name of a message or enum in its module; one declared inside another
// bears the outer's name too.
func tsName(desc protoreflect.Descriptor) string {
	name := strings.TrimPrefix(string(desc.FullName()), string(desc.ParentFile().Package()))
	return strings.ReplaceAll(strings.TrimPrefix(name, "."), ".", "_")
}

// alias names the module of another package.
func alias(pkg string) string {
	return strings.ReplaceAll(pkg, ".", "_")
}

// valuePrefix is what the names of an enum's values repeat of its own name, as the style
// of protobuf has it: PHASE_ for Phase. It is empty unless all have it, and have more.
func valuePrefix(enum protoreflect.EnumDescriptor) string {
	var prefix strings.Builder
	for i, char := range string(enum.Name()) {
		if i > 0 && unicode.IsUpper(char) {
			prefix.WriteByte('_')
		}
		prefix.WriteRune(unicode.ToUpper(char))
	}
	prefix.WriteByte('_')
	for i := range enum.Values().Len() {
		rest, found := strings.CutPrefix(string(enum.Values().Get(i).Name()), prefix.String())
		if !found || !fieldNames.MatchString(rest) {
			return ""
		}
	}
	return prefix.String()
}

// writingOrder returns the fields as Go's library writes them, so that a message is the
// same bytes from both sides: by number, the members of oneofs behind the others.
func writingOrder(message protoreflect.MessageDescriptor) []protoreflect.FieldDescriptor {
	var fields []protoreflect.FieldDescriptor
	for i := range message.Fields().Len() {
		fields = append(fields, message.Fields().Get(i))
	}
	place := func(field protoreflect.FieldDescriptor) int {
		if oneof := field.ContainingOneof(); oneof != nil && !oneof.IsSynthetic() {
			return 1 + oneof.Index()
		}
		return 0
	}
	slices.SortFunc(fields, func(a, b protoreflect.FieldDescriptor) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Number(), b.Number()))
	})
	return fields
}
