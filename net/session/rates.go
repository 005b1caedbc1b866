package session

import (
	"time"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// How often a session may ask for what costs others something: to look through all rooms; a room, which may be kept
// for longer than the session is there; a place in a queue, for which ratings are looked up. Tries of codes are
// in invite.go.
const (
	lookRate, lookBurst = 2, 3   // a second
	makeRate, makeBurst = 0.1, 5 // one in 10 s
	joinRate, joinBurst = 1, 10
	readRate, readBurst = 4, 4 // of boards; an answer may have 10 KB
)

// take fails when the session has asked for too many of something.
func (s *Session) take(from *wire.Bucket, of string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !from.Take(time.Now(), 1) {
		return &wire.Error{
			Code: pb.Code_CODE_RATE_LIMITED, Message: "too many " + of, Retry: time.Duration(float64(time.Second) / from.Rate),
		}
	}
	return nil
}
