package client

import (
	"context"

	pb "parlor/proto/parlor/v1"
)

// The calls wait for the reply, across reconnects; a *wire.Error is the server's refusal. What they bring
// about comes as events, before the reply or after it.

// JoinQueue asks for a match, alone or with the party that the player leads. What else JoinQueue can say is
// for [Client.Do].
func (c *Client) JoinQueue(ctx context.Context, game, mode string) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_JoinQueue{JoinQueue: &pb.JoinQueue{Game: game, Mode: mode}}})
}

func (c *Client) CancelQueue(ctx context.Context) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_CancelQueue{CancelQueue: &pb.CancelQueue{}}})
}

// Accept answers a match that was found.
func (c *Client) Accept(ctx context.Context, yes bool) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_Accept{Accept: &pb.Accept{Yes: yes}}})
}

// CreateParty makes a party; the Party item brings its code.
func (c *Client) CreateParty(ctx context.Context) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_CreateParty{CreateParty: &pb.CreateParty{}}})
}

func (c *Client) JoinParty(ctx context.Context, code string) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_JoinParty{JoinParty: &pb.JoinParty{Code: code}}})
}

// LeaveParty leaves the party, or sends a player away whose party this one leads.
func (c *Client) LeaveParty(ctx context.Context, player string) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_LeaveParty{LeaveParty: &pb.LeaveParty{Player: player}}})
}

func (c *Client) JoinRoom(ctx context.Context, room string) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_JoinRoom{JoinRoom: &pb.JoinRoom{Room: room}}})
}

// CreateRoom makes a room with a lobby; the Room item brings its code.
func (c *Client) CreateRoom(ctx context.Context, room *pb.CreateRoom) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_CreateRoom{CreateRoom: room}})
}

func (c *Client) JoinCode(ctx context.Context, code string) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_JoinCode{JoinCode: &pb.JoinCode{Code: code}}})
}

// QuickRoom takes a seat in a public room with these props, or makes one.
func (c *Client) QuickRoom(ctx context.Context, game string, props ...*pb.Prop) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_QuickRoom{QuickRoom: &pb.QuickRoom{Game: game, Props: props}}})
}

// ListRooms are public rooms of a game.
func (c *Client) ListRooms(ctx context.Context, list *pb.ListRooms) ([]*pb.RoomCard, error) {
	reply, err := c.ask(ctx, &pb.Call{Kind: &pb.Call_ListRooms{ListRooms: list}})
	return reply.GetRooms(), err
}

// Watch looks on in a room, by its id or by its code.
func (c *Client) Watch(ctx context.Context, room, code string) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_Watch{Watch: &pb.Watch{Room: room, Code: code}}})
}

func (c *Client) Ready(ctx context.Context, on bool) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_Ready{Ready: &pb.Ready{On: on}}})
}

func (c *Client) TakeSeat(ctx context.Context, seat int) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_TakeSeat{TakeSeat: &pb.TakeSeat{Seat: uint32(seat)}}})
}

// SetProp sets a prop of the room. With was, only if that is its value: else the error is CONFLICT.
func (c *Client) SetProp(ctx context.Context, name, value string, was *string) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_SetProp{SetProp: &pb.SetProp{Prop: &pb.Prop{Name: name, Value: value}, Was: was}}})
}

// Start begins the match of a lobby, Kick sends a player away, PassOwner makes another one the owner, and
// SetRoom opens or closes the room to others; the room's owner may.
func (c *Client) Start(ctx context.Context, bots bool) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_Start{Start: &pb.Start{Bots: bots}}})
}

func (c *Client) Kick(ctx context.Context, player string) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_Kick{Kick: &pb.Kick{Player: player}}})
}

func (c *Client) PassOwner(ctx context.Context, player string) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_PassOwner{PassOwner: &pb.PassOwner{Player: player}}})
}

func (c *Client) SetRoom(ctx context.Context, set *pb.SetRoom) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_SetRoom{SetRoom: set}})
}

func (c *Client) LeaveRoom(ctx context.Context) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_LeaveRoom{LeaveRoom: &pb.LeaveRoom{}}})
}

func (c *Client) Rematch(ctx context.Context) error {
	return c.Do(ctx, &pb.Call{Kind: &pb.Call_Rematch{Rematch: &pb.Rematch{}}})
}

// ReadBoard asks for a part of a board.
func (c *Client) ReadBoard(ctx context.Context, read *pb.ReadBoard) (*pb.Board, error) {
	reply, err := c.ask(ctx, &pb.Call{Kind: &pb.Call_ReadBoard{ReadBoard: read}})
	return reply.GetBoard(), err
}

// Do makes any call. Its id is the client's to choose.
func (c *Client) Do(ctx context.Context, call *pb.Call) error {
	_, err := c.ask(ctx, call)
	return err
}

func (c *Client) ask(ctx context.Context, call *pb.Call) (*pb.Reply, error) {
	answer := make(chan *pb.Reply, 1)
	c.mu.Lock()
	c.callID++
	call.Id = c.callID
	c.calls[call.Id] = pending{call, answer}
	c.write(&pb.ClientFrame{Calls: []*pb.Call{call}})
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.calls, call.Id)
		c.mu.Unlock()
	}()
	select {
	case reply := <-answer:
		if reply.Error == nil {
			return reply, nil
		}
		return nil, fromServer(reply.Error)
	case <-c.done:
		return nil, c.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
