package leaderboard

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

func TestATimeLiesInThePeriodThatTheClocksOfThePlaceSay(t *testing.T) {
	weeklyBerlin := Calendar{Period: "weekly", Zone: "Europe/Berlin"}
	for _, test := range []struct {
		name           string
		calendar       Calendar
		at, start, end string
	}{
		{"none", Calendar{}, "2031-05-06T07:08:09Z", "2026-01-01T00:00:00Z", ""},
		{"a day", Calendar{Period: "daily"}, "2026-03-04T05:06:07Z", "2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z"},
		{"its first instant", Calendar{Period: "daily"}, "2026-03-04T00:00:00Z", "2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z"},
		{"before the anchor", Calendar{Period: "daily"}, "1999-12-31T23:59:59Z", "1999-12-31T00:00:00Z", "2000-01-01T00:00:00Z"},
		{"a day of 23 hours", Calendar{Period: "daily", Zone: "Europe/Berlin"}, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"a day of 25 hours", Calendar{Period: "daily", Zone: "Europe/Berlin"}, "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		{"the hour that comes twice, first", Calendar{Period: "daily", Zone: "Europe/Berlin", Start: "2026-01-01T02:30"}, "2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		{"the hour that comes twice, again", Calendar{Period: "daily", Zone: "Europe/Berlin", Start: "2026-01-01T02:30"}, "2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		{"the hour that is skipped", Calendar{Period: "daily", Zone: "Europe/Berlin", Start: "2026-01-01T02:30"}, "2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"},
		{"just before it", Calendar{Period: "daily", Zone: "Europe/Berlin", Start: "2026-01-01T02:30"}, "2026-03-29T01:29:59Z", "2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z"},
		{"a midnight that is skipped", Calendar{Period: "daily", Zone: "America/Sao_Paulo"}, "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		{"a day west of Greenwich", Calendar{Period: "daily", Zone: "America/Los_Angeles"}, "2026-07-01T06:59:59Z", "2026-06-30T07:00:00Z", "2026-07-01T07:00:00Z"},
		{"a zone of 45 minutes", Calendar{Period: "daily", Zone: "Asia/Kathmandu"}, "2026-07-01T18:15:00Z", "2026-07-01T18:15:00Z", "2026-07-02T18:15:00Z"},
		{"a week", Calendar{Period: "weekly"}, "2026-03-01T23:59:59Z", "2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z"},
		{"a week with a change", weeklyBerlin, "2026-03-27T12:00:00Z", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"a week from Friday evening", Calendar{Period: "weekly", Zone: "Asia/Shanghai", Start: "2026-01-02T18:00"}, "2026-03-06T09:59:59Z", "2026-02-27T10:00:00Z", "2026-03-06T10:00:00Z"},
		{"a month", Calendar{Period: "monthly"}, "2026-02-28T23:59:59Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"},
		{"a leap month", Calendar{Period: "monthly"}, "2028-02-29T23:59:59Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"},
		{"the last month", Calendar{Period: "monthly", Zone: "Europe/Berlin"}, "2026-12-31T22:59:59Z", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"},
		{"from the 31st on", Calendar{Period: "monthly", Start: "2026-01-31T00:00"}, "2026-02-28T00:00:00Z", "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"},
		{"up to the 31st", Calendar{Period: "monthly", Start: "2026-01-31T00:00"}, "2026-02-27T23:59:59Z", "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z"},
		{"a quarter", Calendar{Period: "3mo"}, "2026-06-30T23:59:59Z", "2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z"},
		{"ten days", Calendar{Period: "10d", Zone: "Europe/Berlin", Start: "2026-03-25T00:00"}, "2026-04-03T21:59:59Z", "2026-03-24T23:00:00Z", "2026-04-03T22:00:00Z"},
		{"two weeks, before the start", Calendar{Period: "2w", Start: "2026-03-02T00:00"}, "2026-03-01T00:00:00Z", "2026-02-16T00:00:00Z", "2026-03-02T00:00:00Z"},
		{"six hours do not follow the clocks", Calendar{Period: "6h", Zone: "Europe/Berlin", Start: "2026-03-28T18:00"}, "2026-03-29T05:00:00Z", "2026-03-29T05:00:00Z", "2026-03-29T11:00:00Z"},
	} {
		p, err := test.calendar.parse()
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		got := p.at(moment(t, test.at))
		if !got.Start.Equal(moment(t, test.start)) || !got.End.Equal(moment(t, test.end)) {
			t.Errorf("%s: %s lies in %v to %v, want %s to %s", test.name, test.at, got.Start, got.End, test.start, test.end)
		}
	}
}

// moment reads a time; empty is none.
func moment(t *testing.T, text string) time.Time {
	t.Helper()
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestPeriodsFollowEachOtherWithoutGapOrOverlap(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia", "Antarctica/Troll", "America/Havana"} {
		for _, period := range []string{"daily", "weekly", "monthly", "5h", "10d", "5mo"} {
			for _, start := range []string{"", "2026-01-31T00:30", "2026-03-29T02:30"} {
				p, err := Calendar{Period: period, Zone: zone, Start: start}.parse()
				if err != nil {
					t.Fatal(err)
				}
				span := p.at(time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC))
				for range 400 {
					within := span.Start.Add(rand64(rng, span.End.Sub(span.Start)))
					if got := p.at(within); got != span || !got.Contains(within) {
						t.Fatalf("%s in %s from %q: %v lies in %v, want %v", period, zone, start, within, got, span)
					}
					if length := span.End.Sub(span.Start); length <= 0 || length > p.longest() {
						t.Fatalf("%s in %s from %q: %v lasts %v", period, zone, start, span, length)
					}
					next := p.at(span.End)
					if next.Start != span.End {
						t.Fatalf("%s in %s from %q: after %v comes %v", period, zone, start, span, next)
					}
					span = next
				}
			}
		}
	}
}

func rand64(rng *rand.Rand, below time.Duration) time.Duration {
	return time.Duration(rng.Int64N(int64(below)))
}

func TestACalendarThatCannotBeIsRefused(t *testing.T) {
	for _, c := range []Calendar{
		{Period: "yearly"}, {Period: "0d"}, {Period: "-1d"}, {Period: "+1d"}, {Period: "1001d"}, {Period: "d"}, {Period: "1.5d"}, {Period: "1m"},
		{Period: "daily", Zone: "Mars/Olympus"}, {Period: "daily", Zone: "Local"}, {Period: "daily", Start: "today"},
		{Period: "daily", Start: "2026-02-30T00:00"}, {Zone: "Europe/Berlin"}, {Start: "2026-01-01T00:00"},
	} {
		if _, err := c.parse(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%+v: got %v, want ErrInvalid", c, err)
		}
	}
}

// Hours were once added as a Duration, which ends after 292 years: the search for a period of a later year did not end,
// and the embedded store could not be written meanwhile.
func TestEveryTimeThatMayBeAskedForHasAPeriod(t *testing.T) {
	for _, period := range []string{"1h", "6h", "1000h", "daily", "1000d", "monthly", "1000mo"} {
		for _, start := range []string{"", "0001-01-01T00:00", "9999-12-31T23:59"} {
			p, err := Calendar{Period: period, Zone: "Asia/Shanghai", Start: start}.parse()
			if err != nil {
				t.Fatal(err)
			}
			for _, year := range []int{firstYear, 1677, 1970, 2026, 2263, 2317, lastYear} {
				for _, at := range []time.Time{time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year, 12, 31, 23, 59, 59, 1, time.UTC)} {
					span := p.at(at)
					if _, err := json.Marshal(span); err != nil || !span.Contains(at) || span.End.Sub(span.Start) > p.longest() {
						t.Errorf("%s from %q: %v is in %v, %v", period, start, at, span, err)
					}
				}
			}
		}
	}
}
