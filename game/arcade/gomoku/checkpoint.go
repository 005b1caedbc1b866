package gomoku

import (
	"errors"

	pb "parlor/proto/arcade/gomoku/v1"
)

// A checkpoint:
//
//	version ending n(moves) { cell } clock
//
// all but the clock a byte each. The row follows from the moves.
const checkpointVersion = 1

var errCheckpoint = errors.New("the checkpoint of gomoku is damaged")

// MarshalBinary is the whole state.
func (m *match) MarshalBinary() ([]byte, error) {
	b := append(make([]byte, 0, 3+cells+16), checkpointVersion, byte(m.ending), byte(len(m.moves)))
	return m.clock.AppendBinary(append(b, m.moves...))
}

// UnmarshalBinary takes the place of the whole state. What no match could have come to is
// refused, so that no later step can panic on it.
func (m *match) UnmarshalBinary(b []byte) error {
	if len(b) < 3 || b[0] != checkpointVersion || b[1] > byte(pb.Ending_ENDING_TIME) || b[2] > cells || len(b) < 3+int(b[2]) {
		return errCheckpoint
	}
	made := match{ending: pb.Ending(b[1]), clock: m.clock}
	moves := b[3 : 3+b[2]]
	for i, cell := range moves {
		if made.row != nil || cell >= cells || made.board[cell] != free {
			return errCheckpoint
		}
		made.put(int(cell))
		if made.row = made.board.row(int(cell)); made.row == nil && i == cells-1 && made.ending != pb.Ending_ENDING_FULL {
			return errCheckpoint
		}
	}
	if (made.row != nil) != (made.ending == pb.Ending_ENDING_ROW) {
		return errCheckpoint
	}
	if err := m.clock.UnmarshalBinary(b[3+len(moves):]); err != nil {
		return err
	}
	made.clock = m.clock
	*m = made
	return nil
}
