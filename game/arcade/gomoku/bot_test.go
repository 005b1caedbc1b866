package gomoku_test

import (
	"slices"
	"testing"

	"parlor/game"
	"parlor/game/arcade/gomoku"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/gomoku/v1"
)

// corner completes a picture of the top left, of rows of nine, to a board.
func corner(t *testing.T, rows ...string) *pb.Board {
	t.Helper()
	picture := ""
	for y := range gomoku.Size {
		line := "..............."
		if y < len(rows) {
			line = rows[y] + line[len(rows[y]):]
		}
		picture += line + "\n"
	}
	stones := gomoku.PaintedBoard(t, picture)
	slices.Reverse(stones)
	return &pb.Board{Stones: stones, Turn: uint32(len(stones) % 2)}
}

func TestTheBotSeesWhatMatters(t *testing.T) {
	cell := func(x, y uint32) uint32 { return y*gomoku.Size + x }
	for name, c := range map[string]struct {
		board *pb.Board
		want  []uint32
	}{
		"it begins in the middle": {corner(t), []uint32{112}},
		"it wins": {corner(t,
			".........",
			".xxxx....",
			".oooo...."), []uint32{cell(0, 1), cell(5, 1)}},
		"it wins in a gap": {corner(t,
			"oxx.xx...",
			"ooo......"), []uint32{cell(3, 0)}},
		"it wins rather than stop two rows at once": {corner(t,
			"xx.xx....",
			".........",
			".......x.",
			".........",
			"oooo...x.",
			"....o....",
			"....o..x.",
			"....o....",
			"....o..x."), []uint32{cell(2, 0)}},
		"it stops a row": {corner(t,
			".........",
			".oxxxx...",
			"....o....",
			".....o..."), []uint32{cell(6, 1)}},
		"it stops a row with a gap": {corner(t,
			".........",
			".xx.xx...",
			"....o....",
			".....oo.."), []uint32{cell(3, 1)}},
		"it stops an open three": {corner(t,
			".........",
			".........",
			"...xxx...",
			".........",
			"....o...o"), []uint32{cell(2, 2), cell(6, 2), cell(1, 2), cell(7, 2)}},
		"it stops an open three with a gap": {corner(t,
			".........",
			".........",
			"...xx.x..",
			".........",
			".o.....o."), []uint32{cell(2, 2), cell(5, 2), cell(7, 2)}},
		"it makes an open four rather than stop a three": {corner(t,
			".........",
			"..xxx....",
			".........",
			"..ooo....",
			".........",
			"..x......"), []uint32{cell(1, 3), cell(5, 3)}},
		"it makes two open threes": {corner(t,
			".........",
			"......o..",
			"....x....",
			"....x....",
			"..xx.....",
			"........o",
			".o.......",
			"......o.."), []uint32{cell(4, 4)}},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range byte(10) {
				in := gomoku.Bot(game.Seat(c.board.Turn), c.board, game.NewRand(game.Seed{seed}))
				if in == nil || !slices.Contains(c.want, in.Cell) {
					t.Fatalf("the bot plays %v, want one of %v", in, c.want)
				}
			}
		})
	}
}

func TestTheBotWaitsForItsTurn(t *testing.T) {
	dice := game.NewRand(game.Seed{})
	if in := gomoku.Bot(1, &pb.Board{}, dice); in != nil {
		t.Errorf("not its turn, and it plays %v", in)
	}
	if in := gomoku.Bot(0, &pb.Board{Stones: make([]uint32, gomoku.Cells)}, dice); in != nil {
		t.Errorf("the board is full, and it plays %v", in)
	}
}

// Whoever moves by chance loses to it at once.
func TestTheBotBeatsChance(t *testing.T) {
	for seed := range byte(10) {
		dice, m := game.NewRand(game.Seed{seed}), gametest.Play(t, gomoku.Game, 2)
		for !m.Over() {
			v := m.View(0)
			in := gomoku.Bot(1, v, dice)
			if v.Turn == 0 {
				in = &pb.Move{Cell: uint32(dice.IntN(gomoku.Cells))}
			}
			if err := m.Do(game.Seat(v.Turn), in); err != nil && v.Turn == 1 {
				t.Fatal(err)
			}
		}
		if v := m.View(0); !m.Result().Won(1) || len(v.Stones) > 30 {
			t.Errorf("seed %d: %v after %d moves", seed, m.Result().Winners, len(v.Stones))
		}
	}
}

func TestBotsPlayWholeMatchesTheSameWayTwice(t *testing.T) {
	for seed := range byte(8) {
		sim := gametest.Bots(t, gomoku.Game, 2, game.Seed{seed}, gomoku.Cells)
		if _, over := sim.Result(); !over {
			t.Errorf("seed %d: not over after %d ticks", seed, sim.Now())
		}
	}
}

func BenchmarkBot(b *testing.B) {
	log := gametest.Record(b, gomoku.Game, 2, game.Seed{3}, 40)
	sim, err := log.Replay(gomoku.Game, func(sim *game.Sim) bool { return sim.Now() < 30 })
	if err != nil {
		b.Fatal(err)
	}
	view, err := sim.AppendView(nil, 0)
	if err != nil {
		b.Fatal(err)
	}
	seat, dice := game.Seat(sim.Now()-1)%2, game.NewRand(game.Seed{})
	b.ReportAllocs()
	for b.Loop() {
		if in, err := gomoku.Game.BotInput(seat, view, dice); in == nil || err != nil {
			b.Fatal(in, err)
		}
	}
}
