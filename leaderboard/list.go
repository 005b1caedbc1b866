package leaderboard

import (
	"encoding/base64"
	"encoding/binary"
	"time"
)

// List names what is read: a board in one of its periods, all of it or a region.
type List struct {
	Board  string
	Period time.Time // any time within it. Defaults to now
	Region string    // of a Regional board. Defaults to all
}

// Page is a part of a list. It is taken at one instant of each shard; two pages are two instants.
type Page struct {
	Span
	Count   int64 // entries of the whole list
	Entries []Entry
	Next    string // cursor for the page that follows; empty: there is none
}

// Period is one that a board has entries of.
type Period struct {
	Span
	Count int64
}

const (
	// MaxPage is the largest number of entries that a single read may ask for.
	MaxPage = 1000
	// MaxPlayers is the largest number of players that may be asked for by their ids.
	MaxPlayers = 200
)

// cursor is the place after which a page begins. Whoever was there may have moved or gone: the page is
// what is worse than the place. It is of one period, so a reader who began before midnight stays in it.
type cursor struct {
	period int64 // unix seconds of its start
	packed packed
	player string
}

func (c cursor) String() string {
	b := binary.AppendVarint(nil, c.period)
	b = binary.AppendVarint(b, int64(c.packed))
	return base64.RawURLEncoding.EncodeToString(append(b, c.player...))
}

func parseCursor(text string) (cursor, error) {
	odd := tell(ErrInvalid, "after must be the next of a page")
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return cursor{}, odd
	}
	period, n := binary.Varint(b)
	if n <= 0 || !inCalendar(time.Unix(period, 0)) {
		return cursor{}, odd
	}
	p, m := binary.Varint(b[n:])
	if m <= 0 || p < -1<<54 || p > 1<<54 {
		return cursor{}, odd
	}
	c := cursor{period, packed(p), string(b[n+m:])}
	if validID("player", c.player) != nil {
		return cursor{}, odd
	}
	return c, nil
}

// validate checks the names, and that there can be such a period.
func (l List) validate() error {
	if err := validBoardName(l.Board); err != nil {
		return err
	}
	if !l.Period.IsZero() && !inCalendar(l.Period) {
		return tell(ErrInvalid, "a period lies in the years %d to %d", firstYear, lastYear)
	}
	if l.Region == "" {
		return nil
	}
	return validName("region", l.Region)
}

// scope is a List that has been looked up.
type scope struct {
	*kept
	Span
	region string
}

// of looks a list up, now if it does not say when.
func (k *kept) of(l List, now time.Time) (scope, error) {
	if l.Region != "" && !k.Regional {
		return scope{}, tell(ErrInvalid, "board %s ranks no regions: only one that is made regional does", k.Name)
	}
	at := l.Period
	if at.IsZero() {
		at = now
	}
	return scope{k, k.span(at), l.Region}, nil
}

// page makes one of rows; a full one has a cursor.
func (s scope) page(rows []row, start, rank, count int64, full bool) Page {
	p := Page{Span: s.Span, Count: count, Entries: s.ranked(rows, start, rank, s.Span)}
	if full && len(rows) > 0 && start+int64(len(rows)) < count {
		last := rows[len(rows)-1]
		p.Next = cursor{s.Start.Unix(), last.packed, last.player}.String()
	}
	return p
}

// validTop checks the arguments of Top, and tells where it begins.
func validTop(l List, after string, limit int) (cursor, error) {
	if err := l.validate(); err != nil {
		return cursor{}, err
	}
	if limit < 0 || limit > MaxPage {
		return cursor{}, tell(ErrInvalid, "limit must be 0 to %d, not %d", MaxPage, limit)
	}
	if after == "" {
		return cursor{}, nil
	}
	return parseCursor(after)
}

// validAround checks the arguments of Around.
func validAround(l List, player string, n int) error {
	if err := l.validate(); err != nil {
		return err
	}
	if err := validID("player", player); err != nil {
		return err
	}
	if n < 0 || n > (MaxPage-1)/2 {
		return tell(ErrInvalid, "neighbours must be 0 to %d, not %d", (MaxPage-1)/2, n)
	}
	return nil
}

// validPlayers checks the arguments of Players.
func validPlayers(l List, players []string) error {
	if err := l.validate(); err != nil {
		return err
	}
	if len(players) > MaxPlayers {
		return tell(ErrInvalid, "players must be %d at most, not %d", MaxPlayers, len(players))
	}
	for _, player := range players {
		if err := validID("player", player); err != nil {
			return err
		}
	}
	return nil
}
