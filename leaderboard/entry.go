package leaderboard

import (
	"strconv"
	"strings"
	"time"
)

// Entry is a player's place on a board.
type Entry struct {
	Player string
	Name   string // to show; as last submitted, empty if never
	Region string // as last submitted, empty if never
	Match  string // that the score was reached in; empty if it was not said
	Proof  string // of it, say the hash of the match's log; empty if it was not said
	Score  int64
	// Rank counts from 1. Entries that are tied share it, and the next one comes after all of them
	// (1, 2, 2, 4). Within a shared rank the order is by falling Player bytes.
	Rank int64
	// At is when the score was reached, in UTC: cut to a whole tick where earlier is ahead, else to a
	// millisecond.
	At time.Time
}

// Percentile is the share of a board's entries, in percent, that the entry is not worse than.
func (e Entry) Percentile(count int64) float64 {
	if count <= 0 {
		return 0
	}
	return 100 * float64(count-e.Rank+1) / float64(count)
}

// standing is an entry as stores keep it.
type standing struct {
	packed packed
	note   string // layout: note
}

// note is what a store keeps beside a packed score: text, a line each, those at the end left out if empty.
//
//	at (unix ms; empty where the packed score has the time) \n name \n region \n match \n proof
//
// submit.lua writes the same.
type note struct {
	at                         int64
	name, region, match, proof string
}

func parseNote(text string) note {
	var n note
	at, rest, _ := strings.Cut(text, "\n")
	n.at, _ = strconv.ParseInt(at, 10, 64) // empty: 0
	n.name, rest, _ = strings.Cut(rest, "\n")
	n.region, rest, _ = strings.Cut(rest, "\n")
	n.match, n.proof, _ = strings.Cut(rest, "\n")
	return n
}

func (n note) String() string {
	at := ""
	if n.at != 0 {
		at = strconv.FormatInt(n.at, 10)
	}
	return strings.TrimRight(at+"\n"+n.name+"\n"+n.region+"\n"+n.match+"\n"+n.proof, "\n")
}

// row is an entry in the order of the board: by falling packed score, then by falling player bytes (the order
// of ZREVRANGE).
type row struct {
	player string
	standing
}

// ahead tells whether a row comes before another.
func ahead(a packed, player string, b packed, other string) bool {
	return a > b || a == b && player > other
}

func (k *kept) entry(r row, rank int64, s Span) Entry {
	n := parseNote(r.note)
	e := Entry{Player: r.player, Name: n.name, Region: n.region, Match: n.match, Proof: n.proof, Score: k.score(r.packed), Rank: rank}
	if k.bits > 0 {
		e.At = k.reached(r.packed, s)
	} else {
		e.At = time.UnixMilli(n.at).UTC()
	}
	return e
}

// ranked gives ranks to consecutive rows: the first one is at index start of the board (from 0), and the first
// that is tied with it has the given rank.
func (k *kept) ranked(rows []row, start, rank int64, s Span) []Entry {
	entries := make([]Entry, len(rows))
	for i, r := range rows {
		if i > 0 && r.packed != rows[i-1].packed {
			rank = start + int64(i) + 1
		}
		entries[i] = k.entry(r, rank, s)
	}
	return entries
}
