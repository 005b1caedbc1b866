package main

import (
	"cmp"
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// message renders the interface of a message.
func (m *module) message(message protoreflect.MessageDescriptor) {
	name := m.declare(message)
	m.printf("\n%sexport interface %s {\n", comment("", message), name)
	for i := range message.Fields().Len() {
		field := message.Fields().Get(i)
		m.checkField(field)
		mark := ""
		if field.HasPresence() {
			mark = "?"
		}
		m.printf("%s  %s%s: %s;\n", comment("  ", field), field.JSONName(), mark, m.valueType(field))
	}
	m.printf("}\n")
}

// enums renders each enum as an object of its values, and a type that admits any number:
// a newer server may know values that this client does not.
func (m *module) enums(enums protoreflect.EnumDescriptors) {
	for i := range enums.Len() {
		enum := enums.Get(i)
		name, prefix := m.declare(enum), valuePrefix(enum)
		m.printf("\n%sexport const %s = {\n", comment("", enum), name)
		for k := range enum.Values().Len() {
			value := enum.Values().Get(k)
			short := strings.TrimPrefix(string(value.Name()), prefix)
			m.printf("%s  %s: %d,\n", comment("  ", value), short, value.Number())
		}
		m.printf("} as const;\n")
		m.printf("/** One of %s, or a value that a newer schema has. */\nexport type %s = number;\n", name, name)
	}
}

// table renders what the codec needs to know of a message.
func (m *module) table(message protoreflect.MessageDescriptor) {
	name := tsName(message)
	fields := writingOrder(message)
	for _, field := range fields {
		if loose(message) {
			m.printf("\nexport const %s: pb.Member<%s> = %s;", looseName(field), m.valueType(field), m.line(field))
		}
	}
	m.printf("\nexport const %s: pb.Codec<%s> = /* @__PURE__ */ pb.message([", name, name)
	for _, field := range fields {
		if loose(message) {
			m.printf("\n  %s,", looseName(field))
		} else {
			m.printf("\n  %s,", m.line(field))
		}
	}
	if len(fields) > 0 {
		m.printf("\n")
	}
	m.printf("]%s);\n", m.key(message))
}

// line is the line of a field in its message's table.
func (m *module) line(field protoreflect.FieldDescriptor) string {
	label, sync := label(field), m.sync(field)
	if sync != "" {
		sync = ", " + sync
		label = cmp.Or(label, ", 0")
	}
	return fmt.Sprintf("[%d, %q, %s%s%s]", field.Number(), field.JSONName(), m.codecType(field), label, sync)
}

func label(field protoreflect.FieldDescriptor) string {
	oneof := field.ContainingOneof()
	switch {
	case field.IsMap(), field.IsList() && packable(field.Kind()) == field.IsPacked():
		return ", pb.repeated"
	case field.IsList():
		return ", pb.unpacked"
	case oneof != nil && !oneof.IsSynthetic() && oneof.Index() > 0:
		return fmt.Sprintf(", pb.oneof + %d", oneof.Index())
	case oneof != nil && !oneof.IsSynthetic():
		return ", pb.oneof"
	case field.HasPresence() && (field.Message() == nil || apart(field)):
		return ", pb.optional"
	}
	return ""
}

func packable(kind protoreflect.Kind) bool {
	return kind != protoreflect.StringKind && kind != protoreflect.BytesKind && kind != protoreflect.MessageKind
}

// valueType is the TypeScript type of a field. A map is the list of its entries, which
// is what travels; the client has no other use for one.
func (m *module) valueType(field protoreflect.FieldDescriptor) string {
	var text string
	switch field.Kind() {
	case protoreflect.MessageKind:
		if text = m.refer(field, field.Message()); apart(field) {
			text = "Uint8Array"
		}
	case protoreflect.EnumKind:
		text = m.refer(field, field.Enum())
	case protoreflect.BoolKind:
		text = "boolean"
	case protoreflect.StringKind:
		text = "string"
	case protoreflect.BytesKind:
		text = "Uint8Array"
	default:
		text = "number"
	}
	if field.Cardinality() == protoreflect.Repeated {
		text += "[]"
	}
	return text
}

func (m *module) codecType(field protoreflect.FieldDescriptor) string {
	switch field.Kind() {
	case protoreflect.MessageKind:
		if apart(field) {
			return "pb.bytes"
		}
		return "() => " + m.refer(field, field.Message())
	case protoreflect.EnumKind:
		return "pb.int32"
	}
	return "pb." + field.Kind().String()
}

func (m *module) printf(format string, args ...any) {
	fmt.Fprintf(&m.body, format, args...)
}
