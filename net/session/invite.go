package session

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/google/uuid"

	"parlor/game/room"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// A code opens a private room. It has codeSigns signs, none of which looks like another, so there are
// 31^6, about 888 million. A session may try codeBurst of them, then one every ten seconds. Whoever
// makes as many sessions as an address may, 100 a second (ws.Config), has 500 tries a second: where 1,000 private
// rooms stand open he finds one in half an hour on average, in which a seat must be free, and whose owner
// sends him away. So a code is a doorbell; it keeps nothing secret but the table.
const (
	codeSigns    = 6
	codeAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	codeRate     = 0.1 // tries a second
	codeBurst    = 5
)

// newCode is a code that nobody can foresee; each is equally likely.
func newCode() string {
	const fair = 256 / len(codeAlphabet) * len(codeAlphabet) // bytes above would favour the first signs
	code := make([]byte, 0, codeSigns)
	for len(code) < codeSigns {
		var b [1]byte
		rand.Read(b[:])
		if int(b[0]) < fair {
			code = append(code, codeAlphabet[int(b[0])%len(codeAlphabet)])
		}
	}
	return string(code)
}

// createRoom makes a private room, with the player as its owner.
func (s *Session) createRoom(c *pb.CreateRoom) error {
	if err := s.idle(); err != nil {
		return err
	}
	kind := s.server.games[c.Game]
	if kind == nil {
		return wire.Errorf(pb.Code_CODE_NOT_FOUND, "no game %q", c.Game)
	}
	if seats := kind.Info().Seats; c.Seats != 0 && (int64(c.Seats) < int64(seats.Min) || int64(c.Seats) > int64(seats.Max)) {
		return wire.Errorf(pb.Code_CODE_BAD_REQUEST, "%s has %d to %d seats", c.Game, seats.Min, seats.Max)
	}
	return s.server.open(c.Game, room.Config{ID: uuid.NewString(), Code: newCode(), Size: int(c.Seats)}, s)
}

// joinCode asks for a seat in the private room that the code opens.
func (s *Session) joinCode(code string) error {
	if err := s.idle(); err != nil {
		return err
	}
	s.mu.Lock()
	may := s.tries.Take(time.Now(), 1)
	s.mu.Unlock()
	if !may {
		return &wire.Error{Code: pb.Code_CODE_RATE_LIMITED, Message: "too many codes", Retry: 10 * time.Second}
	}
	s.server.mu.Lock()
	p := s.server.codes[strings.ToUpper(code)]
	s.server.mu.Unlock()
	if p == nil {
		return wire.Errorf(pb.Code_CODE_NOT_FOUND, "no room has that code")
	}
	return s.server.admit(p, s)
}

// askRoom does a call that the room answers in which the player sits.
func (s *Session) askRoom(c *pb.Call, answer func(error)) {
	r, ctx := s.current(), context.Background()
	if r == nil {
		answer(wire.Errorf(pb.Code_CODE_WRONG_PHASE, "you are in no room"))
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
	}
}
