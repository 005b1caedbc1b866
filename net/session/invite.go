package session

import (
	"crypto/rand"
	"strings"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// A code opens a room that players made, or a party. It has codeSigns signs, none of which looks like another, so there are
// 31^6, about 888 million. A session may get codeBurst of them wrong, then one every ten seconds. Whoever
// makes as many sessions as an address may, 100 a second (ws.Config), has 500 wrong tries a second: where 1,000 private
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

// rightCode gives back a try that was none: only wrong codes are what somebody who guesses tries.
func (s *Session) rightCode() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries.Give(1)
}

// joinCode asks for a seat in the room that the code opens.
func (s *Session) joinCode(code string) error {
	if err := s.idle(); err != nil {
		return err
	}
	p, err := s.opened(code)
	if err != nil {
		return err
	}
	return s.server.admit(p, alone(s))
}

// opened is the room that a code opens.
func (s *Session) opened(code string) (*place, error) {
	if err := s.take(&s.tries, "codes"); err != nil {
		return nil, err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	p := s.server.codes[strings.ToUpper(code)]
	if p == nil {
		return nil, wire.Errorf(pb.Code_CODE_NOT_FOUND, "no room has that code")
	}
	s.rightCode()
	return p, nil
}
