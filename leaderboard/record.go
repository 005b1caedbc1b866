package leaderboard

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"parlor/matchmaking/rating"
)

// record is what a store keeps of a player on a ladder, in 217 bytes at most:
//
//	+---+---------+---------+---------+  +---------+-----------+--------------+
//	| 1 | matches |   mu    |  sigma  |  |  match  | mu before | sigma before |  the latest first,
//	+---+---------+---------+---------+  +---------+-----------+--------------+  up to MatchesKept
//	  1      8         8         8            8          8             8
//
// The first byte is the version. Numbers are big-endian, floats IEEE 754, and a match is the 64-bit
// FNV-1a of its id. No record at all, or an empty one, is a newcomer's.
//
// The matches are what makes each count once.
type record struct {
	rating.Rating
	matches uint64
	applied []applied
}

type applied struct {
	match  uint64
	before rating.Rating
}

const (
	recordVersion = 1
	recordHead    = 1 + 8 + 16
	recordMatch   = 8 + 16
)

// MatchesKept is how many matches of a player on a ladder a store remembers. It is also the most that one
// call of Rate should hold: where it fails, all of them are sent again.
const MatchesKept = 8

// parseRecord reads a record as a store has kept it. What we did not write, or a later version of us,
// is ErrMismatch.
func parseRecord(text string) (record, error) {
	if text == "" {
		return record{Rating: rating.Standard().Start}, nil
	}
	b := []byte(text)
	if len(b) < recordHead || b[0] != recordVersion || (len(b)-recordHead)%recordMatch != 0 {
		return record{}, fmt.Errorf("record of %d bytes: %w", len(b), ErrMismatch)
	}
	r := record{matches: binary.BigEndian.Uint64(b[1:]), Rating: parseRating(b[9:])}
	if err := r.Validate(); err != nil {
		return record{}, fmt.Errorf("%w: %w", ErrMismatch, err)
	}
	for b = b[recordHead:]; len(b) > 0; b = b[recordMatch:] {
		r.applied = append(r.applied, applied{binary.BigEndian.Uint64(b), parseRating(b[8:])})
	}
	return r, nil
}

// String is the record as stores keep it.
func (r record) String() string {
	b := append(make([]byte, 0, recordHead+recordMatch*len(r.applied)), recordVersion)
	b = binary.BigEndian.AppendUint64(b, r.matches)
	b = appendRating(b, r.Rating)
	for _, a := range r.applied {
		b = appendRating(binary.BigEndian.AppendUint64(b, a.match), a.before)
	}
	return string(b)
}

func parseRating(b []byte) rating.Rating {
	return rating.Rating{
		Mu:    math.Float64frombits(binary.BigEndian.Uint64(b)),
		Sigma: math.Float64frombits(binary.BigEndian.Uint64(b[8:])),
	}
}

func appendRating(b []byte, r rating.Rating) []byte {
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(r.Mu))
	return binary.BigEndian.AppendUint64(b, math.Float64bits(r.Sigma))
}

// find is where the match is among those applied, or -1.
func (r record) find(match string) int {
	hash := hashOf(match)
	return slices.IndexFunc(r.applied, func(a applied) bool { return a.match == hash })
}

// knows tells whether the match has been applied.
func (r record) knows(match string) bool { return r.find(match) >= 0 }

// before is the rating that the player came into the match with.
func (r record) before(match string) rating.Rating {
	if i := r.find(match); i >= 0 {
		return r.applied[i].before
	}
	return r.Rating
}

// after is the record once a match, which it did not know, has made of the rating what it is to be.
func (r record) after(match string, to rating.Rating) record {
	kept := r.applied[:min(len(r.applied), MatchesKept-1)]
	latest := applied{hashOf(match), r.Rating}
	return record{Rating: to, matches: r.matches + 1, applied: append([]applied{latest}, kept...)}
}

func hashOf(match string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(match)) // never fails
	return h.Sum64()
}
