package tiles

import (
	"slices"

	"parlor/game"
)

// left is a side of which somebody is left, -1 if there is none, and tells whether there are several.
func (tb *table) left() (side int, several bool) {
	side = -1
	for i := range tb.players {
		if tb.players[i].gone || i%tb.sides == side {
			continue
		}
		if side >= 0 {
			return side, true
		}
		side = i % tb.sides
	}
	return side, false
}

// stuck tells whether nobody can lay a tile any more, or all have passed one after another. A match ends by it: the bag
// does not fill again.
func (tb *table) stuck() bool {
	if len(tb.bag) > 0 {
		return false
	}
	there, can := 0, false
	for i := range tb.players {
		p := &tb.players[i]
		if p.gone {
			continue
		}
		there++
		can = can || slices.ContainsFunc(p.hand, func(tile uint32) bool { return matches(tile, tb.top) })
	}
	return !can || tb.idle >= there
}

// win ends the match for the side of a seat.
func (tb *table) win(t *game.Tick, seat game.Seat) {
	if tb.sides == len(tb.players) {
		t.End(game.ByScore(tb.scores()...))
		return
	}
	var won []game.Seat
	for s := int(seat) % tb.sides; s < len(tb.players); s += tb.sides {
		won = append(won, game.Seat(s))
	}
	t.End(game.Win(won...))
}

// count ends the match for the side with the fewest tiles. Those of who has left count for his side.
func (tb *table) count(t *game.Tick) {
	if tb.sides == len(tb.players) {
		t.End(game.ByScore(tb.scores()...))
		return
	}
	held := make([]int, tb.sides)
	for i := range tb.players {
		held[i%tb.sides] += len(tb.players[i].hand)
	}
	fewest := slices.Min(held)
	if slices.Max(held) == fewest {
		t.End(game.Draw())
		return
	}
	tb.win(t, game.Seat(slices.Index(held, fewest)))
}

// scores are for each for himself: the fewer tiles the better. Who has left is behind all others.
func (tb *table) scores() []int64 {
	scores := make([]int64, len(tb.players))
	for i := range tb.players {
		if scores[i] = -int64(len(tb.players[i].hand)); tb.players[i].gone {
			scores[i] = -all
		}
	}
	return scores
}
