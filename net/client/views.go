package client

import (
	"errors"
	"fmt"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// held is the view that the client holds, as tables: a delta leads from it, and from the one
// before it, to the next. docs/DELTA.md, section 4.
type held struct {
	own       *wire.Plan // of the room's game; nil: the client has none
	plan      *wire.Plan // that the view was taken apart by: the own one, or one that the server described
	sendEvery uint32
	tick      uint32
	base      *wire.Flat // nil: none is held
	older     *wire.Flat // nil: there was none before it
	spare     []*wire.Flat
}

// enter is for a new match: nothing of the one before can be told from.
func (h *held) enter(own *wire.Plan, sendEvery uint32) {
	h.forget()
	h.own, h.sendEvery = own, sendEvery
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
	switch {
	case f.Delta != nil:
		err = h.follow(f)
	case f.Packed != nil:
		err = h.unpack(f)
	default:
		h.forget()
		return f.View, f.Tick, nil
	}
	if err != nil {
		return nil, 0, err
	}
	return h.plan.Append(nil, h.base), h.tick, nil
}

// unpack takes in all of a view.
func (h *held) unpack(f *pb.ServerFrame) error {
	h.forget()
	if err := h.learn(f); err != nil {
		return err
	}
	flat := h.take()
	if err := h.plan.Unpack(f.Packed, flat); err != nil {
		return fmt.Errorf("unpack the view of tick %d: %w", f.Tick, err)
	}
	h.base, h.tick = flat, f.Tick
	return nil
}

// learn settles by which plan the server packs. One that it describes need not be the client's
// own: what comes of it are bytes of the server's message, and protobuf does the rest.
func (h *held) learn(f *pb.ServerFrame) (err error) {
	switch {
	case len(f.Plan) > 0:
		if h.plan, err = wire.ReadPlan(f.Plan); err != nil {
			return err
		}
	case h.own != nil && h.own.Hash() == f.Schema:
		h.plan = h.own
	}
	if h.plan == nil || h.plan.Hash() != f.Schema {
		return errors.New("client: a view by a plan that was not described")
	}
	return nil
}

// follow goes from the view that is held to the next.
func (h *held) follow(f *pb.ServerFrame) error {
	if h.base == nil {
		return errors.New("client: a delta from nothing")
	}
	flat := h.take()
	if err := h.plan.Apply(f.Delta, h.older, h.base, flat); err != nil {
		return fmt.Errorf("apply a delta at tick %d: %w", h.tick, err)
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
	return nil
}
