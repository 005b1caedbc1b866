package tiles_test

import (
	"slices"
	"testing"

	"parlor/game"
	"parlor/game/arcade/tiles"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/tiles/v1"
)

type (
	match = gametest.Match[*pb.Move, *pb.Table]
	spec  = game.Spec[*pb.Move, *pb.Table]
)

// Tiles of two colours.
func red(number uint32) uint32  { return number - 1 }
func blue(number uint32) uint32 { return 13 + number - 1 }

func lay(tile uint32) *pb.Move { return &pb.Move{Action: pb.Action_ACTION_PLAY, Tile: tile} }
func draw() *pb.Move           { return &pb.Move{Action: pb.Action_ACTION_DRAW} }
func pass() *pb.Move           { return &pb.Move{Action: pb.Action_ACTION_PASS} }

func do(t testing.TB, m *match, seat game.Seat, moves ...*pb.Move) {
	t.Helper()
	for _, in := range moves {
		if err := m.Do(seat, in); err != nil {
			t.Fatalf("seat %d, %v: %v", seat, in, err)
		}
	}
}

func refused(t testing.TB, m *match, seat game.Seat, in *pb.Move) {
	t.Helper()
	if m.Do(seat, in) == nil {
		t.Errorf("seat %d, %v was taken", seat, in)
	}
}

func won(t testing.TB, m *match, winners ...game.Seat) {
	t.Helper()
	if got := m.Result().Winners; !slices.Equal(got, winners) {
		t.Errorf("winners = %v, want %v", got, winners)
	}
}

func TestEachIsDealtSevenAndOneLiesOnTop(t *testing.T) {
	for seats := 2; seats <= 4; seats++ {
		m := gametest.Play(t, tiles.Game, seats)
		met := map[uint32]bool{m.View(0).Top: true}
		for seat := range game.Seat(seats) {
			v := m.View(seat)
			if len(v.Hand) != tiles.Dealt || !slices.IsSorted(v.Hand) || v.Players[seat].Tiles != tiles.Dealt {
				t.Errorf("seat %d of %d holds %v", seat, seats, v.Hand)
			}
			for _, tile := range v.Hand {
				met[tile] = true
			}
		}
		if v := m.View(game.Watcher); len(met) != seats*tiles.Dealt+1 || int(v.Bag) != tiles.All-len(met) || len(v.Hand) != 0 {
			t.Errorf("%d tiles are out, %d in the bag; a watcher holds %v", len(met), v.Bag, v.Hand)
		}
	}
}

func TestATileMatchesByColourOrNumber(t *testing.T) {
	for _, c := range []struct {
		tile, top uint32
		want      bool
	}{
		{red(3), red(9), true}, {blue(9), red(9), true}, {blue(3), red(9), false}, {red(13), blue(1), false},
	} {
		if got := tiles.Matches(c.tile, c.top); got != c.want {
			t.Errorf("%d on %d: %v", c.tile, c.top, got)
		}
	}
}

func TestATurnIsATileOrADrawAndThenATileOrAPass(t *testing.T) {
	m := gametest.Play(t, tiles.Laid(tiles.Game, red(5), []uint32{blue(8), red(6), blue(9)},
		[]uint32{red(1), blue(1), blue(2)}, []uint32{red(2), blue(3)}), 2)
	refused(t, m, 1, lay(red(2))) // not his turn
	refused(t, m, 0, pass())      // not before a draw
	refused(t, m, 0, lay(blue(1)))
	refused(t, m, 0, lay(red(7))) // not in his hand
	refused(t, m, 0, lay(1<<32-1))
	refused(t, m, 0, &pb.Move{})
	refused(t, m, 0, &pb.Move{Action: pb.Action_ACTION_LATE})
	do(t, m, 0, draw())
	if v := m.View(0); !slices.Contains(v.Hand, blue(9)) || !v.Drew || v.Bag != 2 || v.Turn != 0 {
		t.Errorf("after a draw: %v", v)
	}
	refused(t, m, 0, draw())
	do(t, m, 0, lay(red(1)))
	do(t, m, 1, draw(), pass())
	if v := m.View(1); v.Turn != 0 || v.Drew || v.Top != red(1) || v.Players[1].Last != pb.Action_ACTION_PASS || v.Players[1].Tiles != 3 {
		t.Errorf("after a pass: %v", v)
	}
	do(t, m, 0, lay(blue(1)))
	do(t, m, 1, lay(blue(3)))
	do(t, m, 0, lay(blue(2)))
	do(t, m, 1, lay(red(2)))
	do(t, m, 0, draw())
	refused(t, m, 0, lay(blue(8)))
	do(t, m, 0, pass())
	refused(t, m, 1, draw()) // there are none
	do(t, m, 1, lay(red(6)))
	won(t, m, 1)
	if got := m.Result().Scores; !slices.Equal(got, []int64{-2, 0}) {
		t.Errorf("scores %v", got)
	}
}

func TestIfNobodyCanGoOnTheFewestTilesWin(t *testing.T) {
	m := gametest.Play(t, tiles.Laid(tiles.Game, red(5), nil,
		[]uint32{red(6), blue(1), blue(2)}, []uint32{blue(3), blue(4)}, []uint32{blue(7), blue(8), blue(9)}), 3)
	do(t, m, 0, lay(red(6)))
	won(t, m, 0, 1)
	if got := m.Result().Places(3); !slices.Equal(got, []int{1, 1, 3}) {
		t.Errorf("places %v", got)
	}
}

func TestIfAllPassOneAfterAnotherTheFewestTilesWin(t *testing.T) {
	m := gametest.Play(t, tiles.Laid(tiles.Game, red(5), nil, []uint32{red(6), red(7)}, []uint32{red(8)}), 2)
	do(t, m, 0, lay(red(6)))
	do(t, m, 1, pass())
	if m.Over() {
		t.Fatal("it is over after one pass")
	}
	do(t, m, 0, pass())
	won(t, m) // one tile each
}

func TestWhoIsOutOfTimeDrawsAndPassesAndHasShortTurnsFromThenOn(t *testing.T) {
	m := gametest.Play(t, tiles.Laid(tiles.Game, red(5), []uint32{blue(10), blue(9), blue(8)}, []uint32{blue(1)}, []uint32{red(2), blue(3)}), 2)
	m.Run(tiles.Turn + tiles.Bank - 1)
	if v := m.View(0); v.Turn != 0 {
		t.Fatal("the turn has passed too early")
	}
	refused(t, m, 0, draw()) // in the tick in which time is up
	v := m.View(0)
	if v.Turn != 1 || !slices.Equal(v.Hand, []uint32{blue(1), blue(8)}) || v.Players[0].Last != pb.Action_ACTION_LATE || v.Players[0].Bank != 0 {
		t.Errorf("out of time: %v", v)
	}
	do(t, m, 1, draw(), pass())
	v = m.View(0)
	if now := uint32(m.Sim().Now()); v.TurnEnd != now+tiles.Short {
		t.Errorf("the turn ends %d ticks from now", v.TurnEnd-now)
	}
	do(t, m, 0, draw())
	m.Run(tiles.Short - 1)
	if v = m.View(0); v.Turn != 1 || len(v.Hand) != 3 {
		t.Errorf("who had drawn already holds %v", v.Hand)
	}
	if v.Players[1].Bank != tiles.Bank || m.Over() {
		t.Errorf("the other's bank is %d, over %v", v.Players[1].Bank, m.Over())
	}
}

func TestAMatchThatAllSleepThroughEnds(t *testing.T) {
	sim := gametest.Play(t, tiles.Game, 4).Sim()
	for {
		at, ok := sim.Alarm()
		if !ok {
			break
		}
		sim.Step(at, nil)
	}
	if _, over := sim.Result(); !over {
		t.Errorf("at tick %d nothing will happen any more", sim.Now())
	}
}

func TestTheOthersGoOnWhenAPlayerLeaves(t *testing.T) {
	m := gametest.Play(t, tiles.Laid(tiles.Game, red(5), nil, []uint32{red(1), red(2)}, []uint32{blue(1)}, []uint32{red(3), red(4)}), 3)
	m.Leave(0)
	if v := m.View(1); m.Over() || v.Turn != 1 || !v.Players[0].Gone || v.Players[0].Tiles != 2 {
		t.Errorf("over %v: %v", m.Over(), v)
	}
	do(t, m, 1, pass())
	do(t, m, 2, lay(red(3)))
	if v := m.View(1); v.Turn != 1 {
		t.Errorf("it is the turn of seat %d", v.Turn)
	}
	m.Leave(2)
	won(t, m, 1)
	if got := m.Result().Places(3); !slices.Equal(got, []int{2, 1, 2}) {
		t.Errorf("places %v", got)
	}
}

func TestNobodyWinsWhenAllLeaveAtOnce(t *testing.T) {
	for _, k := range []spec{tiles.Game, tiles.Pairs} {
		sim := gametest.Play(t, k, 4).Sim()
		var all []game.Input
		for seat := range game.Seat(4) {
			all = append(all, game.Input{Seat: seat, Op: game.Leave})
		}
		sim.Step(1, all)
		if r, over := sim.Result(); !over || len(r.Winners) != 0 {
			t.Errorf("%s: over %v, winners %v", k.Name, over, r.Winners)
		}
	}
}

func TestASideWinsTogether(t *testing.T) {
	hands := [][]uint32{{red(1), red(9)}, {red(2)}, {blue(1), blue(9)}, {blue(2)}}
	m := gametest.Play(t, tiles.Laid(tiles.Pairs, red(5), nil, hands...), 4)
	do(t, m, 0, lay(red(1)))
	do(t, m, 1, lay(red(2)))
	won(t, m, 1, 3)
}

func TestTheTilesOfASideAreCountedTogether(t *testing.T) {
	hands := [][]uint32{{red(6), blue(1), blue(3)}, {blue(2)}, {blue(4)}, {blue(7), blue(8), blue(9)}}
	m := gametest.Play(t, tiles.Laid(tiles.Pairs, red(5), nil, hands...), 4)
	do(t, m, 0, lay(red(6)))
	won(t, m, 0, 2)
	hands[3] = hands[3][:2]
	m = gametest.Play(t, tiles.Laid(tiles.Pairs, red(5), nil, hands...), 4)
	do(t, m, 0, lay(red(6)))
	won(t, m)
}

func TestAPartnerGoesOnAloneAndASideThatIsGoneLoses(t *testing.T) {
	m := gametest.Play(t, tiles.Pairs, 4)
	m.Leave(2)
	m.Leave(1)
	if m.Over() {
		t.Fatal("both sides are there, and it is over")
	}
	m.Leave(3)
	won(t, m, 0, 2)
}
