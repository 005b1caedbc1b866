package leaderboard

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Calendar divides time into the periods of a board, by the clocks of a place: where they are put forward
// a day is shorter, and a daily board's period with it.
type Calendar struct {
	// Period is how long one lasts: "daily", "weekly", "monthly", or a number with h, d, w or mo, such as
	// "6h", "10d" or "3mo". Empty: there is one without end, until somebody ends it.
	Period string `json:"period,omitempty"`
	// Zone is an IANA time zone. Defaults to UTC.
	Zone string `json:"zone,omitempty"`
	// Start is the local time, "2006-01-02T15:04", at which one of the periods begins; the others follow
	// from it in both directions. Defaults to 2024-01-01T00:00: a Monday, and the first of a month.
	Start string `json:"start,omitempty"`
}

// Span is one period: from Start on, and before End, which is zero where there is none.
type Span struct{ Start, End time.Time }

// Contains tells whether the time lies within.
func (s Span) Contains(at time.Time) bool {
	return !at.Before(s.Start) && (s.End.IsZero() || at.Before(s.End))
}

// epoch is where the period without end begins.
var epoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

const (
	startLayout  = "2006-01-02T15:04"
	defaultStart = "2024-01-01T00:00"
	maxEvery     = 1000
)

// The years that a period which is asked for may lie in: both of its ends can be written as RFC 3339 has it.
const firstYear, lastYear = 1000, 9000

func inCalendar(at time.Time) bool {
	year := at.UTC().Year()
	return firstYear <= year && year <= lastYear
}

type unit uint8

const (
	forever unit = iota
	hours
	days
	months
)

// periods is a Calendar made ready: every n units of local time from an anchor, which is a wall clock's time
// written as if it were UTC.
type periods struct {
	unit   unit
	every  int
	zone   *time.Location
	anchor time.Time
}

// parse tells, with ErrInvalid, what is wrong with the calendar.
func (c Calendar) parse() (periods, error) {
	p := periods{zone: time.UTC}
	var err error
	if p.unit, p.every, err = parsePeriod(c.Period); err != nil {
		return p, err
	}
	if c.Zone != "" {
		oddZone := tell(ErrInvalid, "zone must be the name of an IANA time zone, such as Asia/Shanghai, not %.64q", c.Zone)
		if c.Zone == "Local" {
			return p, oddZone
		}
		if p.zone, err = time.LoadLocation(c.Zone); err != nil {
			return p, oddZone
		}
	}
	start := c.Start
	if start == "" {
		start = defaultStart
	}
	if p.anchor, err = time.Parse(startLayout, start); err != nil {
		return p, tell(ErrInvalid, "start must be a local time such as %s, without seconds or a zone, not %.64q", defaultStart, c.Start)
	}
	if p.unit == forever && (c.Zone != "" || c.Start != "") {
		return p, tell(ErrInvalid, "zone and start go with a period only")
	}
	return p, nil
}

func parsePeriod(text string) (unit, int, error) {
	switch text {
	case "":
		return forever, 0, nil
	case "daily":
		return days, 1, nil
	case "weekly":
		return days, 7, nil
	case "monthly":
		return months, 1, nil
	}
	odd := tell(ErrInvalid, "period must be daily, weekly, monthly, or a whole number up to %d of h, d, w or mo, such as 6h, 10d, 2w, 3mo, not %.64q", maxEvery, text)
	for _, known := range []struct {
		suffix string
		unit   unit
		times  int
	}{{"mo", months, 1}, {"h", hours, 1}, {"d", days, 1}, {"w", days, 7}} {
		digits, ok := strings.CutSuffix(text, known.suffix)
		if !ok {
			continue
		}
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || n > maxEvery || digits[0] == '+' || digits[0] == '0' {
			return 0, 0, odd
		}
		return known.unit, n * known.times, nil
	}
	return 0, 0, odd
}

// longest is how long a period can get, clocks that are put back included: what ticks must last for.
func (p periods) longest() time.Duration {
	const day = 24 * time.Hour
	switch p.unit {
	case hours:
		return time.Duration(p.every) * time.Hour
	case days:
		return time.Duration(p.every)*day + 3*time.Hour
	case months:
		return time.Duration(p.every)*31*day + 3*time.Hour
	}
	return 30 * 365 * day
}

// at is the period that the time lies in.
func (p periods) at(at time.Time) Span {
	if p.unit == forever {
		return Span{Start: epoch}
	}
	n := p.guess(at)
	for p.begin(n).After(at) {
		n--
	}
	for !p.begin(n + 1).After(at) {
		n++
	}
	return Span{p.begin(n), p.begin(n + 1)}
}

// guess is the number of the period, from the anchor's, give or take one or two.
func (p periods) guess(at time.Time) int {
	if p.unit == months {
		local := at.In(p.zone)
		apart := (local.Year()-p.anchor.Year())*12 + int(local.Month()) - int(p.anchor.Month())
		return int(math.Floor(float64(apart) / float64(p.every)))
	}
	length := float64(p.every) * 3600
	if p.unit == days {
		length *= 24
	}
	return int(math.Floor(float64(at.Unix()-p.anchor.Unix()) / length))
}

// begin is when the nth period from the anchor's begins, in UTC. It never falls with n.
func (p periods) begin(n int) time.Time {
	y, m, d := p.anchor.Date()
	switch p.unit {
	case hours: // of real time: they do not follow the clocks
		return time.Unix(p.instant(p.anchor).Unix()+int64(n*p.every)*3600, 0).UTC() // a Duration ends after 292 years
	case days:
		return p.instant(p.anchor.AddDate(0, 0, n*p.every))
	}
	first := time.Date(y, m+time.Month(n*p.every), 1, p.anchor.Hour(), p.anchor.Minute(), 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day() // a month without a 31st begins on its last day
	return p.instant(first.AddDate(0, 0, min(d, last)-1))
}

// instant is when the clocks of the zone show the wall time. Where they show it twice, the first time
// counts; where they skip it, as many minutes after the jump as it was meant to be after it began.
func (p periods) instant(wall time.Time) time.Time {
	offset := func(near time.Time) time.Duration {
		_, seconds := near.In(p.zone).Zone()
		return time.Duration(seconds) * time.Second
	}
	before := wall.Add(-offset(wall.Add(-24 * time.Hour)))
	after := wall.Add(-offset(wall.Add(24 * time.Hour)))
	if after.Before(before) && after.Add(offset(after)).Equal(wall) {
		return after
	}
	if before.Add(offset(before)).Equal(wall) || !after.Add(offset(after)).Equal(wall) {
		return before
	}
	return after
}
