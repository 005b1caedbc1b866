package leaderboard

import "time"

// Entry is a player's place on a board.
type Entry struct {
	Player string
	Name   string // to show; as last submitted, empty if never
	Score  int64
	// Rank counts from 1. Entries of equal score and equal At share a rank, and the next one comes
	// after all of them (1, 2, 2, 4). Within a shared rank the order is by falling Player bytes.
	Rank int64
	// At is when the score was reached, in UTC and cut to a whole [Tick].
	At time.Time
}

// row is an entry as stores keep it, in the order of the board: by falling packed score, then by
// falling player bytes (the order of ZREVRANGE).
type row struct {
	packed packed
	player string
	name   string
}

// ranked gives ranks to consecutive rows: the first one is at index start of the board (from 0) and
// has the given rank.
func ranked(rows []row, start, rank int64) []Entry {
	entries := make([]Entry, len(rows))
	for i, r := range rows {
		if i > 0 && r.packed != rows[i-1].packed {
			rank = start + int64(i) + 1
		}
		entries[i] = Entry{
			Player: r.player, Name: r.name, Score: r.packed.score(), Rank: rank, At: r.packed.at(),
		}
	}
	return entries
}
