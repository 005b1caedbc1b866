package room

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Limits of what a room says of itself, which all in it are told, and all who look for rooms.
const (
	MaxProps     = 16
	MaxPropName  = 32
	MaxPropValue = 256
	MaxPropBytes = 2048 // of all names and values
)

var (
	ErrProp     = errors.New("room: such a prop cannot be")
	ErrConflict = errors.New("room: the prop is not what it was")
)

// Prop is a small note that a room bears: what map, what stakes. Rules never see it.
type Prop struct{ Name, Value string }

// Props are notes by name. They are never changed, so everybody may keep them; nil has none.
type Props struct{ list []Prop }

// NewProps makes the notes of a new room.
func NewProps(list ...Prop) (props *Props, err error) {
	for _, p := range list {
		if props, err = props.With(p.Name, p.Value); err != nil {
			return nil, err
		}
	}
	return props, nil
}

// All are the notes, by name. Nobody may change the list.
func (p *Props) All() []Prop {
	if p == nil {
		return nil
	}
	return p.list
}

// Get is the value of a note, "" if there is none of that name.
func (p *Props) Get(name string) string {
	if i, found := p.find(name); found {
		return p.list[i].Value
	}
	return ""
}

// Has tells whether all of the others stand in p.
func (p *Props) Has(others *Props) bool {
	return !slices.ContainsFunc(others.All(), func(o Prop) bool { return p.Get(o.Name) != o.Value })
}

// With is p with another value; "" takes the note away.
func (p *Props) With(name, value string) (*Props, error) {
	i, found := p.find(name)
	switch {
	case name == "" || len(name) > MaxPropName:
		return nil, fmt.Errorf("%w: its name has %d bytes, want 1 to %d", ErrProp, len(name), MaxPropName)
	case len(value) > MaxPropValue:
		return nil, fmt.Errorf("%w: the value of %q has %d bytes, want %d at most", ErrProp, name, len(value), MaxPropValue)
	case !found && value != "" && len(p.All()) >= MaxProps:
		return nil, fmt.Errorf("%w: there are %d already", ErrProp, MaxProps)
	}
	list := slices.Clone(p.All())
	switch {
	case found && value == "":
		list = slices.Delete(list, i, i+1)
	case found:
		list[i].Value = value
	case value != "":
		list = slices.Insert(list, i, Prop{name, value})
	}
	bytes := 0
	for _, q := range list {
		bytes += len(q.Name) + len(q.Value)
	}
	if bytes > MaxPropBytes {
		return nil, fmt.Errorf("%w: %d bytes in all, want %d at most", ErrProp, bytes, MaxPropBytes)
	}
	return &Props{list}, nil
}

func (p *Props) find(name string) (at int, found bool) {
	return slices.BinarySearchFunc(p.All(), name, func(q Prop, name string) int { return cmp.Compare(q.Name, name) })
}
