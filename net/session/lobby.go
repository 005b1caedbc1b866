package session

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/room"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// Limits of what is asked about rooms.
const (
	longestKeep = 15 * time.Minute
	usualList   = 20
	longestList = 50
	listBytes   = 8 << 10 // of one answer: a burst of them must fit into what a client may leave unacknowledged
)

// alone is somebody who comes by himself, and without a ticket.
func alone(s *Session) guests { return guests{sessions: []*Session{s}} }

// createRoom makes a room with a lobby, with the player as its owner.
func (s *Session) createRoom(c *pb.CreateRoom) error {
	if err := s.idle(); err != nil {
		return err
	}
	kind := s.server.games[c.Game]
	if kind == nil {
		return wire.Errorf(pb.Code_CODE_NOT_FOUND, "no game %q", c.Game)
	}
	cfg, err := lobbyOf(c, kind.Info())
	if err != nil {
		return err
	}
	if err := s.take(&s.makes, "rooms"); err != nil {
		return err
	}
	return s.server.open(c.Game, cfg, alone(s))
}

// lobbyOf is the room that a client asks for.
func lobbyOf(c *pb.CreateRoom, info game.Info) (cfg room.Config, err error) {
	seats, bad := info.Seats, pb.Code_CODE_BAD_REQUEST
	size := cmp.Or(int64(c.Seats), int64(seats.Max))
	keep := time.Duration(c.KeepS) * time.Second
	switch {
	case size < int64(seats.Min) || size > int64(seats.Max):
		return cfg, wire.Errorf(bad, "%s has %d to %d seats", c.Game, seats.Min, seats.Max)
	case info.Teams > 0 && size%int64(info.Teams) != 0:
		return cfg, wire.Errorf(bad, "%s is for %d teams of one size", c.Game, info.Teams)
	case int64(c.ReadyStarts) > size:
		return cfg, wire.Errorf(bad, "%d cannot be ready at a table for %d", c.ReadyStarts, size)
	case keep > longestKeep:
		return cfg, wire.Errorf(bad, "a room is kept for %v at most", longestKeep)
	}
	cfg = room.Config{
		ID: uuid.NewString(), Code: newCode(), Size: int(size),
		Public: c.Public, ReadyStarts: int(c.ReadyStarts), OpenProps: c.OpenProps, Keep: keep,
	}
	cfg.Props, err = propsFrom(c.Props)
	return cfg, err
}

// joinRoom asks for a seat in a room by its id, where that is enough.
func (s *Session) joinRoom(id string) error {
	if err := s.idle(); err != nil {
		return err
	}
	p, err := s.server.known(id)
	if err != nil {
		return err
	}
	return s.server.admit(p, alone(s))
}

// known is a room that everybody may know of.
func (s *Server) known(id string) (*place, error) {
	s.mu.Lock()
	p := s.rooms[id]
	s.mu.Unlock()
	if p == nil || p.code != "" && !p.room.Info().Public { // such a room is not there for who has no code
		return nil, wire.Errorf(pb.Code_CODE_NOT_FOUND, "no room %q", id)
	}
	return p, nil
}

// watch asks to look on in a room.
func (s *Session) watch(c *pb.Watch) (err error) {
	if err := s.idle(); err != nil {
		return err
	}
	var p *place
	if c.Code != "" {
		p, err = s.opened(c.Code)
	} else {
		p, err = s.server.known(c.Room)
	}
	if err != nil {
		return err
	}
	if !s.sits(p, "") {
		return errElsewhere
	}
	if err := p.room.TryWatch(s); err != nil {
		s.stands(p.room)
		return codeOf(err)
	}
	return nil
}

// quickRoom asks for a seat in the fullest public room that there is, or makes one.
func (s *Session) quickRoom(c *pb.QuickRoom) error {
	if err := s.idle(); err != nil {
		return err
	}
	props, err := propsFrom(c.Props)
	if err != nil {
		return err
	}
	if err := s.take(&s.looks, "lists"); err != nil {
		return err
	}
	for _, found := range s.server.listed(c.Game, props, true) {
		if !s.shutOut(found.ID) && s.server.admit(found.place, alone(s)) == nil {
			return nil
		}
	}
	return s.createRoom(&pb.CreateRoom{Game: c.Game, Props: c.Props, Public: true})
}

// mostShut is how many rooms that keep him out a session remembers.
const mostShut = 16

// shutOut tells whether a room's owner has sent the player away: it would do so again, however often he asks.
func (s *Session) shutOut(room string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.shut, room)
}

// listRooms are the public rooms of a game. The answer is cut where it would be too long.
func (s *Session) listRooms(c *pb.ListRooms) (cards []*pb.RoomCard, err error) {
	if err := s.take(&s.looks, "lists"); err != nil {
		return nil, err
	}
	if s.server.games[c.Game] == nil {
		return nil, wire.Errorf(pb.Code_CODE_NOT_FOUND, "no game %q", c.Game)
	}
	props, err := propsFrom(c.Props)
	if err != nil {
		return nil, err
	}
	limit, bytes := min(cmp.Or(int(c.Limit), usualList), longestList), 0
	for _, found := range s.server.listed(c.Game, props, c.Free) {
		card := &pb.RoomCard{
			Id: found.ID, Game: found.Game, Phase: phases[found.Phase], Players: uint32(found.Players),
			Seats: uint32(found.Size), Free: uint32(max(0, found.Free)), Watchers: uint32(found.Watchers), Props: propsOf(found.Props),
		}
		if bytes += proto.Size(card); len(cards) == limit || bytes > listBytes {
			break
		}
		cards = append(cards, card)
	}
	return cards, nil
}

// listing is a room that is to be found, with its card.
type listing struct {
	room.Info
	place *place
}

// listed are the public rooms of a game that bear these props: those with the fewest free seats first, and full
// ones last.
func (s *Server) listed(game string, props *room.Props, free bool) (found []listing) {
	for _, p := range s.places() {
		card := p.room.Info()
		if card.Game == game && card.Public && card.Phase != room.Closed && (card.Free > 0 || !free) && card.Props.Has(props) {
			found = append(found, listing{card, p})
		}
	}
	slices.SortFunc(found, func(a, b listing) int {
		return cmp.Or(cmp.Compare(min(b.Free, 1), min(a.Free, 1)), cmp.Compare(a.Free, b.Free), cmp.Compare(b.Players, a.Players), cmp.Compare(a.ID, b.ID))
	})
	return found
}

// askRoom does a call that the room answers in which the player is.
func (s *Session) askRoom(c *pb.Call, answer func(error)) {
	r, ctx := s.current(), context.Background()
	if r == nil {
		answer(errNowhere)
		return
	}
	switch kind := c.Kind.(type) {
	case *pb.Call_Ready:
		r.Ready(ctx, s, kind.Ready.On, answer)
	case *pb.Call_Start:
		if s.server.Draining() {
			answer(errDraining) // the match would be cut off
			return
		}
		r.Start(ctx, s, kind.Start.Bots, answer)
	case *pb.Call_Kick:
		r.Kick(ctx, s, kind.Kick.Player, answer)
	case *pb.Call_TakeSeat:
		r.Move(ctx, s, int(min(kind.TakeSeat.Seat, game.MaxSeats)), answer)
	case *pb.Call_SetProp:
		p := kind.SetProp.GetProp()
		r.SetProp(ctx, s, room.Prop{Name: p.GetName(), Value: p.GetValue()}, kind.SetProp.Was, answer)
	case *pb.Call_SetRoom:
		r.Set(ctx, s, kind.SetRoom.Public, kind.SetRoom.Locked, answer)
	case *pb.Call_PassOwner:
		r.PassOwner(ctx, s, kind.PassOwner.Player, answer)
	}
}
