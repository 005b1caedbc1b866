package main

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	keyOption  = "parlor.sync.v1.key"
	syncOption = "parlor.sync.v1.sync"

	predictLinear = 2 // parlor.sync.v1.Predict
	lerpStep      = 1 // parlor.sync.v1.Lerp
	maxStride     = 8 // net/wire knows no plan for a message with more
)

// option returns what a declaration sets one of the options of parlor.sync.v1 to.
func option(desc protoreflect.Descriptor, name protoreflect.FullName) (value protoreflect.Value, set bool) {
	desc.Options().ProtoReflect().Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if field.FullName() == name {
			value, set = v, true
		}
		return !set
	})
	return value, set
}

// key renders the field that identifies a row, by its name in TypeScript.
func (m *module) key(message protoreflect.MessageDescriptor) string {
	value, set := option(message, keyOption)
	if !set || value.String() == "" {
		return ""
	}
	field := message.Fields().ByName(protoreflect.Name(value.String()))
	if field == nil || !isColumn(field) || field.Kind() == protoreflect.BoolKind {
		m.refuse(message, fmt.Sprintf("the key %q is no field with a plain 32-bit integer", value))
		return ""
	}
	return fmt.Sprintf(", %q", field.JSONName())
}

// sync renders what the client must know of a field's options, and of a map that it is one.
// Options that do nothing on a field of its type are left out, and so is the audience.
func (m *module) sync(field protoreflect.FieldDescriptor) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if field.IsMap() {
		add("map: true")
	}
	if value, set := option(field, syncOption); set {
		sync := value.Message()
		number := func(name protoreflect.Name) uint64 {
			field := sync.Descriptor().Fields().ByName(name)
			switch v := sync.Get(field).Interface().(type) {
			case uint32:
				return uint64(v)
			case protoreflect.EnumNumber:
				return uint64(v)
			case bool:
				if v {
					return 1
				}
			}
			return 0
		}
		quantum, wrap, stride := max(1, number("quantum")), number("wrap"), max(1, number("stride"))
		column, queue := isColumn(field), isQueue(field) && number("queue") == 1
		if queue {
			add("queue: %d", stride)
		}
		if (column || queue) && quantum > 1 {
			add("quantum: %d", quantum)
		}
		if column && wrap > 0 {
			add("wrap: %d", wrap)
		}
		if column && number("predict") == predictLinear {
			add("linear: true")
		}
		if lerp := number("lerp"); lerp > lerpStep {
			add("lerp: %d", lerp)
		}
		switch {
		case stride > maxStride:
			m.refuse(field, fmt.Sprintf("a point has %d integers at most", maxStride))
		case wrap%quantum != 0:
			m.refuse(field, "wrap is no multiple of quantum")
		}
	}
	if parts == nil {
		return ""
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// isColumn tells whether a delta has the field as one integer a row.
func isColumn(field protoreflect.FieldDescriptor) bool {
	switch field.Kind() {
	case protoreflect.BoolKind, protoreflect.EnumKind:
		return !field.IsList() && !field.HasPresence()
	}
	return isInt32(field.Kind()) && !field.IsList() && !field.HasPresence()
}

// isQueue tells whether the option of that name means something on the field.
func isQueue(field protoreflect.FieldDescriptor) bool {
	return field.IsList() && field.IsPacked() && isInt32(field.Kind())
}

func isInt32(kind protoreflect.Kind) bool {
	return kind == protoreflect.Int32Kind || kind == protoreflect.Uint32Kind || kind == protoreflect.Sint32Kind
}
