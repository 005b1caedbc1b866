package client

import (
	"errors"
	"fmt"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

var errSchema = errors.New("client: the server takes views apart in another way")

// held is the view that the client holds, as tables: a delta leads from it, and from the one
// before it, to the next. docs/DELTA.md, section 4.
type held struct {
	plan      *wire.Plan // of the room's game; nil: its views come whole
	sendEvery uint32
	tick      uint32
	base      *wire.Flat // nil: none is held
	older     *wire.Flat // nil: there was none before it
	spare     []*wire.Flat
}

// enter is for a new match: nothing of the one before can be told from.
func (h *held) enter(plan *wire.Plan, sendEvery uint32) {
	h.forget()
	h.plan, h.sendEvery = plan, sendEvery
}

func (h *held) forget() {
	for _, f := range []*wire.Flat{h.base, h.older} {
		if f != nil {
			h.spare = append(h.spare, f)
		}
	}
	h.base, h.older = nil, nil
}

func (h *held) take() *wire.Flat {
	if n := len(h.spare); n > 0 {
		f := h.spare[n-1]
		h.spare = h.spare[:n-1]
		return f
	}
	return new(wire.Flat)
}

// view makes the view of a state frame, whole again, and its tick.
func (h *held) view(f *pb.ServerFrame) (body []byte, tick uint32, err error) {
	if f.Delta == nil {
		h.forget()
		h.tick = f.Tick
		if h.plan == nil || f.Schema == 0 {
			return f.View, f.Tick, nil
		}
		if f.Schema != h.plan.Hash() {
			return nil, 0, errSchema
		}
		flat := h.take()
		if err := h.plan.Read(f.View, flat); err != nil {
			h.spare = append(h.spare, flat) // the server sends this one's successor whole too
			return f.View, f.Tick, nil
		}
		h.base = flat
		return f.View, f.Tick, nil
	}
	if h.base == nil {
		return nil, 0, errors.New("client: a delta from nothing")
	}
	flat := h.take()
	if err := h.plan.Apply(f.Delta, h.older, h.base, flat); err != nil {
		return nil, 0, fmt.Errorf("apply a delta at tick %d: %w", h.tick, err)
	}
	if h.older != nil {
		h.spare = append(h.spare, h.older)
	}
	h.older, h.base = h.base, flat
	if f.TickStep != 0 {
		h.tick += f.TickStep
	} else {
		h.tick += h.sendEvery
	}
	return h.plan.Append(nil, flat), h.tick, nil
}
