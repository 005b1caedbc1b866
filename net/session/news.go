package session

import (
	"time"

	"google.golang.org/protobuf/proto"

	pb "parlor/proto/parlor/v1"
)

// news is a kind of item of which only the newest state matters. Of each kind at most one that has not been
// acknowledged was sent, and one state waits: so however often things change, and however long a client
// is silent, nothing piles up for it.
type news int

const (
	newsOfRoom  news = iota // its members, its props, who may come
	newsOfQueue             // what is found, and how many have accepted
	newsOfParty
	newsOfBoards // on which he has results
	kindsOfNews
)

// pushStale tells what has changed since it was told, where the client has heard the news before. It is
// asked as a frame is made. The mutex is held.
func (s *Session) pushStale() {
	for kind := range kindsOfNews {
		if s.out.stale[kind] && s.out.heard(kind) {
			s.pushNews(kind)
		}
	}
}

// pushNews tells the newest state at once.
func (s *Session) pushNews(kind news) {
	s.out.stale[kind] = false
	if item := s.newsItem(kind); item != nil {
		s.push(item)
		s.out.told[kind] = s.out.newest()
	}
}

func (s *Session) newsItem(kind news) *pb.Item {
	switch {
	case kind == newsOfRoom && s.seen != nil:
		told := s.told
		s.told = s.seen
		if told == nil || !sameSettings(told, s.seen) {
			return roomItem(s.seen, s.seat)
		}
		return membersItem(told, s.seen)
	case kind == newsOfQueue && s.ticket != nil:
		q := proto.CloneOf(s.queued)
		q.WaitedMs = uint32(time.Since(s.ticket.Since).Milliseconds())
		if !s.acceptBy.IsZero() {
			q.AcceptMs = uint32(max(1, time.Until(s.acceptBy).Milliseconds()))
		}
		return &pb.Item{Kind: &pb.Item_Queued{Queued: q}}
	case kind == newsOfParty && s.shown != nil:
		return &pb.Item{Kind: &pb.Item_Party{Party: s.shown}}
	case kind == newsOfBoards && s.posted != nil:
		boards := s.posted
		s.posted = nil
		return &pb.Item{Kind: &pb.Item_Posted{Posted: &pb.Posted{Boards: boards}}}
	}
	return nil
}
