package session

import (
	"context"
	"slices"
	"strings"

	"parlor/matchmaking"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// party is players who wait in queues together, from match to match. The server's mutex guards it.
type party struct {
	code    string
	members []*Session // the leader first
}

var (
	errInParty   = wire.Errorf(pb.Code_CODE_WRONG_PHASE, "you are in a party already")
	errNoParty   = wire.Errorf(pb.Code_CODE_WRONG_PHASE, "you are in no party")
	errPartyCode = wire.Errorf(pb.Code_CODE_NOT_FOUND, "no party has that code")
	errPartyFull = wire.Errorf(pb.Code_CODE_ROOM_FULL, "the party is full")
	errPartyWait = wire.Errorf(pb.Code_CODE_WRONG_PHASE, "the party waits in a queue, or you do")
	errNoMember  = wire.Errorf(pb.Code_CODE_NOT_FOUND, "nobody of that id is in the party")
	errSentAway  = wire.Errorf(pb.Code_CODE_FORBIDDEN, "the leader of the party has sent you away")
)

func (s *Session) createParty() error {
	server := s.server
	server.mu.Lock()
	defer server.mu.Unlock()
	if s.party != nil {
		return errInParty
	}
	code := newCode()
	for server.parties[code] != nil {
		code = newCode()
	}
	s.party = &party{code: code, members: []*Session{s}}
	server.parties[code] = s.party
	s.party.tell()
	return nil
}

func (s *Session) joinParty(code string) error {
	if err := s.take(&s.tries, "codes"); err != nil {
		return err
	}
	server := s.server
	server.mu.Lock()
	defer server.mu.Unlock()
	p := server.parties[strings.ToUpper(code)]
	if p != nil {
		s.rightCode()
	}
	switch {
	case s.party != nil:
		return errInParty
	case p == nil:
		return errPartyCode
	case len(p.members) == matchmaking.MaxParty:
		return errPartyFull
	case p.members[0].waiting() != nil || s.waiting() != nil:
		return errPartyWait
	}
	s.party = p
	p.members = append(p.members, s)
	p.tell()
	return nil
}

// leaveParty takes the player, or somebody whom he sends away, out of the party.
func (s *Session) leaveParty(player string) error {
	leaver, why := s, (*wire.Error)(nil)
	s.server.mu.Lock()
	p := s.party
	if p != nil && player != "" && player != s.player {
		leaver, why = p.member(player), errSentAway
		if p.members[0] != s {
			s.server.mu.Unlock()
			return errNotLeader
		}
	}
	if p == nil || leaver == nil {
		s.server.mu.Unlock()
		if p == nil {
			return errNoParty
		}
		return errNoMember
	}
	s.server.outOfParty(leaver, why)
	s.server.mu.Unlock()
	s.server.endWaitOf(leaver, nil)
	return nil
}

// outOfParty takes a session out of its party, if it is in one. The mutex is held; whoever calls it ends the
// party's wait.
func (s *Server) outOfParty(session *Session, why *wire.Error) {
	p := session.party
	if p == nil {
		return
	}
	session.party = nil
	p.members = slices.DeleteFunc(p.members, func(each *Session) bool { return each == session })
	session.showParty(&pb.Party{Error: why.Proto()})
	if len(p.members) == 0 {
		delete(s.parties, p.code)
	}
	p.tell()
}

// endWaitOf ends the wait of somebody, and of all who wait with him.
func (s *Server) endWaitOf(session *Session, why *wire.Error) {
	if t, was, _ := s.queue.Remove(context.Background(), session.player); was {
		s.endWait(t, why)
	}
}

// partyOf are those who wait with a session when it asks for a match, and whether it may ask.
func (s *Server) partyOf(session *Session) (members []*Session, leads bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if session.party == nil {
		return []*Session{session}, true
	}
	return slices.Clone(session.party.members), session.party.members[0] == session
}

// tellParty tells his party of somebody who has come or gone, or is called otherwise now.
func (s *Session) tellParty() {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.party != nil {
		s.party.tell()
	}
}

func (p *party) member(player string) *Session {
	for _, each := range p.members {
		if each.player == player {
			return each
		}
	}
	return nil
}

// tell shows all in the party how it stands. The server's mutex is held.
func (p *party) tell() {
	now := &pb.Party{Code: p.code}
	for _, each := range p.members {
		now.Members = append(now.Members, &pb.PartyMember{Player: each.player, Name: each.Name(), Away: !each.Online()})
	}
	for _, each := range p.members {
		each.showParty(now)
	}
}

// showParty notes how the session's party stands; the client is told as soon as it has heard what was told
// before.
func (s *Session) showParty(now *pb.Party) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = now
	s.out.stale[newsOfParty] = true
	s.signal()
}
