// Package wire is what travels between a client and a server: frames and their limits, error and
// close codes, and what a snapshot is. It does no I/O, starts no goroutine and knows no socket.
//
// One binary WebSocket message is one frame:
//
//	client -> server  parlor.v1.ClientFrame, at most FirstFrame, later FrameBytes bytes
//	server -> client  parlor.v1.ServerFrame
//
// docs/PROTOCOL.md is the specification.
package wire

import (
	"time"

	"google.golang.org/protobuf/proto"

	pb "parlor/proto/parlor/v1"
)

// Subprotocol names the major version of the protocol in the WebSocket handshake.
const Subprotocol = "parlor.v1"

// Limits on what a client may send. Past them the connection is closed; see CloseCode.
const (
	FirstFrame      = 1 << 10 // bytes of the first frame, which says hello
	FrameBytes      = 4 << 10 // bytes of any later frame
	InputBytes      = 512     // bytes of one input
	InputsPerFrame  = 64
	CallsPerFrame   = 16
	FramesPerSecond = 60
	FramesBurst     = 300
	BytesPerSecond  = 32 << 10
	BytesBurst      = 64 << 10
	NameRunes       = 24 // of a player's name
)

// Times that both sides live by.
const (
	HelloWithin    = 5 * time.Second  // from the upgrade to the first frame
	CompleteWithin = 5 * time.Second  // from the head of a frame to its end
	PingEvery      = 5 * time.Second  // as told to the client
	DeadAfter      = 15 * time.Second // silence after which a connection is given up
	WriteWithin    = 5 * time.Second  // for one frame to be taken by the kernel
	AckWithin      = 15 * time.Second // for the client to acknowledge a view or an item
)

// Limits on what is kept for a client.
const (
	MaxItems     = 256
	MaxItemBytes = 64 << 10
)

// unmarshal reads what came from outside: unknown fields are dropped, and nesting is bounded.
var unmarshal = proto.UnmarshalOptions{DiscardUnknown: true, RecursionLimit: 8}

// DecodeClient reads a frame from a client and holds its parts against the limits.
func DecodeClient(b []byte) (*pb.ClientFrame, error) {
	f := new(pb.ClientFrame)
	if err := unmarshal.Unmarshal(b, f); err != nil {
		return nil, Errorf(pb.Code_CODE_BAD_REQUEST, "the frame is not a parlor.v1.ClientFrame")
	}
	if n := len(f.Calls); n > CallsPerFrame {
		return nil, Errorf(pb.Code_CODE_RATE_LIMITED, "%d calls in one frame, over the limit of %d", n, CallsPerFrame)
	}
	if n := len(f.GetInputs().GetBody()); n > InputsPerFrame {
		return nil, Errorf(pb.Code_CODE_TOO_LARGE, "%d inputs in one frame, over the limit of %d", n, InputsPerFrame)
	}
	for _, body := range f.GetInputs().GetBody() {
		if len(body) > InputBytes {
			return nil, Errorf(pb.Code_CODE_TOO_LARGE, "an input of %d bytes, over the limit of %d", len(body), InputBytes)
		}
	}
	return f, nil
}

// AppendServer appends a frame for a client.
func AppendServer(b []byte, f *pb.ServerFrame) ([]byte, error) {
	return proto.MarshalOptions{}.MarshalAppend(b, f)
}

// TheLimits are the limits as a Welcome tells them.
func TheLimits() *pb.Limits {
	return &pb.Limits{
		FrameBytes: FrameBytes, InputBytes: InputBytes,
		FramesPerSecond: FramesPerSecond, FramesBurst: FramesBurst, CallsPending: CallsPerFrame,
	}
}
