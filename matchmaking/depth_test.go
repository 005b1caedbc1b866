package matchmaking_test

import (
	"fmt"
	"testing"
	"time"

	"parlor/matchmaking"
)

func TestAnEstimateIsTheMedianOfThoseWhoWereMatchedLately(t *testing.T) {
	p := newPool(t, matchmaking.Rule{Min: 1, Max: 1, AcceptWithin: time.Minute})
	matched := func(from int, waits ...int) { // who came at 0, and is matched after so many seconds
		for i, wait := range waits {
			player := fmt.Sprint(from + i)
			p.add(t, 0, player)
			p.round(0)
			p.accept(t, player)
			p.round(time.Duration(wait) * time.Second)
		}
	}
	estimate := func(d time.Duration) string {
		wait, known := p.Estimate(chess, at(d))
		return fmt.Sprint(wait, known)
	}
	matched(0, 50, 10, 20, 40)
	if got := estimate(time.Minute); got != "0s false" {
		t.Errorf("of four: %s", got)
	}
	matched(10, 30)
	if got := estimate(time.Minute); got != "30s true" {
		t.Errorf("of five: %s", got)
	}
	if got := estimate(10*time.Minute + 10*time.Second); got != "30s true" {
		t.Errorf("as long as all count: %s", got)
	}
	if got := estimate(10*time.Minute + 20*time.Second); got != "0s false" {
		t.Errorf("after those who waited for 10 s are forgotten: %s", got)
	}
	for i := range 64 {
		matched(100+i, 5)
	}
	if got := estimate(time.Minute); got != "5s true" {
		t.Errorf("after 64 more: %s", got)
	}
	if _, known := p.Estimate(matchmaking.Name{Game: "go"}, start); known {
		t.Error("of a queue that is none")
	}
}

func TestAnOperatorSeesWhatHasBecomeOfTickets(t *testing.T) {
	p := newPool(t, matchmaking.Rule{Min: 2, Max: 3, StartAfter: time.Second, BotsAfter: 30 * time.Second, Timeout: 40 * time.Second,
		AcceptWithin: 5 * time.Second, Backfill: true})
	p.group(t, 0, "a mu=100")
	p.group(t, 0, "b mu=140")
	p.group(t, 0, "gone")
	p.Remove("gone")
	p.round(time.Second)
	p.accept(t, "a", "b")
	p.round(3 * time.Second)
	p.group(t, 2*time.Second, "c mu=120") // is sent to their room
	p.round(3 * time.Second)
	p.group(t, 10*time.Second, "d mu=7")
	p.round(40 * time.Second)
	p.accept(t, "d")
	p.round(41 * time.Second) // with one bot
	p.open("room2", 0)
	p.group(t, 50*time.Second, "x")
	p.group(t, 50*time.Second, "y")
	p.round(51 * time.Second)
	p.round(56 * time.Second)
	p.group(t, 60*time.Second, "e+f")
	p.group(t, 61*time.Second, "g+h")
	p.round(61 * time.Second) // too many for one match; e and f are found one
	d := p.Depths(at(61 * time.Second))[0]
	if want := (matchmaking.Counts{Added: 9, Matched: 4, Removed: 1, NotAccepted: 2, Matches: 2, Bots: 1}); d.Counts != want {
		t.Errorf("counts %+v, want %+v", d.Counts, want)
	}
	if want := (matchmaking.Recent{Tickets: 4, P50: 3 * time.Second, P95: 3 * time.Second, Spread: 20}); d.Recent != want {
		t.Errorf("recent %+v, want %+v", d.Recent, want)
	}
	d.Counts, d.Recent = matchmaking.Counts{}, matchmaking.Recent{}
	if want := (matchmaking.Depth{Queue: chess, Waiting: 2, Players: 4, Oldest: at(60 * time.Second), Found: 1}); d != want {
		t.Errorf("%+v, want %+v", d, want)
	}
	if later := p.Depths(at(time.Hour))[0]; later.Recent != (matchmaking.Recent{}) {
		t.Errorf("recent %+v an hour later", later.Recent)
	}
}
