package session

import (
	"context"
	"slices"
	"time"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// Reads of boards go to whoever keeps them, and may take a while. So nobody's inputs wait for one: it is made on
// a goroutine of its own, of which a node has boardReads at most.
const (
	boardWithin  = 2 * time.Second
	boardReads   = 64
	usualEntries = 10
	mostEntries  = 50
	mostPosted   = 16 // boards that a client is yet to be told of
)

var (
	errNoBoards   = wire.Errorf(pb.Code_CODE_NOT_FOUND, "this server keeps no boards")
	errManyWanted = wire.Errorf(pb.Code_CODE_BAD_REQUEST, "%d entries and players at most", mostEntries)
	errManyReads  = &wire.Error{Code: pb.Code_CODE_UNAVAILABLE, Message: "too many read boards just now", Retry: time.Second}
)

// readBoard answers a call later.
func (s *Session) readBoard(client int, call uint32, c *pb.ReadBoard) {
	reply := &pb.Reply{Id: call}
	err := s.mayRead(c)
	if err == nil {
		err = s.server.aside(func() {
			ctx, cancel := context.WithTimeout(context.Background(), boardWithin)
			defer cancel()
			s.reply(client, reply, s.server.contain(s.id, func() (err error) {
				reply.Board, err = s.server.cfg.Boards(ctx, s.player, c)
				return err
			}))
		})
	}
	if err != nil {
		s.reply(client, reply, err)
	}
}

// mayRead fails on what is too much to ask for.
func (s *Session) mayRead(c *pb.ReadBoard) error {
	if s.server.cfg.Boards == nil {
		return errNoBoards
	}
	if c.Limit > mostEntries || len(c.Players) > mostEntries {
		return errManyWanted
	}
	if c.Limit == 0 {
		c.Limit = usualEntries
	}
	return s.take(&s.reads, "reads of boards")
}

// aside runs a read of a board, unless too many are running.
func (s *Server) aside(read func()) error {
	select {
	case s.reading <- struct{}{}:
	default:
		return errManyReads
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing { // nobody would wait for it
		<-s.reading
		return errDraining
	}
	s.serving.Go(func() {
		defer func() { <-s.reading }()
		read()
	})
	return nil
}

// Posted tells a player that results of his are on boards by now. It does not wait.
func (s *Server) Posted(player string, boards ...string) {
	s.mu.Lock()
	session := s.players[player]
	s.mu.Unlock()
	if session != nil {
		session.hasPosted(boards)
	}
}

func (s *Session) hasPosted(boards []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, board := range boards {
		if !slices.Contains(s.posted, board) && len(s.posted) < mostPosted {
			s.posted = append(s.posted, board)
		}
	}
	s.out.stale[newsOfBoards] = true
	s.signal()
}
