package client_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"parlor/net/client"
	pb "parlor/proto/parlor/v1"
)

func TestAPublicRoomIsFoundArrangedAndWatched(t *testing.T) {
	url := startServer(t, tapeGame("steps", 0))
	ann, bob, cid := dial(t, url, client.Config{}), dial(t, url, client.Config{}), dial(t, url, client.Config{})
	ctx := t.Context()
	if err := ann.QuickRoom(ctx, "steps", &pb.Prop{Name: "map", Value: "moon"}); err != nil {
		t.Fatal(err)
	}
	room := until(t, ann, "a room", isRoom).Item.GetRoom()
	cards, err := bob.ListRooms(ctx, &pb.ListRooms{Game: "steps"})
	if err != nil || len(cards) != 1 || cards[0].Id != room.Id || cards[0].Props[0].Value != "moon" {
		t.Fatalf("listed %v, %v", cards, err)
	}
	if got := codeOf(bob.JoinRoom(ctx, "none")); got != pb.Code_CODE_NOT_FOUND {
		t.Errorf("a room that is not there: %v", got)
	}
	if err := bob.Watch(ctx, room.Id, ""); err != nil {
		t.Fatal(err)
	}
	if seat := until(t, bob, "the room", isRoom).Item.GetRoom().Seat; seat != -1 {
		t.Errorf("at seat %d, and he looks on", seat)
	}
	if got := codeOf(ann.SetProp(ctx, "map", "mars", proto.String("sun"))); got != pb.Code_CODE_CONFLICT {
		t.Errorf("on top of what is not there: %v", got)
	}
	for what, err := range map[string]error{
		"prop": ann.SetProp(ctx, "map", "mars", nil), "seat": ann.TakeSeat(ctx, 0), "lock": ann.SetRoom(ctx, &pb.SetRoom{Locked: proto.Bool(true)}),
		"start": ann.Start(ctx, false),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := ann.Send(mark(t, 5)); err != nil {
		t.Fatal(err)
	}
	until(t, bob, "5 seen", func(e client.Event) bool { return e.View != nil && len(cells(t, e.View)) == 1 })
	if err := cid.Watch(ctx, "", room.Code); err != nil {
		t.Fatal(err)
	}
	until(t, cid, "5 seen", func(e client.Event) bool { return e.View != nil && len(cells(t, e.View)) == 1 })
	if got := codeOf(ann.PassOwner(ctx, "nobody")); got != pb.Code_CODE_NOT_FOUND {
		t.Errorf("passed on to nobody: %v", got)
	}
}

func TestAPartyIsMadeQueuesAndIsLeft(t *testing.T) {
	url := startServer(t, tapeGame("steps", 0))
	ann, bob := dial(t, url, client.Config{}), dial(t, url, client.Config{})
	ctx := t.Context()
	isParty := func(of int) func(client.Event) bool {
		return func(e client.Event) bool { return len(e.Item.GetParty().GetMembers()) == of }
	}
	if err := ann.CreateParty(ctx); err != nil {
		t.Fatal(err)
	}
	code := until(t, ann, "a party", isParty(1)).Item.GetParty().Code
	if err := bob.JoinParty(ctx, code); err != nil {
		t.Fatal(err)
	}
	until(t, ann, "both in it", isParty(2))
	if got := codeOf(bob.JoinQueue(ctx, "steps", "")); got != pb.Code_CODE_FORBIDDEN {
		t.Errorf("by one who does not lead: %v", got)
	}
	if got := codeOf(ann.JoinQueue(ctx, "steps", "")); got != pb.Code_CODE_BAD_REQUEST {
		t.Errorf("two for a game of one: %v", got)
	}
	if got := codeOf(ann.Accept(ctx, true)); got != pb.Code_CODE_WRONG_PHASE {
		t.Errorf("nothing to accept: %v", got)
	}
	if err := bob.LeaveParty(ctx, ""); err != nil {
		t.Fatal(err)
	}
	until(t, ann, "alone", isParty(1))
}
