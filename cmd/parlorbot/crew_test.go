package main

import (
	"strings"
	"testing"
	"time"
)

func TestPartiesAreDrawnAndHoldEveryBotOnce(t *testing.T) {
	cfg, err := parse(strings.Fields("-bots 1001 -party 1-4"), new(strings.Builder))
	if err != nil {
		t.Fatal(err)
	}
	crews := newCrews(cfg)
	sizes := map[int]int{}
	members := map[*crew]int{}
	for i, c := range crews {
		if c == nil {
			sizes[1]++
			continue
		}
		if c.bells[i] == nil {
			t.Fatalf("bot %d is not in its own party", i)
		}
		if members[c]++; members[c] == 1 {
			sizes[c.size]++
		}
	}
	for c, n := range members {
		if n != c.size {
			t.Errorf("%d bots in a party of %d", n, c.size)
		}
	}
	for size := 1; size <= 4; size++ {
		if sizes[size] < 60 || sizes[size] > 140 { // a quarter of about 400
			t.Errorf("%d parties of %d", sizes[size], size)
		}
	}
	cfg.party = span{1, 1}
	for i, c := range newCrews(cfg) {
		if c != nil {
			t.Fatalf("bot %d is in a party that nobody asked for", i)
		}
	}
}

func TestALeaderAsksWhenAllAreThroughWithTheSameTicket(t *testing.T) {
	c := newCrews(config{bots: 2, party: span{2, 2}})[0]
	if c.isFree(0, "") {
		t.Error("one of two is free")
	}
	if !c.isFree(1, "") {
		t.Error("both are free")
	}
	c.isBusy(0)
	if c.isFree(0, "t1") {
		t.Error("the other has not heard of the ticket that the first is through with")
	}
	if !c.isFree(1, "t1") || !c.isFree(0, "t1") {
		t.Error("both are through with it")
	}
	c.isBusy(1)
	if c.isFree(0, "t2") || !c.isFree(1, anyTicket) || !c.isFree(0, "t2") {
		t.Error("whose session is new is through with all that was")
	}
}

func TestAPartyThatDoesNotComeTogetherOrAsksForNothingIsStuck(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		partySize int
		started   time.Duration // ago
		free      time.Duration // all are, for so long; 0: not all
		stuck     int
	}{
		"it came together late":   {1, 20 * time.Second, 0, 0},
		"it does not":             {1, 40 * time.Second, 0, 1},
		"the other plays on":      {2, time.Hour, 0, 0},
		"all have just come":      {2, time.Hour, time.Second, 0},
		"nobody asks for a match": {2, time.Hour, 40 * time.Second, 1},
		"it was never in it":      {0, 40 * time.Second, 0, 1},
	} {
		b := waiting()
		b.phase, b.partySize, b.startedAt = gathering, c.partySize, now.Add(-c.started)
		b.crew = newCrews(config{bots: 2, party: span{2, 2}})[0]
		if c.free > 0 {
			b.crew.since = now.Add(-c.free)
		}
		if b.holdTogether(now); b.all.errors["STUCK"] != c.stuck {
			t.Errorf("%s: stuck %d times, want %d", name, b.all.errors["STUCK"], c.stuck)
		}
	}
	crew := newCrews(config{bots: 2, party: span{2, 2}})[0]
	crew.isFree(0, "")
	alone := crew.idleSince()
	crew.isFree(1, "")
	all := crew.idleSince()
	crew.isBusy(0)
	if !alone.IsZero() || all.IsZero() || !crew.idleSince().IsZero() {
		t.Errorf("idle since %v, %v and %v", alone, all, crew.idleSince())
	}
}

func TestOneOfAPartyMakesItAndTheOthersAreInvited(t *testing.T) {
	c := newCrews(config{bots: 3, party: span{3, 3}})[0]
	if code, make := c.invitation(); code != "" || !make {
		t.Errorf("the first: %q, %v", code, make)
	}
	if code, make := c.invitation(); code != "" || make {
		t.Errorf("the second, too early: %q, %v", code, make)
	}
	c.publish("ABC234")
	for i := range 3 {
		select {
		case <-c.bells[i]:
		default:
			t.Errorf("bot %d is not told", i)
		}
	}
	if code, make := c.invitation(); code != "ABC234" || make {
		t.Errorf("invited with %q, %v", code, make)
	}
}
