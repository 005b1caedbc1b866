package game

import (
	"encoding"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Kind is a game with its types folded away. Every [Spec] is one, and nothing else.
type Kind interface {
	Info() Info
	Validate() error

	// BotInput asks the game's bot for an input, from a view as it came over the wire. It answers
	// nil for "wait", and in games without a bot.
	BotInput(seat Seat, view []byte, r *Rand) ([]byte, error)

	// ViewType describes the game's view, with the options that say how it travels.
	ViewType() protoreflect.MessageDescriptor

	// Canonical is the view in canonical bytes, whatever order its fields came in: what the
	// hash of a view is taken of.
	Canonical(view []byte) ([]byte, error)

	start(t *Tick) table
}

// table is a Logic with its types folded away: bytes in, bytes out.
type table interface {
	input(t *Tick, seat Seat, body []byte) error
	tick(t *Tick)
	appendView(buf []byte, seat Seat) ([]byte, error)
	bot(seat Seat, r *Rand) ([]byte, error)
	optional() any // the Logic itself, to ask for its optional interfaces
}

// canonical is how views are encoded: equal views, equal bytes.
var canonical = proto.MarshalOptions{Deterministic: true}

// unmarshal reads what came from outside. Nesting is bounded: hostile messages are cheap.
var unmarshal = proto.UnmarshalOptions{DiscardUnknown: true, RecursionLimit: 32}

func (s Spec[In, View]) start(t *Tick) table {
	var in In
	return &folded[In, View]{
		logic: s.New(t),
		ask:   s.Bot,
		in:    in.ProtoReflect().New().Interface().(In),
	}
}

// ViewType implements [Kind].
func (s Spec[In, View]) ViewType() protoreflect.MessageDescriptor {
	var none View
	return none.ProtoReflect().Descriptor()
}

// BotInput implements [Kind].
func (s Spec[In, View]) BotInput(seat Seat, view []byte, r *Rand) ([]byte, error) {
	if s.Bot == nil {
		return nil, nil
	}
	v, err := s.decodeView(view)
	if err != nil {
		return nil, err
	}
	return answer(s.Bot, seat, v, r)
}

// Canonical implements [Kind].
func (s Spec[In, View]) Canonical(view []byte) ([]byte, error) {
	v, err := s.decodeView(view)
	if err != nil {
		return nil, err
	}
	return canonical.Marshal(v)
}

func (s Spec[In, View]) decodeView(view []byte) (View, error) {
	var none View
	v := none.ProtoReflect().New().Interface().(View)
	if err := unmarshal.Unmarshal(view, v); err != nil {
		return none, fmt.Errorf("decode a view of %s: %w", s.Name, err)
	}
	return v, nil
}

// folded is the one place where a game's types meet bytes.
type folded[In, View proto.Message] struct {
	logic Logic[In, View]
	ask   func(Seat, View, *Rand) In
	in    In // reused: a Logic does not keep its inputs
}

func (f *folded[In, View]) input(t *Tick, seat Seat, body []byte) error {
	if err := unmarshal.Unmarshal(body, f.in); err != nil {
		return ErrBadInput
	}
	return f.logic.Input(t, seat, f.in)
}

func (f *folded[In, View]) tick(t *Tick) { f.logic.Tick(t) }

func (f *folded[In, View]) appendView(buf []byte, seat Seat) ([]byte, error) {
	return canonical.MarshalAppend(buf, f.logic.View(seat))
}

func (f *folded[In, View]) bot(seat Seat, r *Rand) ([]byte, error) {
	if f.ask == nil {
		return nil, nil
	}
	return answer(f.ask, seat, f.logic.View(seat), r)
}

func (f *folded[In, View]) optional() any { return f.logic }

// answer encodes what a bot wants to do. An empty message is an input too, so it must not
// look like nil.
func answer[In, View proto.Message](ask func(Seat, View, *Rand) In, seat Seat, v View, r *Rand) ([]byte, error) {
	in := ask(seat, v, r)
	if !in.ProtoReflect().IsValid() {
		return nil, nil
	}
	return canonical.MarshalAppend([]byte{}, in)
}

// The optional interfaces of a Logic. Checkpoints need both halves.
func joiner(t table) (Joiner, bool) { j, ok := t.optional().(Joiner); return j, ok }
func leaver(t table) (Leaver, bool) { l, ok := t.optional().(Leaver); return l, ok }
func saver(t table) (checkpointer, bool) {
	s, ok := t.optional().(checkpointer)
	return s, ok
}

type checkpointer interface {
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}
