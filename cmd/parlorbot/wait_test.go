package main

import (
	"maps"
	"testing"

	"parlor/game"
	"parlor/game/arcade/tictactoe"
	pb "parlor/proto/parlor/v1"
)

// waiting is a bot that is told things, and says nothing.
func waiting() *bot {
	return &bot{
		all: newMeasures(), info: tictactoe.Game.Info(), dice: game.NewRand(game.Seed{}), connectedAt: after(1), phase: queued, askedAt: after(1),
		cfg: config{kind: tictactoe.Game},
	}
}

func TestATicketHasOneEnd(t *testing.T) {
	expired := &pb.Error{Code: pb.Code_CODE_EXPIRED}
	type told = func(b *bot)
	ticket := func(id string) told { return func(b *bot) { b.queuedItem(after(2), &pb.Queued{Ticket: id}) } }
	found := func(id string) told {
		return func(b *bot) { b.queuedItem(after(3), &pb.Queued{Ticket: id, AcceptMs: 5000, Found: 2}) }
	}
	gone := func(id string, why *pb.Error) told {
		return func(b *bot) { b.queuedItem(after(4), &pb.Queued{Ticket: id, Cancelled: true, Error: why}) }
	}
	asks := func(id string, end ending) told { return func(b *bot) { b.all.tickets.asks(id, end) } }
	seat := func(room string) told {
		return func(b *bot) { b.room(after(5), &pb.Room{Id: room, Match: room, Phase: pb.Phase_PHASE_PLAYING}) }
	}
	for name, c := range map[string]struct {
		told   []told
		counts [endings]int64
		errors map[string]int
	}{
		"a match":                     {[]told{ticket("a"), seat("r")}, [endings]int64{matched: 1}, nil},
		"a match, told twice":         {[]told{ticket("a"), ticket("a"), seat("r"), seat("r")}, [endings]int64{matched: 1}, nil},
		"given back":                  {[]told{ticket("a"), asks("a", cancelled), gone("a", nil)}, [endings]int64{cancelled: 1}, nil},
		"given back too late":         {[]told{ticket("a"), asks("a", cancelled), seat("r")}, [endings]int64{matched: 1}, nil},
		"thrown out":                  {[]told{ticket("a"), gone("a", nil)}, [endings]int64{dropped: 1}, map[string]int{"CANCELLED": 1}},
		"thrown out, with a reason":   {[]told{ticket("a"), gone("a", &pb.Error{Code: pb.Code_CODE_DRAINING})}, [endings]int64{dropped: 1}, map[string]int{"DRAINING": 1}},
		"its time is out":             {[]told{ticket("a"), gone("a", expired)}, [endings]int64{timedOut: 1}, nil},
		"accepted":                    {[]told{ticket("a"), found("a"), found("a"), seat("r")}, [endings]int64{matched: 1}, nil},
		"it did not answer":           {[]told{ticket("a"), found("a"), gone("a", expired)}, [endings]int64{declined: 1}, nil},
		"it said no":                  {[]told{ticket("a"), found("a"), asks("a", declined), gone("a", nil)}, [endings]int64{declined: 1}, nil},
		"another said no":             {[]told{ticket("a"), found("a"), ticket("a")}, [endings]int64{open: 1}, nil},
		"another did, then time out":  {[]told{ticket("a"), found("a"), ticket("a"), gone("a", expired)}, [endings]int64{timedOut: 1}, nil},
		"two waits":                   {[]told{ticket("a"), asks("a", cancelled), gone("a", nil), ticket("b"), seat("r")}, [endings]int64{cancelled: 1, matched: 1}, nil},
		"a seat after a cancel":       {[]told{ticket("a"), asks("a", cancelled), gone("a", nil), seat("r")}, [endings]int64{cancelled: 1}, map[string]int{"TICKET_TWICE": 1}},
		"a cancel after a seat":       {[]told{ticket("a"), seat("r"), gone("a", nil)}, [endings]int64{matched: 1}, map[string]int{"TICKET_TWICE": 1}},
		"two seats":                   {[]told{ticket("a"), seat("r"), seat("s")}, [endings]int64{matched: 1}, map[string]int{"TICKET_TWICE": 1}},
		"another before it has ended": {[]told{ticket("a"), ticket("b"), seat("r")}, [endings]int64{matched: 1, dropped: 1}, map[string]int{"TICKET_LOST": 1}},
	} {
		b := waiting()
		for _, tell := range c.told {
			tell(b)
		}
		if counts, _ := b.all.tickets.counts(); counts != c.counts {
			t.Errorf("%s: %v, want %v", name, counts, c.counts)
		}
		if !maps.Equal(b.all.errors, c.errors) {
			t.Errorf("%s: errors %v, want %v", name, b.all.errors, c.errors)
		}
	}
}

func TestABotMakesUpItsMindOnceAboutAMatch(t *testing.T) {
	b := waiting()
	b.cfg.declines = 100
	b.queuedItem(after(2), &pb.Queued{Ticket: "a", AcceptMs: 5000})
	first := b.answerAt
	b.queuedItem(after(500), &pb.Queued{Ticket: "a", AcceptMs: 4500, Accepted: 1})
	if !b.declines || first.Before(after(2).Add(answerLeast)) || !b.answerAt.Equal(first) || b.all.accepts.Load() != 1 {
		t.Errorf("declines %v at %v, then %v, of %d", b.declines, first, b.answerAt, b.all.accepts.Load())
	}
	b.queuedItem(after(600), &pb.Queued{Ticket: "a"})
	if !b.answerAt.IsZero() || b.all.acceptsVoid.Load() != 1 {
		t.Errorf("it answers at %v what has come to nothing", b.answerAt)
	}
	b.queuedItem(after(700), &pb.Queued{Ticket: "a", AcceptMs: 100})
	if want := after(750); b.answerAt.After(want) {
		t.Errorf("it answers at %v, want %v", b.answerAt, want)
	}
}
