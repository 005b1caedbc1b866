//go:build !linux

package ws

import (
	"errors"

	"parlor/net/session"
)

const ringSize = 64

type ring struct{}

func newRings() (chan *ring, error) { return nil, errors.New("only Linux has it") }
func (*ring) send([]session.Frame)  {}
func (*ring) close()                {}

func (*ring) receive([]session.RoomConn) {}
