package client_test

import (
	"testing"

	"parlor/net/client"
	pb "parlor/proto/parlor/v1"
)

func TestAPrivateRoomIsMadeAndBegunByItsOwner(t *testing.T) {
	url := startServer(t, tapeGame("steps", 0))
	ann := dial(t, url, client.Config{})
	if err := ann.CreateRoom(t.Context(), &pb.CreateRoom{Game: "steps"}); err != nil {
		t.Fatal(err)
	}
	lobby := until(t, ann, "lobby", isRoom).Item.GetRoom()
	if lobby.Phase != pb.Phase_PHASE_LOBBY || lobby.Code == "" {
		t.Fatalf("told %v", lobby)
	}
	bob := dial(t, url, client.Config{})
	if got := codeOf(bob.JoinCode(t.Context(), "none")); got != pb.Code_CODE_NOT_FOUND {
		t.Errorf("a wrong code: %v", got)
	}
	if got := codeOf(bob.Start(t.Context(), true)); got != pb.Code_CODE_WRONG_PHASE {
		t.Errorf("start in no room: %v", got)
	}
	if got := codeOf(ann.Kick(t.Context(), "nobody")); got != pb.Code_CODE_NOT_FOUND {
		t.Errorf("kick of nobody: %v", got)
	}
	if err := ann.Ready(t.Context(), false); err != nil {
		t.Error(err)
	}
	if err := ann.Start(t.Context(), false); err != nil { // a game for one
		t.Fatal(err)
	}
	until(t, ann, "match", func(e client.Event) bool { return e.Item.GetRoom().GetPhase() == pb.Phase_PHASE_PLAYING })
}
