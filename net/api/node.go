package api

import (
	"net/http"
	"time"

	"parlor/game/room"
)

// node are the endpoints about what runs on this machine.
type node struct{ Node }

type roomJSON struct {
	ID      string `json:"id"`
	Game    string `json:"game"`
	Match   string `json:"match"`
	Phase   string `json:"phase"`
	Players int    `json:"players"`
	Away    int    `json:"away"`
	Bots    int    `json:"bots"`
	Free    int    `json:"free"`
	Tick    int64  `json:"tick"`
	Slipped int64  `json:"slipped"`
	Asleep  bool   `json:"asleep"`
	Stuck   bool   `json:"stuck"`
	Endless bool   `json:"endless"`
	Public  bool   `json:"public"`
	Locked  bool   `json:"locked"`

	Watchers int `json:"watchers"`
}

func toRoom(i room.Info, now time.Time) roomJSON {
	return roomJSON{
		ID: i.ID, Game: i.Game, Match: i.Match, Phase: i.Phase.String(),
		Players: i.Players, Away: i.Away, Bots: i.Bots, Free: i.Free,
		Tick: i.Tick, Slipped: i.Slipped, Asleep: i.Asleep, Stuck: i.Stuck(now), Endless: i.Endless,
		Public: i.Public, Locked: i.Locked, Watchers: i.Watchers,
	}
}

// rooms is GET /v1/rooms.
func (n node) rooms(*http.Request) (any, error) {
	infos, now := n.Rooms(), time.Now()
	list := make([]roomJSON, len(infos))
	for i, info := range infos {
		list[i] = toRoom(info, now)
	}
	return struct {
		Rooms []roomJSON `json:"rooms"`
	}{list}, nil
}

// room is GET /v1/rooms/{room}.
func (n node) room(r *http.Request) (any, error) {
	id := r.PathValue("room")
	for _, info := range n.Rooms() {
		if info.ID == id {
			return toRoom(info, time.Now()), nil
		}
	}
	return nil, notFound("no such room on this node")
}
