package client_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	"parlor/net/client"
	pb "parlor/proto/parlor/v1"
)

// script plays the server's part in one connection, frame by frame.
type script struct {
	t    *testing.T
	conn *websocket.Conn
}

// startScript is a server that runs play for each connection, numbered from 0.
func startScript(t *testing.T, play func(n int, s *script)) (url string) {
	t.Helper()
	var mu sync.Mutex
	var conns []*websocket.Conn
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		mu.Lock()
		n := len(conns)
		conns = append(conns, conn)
		mu.Unlock()
		play(n, &script{t, conn})
		_ = conn.Close()
	}))
	t.Cleanup(func() {
		mu.Lock()
		for _, conn := range conns {
			_ = conn.Close()
		}
		mu.Unlock()
		listener.Close()
	})
	return "ws" + strings.TrimPrefix(listener.URL, "http")
}

// take waits for what a script has to tell.
func take[T any](t *testing.T, told <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-told:
	case <-time.After(patience):
		t.Fatalf("no %s came", what)
	}
	return v
}

// read takes the client's next frame; nil when the connection has ended.
func (s *script) read() *pb.ClientFrame {
	_, b, err := s.conn.ReadMessage()
	if err != nil {
		return nil
	}
	f := new(pb.ClientFrame)
	if err := proto.Unmarshal(b, f); err != nil {
		s.t.Errorf("a frame that cannot be read: %v", err)
	}
	return f
}

// readUntil takes frames until one has what the script waits for; nil if the connection ends.
func (s *script) readUntil(is func(*pb.ClientFrame) bool) *pb.ClientFrame {
	for f := s.read(); f != nil; f = s.read() {
		if is(f) {
			return f
		}
	}
	return nil
}

func (s *script) write(f *pb.ServerFrame) {
	b, err := proto.Marshal(f)
	if err == nil {
		err = s.conn.WriteMessage(websocket.BinaryMessage, b)
	}
	if err != nil {
		s.t.Errorf("write: %v", err)
	}
}

// welcome takes the hello and answers it.
func (s *script) welcome(w *pb.Welcome) *pb.Hello {
	f := s.read()
	if f == nil || f.Hello == nil {
		s.t.Errorf("the first frame is %v, want a hello", f)
		return new(pb.Hello)
	}
	w.PingMs, w.DeadMs = 60_000, 60_000
	s.write(&pb.ServerFrame{Welcome: w})
	return f.Hello
}

// close ends the connection with a WebSocket code.
func (s *script) close(code int) {
	_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
}

func view(tick uint32) *pb.ServerFrame { return &pb.ServerFrame{Tick: tick, View: []byte{}} }

func room(number uint32, match string) *pb.ServerFrame {
	return &pb.ServerFrame{FirstItem: number, Items: []*pb.Item{
		{Kind: &pb.Item_Room{Room: &pb.Room{Id: "r", Match: match, Phase: pb.Phase_PHASE_PLAYING}}},
	}}
}

// TestAChangeOfTheRoomKeepsTheAcknowledgement changes the room between a view and its
// acknowledgement: without that the server would send no further view.
func TestAChangeOfTheRoomKeepsTheAcknowledgement(t *testing.T) {
	done := make(chan *pb.ClientFrame, 1)
	dial(t, startScript(t, func(n int, s *script) {
		s.welcome(&pb.Welcome{Session: "s"})
		s.write(room(1, "r-1"))
		s.write(view(40))
		s.write(room(2, "r-1"))
		done <- s.readUntil(func(f *pb.ClientFrame) bool { return f.AckTick != 0 })
	}), client.Config{})
	if f := take(t, done, "acknowledgement"); f.GetAckTick() != 40 {
		t.Errorf("acknowledged %v, want tick 40", f)
	}
}

// TestAViewThatComesAgainIsAcknowledgedAgain: the server that sends one to a player who is back waits
// for an answer, though nobody has moved.
func TestAViewThatComesAgainIsAcknowledgedAgain(t *testing.T) {
	done := make(chan *pb.ClientFrame, 1)
	dial(t, startScript(t, func(n int, s *script) {
		s.welcome(&pb.Welcome{Session: "s"})
		s.write(room(1, "r-1"))
		acked := func(f *pb.ClientFrame) bool { return f.AckTick == 40 }
		s.write(view(40))
		s.readUntil(acked)
		s.write(view(40))
		done <- s.readUntil(acked)
	}), client.Config{})
	if take(t, done, "acknowledgement") == nil {
		t.Error("the connection has ended")
	}
}

// TestTicksOfANewMatchAreAcknowledged begins a match whose ticks are below those before.
func TestTicksOfANewMatchAreAcknowledged(t *testing.T) {
	done := make(chan *pb.ClientFrame, 1)
	dial(t, startScript(t, func(n int, s *script) {
		s.welcome(&pb.Welcome{Session: "s"})
		s.write(room(1, "r-1"))
		s.write(view(40))
		s.readUntil(func(f *pb.ClientFrame) bool { return f.AckTick == 40 })
		s.write(room(2, "r-2"))
		s.write(view(40)) // the same number in another match
		done <- s.readUntil(func(f *pb.ClientFrame) bool { return f.AckTick != 0 })
	}), client.Config{})
	if f := take(t, done, "acknowledgement"); f.GetAckTick() != 40 {
		t.Errorf("acknowledged %v, want tick 40", f)
	}
}

// TestASessionThatIsOverBeginsAgain restarts a server that remembers nobody: the client is the
// same player in a new session, and its inputs are numbered anew.
func TestASessionThatIsOverBeginsAgain(t *testing.T) {
	hellos := make(chan *pb.Hello, 3)
	seqs := make(chan uint32, 3)
	c := dial(t, startScript(t, func(n int, s *script) {
		switch n {
		case 0:
			hellos <- s.welcome(&pb.Welcome{Session: "old", Token: "t", Player: "p", Secret: "s"})
			s.readUntil(func(f *pb.ClientFrame) bool { return f.Inputs != nil })
			s.close(1001)
		case 1:
			hellos <- s.read().GetHello()
			s.write(&pb.ServerFrame{Error: &pb.Error{Code: pb.Code_CODE_EXPIRED}})
			s.close(4202)
		default:
			hellos <- s.welcome(&pb.Welcome{Session: "new", Token: "u", Player: "p"})
			f := s.readUntil(func(f *pb.ClientFrame) bool { return f.Inputs != nil })
			seqs <- f.GetInputs().GetFirstSeq()
			s.read()
		}
	}), client.Config{})
	if _, err := c.Send([]byte{}); err != nil {
		t.Fatal(err)
	}
	again := func(e client.Event) bool { return e.Welcome.GetSession() == "new" }
	until(t, c, "second welcome", again)
	if _, err := c.Send([]byte{}); err != nil {
		t.Fatal(err)
	}
	take(t, hellos, "hello")
	if r := take(t, hellos, "resume").GetResume(); r.GetSession() != "old" || r.GetToken() != "t" {
		t.Errorf("resumed with %v", r)
	}
	if g := take(t, hellos, "guest").GetGuest(); g.GetPlayer() != "p" || g.GetSecret() != "s" {
		t.Errorf("said hello as %v", g)
	}
	if seq := take(t, seqs, "input"); seq != 1 {
		t.Errorf("the first input in the new session has number %d", seq)
	}
	if stats := c.Stats(); stats.Connects != 2 || stats.Resumes != 0 || stats.ResumeFailed != 1 {
		t.Errorf("%+v, want 2 connects and 1 failed resume", stats)
	}
}

// TestManyInputsAreSentAgainInFewFrames keeps the resend of a long tunnel under the limit on
// frames.
func TestManyInputsAreSentAgainInFewFrames(t *testing.T) {
	const inputs = 200
	sent, frames := make(chan bool), make(chan []*pb.Inputs, 1)
	c := dial(t, startScript(t, func(n int, s *script) {
		if n == 0 {
			s.welcome(&pb.Welcome{Session: "s"})
			s.close(1001)
			return
		}
		<-sent
		s.welcome(&pb.Welcome{Session: "s", Resumed: true, Acked: 3})
		var all []*pb.Inputs
		s.readUntil(func(f *pb.ClientFrame) bool {
			if f.Inputs != nil {
				all = append(all, f.Inputs)
			}
			return f.GetInputs().GetFirstSeq()+uint32(len(f.GetInputs().GetBody())) > inputs
		})
		frames <- all
		s.read()
	}), client.Config{})
	until(t, c, "loss", func(e client.Event) bool { return e.Lost != nil })
	for i := range inputs {
		if _, err := c.Send([]byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
	}
	close(sent)
	all := take(t, frames, "inputs")
	if len(all) > 4 {
		t.Errorf("%d frames for %d inputs", len(all), inputs)
	}
	next := uint32(4)
	for _, in := range all {
		if in.FirstSeq != next {
			t.Fatalf("input %d came when %d was due", in.FirstSeq, next)
		}
		for _, body := range in.Body {
			if int(body[0]) != int(next)-1 {
				t.Errorf("input %d has the body of %d", next, body[0]+1)
			}
			next++
		}
	}
}

// TestACloseCodeStopsTheClient closes with codes of ours that come without a frame before.
func TestACloseCodeStopsTheClient(t *testing.T) {
	for _, code := range []pb.Code{pb.Code_CODE_BAD_REQUEST, pb.Code_CODE_UNAUTHENTICATED, pb.Code_CODE_UPGRADE_REQUIRED} {
		t.Run(code.String(), func(t *testing.T) {
			c := dial(t, startScript(t, func(n int, s *script) {
				if n > 0 {
					t.Error("the client came back")
				}
				s.welcome(&pb.Welcome{Session: "s"})
				s.close(4000 + int(code))
				s.read()
			}), client.Config{})
			for range c.Events() { // until they end
			}
			if got := codeOf(c.Err()); got != code {
				t.Errorf("the client ended with %v, want %v", c.Err(), code)
			}
		})
	}
}

// TestARefusalIsToldFromAConnectionThatDied refuses one attempt to come back and lets the next die.
func TestARefusalIsToldFromAConnectionThatDied(t *testing.T) {
	c := dial(t, startScript(t, func(n int, s *script) {
		switch n {
		case 0:
			s.welcome(&pb.Welcome{Session: "s"})
			s.close(1001)
		case 1:
			s.read()
			s.write(&pb.ServerFrame{Error: &pb.Error{Code: pb.Code_CODE_UNAVAILABLE}})
		case 2:
			s.read()
		default:
			s.welcome(&pb.Welcome{Session: "s", Resumed: true})
			s.read()
		}
	}), client.Config{})
	until(t, c, "resume", func(e client.Event) bool { return e.Welcome.GetResumed() })
	if s := c.Stats(); s.ConnectFailed != 2 || s.ConnectRefused != 1 || s.ResumeFailed != 0 {
		t.Errorf("%+v, want 2 attempts without a welcome, 1 of them refused", s)
	}
}
