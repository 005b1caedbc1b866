package session

import (
	"errors"
	"time"

	"github.com/google/uuid"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// Serve serves a connection, from hello to close, or until a room takes it over. It closes it, sooner
// or later.
func (s *Server) Serve(conn Conn) {
	l := newLink(conn)
	var session *Session
	err := s.contain("", func() (err error) {
		session, err = s.hello(l)
		return err
	})
	if err != nil {
		e := wire.ToError(err)
		s.cfg.Meter.Refused(wire.CodeName(e.Code))
		s.refuse(conn, e)
		return
	}
	s.cfg.Meter.Connected()
	if s.stopped.Load() { // after the session has got the link: Run, which stops, closes those that it sees
		l.fail(errDraining)
	}
	session.tellAll()
	session.serve(l, nil)
}

// ended is for when a connection has, or must: err says why. It waits for the last frame.
func (s *Session) ended(l *link, err error) {
	s.detach(l)
	if e, ok := errors.AsType[*wire.Error](err); ok {
		l.fail(e)
	} else if l.failed() == nil {
		l.close(0, "") // it has ended, or fell silent: there is nobody to tell
	}
	l.writers.Wait()
	l.close(0, "")
	why := "gone"
	if e := l.failed(); e != nil {
		why = wire.CodeName(e.Code)
	}
	s.server.cfg.Meter.Disconnected(why)
}

// refuse tells a client that did not get past hello why.
func (s *Server) refuse(conn Conn, why *wire.Error) {
	if frame, err := wire.AppendServer(nil, &pb.ServerFrame{Error: why.Proto()}); err == nil {
		_ = conn.Write(frame) // it is being closed anyway
	}
	conn.Close(wire.CloseCode(why.Code), why.Message)
}

// hello reads the first frame and finds, or makes, the session that it asks for.
func (s *Server) hello(l *link) (*Session, error) {
	b, err := l.conn.Read(wire.FirstFrame, wire.HelloWithin)
	if err != nil {
		return nil, wire.Errorf(pb.Code_CODE_BAD_REQUEST, "no hello came")
	}
	f, err := wire.DecodeClient(b)
	if err != nil {
		return nil, err
	}
	h := f.Hello
	if h == nil || f.Inputs != nil || f.Ping != nil || len(f.Calls) > 0 || f.Away != nil || f.AckTick != 0 || f.AckItem != 0 {
		return nil, wire.Errorf(pb.Code_CODE_BAD_REQUEST, "the first frame must be hello and nothing else")
	}
	switch auth := h.Auth.(type) {
	case *pb.Hello_Resume:
		return s.resume(l, h, auth.Resume)
	case *pb.Hello_Guest:
		return s.guest(l, h, auth.Guest)
	}
	return nil, wire.Errorf(pb.Code_CODE_UNAUTHENTICATED, "hello says neither guest nor resume")
}

func (s *Server) resume(l *link, h *pb.Hello, r *pb.Resume) (*Session, error) {
	s.mu.Lock()
	session := s.sessions[r.Session]
	s.mu.Unlock()
	if session == nil {
		s.cfg.Meter.Resumed("expired")
		return nil, errOver
	}
	session.mu.Lock()
	defer session.mu.Unlock()
	if session.over {
		s.cfg.Meter.Resumed("expired")
		return nil, errOver
	}
	if !session.tokens.use(r.Token) {
		s.cfg.Meter.Resumed("unauthenticated")
		return nil, wire.Errorf(pb.Code_CODE_UNAUTHENTICATED, "that token does not open this session")
	}
	if !session.out.connect(r.LastItem, time.Now()) {
		s.cfg.Meter.Resumed("expired")
		return nil, wire.Errorf(pb.Code_CODE_EXPIRED, "too much was missed to go on from item %d", r.LastItem)
	}
	s.cfg.Meter.Resumed("ok")
	session.welcome(l, h, true, "")
	return session, nil
}

func (s *Server) guest(l *link, h *pb.Hello, g *pb.Guest) (*Session, error) {
	player, secret := g.Player, ""
	if player == "" {
		player = uuid.NewString()
		secret = guestSecret(s.cfg.Key, player)
	} else if !guestIs(s.cfg.Key, player, g.Secret) {
		return nil, wire.Errorf(pb.Code_CODE_UNAUTHENTICATED, "that secret is not this player's")
	}
	for {
		session, fresh := s.sessionOf(player)
		if session == nil {
			return nil, errDraining
		}
		session.mu.Lock()
		if session.over {
			session.mu.Unlock() // forgotten in this moment: the next look finds another
			continue
		}
		defer session.mu.Unlock()
		if !fresh {
			session.startOver()
		}
		session.welcome(l, h, !fresh, secret)
		return session, nil
	}
}

// sessionOf is the player's session, or a fresh one; nil when nobody new is taken.
func (s *Server) sessionOf(player string) (session *Session, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if session = s.players[player]; session != nil || s.Draining() {
		return session, false
	}
	session = &Session{server: s, id: uuid.NewString(), player: player, goneAt: time.Now()}
	session.tries = wire.Bucket{Rate: codeRate, Burst: codeBurst}
	session.looks = wire.Bucket{Rate: lookRate, Burst: lookBurst}
	session.makes = wire.Bucket{Rate: makeRate, Burst: makeBurst}
	session.joins = wire.Bucket{Rate: joinRate, Burst: joinBurst}
	session.reads = wire.Bucket{Rate: readRate, Burst: readBurst}
	session.out.restart()
	s.sessions[session.id], s.players[player] = session, session
	return session, true
}

// startOver is for a client that has lost what it knew of a session that still lives. Whoever
// knew it before counts items that are no more, so his tokens end too. The mutex is held.
func (s *Session) startOver() {
	s.out.restart()
	s.client++
	s.call, s.tokens, s.posted = 0, tokens{}, nil
	if s.server.Draining() {
		s.push(s.server.drainingItem())
	}
	if s.shown.GetCode() != "" {
		s.pushNews(newsOfParty)
	}
	switch { // where he is; a room he has not been told of follows by itself
	case s.ticket != nil:
		s.pushNews(newsOfQueue)
	case s.seen != nil:
		s.pushRoom()
	}
}

// welcome makes l the session's connection and leaves a Welcome for it; the connection before is
// told that it is replaced. The mutex is held.
func (s *Session) welcome(l *link, h *pb.Hello, resumed bool, secret string) {
	if s.link != nil {
		s.link.fail(errReplaced)
	}
	l.session = s
	s.link, s.away = l, false
	l.signal()
	if s.name == "" || h.Name != "" {
		s.name = cleanName(h.Name, s.player)
	}
	s.check, s.out.base.Deltas, s.out.base.Schemas = h.CheckViews, h.Deltas, h.Schemas
	s.goneAt = time.Now()
	s.out.welcome = &pb.Welcome{
		Session: s.id, Token: s.tokens.issue(), Player: s.player, Secret: secret, Name: s.name,
		Resumed: resumed, Acked: s.seq, Limits: wire.TheLimits(),
		PingMs: uint32(wire.PingEvery.Milliseconds()), DeadMs: uint32(wire.DeadAfter.Milliseconds()),
		ServerTimeMs: time.Now().UnixMilli(), Games: s.server.names,
	}
}
