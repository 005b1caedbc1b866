package tiles

import (
	"slices"

	"parlor/game"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/tiles/v1"
)

// What the tests need to know of the rules.
const (
	All   = all
	Dealt = dealt
)

// Times in ticks.
const (
	Turn  = 15 * 20
	Bank  = 30 * 20
	Short = 5 * 20
)

var (
	Bot     = bot
	Matches = matches
)

// Redeal deals anew what a seat may not know: the hands of all others, partner or not, and the bag.
func Redeal(l logic, seat game.Seat, r *game.Rand) (ahead int) {
	tb := l.(*table)
	hidden := slices.Clone(tb.bag)
	for i := range tb.players {
		if game.Seat(i) != seat {
			hidden = append(hidden, tb.players[i].hand...)
		}
	}
	r.Shuffle(len(hidden), func(i, j int) { hidden[i], hidden[j] = hidden[j], hidden[i] })
	give := func(n int) []uint32 {
		some := slices.Clone(hidden[:n])
		hidden = hidden[n:]
		return some
	}
	tb.bag = give(len(tb.bag))
	for i := range tb.players {
		if p := &tb.players[i]; game.Seat(i) != seat {
			p.hand = give(len(p.hand))
			slices.Sort(p.hand)
		}
	}
	return gametest.LookAhead
}

// Laid is a game of a kind with hands and a bag laid by the test, of which the last is drawn first. Seat 0 begins.
func Laid(kind spec, top uint32, bag []uint32, hands ...[]uint32) spec {
	kind.Seats = game.Exactly(len(hands))
	deals := kind.New
	kind.New = func(t *game.Tick) game.Logic[*pb.Move, *pb.Table] {
		tb := deals(t).(*table)
		tb.top, tb.bag = top, slices.Clone(bag)
		for i := range tb.players {
			tb.players[i].hand = slices.Clone(hands[i])
		}
		for tb.clock.Turn() != 0 {
			tb.next(t)
		}
		return tb
	}
	return kind
}
