// Package client is the Go client: the same protocol as the TypeScript one, for bots and for
// end-to-end tests. It resumes by itself, keeps inputs until they are acknowledged, and answers
// for its own acknowledgements and pings.
//
// One goroutine reads (and reconnects); everything it receives comes out of [Client.Events].
// The other methods may be called from any goroutine.
package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/protobuf/proto"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// Errors of a Client. A *wire.Error besides them is what the server said.
var (
	ErrClosed = errors.New("client: closed")
	ErrFull   = errors.New("client: too many inputs are not acknowledged yet")
)

const (
	maxUnacked = 256
	ackEvery   = 200 * time.Millisecond
)

// Config says who connects, and how.
type Config struct {
	Name       string
	Client     string // name and version, for the operator. Defaults to "parlor-go/0.1".
	Platform   string // Defaults to "go".
	Player     string // with Secret: be this player again
	Secret     string
	CheckViews bool // ask for hashes of views

	// Plans are those of the games' views, by name of the game. Views come as deltas then; events bring
	// them whole all the same. A server with another plan describes it. Nil: all come whole.
	Plans map[string]*wire.Plan

	// Buffer is how many events may wait to be taken; when they do, the reader waits too. Whoever
	// makes calls on the goroutine that takes the events needs room for those that come before the
	// reply. Defaults to 512, more than a server may have waiting.
	Buffer int

	// Dial opens the TCP connection. Defaults to net.Dialer. Tests put bad networks here.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Event is one thing that happened. Exactly one field besides At is set; Lead comes with Acked, and
// Tick and Fraction with RTT.
type Event struct {
	At      time.Time
	Welcome *pb.Welcome // connected, or connected again
	View    *View
	Item    *pb.Item // replies to calls made by this client are not among them; Members is news of the newest Room
	Acked   uint32   // inputs up to this one were applied or refused; it only rises in a session
	Lead    int      // how early those inputs came, in 1/4 ticks: for Predictor.Lead
	Slipped int64    // ticks' time that the match has lost in all: for Clock.Slip

	// RTT is of a ping that is answered now: Clock.Sample takes when it was sent, At less RTT, and At,
	// and which tick the server was in between.
	RTT            time.Duration
	Tick, Fraction uint32

	Lost error // the connection is gone; the client is trying again
}

// View is what the seat sees.
type View struct {
	Tick, Step uint32
	Body       []byte // the game's message, whole
	Hash       uint32 // wire.ViewHash of its canonical bytes; 0: not sent
	Bytes      int    // of the frame that brought it
}

// Client is one player's session with a server.
type Client struct {
	url    string
	cfg    Config
	events chan Event
	cancel context.CancelFunc
	done   chan struct{} // closed when the reader has ended
	err    error         // why, once done is closed

	// These belong to the reader.
	frame pb.ServerFrame // the one being read; reused
	buf   []byte         // its bytes
	batch []Event        // what it brought
	tries int            // connections tried since one has held

	mu        sync.Mutex
	closed    bool
	conn      *websocket.Conn // nil: not connected
	session   string
	startOver bool // the session cannot be resumed: say hello as a guest
	token     string
	player    string
	secret    string
	match     string // whose ticks viewTick counts
	held      held
	lastItem  uint32
	ackItem   uint32 // as last sent
	viewTick  uint32
	ackTick   uint32    // as last sent
	ackedAt   time.Time // when one of them was sent
	ackTimer  *time.Timer
	ackArmed  bool
	unacked   []input
	seq       uint32
	acked     uint32
	callID    uint32
	calls     map[uint32]pending
	pingID    uint32
	pingAt    time.Time // when the ping with pingID was sent; zero: it was answered
	pingTimer *time.Timer
	quick     int    // pings to come soon, for a clock to choose the best answer
	slipped   uint32 // as told, of the match
	out       []byte // the frame being written; reused
	stats     Stats
}

// input is one that the server has not acknowledged.
type input struct {
	seq  uint32
	body []byte
}

// pending is a call without a reply.
type pending struct {
	call   *pb.Call
	answer chan *pb.Reply
}

// Stats counts, since Dial.
type Stats struct {
	Connects, ConnectFailed  int // welcomes, and attempts that brought none
	ConnectRefused           int // of these, those to which the server said no
	Resumes, ResumeFailed    int // of them; and sessions that the server would not go on with
	FramesReceived           int
	BytesReceived, BytesSent int64 // of messages, without what WebSocket and TCP add
	ItemsAgain               int   // items that came a second time, and were skipped
}

// Dial connects to a server's WebSocket address and says hello. It fails if the first attempt
// does; after that the client reconnects until Close, or until the server says that it must not.
func Dial(ctx context.Context, url string, cfg Config) (*Client, error) {
	if cfg.Client == "" {
		cfg.Client = "parlor-go/0.1"
	}
	if cfg.Platform == "" {
		cfg.Platform = "go"
	}
	if cfg.Buffer == 0 {
		cfg.Buffer = 512
	}
	c := &Client{
		url: url, cfg: cfg, events: make(chan Event, cfg.Buffer), done: make(chan struct{}),
		player: cfg.Player, secret: cfg.Secret, calls: map[uint32]pending{},
	}
	run, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	ws, size, err := c.connect(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	go c.run(run, ws, size)
	return c, nil
}

// Events brings everything that happens, in order. It is closed when the client has ended.
func (c *Client) Events() <-chan Event { return c.events }

// Done is closed when the client has ended: a little before the events end.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err is why the client has ended; nil while it has not.
func (c *Client) Err() error {
	select {
	case <-c.done:
		return c.err
	default:
		return nil
	}
}

// Close ends the client and waits until it has. The server holds the seat.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true // a connection that is being made is not taken into use
	c.cancel()
	if c.conn != nil {
		_ = c.conn.WriteControl(websocket.CloseMessage,
			websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
		_ = c.conn.Close()
	}
	c.mu.Unlock()
	for range c.events { // the reader may wait for room
	}
	<-c.done
}

// Cut breaks the connection as a tunnel would: no close frame, no FIN. The client notices and
// resumes.
func (c *Client) Cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == nil {
		return
	}
	conn := c.conn.NetConn()
	if under, ok := conn.(interface{ NetConn() net.Conn }); ok { // TLS would say goodbye
		conn = under.NetConn()
	}
	if tcp, ok := conn.(interface{ SetLinger(sec int) error }); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// Identity is what to put into Config to be the same player again.
func (c *Client) Identity() (player, secret string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.player, c.secret
}

// Token is the session and its newest resume token, for tests that misuse them.
func (c *Client) Token() (session, token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session, c.token
}

// Stats are the counts so far.
func (c *Client) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats
}

// Send sends one input and answers with its number. While there is no connection it is kept,
// and sent after the resume. The body is the client's until it is acknowledged.
func (c *Client) Send(body []byte) (seq uint32, err error) { return c.SendFor(0, body) }

// SendFor sends an input that is meant for a tick: it is applied in that one, if it comes in time.
func (c *Client) SendFor(tick uint32, body []byte) (seq uint32, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.unacked) >= maxUnacked {
		return 0, ErrFull
	}
	c.seq++
	c.unacked = append(c.unacked, input{c.seq, body})
	c.write(&pb.ClientFrame{Inputs: &pb.Inputs{FirstSeq: c.seq, Body: [][]byte{body}, Tick: tick}})
	return c.seq, nil
}

// Away tells the server that the client is about to be frozen, or is back.
func (c *Client) Away(back bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.write(&pb.ClientFrame{Away: &pb.Away{Back: back}})
}

// write sends a frame, with the acknowledgements that are due. The mutex is held. A failed write
// is the reader's to notice: what matters is sent again after the resume.
func (c *Client) write(f *pb.ClientFrame) {
	if c.conn == nil {
		return
	}
	now := time.Now()
	if c.viewTick != c.ackTick {
		c.ackTick, f.AckTick, c.ackedAt = c.viewTick, c.viewTick, now
	}
	if c.lastItem != c.ackItem {
		c.ackItem, f.AckItem, c.ackedAt = c.lastItem, c.lastItem, now
	}
	var err error
	if c.out, err = (proto.MarshalOptions{}).MarshalAppend(c.out[:0], f); err != nil {
		panic(fmt.Sprintf("client: a frame of our own cannot be encoded: %v", err))
	}
	_ = c.conn.SetWriteDeadline(now.Add(wire.WriteWithin))
	if c.conn.WriteMessage(websocket.BinaryMessage, c.out) == nil {
		c.stats.BytesSent += int64(len(c.out))
	}
}

// writeInputs sends the inputs after acked, as many in a frame as go.
func (c *Client) writeInputs(acked uint32) {
	var in *pb.Inputs
	size := 0
	for _, one := range c.unacked {
		if one.seq <= acked {
			continue
		}
		if in != nil && (len(in.Body) == wire.InputsPerFrame || size+len(one.body) > wire.FrameBytes/2) {
			c.write(&pb.ClientFrame{Inputs: in})
			in, size = nil, 0
		}
		if in == nil {
			in = &pb.Inputs{FirstSeq: one.seq}
		}
		in.Body = append(in.Body, one.body)
		size += len(one.body)
	}
	if in != nil {
		c.write(&pb.ClientFrame{Inputs: in})
	}
}
