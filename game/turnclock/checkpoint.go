package turnclock

import (
	"encoding/binary"
	"errors"

	"parlor/game"
)

// A checkpoint, all numbers varints:
//
//	version turn end alarm n(seats) { bank }
const checkpointVersion = 1

var errCheckpoint = errors.New("the checkpoint of a turn clock is damaged")

// AppendBinary appends the state of the clock, but not its limits.
func (c *Clock) AppendBinary(b []byte) ([]byte, error) {
	for _, v := range [...]int64{checkpointVersion, int64(c.turn), c.end, c.alarm, int64(len(c.banks))} {
		b = binary.AppendUvarint(b, uint64(v))
	}
	for _, bank := range c.banks {
		b = binary.AppendUvarint(b, uint64(bank))
	}
	return b, nil
}

// UnmarshalBinary takes the place of the whole state, for as many seats as there are. What no clock
// could have come to is refused.
func (c *Clock) UnmarshalBinary(b []byte) error {
	failed := false
	read := func(limit int64) int64 {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > uint64(limit) {
			b, failed = nil, true
			return 0
		}
		b = b[n:]
		return int64(v)
	}
	seats, bank := int64(len(c.banks)), ticks(c.limits.Bank)
	failed = read(checkpointVersion) != checkpointVersion
	made := Clock{limits: c.limits, banks: make([]int64, seats)}
	made.turn = game.Seat(read(seats - 1))
	made.end = read(maxTick + ticks(c.limits.Turn) + ticks(c.limits.Short))
	made.alarm = read(maxTick + ticks(c.limits.Turn) + ticks(c.limits.Short) + bank)
	failed = read(seats) != seats || failed
	for seat := range made.banks {
		made.banks[seat] = read(bank)
	}
	if failed || len(b) != 0 {
		return errCheckpoint
	}
	*c = made
	return nil
}
