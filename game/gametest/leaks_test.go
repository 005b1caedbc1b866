package gametest_test

import (
	"errors"
	"slices"
	"testing"

	"parlor/game"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/tiles/v1"
)

type (
	table     = game.Logic[*pb.Move, *pb.Table]
	secretive = game.Spec[*pb.Move, *pb.Table]
)

// hands is a sound game that hides something: each in turn draws a card and lays one, eight times. The
// games below each show something that they must not.
type hands struct {
	held  [][]uint32
	pack  []uint32
	laid  uint32
	drawn uint32 // the last one, for who must not tell
	high  uint32 // the highest card in a hand, as it was at a showdown
	turns int
	drew  bool
	show  func(h *hands, seat game.Seat, v *pb.Table)
}

func (h *hands) turn() game.Seat { return game.Seat(h.turns % len(h.held)) }

func (h *hands) Input(t *game.Tick, seat game.Seat, in *pb.Move) error {
	hand := &h.held[seat]
	at := slices.Index(*hand, in.Tile)
	switch {
	case seat != h.turn():
		return errors.New("not now")
	case !h.drew:
		h.drawn, h.drew = h.pack[0], true
		*hand, h.pack = append(*hand, h.drawn), h.pack[1:]
		return nil
	case at < 0:
		return errors.New("not yours")
	}
	*hand = slices.Delete(*hand, at, at+1)
	h.laid, h.drew = in.Tile, false
	if h.turns++; h.turns%5 == 0 {
		h.high = 0
		for _, hand := range h.held {
			h.high = max(h.high, slices.Max(hand))
		}
	}
	if h.turns == 8 {
		t.End(game.Draw())
	}
	return nil
}

func (*hands) Tick(*game.Tick) {}

func (h *hands) View(seat game.Seat) *pb.Table {
	v := &pb.Table{Top: h.laid, Turn: uint32(h.turn()), Drew: h.drew, Bag: uint32(len(h.pack))}
	for i, hand := range h.held {
		v.Players = append(v.Players, &pb.Player{Seat: uint32(i), Tiles: uint32(len(hand))})
	}
	if seat != game.Watcher {
		v.Hand = h.held[seat]
	}
	if h.show != nil {
		h.show(h, seat, v)
	}
	return v
}

func hiding(show func(h *hands, seat game.Seat, v *pb.Table)) secretive {
	return secretive{
		Name: "hands", Seats: game.Exactly(4), Teams: 2,
		New: func(t *game.Tick) table {
			h := &hands{held: make([][]uint32, t.Seats()), show: show}
			for i, card := range t.Rand.Perm(40) {
				if i < 12 {
					h.held[i%4] = append(h.held[i%4], uint32(card)+100)
				} else {
					h.pack = append(h.pack, uint32(card)+100)
				}
			}
			return h
		},
		Bot: func(seat game.Seat, v *pb.Table, r *game.Rand) *pb.Move {
			if v.Turn != uint32(seat) {
				return nil
			}
			return &pb.Move{Tile: v.Hand[r.IntN(3)]}
		},
	}
}

// redeal is as it should be.
func redeal(l table, seat game.Seat, r *game.Rand) int {
	h := l.(*hands)
	unknown := []*uint32{}
	for i := range h.pack {
		unknown = append(unknown, &h.pack[i])
	}
	for i := range h.held {
		for k := range h.held[i] {
			if game.Seat(i) != seat {
				unknown = append(unknown, &h.held[i][k])
			}
		}
	}
	r.Shuffle(len(unknown), func(i, j int) { *unknown[i], *unknown[j] = *unknown[j], *unknown[i] })
	return gametest.LookAhead
}

func TestAGameThatKeepsItsSecretsRaisesNoComplaint(t *testing.T) {
	for name, show := range map[string]func(*hands, game.Seat, *pb.Table){
		"as it is": nil,
		"with the lengths of lists": func(h *hands, _ game.Seat, v *pb.Table) {
			v.TurnEnd = uint32(len(h.held[0])*100 + len(h.pack))
		},
		"with its own cards told anew": func(h *hands, seat game.Seat, v *pb.Table) {
			if seat != game.Watcher && !h.drew {
				v.TurnEnd = h.held[seat][0]
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range byte(5) {
				want(t, "", func(tb testing.TB) { gametest.Leaks(tb, hiding(show), 4, game.Seed{seed}, 100, redeal) })
			}
		})
	}
}

func TestAGameThatTellsASecretIsCaught(t *testing.T) {
	const told = "tells seat"
	for name, c := range map[string]struct {
		words string
		show  func(h *hands, seat game.Seat, v *pb.Table)
	}{
		"the card of another": {told + " -1", func(h *hands, _ game.Seat, v *pb.Table) { v.TurnEnd = h.held[2][0] }},
		"the next card":       {told + " -1", func(h *hands, _ game.Seat, v *pb.Table) { v.TurnEnd = h.pack[0] }},
		"a sum": {told, func(h *hands, _ game.Seat, v *pb.Table) {
			for _, hand := range h.held {
				for _, card := range hand {
					v.TurnEnd = (v.TurnEnd + card) % 7
				}
			}
		}},
		"an order": {told, func(h *hands, _ game.Seat, v *pb.Table) {
			v.Players[1].Gone = h.held[0][0] < h.held[1][0]
		}},
		"to who looks on, and nobody else": {told + " -1", func(h *hands, seat game.Seat, v *pb.Table) {
			if seat == game.Watcher {
				v.TurnEnd = h.held[3][0]
			}
		}},
		"to a partner, and nobody else": {told + " 0", func(h *hands, seat game.Seat, v *pb.Table) {
			if seat == 0 {
				v.TurnEnd = h.held[2][0]
			}
		}},
		"to one seat, late in the match": {told + " 3", func(h *hands, seat game.Seat, v *pb.Table) {
			if seat == 3 && h.turns == 7 {
				v.TurnEnd = h.held[1][0]
			}
		}},
		"what was drawn, from a note": {"tells seat -1 what it must not know: it differs 2 steps after", func(h *hands, _ game.Seat, v *pb.Table) { v.TurnEnd = h.drawn }},
		"among its own, a card of the next": {told + " 0", func(h *hands, seat game.Seat, v *pb.Table) {
			if seat != game.Watcher {
				v.Hand = append(slices.Clone(v.Hand), h.held[(seat+1)%4][0])
			}
		}},
		"in what is marked as a seat's own, to who looks on": {
			"at tick 0 arcade.tiles.v1.Table.hand is not for seat -1, but its view has it",
			func(_ *hands, seat game.Seat, v *pb.Table) {
				if seat == game.Watcher {
					v.Hand = []uint32{1}
				}
			},
		},
		"what a showdown brought to light": {told, func(h *hands, _ game.Seat, v *pb.Table) { v.TurnEnd = h.high }},
	} {
		t.Run(name, func(t *testing.T) {
			want(t, c.words, func(tb testing.TB) { gametest.Leaks(tb, hiding(c.show), 4, game.Seed{3}, 100, redeal) })
		})
	}
}

func TestWhatComesToLightByItselfIsNoLeakWhereTheGameSaysSo(t *testing.T) {
	showdown := func(h *hands, _ game.Seat, v *pb.Table) { v.TurnEnd = h.high }
	now := func(l table, seat game.Seat, r *game.Rand) int { redeal(l, seat, r); return 0 }
	want(t, "", func(tb testing.TB) { gametest.Leaks(tb, hiding(showdown), 4, game.Seed{3}, 100, now) })
	next := func(h *hands, _ game.Seat, v *pb.Table) { v.TurnEnd = h.pack[0] }
	want(t, "tells seat -1", func(tb testing.TB) { gametest.Leaks(tb, hiding(next), 4, game.Seed{3}, 100, now) })
}

func TestARedealThatProvesNothingIsCaught(t *testing.T) {
	lazy := func(table, game.Seat, *game.Rand) int { return gametest.LookAhead }
	want(t, "redeal changes nothing that any other than seat -1 sees", func(tb testing.TB) {
		gametest.Leaks(tb, hiding(nil), 4, game.Seed{}, 100, lazy)
	})
	half := func(l table, seat game.Seat, r *game.Rand) int {
		if seat == 2 {
			return 0
		}
		return redeal(l, seat, r)
	}
	want(t, "redeal changes nothing that any other than seat 2 sees", func(tb testing.TB) {
		gametest.Leaks(tb, hiding(nil), 4, game.Seed{}, 100, half)
	})
	rash := func(l table, _ game.Seat, r *game.Rand) int { return redeal(l, game.Watcher, r) }
	want(t, "Table.hand tells seat 0 what it must not know", func(tb testing.TB) {
		gametest.Leaks(tb, hiding(nil), 4, game.Seed{}, 100, rash)
	})
}
