//go:build !linux

package ws

import (
	"errors"
	"time"
)

// errQuiet says that nothing more has come.
var errQuiet = errors.New("ws: nothing has come")

// seated is a socket that a room owns. Only on Linux can it.
type seated struct {
	taken   bool
	drained bool
	rest    []byte
	stuck   time.Time
	broken  error
}

func (*socket) take() bool                  { return false }
func (*socket) giveBack() error             { return nil }
func (*socket) receive([]byte) (int, error) { return 0, errQuiet }
func (*socket) send([]byte)                 {}
func (*socket) lay() time.Duration          { return 0 }
