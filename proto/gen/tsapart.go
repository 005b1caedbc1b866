package main

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// A bundle holds every message that a table in it names. So the messages of these fields, of which a game
// uses a few or none, are bytes to the table, and who uses one packs or unpacks it by its own.
var apartFields = []protoreflect.FullName{"parlor.v1.ClientFrame.calls", "parlor.v1.Reply.rooms", "parlor.v1.Reply.board"}

// The fields of these are exported one by one, for a message to be put together of those that it needs.
var looseMessages = []protoreflect.FullName{"parlor.v1.Call"}

func apart(field protoreflect.FieldDescriptor) bool {
	return slices.Contains(apartFields, field.FullName())
}

func loose(message protoreflect.MessageDescriptor) bool {
	return slices.Contains(looseMessages, message.FullName())
}

// looseName is callTakeSeat for the field take_seat of Call.
func looseName(field protoreflect.FieldDescriptor) string {
	message, name := tsName(field.Parent()), field.JSONName()
	return strings.ToLower(message[:1]) + message[1:] + strings.ToUpper(name[:1]) + name[1:]
}
