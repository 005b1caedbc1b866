package gametest

import (
	"bytes"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"parlor/game"
	syncv1 "parlor/proto/parlor/sync/v1"
)

// foreign names a field of m, which belongs to owner, that is not empty and whose audience the seat is not of; "" if there
// is none.
func foreign(m protoreflect.Message, owner, seat game.Seat, teams int) (name string) {
	within := func(v protoreflect.Value) string {
		return foreign(v.Message(), ownerOf(v.Message(), owner), seat, teams)
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case !hears(f, owner, seat, teams):
			name = string(f.FullName())
		case f.Message() == nil || f.IsMap():
		case f.IsList():
			for i := 0; i < v.List().Len() && name == ""; i++ {
				name = within(v.List().Get(i))
			}
		default:
			name = within(v)
		}
		return name == ""
	})
	return name
}

// ownerOf is the seat in the row's field of that name, else the owner of what the row is in.
func ownerOf(row protoreflect.Message, outer game.Seat) game.Seat {
	f := row.Descriptor().Fields().ByName("seat")
	if f == nil || f.IsList() || f.Kind() != protoreflect.Uint32Kind {
		return outer
	}
	return game.Seat(row.Get(f).Uint())
}

// hears tells whether seat is of the audience of a field that belongs to owner. Watchers own nothing, and are of no team.
func hears(f protoreflect.FieldDescriptor, owner, seat game.Seat, teams int) bool {
	sync, _ := proto.GetExtension(f.Options(), syncv1.E_Sync).(*syncv1.Sync)
	switch sync.GetAudience() {
	case syncv1.Audience_AUDIENCE_OWNER:
		return seat != game.Watcher && seat == owner
	case syncv1.Audience_AUDIENCE_TEAM:
		team := teams > 0 && owner != game.Watcher && int(seat)%max(1, teams) == int(owner)%max(1, teams)
		return seat != game.Watcher && (seat == owner || team)
	}
	return true
}

// public empties the fields of m that are not for all.
func public(m protoreflect.Message) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case !hears(f, game.Watcher, game.Watcher, 0):
			m.Clear(f)
		case f.Message() == nil || f.IsMap():
		case f.IsList():
			for i := range v.List().Len() {
				public(v.List().Get(i).Message())
			}
		default:
			public(v.Message())
		}
		return true
	})
}

// differing names the first field by which two messages of a kind differ; "" if there is none.
func differing(a, b protoreflect.Message) string {
	fields := a.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if a.Has(f) != b.Has(f) || !a.Get(f).Equal(b.Get(f)) {
			return string(f.FullName())
		}
	}
	if !bytes.Equal(a.GetUnknown(), b.GetUnknown()) {
		return "a field without a name"
	}
	return ""
}
