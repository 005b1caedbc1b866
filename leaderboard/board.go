package leaderboard

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/bits"
	"strings"
	"time"
)

// Board describes a board. [Store.Define] makes it; every submission names it.
type Board struct {
	Name     string        // 1 to 64 of a-z, A-Z, 0-9, dot, dash and underscore
	Order    Order         // which scores are better. Defaults to Descending, the higher ones
	Operator Operator      // what a further score of the same player does. Defaults to Best
	Ties     Ties          // who is ahead of equal scores. Defaults to Earliest
	Tick     time.Duration // with Earliest: the unit in which earlier is told apart. Defaults to 1 s, and 1 min where there is no period
	Calendar               // when it starts anew. Defaults to never
	Archive  time.Duration // how long a period can be read, and still takes late results, after its end. Defaults to 28 days
	Size     int           // entries kept of a period, the best; a little more where they are spread over shards. With Best only. 0: all
	Regional bool          // ranks within regions are kept too, at the price of every entry twice
}

// Order says which scores are better.
type Order uint8

const (
	Descending Order = iota // the higher ones
	Ascending               // the lower ones, such as times
)

// Operator says what becomes of a player's entry when he submits another score in the same period.
type Operator uint8

const (
	// Best keeps the better score, and of equal ones the earlier.
	Best Operator = iota
	// Sum adds the score. The time of the entry becomes the later of both; adding 0 leaves it.
	Sum
	// Latest keeps the score that was reached last, by At.
	Latest

	// set replaces whatever is there: an import.
	set
)

// Ties says what becomes of equal scores.
type Ties uint8

const (
	// Earliest puts the one ahead that was reached in an earlier tick; those of one tick share a rank.
	Earliest Ties = iota
	// Shared gives all of them one rank, and the next comes after all of them (1, 2, 2, 4).
	Shared
)

var (
	orderNames    = []string{Descending: "desc", Ascending: "asc"}
	operatorNames = []string{Best: "best", Sum: "sum", Latest: "latest"}
	tiesNames     = []string{Earliest: "earliest", Shared: "shared"}
)

func (o Order) String() string    { return nameOf(orderNames, uint8(o)) }
func (o Operator) String() string { return nameOf(operatorNames, uint8(o)) }
func (t Ties) String() string     { return nameOf(tiesNames, uint8(t)) }

func (o Order) MarshalText() ([]byte, error)    { return []byte(o.String()), nil }
func (o Operator) MarshalText() ([]byte, error) { return []byte(o.String()), nil }
func (t Ties) MarshalText() ([]byte, error)     { return []byte(t.String()), nil }

func (o *Order) UnmarshalText(b []byte) error { return byName("order", orderNames, b, (*uint8)(o)) }
func (o *Operator) UnmarshalText(b []byte) error {
	return byName("operator", operatorNames, b, (*uint8)(o))
}
func (t *Ties) UnmarshalText(b []byte) error { return byName("ties", tiesNames, b, (*uint8)(t)) }

func nameOf(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprint("unknown-", i)
}

func byName(what string, names []string, text []byte, to *uint8) error {
	for i, name := range names {
		if name == string(text) {
			*to = uint8(i)
			return nil
		}
	}
	return tell(ErrInvalid, "%s must be %s, not %.64q", what, strings.Join(names, " or "), text)
}

const (
	defaultArchive = 28 * 24 * time.Hour
	maxArchive     = 10 * 365 * 24 * time.Hour
	minLimit       = 1 << 10 // scores that a board must have room for
	maxSize        = 1 << 31
)

// Validate tells, with ErrInvalid, what is wrong with the description.
func (b Board) Validate() error {
	if err := validBoardName(b.Name); err != nil {
		return err
	}
	_, err := newKept(b, nil)
	return err
}

// Limit is the largest score, and the largest sum, that the board takes; its negative is the smallest.
func (b Board) Limit() int64 {
	k, err := newKept(b, nil)
	if err != nil {
		return 0
	}
	return k.limit
}

// complete fills in the defaults.
func (b Board) complete() Board {
	if b.Ties == Earliest && b.Tick == 0 {
		b.Tick = time.Second
		if b.Period == "" {
			b.Tick = time.Minute
		}
	}
	b.Archive = cmp.Or(b.Archive, defaultArchive)
	return b
}

// check tells what no field may be; bits are those that the ticks of a period take.
func (b Board) check(bits uint) error {
	wrong := func(format string, args ...any) error { return tell(ErrInvalid, format, args...) }
	switch {
	case int(b.Order) >= len(orderNames):
		return wrong("order must be desc or asc, not %v", b.Order)
	case int(b.Operator) >= len(operatorNames):
		return wrong("operator must be best, sum or latest, not %v", b.Operator)
	case int(b.Ties) >= len(tiesNames):
		return wrong("ties must be earliest or shared, not %v", b.Ties)
	case b.Ties == Shared && b.Tick != 0:
		return wrong("tick goes with ties earliest only: where ties are shared no time counts")
	case b.Ties == Earliest && (b.Tick < time.Millisecond || b.Tick > 24*time.Hour || b.Tick%time.Millisecond != 0):
		return wrong("tick must be 1ms to 24h, in whole milliseconds, not %v", b.Tick)
	case b.Archive < time.Second || b.Archive > maxArchive:
		return wrong("archive must be 1s to %dh, not %v", maxArchive/time.Hour, b.Archive)
	case b.Size < 0 || b.Size > maxSize:
		return wrong("size must be 0, which is all, to %d, not %d", maxSize, b.Size)
	case b.Size > 0 && b.Operator != Best: // what is trimmed would begin again from nothing
		return wrong("size goes with operator best only, not with %v", b.Operator)
	case bits > 53 || limitOf(bits) < minLimit:
		return wrong("tick %v leaves no room for scores within a period of that length: take a longer one", b.Tick)
	}
	return nil
}

func limitOf(bits uint) int64 {
	if bits == 0 {
		return 1 << 53
	}
	return 1<<(53-bits) - 1
}

// tickBits are those that number the ticks of the longest period.
func (b Board) tickBits(p periods) uint {
	if b.Ties != Earliest || b.Tick <= 0 {
		return 0
	}
	return uint(bits.Len64(uint64((p.longest() - 1) / b.Tick)))
}

// boardJSON is a Board as files, stores and HTTP write it.
type boardJSON struct {
	Board    string   `json:"board"`
	Order    Order    `json:"order"`
	Operator Operator `json:"operator"`
	Ties     Ties     `json:"ties"`
	Tick     string   `json:"tick,omitempty"`
	Calendar
	Archive  string `json:"archive,omitempty"`
	Size     int    `json:"size,omitempty"`
	Regional bool   `json:"regional,omitempty"`
}

// MarshalJSON implements [json.Marshaler]; durations are like "1m0s".
func (b Board) MarshalJSON() ([]byte, error) {
	j := boardJSON{Board: b.Name, Order: b.Order, Operator: b.Operator, Ties: b.Ties, Calendar: b.Calendar, Size: b.Size, Regional: b.Regional}
	if b.Tick != 0 {
		j.Tick = b.Tick.String()
	}
	if b.Archive != 0 {
		j.Archive = b.Archive.String()
	}
	return json.Marshal(j)
}

// UnmarshalJSON implements [json.Unmarshaler]. What is missing keeps its default, and what is unknown is
// ErrInvalid: a mistyped option must not be a silent default.
func (b *Board) UnmarshalJSON(text []byte) error {
	var j boardJSON
	wrong := func(why string) error {
		var named struct{ Board string }
		if _ = json.Unmarshal(text, &named); named.Board == "" { // it may be read though the rest is not
			return tell(ErrInvalid, "%s", why)
		}
		return tell(ErrInvalid, "board %.64s: %s", named.Board, why)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&j); err != nil {
		return wrong(JSONFault(err))
	}
	*b = Board{Name: j.Board, Order: j.Order, Operator: j.Operator, Ties: j.Ties, Calendar: j.Calendar, Size: j.Size, Regional: j.Regional}
	for _, d := range []struct {
		field, text string
		to          *time.Duration
	}{{"tick", j.Tick, &b.Tick}, {"archive", j.Archive, &b.Archive}} {
		if d.text == "" {
			continue
		}
		var err error
		if *d.to, err = time.ParseDuration(d.text); err != nil {
			return wrong(fmt.Sprintf("%s must be a duration such as 500ms, 1m or 672h (days are told in hours), not %.64q", d.field, d.text))
		}
	}
	return nil
}

func validBoardName(name string) error { return validName("board name", name) }

// validName is for what becomes a part of keys.
func validName(what, name string) error {
	const rule = "must be 1 to 64 of a-z, A-Z, 0-9, dot, dash and underscore"
	if name == "" || len(name) > 64 {
		return tell(ErrInvalid, "%s %s; it is %d bytes", what, rule, len(name))
	}
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
		default:
			return tell(ErrInvalid, "%s %s, not %q", what, rule, name)
		}
	}
	return nil
}
