package tiles

import (
	"parlor/game"
	pb "parlor/proto/arcade/tiles/v1"
)

// View has the hand of its seat and of nobody else.
func (tb *table) View(seat game.Seat) *pb.Table {
	v := &pb.Table{
		Top: tb.top, Bag: uint32(len(tb.bag)), Turn: uint32(tb.clock.Turn()), Drew: tb.drew, TurnEnd: uint32(tb.clock.End()),
	}
	for i := range tb.players {
		p := &tb.players[i]
		v.Players = append(v.Players, &pb.Player{
			Seat: uint32(i), Tiles: uint32(len(p.hand)), Bank: uint32(tb.clock.Bank(game.Seat(i))), Last: p.last, Gone: p.gone,
		})
	}
	if seat != game.Watcher {
		v.Hand = tb.players[seat].hand
	}
	return v
}
