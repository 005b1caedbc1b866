package main

import (
	"errors"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"parlor/game"
	"parlor/net/client"
	syncv1 "parlor/proto/parlor/sync/v1"
)

// errForeign is a view that shows its seat what is for others.
var errForeign = errors.New("a view has what is for another seat")

// secrets tells what in a game's views is not for all: fields whose audience is an owner, or his team. A row
// belongs to the seat in its field "seat", a view to the seat that it is for.
type secrets struct {
	view  protoreflect.MessageDescriptor
	teams int
}

// newSecrets is nil for a game that hides nothing.
func newSecrets(k game.Kind) *secrets {
	view := k.ViewType()
	if !marked(view, map[protoreflect.FullName]bool{}) {
		return nil
	}
	return &secrets{view, k.Info().Teams}
}

// marked tells whether a field of a message, or of one in it, is not for all.
func marked(m protoreflect.MessageDescriptor, seen map[protoreflect.FullName]bool) bool {
	if seen[m.FullName()] {
		return false
	}
	seen[m.FullName()] = true
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		if audience(f) != all || f.Message() != nil && marked(f.Message(), seen) {
			return true
		}
	}
	return false
}

const all = syncv1.Audience_AUDIENCE_ALL

func audience(f protoreflect.FieldDescriptor) syncv1.Audience {
	sync, _ := proto.GetExtension(f.Options(), syncv1.E_Sync).(*syncv1.Sync)
	return max(all, sync.GetAudience()) // unspecified is for all
}

// own is what a view has for its seat alone, in bytes that are the same for the same; "" where there is nothing.
// It fails with errForeign if the view has what is for another.
func (s *secrets) own(view []byte, seat game.Seat) (own string, err error) {
	m := dynamicpb.NewMessage(s.view)
	if err := proto.Unmarshal(view, m); err != nil {
		return "", err
	}
	mine := dynamicpb.NewMessage(s.view)
	if s.keep(mine, m, seat, seat) {
		return "", errForeign
	}
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(mine)
	return string(b), err
}

// keep puts into mine what of m, which belongs to owner, is for seat alone. It answers whether something is
// for others.
func (s *secrets) keep(mine, m protoreflect.Message, owner, seat game.Seat) (foreign bool) {
	within := func(part, v protoreflect.Value) (mine bool) {
		m, row := v.Message(), owner
		if f := m.Descriptor().Fields().ByName("seat"); f != nil && !f.IsList() && f.Kind() == protoreflect.Uint32Kind {
			row = game.Seat(m.Get(f).Uint())
		}
		foreign = s.keep(part.Message(), m, row, seat) || foreign
		part.Message().Range(func(protoreflect.FieldDescriptor, protoreflect.Value) bool { mine = true; return false })
		return mine
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch to := audience(f); {
		case to == syncv1.Audience_AUDIENCE_OWNER && owner == seat:
			mine.Set(f, v)
		case to == syncv1.Audience_AUDIENCE_OWNER:
			foreign = true
		case to == syncv1.Audience_AUDIENCE_TEAM:
			team := s.teams > 0 && int(owner)%s.teams == int(seat)%s.teams
			foreign = foreign || owner != seat && !team
		case f.Message() == nil || f.IsMap():
		case f.IsList():
			for i := range v.List().Len() {
				if part := mine.NewField(f).List().NewElement(); within(part, v.List().Get(i)) {
					mine.Mutable(f).List().Append(part)
				}
			}
		default:
			if part := mine.NewField(f); within(part, v) {
				mine.Set(f, part)
			}
		}
		return true
	})
	return foreign
}

// pry looks for what the bot must not see.
func (b *bot) pry(v *client.View) {
	own, err := b.cfg.secrets.own(v.Body, b.seat)
	step := v.Tick
	if b.info.Rate == 0 {
		step = v.Step
	}
	switch {
	case errors.Is(err, errForeign):
		b.all.leaks.Add(1)
	case err != nil:
		b.all.fault("VIEW")
	case dealt[b.info.Name] && b.all.hands.show(b.match, b.seat, step, own):
		b.all.leaks.Add(1)
	}
}

// hands are what the seats of all matches hold just now, in games in which no two can ever hold the same:
// two views with one hand are of one seat, and one of them went to the wrong player. Any bot may show its own
// at any time.
type hands struct {
	mu      sync.Mutex
	matches map[string]map[game.Seat]hand
}

// hand is what a seat was shown at a step.
type hand struct {
	step uint32
	own  string
}

// show tells whether another seat was shown the same at the same step.
func (h *hands) show(match string, seat game.Seat, step uint32, own string) (clash bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	held := h.matches[match]
	if held == nil {
		held = map[game.Seat]hand{}
		h.matches[match] = held
	}
	held[seat] = hand{step, own}
	for other, hand := range held {
		clash = clash || other != seat && hand.step == step && hand.own == own && own != ""
	}
	return clash
}

// leave forgets a seat.
func (h *hands) leave(match string, seat game.Seat) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if delete(h.matches[match], seat); len(h.matches[match]) == 0 {
		delete(h.matches, match)
	}
}
