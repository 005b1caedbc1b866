package leaderboard

import "time"

// A packed score orders entries by merit and, where the board says so, of equals the earlier first. Merit is
// the score, or its negative where lower scores are better, so more is always better. It is an integer that
// a double, the only number of a Redis sorted set and of Lua, holds exactly: 53 bits and a sign.
//
//	 63       53 52                   bits bits-1                 0
//	+-----------+--------------------------+----------------------+
//	|   sign    |   merit (floor, signed)  |  2^bits - 1 - tick   |
//	+-----------+--------------------------+----------------------+
//
//	packed = merit * 2^bits + (2^bits - 1 - tick)        merit = floor(packed / 2^bits)
//
// bits is what numbers the ticks of the board's longest period: 17 for a day of seconds, 22 for a month, 24 for
// thirty years of minutes, none where ties are shared. Ticks count from the start of the period to the end
// of the match, by the room's clock, so a result that comes late keeps its place. The Lua of submit.lua does the
// same arithmetic. Reasons and measurements: docs/BOARDS.md.
type packed int64

func (k *kept) pack(score int64, at time.Time, s Span) packed {
	if k.Order == Ascending {
		score = -score
	}
	return packed(score<<k.bits | k.left(at, s))
}

// left is the time part: ticks left until the end of time, so more is earlier.
func (k *kept) left(at time.Time, s Span) int64 {
	if k.bits == 0 {
		return 0
	}
	mask := int64(1)<<k.bits - 1
	return mask - min(max(int64(at.Sub(s.Start)/k.Tick), 0), mask) // Sub saturates: At may be anything
}

func (k *kept) merit(p packed) int64 { return int64(p) >> k.bits }

func (k *kept) score(p packed) int64 {
	if k.Order == Ascending {
		return -k.merit(p)
	}
	return k.merit(p)
}

func (k *kept) leftOf(p packed) int64 { return int64(p) & (1<<k.bits - 1) }

// reached is when the score was, to the tick.
func (k *kept) reached(p packed, s Span) time.Time {
	return s.Start.Add(time.Duration(1<<k.bits-1-k.leftOf(p)) * k.Tick)
}
