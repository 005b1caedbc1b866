package main

import (
	"errors"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"parlor/game"
	"parlor/game/arcade/tictactoe"
	"parlor/game/arcade/tiles"
	"parlor/net/client"
	tilespb "parlor/proto/arcade/tiles/v1"
)

// viewWithRows describes a view in which rows belong to seats.
func viewWithRows(t *testing.T) protoreflect.MessageDescriptor {
	t.Helper()
	var file descriptorpb.FileDescriptorProto
	err := prototext.Unmarshal([]byte(`
		name: "rows.proto" package: "rows" syntax: "proto3" dependency: "parlor/sync/v1/sync.proto"
		message_type { name: "View"
			field { name: "rows" number: 1 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".rows.Row" }
			field { name: "best" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".rows.Row" }
			field { name: "mine" number: 3 label: LABEL_OPTIONAL type: TYPE_UINT32 options { [parlor.sync.v1.sync] { audience: AUDIENCE_OWNER } } }
		}
		message_type { name: "Row"
			field { name: "seat" number: 1 label: LABEL_OPTIONAL type: TYPE_UINT32 }
			field { name: "hand" number: 2 label: LABEL_OPTIONAL type: TYPE_UINT32 options { [parlor.sync.v1.sync] { audience: AUDIENCE_OWNER } } }
			field { name: "plan" number: 3 label: LABEL_OPTIONAL type: TYPE_UINT32 options { [parlor.sync.v1.sync] { audience: AUDIENCE_TEAM } } }
			field { name: "score" number: 4 label: LABEL_OPTIONAL type: TYPE_UINT32 }
		}`), &file)
	if err != nil {
		t.Fatal(err)
	}
	described, err := protodesc.NewFile(&file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return described.Messages().ByName("View")
}

func TestAViewThatHasWhatIsForOthersLeaks(t *testing.T) {
	s := &secrets{view: viewWithRows(t), teams: 2}
	for text, want := range map[string]struct { // for seat 1
		own  string
		leak bool
	}{
		`rows { seat: 0 score: 7 } rows { seat: 1 score: 8 }`: {"", false},
		`rows { seat: 1 hand: 5 score: 7 }`:                   {`rows:{hand:5}`, false},
		`rows { seat: 0 hand: 5 }`:                            {"", true},
		`rows { seat: 3 plan: 5 }`:                            {"", false},
		`rows { seat: 2 plan: 5 }`:                            {"", true},
		`mine: 4 best { seat: 1 hand: 3 }`:                    {`best:{hand:3} mine:4`, false},
		`mine: 4 best { seat: 3 hand: 3 }`:                    {"", true},
	} {
		view, wanted := dynamicpb.NewMessage(s.view), dynamicpb.NewMessage(s.view)
		if err := errors.Join(prototext.Unmarshal([]byte(text), view), prototext.Unmarshal([]byte(want.own), wanted)); err != nil {
			t.Fatal(err)
		}
		body, err := proto.Marshal(view)
		if err != nil {
			t.Fatal(err)
		}
		own, err := s.own(body, 1)
		if errors.Is(err, errForeign) != want.leak {
			t.Errorf("%s: %v", text, err)
		}
		if b, _ := (proto.MarshalOptions{Deterministic: true}).Marshal(wanted); err == nil && own != string(b) {
			t.Errorf("%s: own %x, want %x", text, own, b)
		}
	}
	if _, err := s.own([]byte("no view"), 1); err == nil || errors.Is(err, errForeign) {
		t.Errorf("of what is no view: %v", err)
	}
	if newSecrets(tictactoe.Game) != nil || newSecrets(tiles.Game) == nil {
		t.Error("tictactoe hides nothing, and tiles does")
	}
}

func TestAHandThatTwoSeatsHoldAtOnceIsALeak(t *testing.T) {
	m := newMeasures()
	sits := func(seat game.Seat, match string) *bot {
		b := waiting()
		b.all, b.seat, b.match = m, seat, match
		b.info, b.cfg.secrets = tiles.Game.Info(), newSecrets(tiles.Game)
		return b
	}
	shows := func(b *bot, step uint32, hand ...uint32) int64 {
		body, err := proto.Marshal(&tilespb.Table{Hand: hand})
		if err != nil {
			t.Fatal(err)
		}
		before := m.leaks.Load()
		b.pry(&client.View{Step: step, Body: body})
		return m.leaks.Load() - before
	}
	ann, bob, cid := sits(0, "m"), sits(1, "m"), sits(0, "other")
	for i, c := range []struct {
		b    *bot
		step uint32
		hand []uint32
		leak int64
	}{
		{ann, 1, []uint32{3, 4}, 0}, {bob, 1, []uint32{7, 9}, 0}, {cid, 1, []uint32{3, 4}, 0}, // another match
		{bob, 2, []uint32{3, 4}, 0}, // as Ann had it, and she may have played it since
		{ann, 2, []uint32{3, 4}, 1},
		{ann, 2, []uint32{3, 4}, 1}, // again
		{ann, 3, nil, 0}, {bob, 3, nil, 0},
	} {
		if got := shows(c.b, c.step, c.hand...); got != c.leak {
			t.Errorf("view %d: %d leaks, want %d", i, got, c.leak)
		}
	}
	bob.stand(after(1))
	ann.stand(after(1))
	cid.stand(after(1))
	if len(m.hands.matches) > 0 {
		t.Errorf("%d matches are kept", len(m.hands.matches))
	}
	if len(m.errors) > 0 {
		t.Errorf("errors %v", m.errors)
	}
}
