package wire

import (
	"errors"
	"fmt"
	"time"

	pb "parlor/proto/parlor/v1"
)

// Error is an error with a code, as a client gets to see it.
type Error struct {
	Code    pb.Code
	Message string        // for a developer's eyes; nothing internal
	Retry   time.Duration // not before this; 0: the client's own back-off
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s", CodeName(e.Code), e.Message)
}

// Errorf makes an Error. The text is sent to the client.
func Errorf(code pb.Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// ErrFlood is for a client that sends more than the limits allow.
var ErrFlood = &Error{Code: pb.Code_CODE_RATE_LIMITED, Message: "too many frames or bytes", Retry: time.Second}

// ToError finds the Error in err. Any other is INTERNAL, and its text stays here.
func ToError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return Errorf(pb.Code_CODE_INTERNAL, "the server failed")
}

// Proto is the error as a message; nil for nil.
func (e *Error) Proto() *pb.Error {
	if e == nil {
		return nil
	}
	return &pb.Error{Code: e.Code, Message: e.Message, RetryMs: uint32(e.Retry.Milliseconds())}
}

// CloseBase is where WebSocket leaves codes to applications (RFC 6455, section 7.4.2).
const CloseBase = 4000

// CloseCode is the WebSocket code that a connection is closed with for an error. Its hundreds
// tell the client what to do, as those of pb.Code do:
//
//	41xx  do not repeat it
//	42xx  start over: what it was about is gone
//	43xx  come back later, with resume
func CloseCode(c pb.Code) int { return CloseBase + int(c) }

// Retry tells what to do after a connection was closed.
type Retry int

const (
	Resume    Retry = iota // at once, with resume
	Later                  // with resume, after a pause
	StartOver              // as a guest with player and secret
	Stop                   // not by itself
)

// AfterClose is the client's table: what to do after a close with this code. Codes that are not
// ours (1000, 1001, 1006, whatever a super-app invents) say nothing about the session: resume.
func AfterClose(code int) Retry {
	switch {
	case code >= 4100 && code < 4200:
		return Stop
	case code >= 4200 && code < 4300:
		return StartOver
	case code >= 4300 && code < 4400:
		return Later
	}
	return Resume
}

// CodeName is a code's name without its prefix: "ROOM_FULL".
func CodeName(c pb.Code) string {
	const prefix = "CODE_"
	if name := c.String(); len(name) > len(prefix) && name[:len(prefix)] == prefix {
		return name[len(prefix):]
	}
	return c.String()
}
