package tiles

import (
	"parlor/game"
	pb "parlor/proto/arcade/tiles/v1"
)

// bot lays the tile that leaves it the most to follow up with, else draws, else passes.
func bot(seat game.Seat, v *pb.Table, r *game.Rand) *pb.Move {
	if v.Turn != uint32(seat) || len(v.Hand) == 0 {
		return nil
	}
	best, at, equals := -1, uint32(0), 0
	for _, tile := range v.Hand {
		if !matches(tile, v.Top) {
			continue
		}
		follow := 0
		for _, other := range v.Hand {
			if matches(other, tile) {
				follow++
			}
		}
		if follow > best {
			best, equals = follow, 0
		}
		if follow < best {
			continue
		}
		if equals++; r.IntN(equals) == 0 {
			at = tile
		}
	}
	switch {
	case best >= 0:
		return &pb.Move{Action: pb.Action_ACTION_PLAY, Tile: at}
	case !v.Drew && v.Bag > 0:
		return &pb.Move{Action: pb.Action_ACTION_DRAW}
	}
	return &pb.Move{Action: pb.Action_ACTION_PASS}
}
