package leaderboard

import "time"

// A packed score orders entries by score and, among equals, the earlier first. It is an integer
// that a double, the only number of a Redis sorted set and of Lua, holds exactly: 53 bits and a sign.
//
//	 63       53 52                      24 23                   0
//	+-----------+--------------------------+----------------------+
//	|   sign    |   score (floor, signed)  |   2^24 - 1 - tick    |
//	+-----------+--------------------------+----------------------+
//
//	packed = score * 2^24 + (2^24 - 1 - tick)        score = floor(packed / 2^24)
//
// With 24 bits a tick of a minute lasts from 2026 to November 2057, and scores reach 2^29: boards
// are for all time here, and a game's points are worth more bits than the seconds within a minute.
// Times before and after that span count as its first and last tick. The Lua of submit.lua does the
// same arithmetic. Reasons and measurements: boards-and-matchmaking, section 2.
type packed int64

const (
	tickBits = 24
	tickMask = 1<<tickBits - 1
)

const (
	// Tick is the unit of time in which an earlier score beats an equal later one.
	Tick = time.Minute
	// MaxScore is the largest score a board takes, and the largest sum it reaches.
	MaxScore = 1<<(53-tickBits) - 1
	// MinScore is the smallest.
	MinScore = -1 << (53 - tickBits)
)


func pack(score int64, at time.Time) packed {
	return packed(score<<tickBits | (tickMask - tickOf(at)))
}

// tickOf compares seconds, not durations: a Duration ends after 292 years and At may be anything.
func tickOf(at time.Time) int64 {
	seconds := at.Unix() - epoch.Unix()
	if seconds < 0 {
		return 0
	}
	return min(seconds/int64(Tick/time.Second), tickMask)
}

func (p packed) score() int64 { return int64(p) >> tickBits }

// left is the time part: ticks left until the end of time, so more is earlier.
func (p packed) left() int64 { return int64(p) & tickMask }

func (p packed) at() time.Time {
	return epoch.Add(time.Duration(tickMask-p.left()) * Tick)
}
