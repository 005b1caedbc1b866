package dash

import (
	"parlor/game"
	pb "parlor/proto/arcade/dash/v1"
)

// sight is the view's messages, filled anew for every view: a view is encoded at once, and nobody
// keeps it.
type sight struct {
	world       pb.World
	players     [seats]pb.Player
	pellets     [maxPellets]pb.Pellet
	playerList  [seats]*pb.Player
	pelletsList [maxPellets]*pb.Pellet
}

// View is the same for all.
func (a *arena) View(game.Seat) *pb.World {
	s := &a.sight
	for i := range a.players {
		p, v := &a.players[i], &s.players[i]
		v.Seat, v.X, v.Y, v.Heading = uint32(i), int32(p.x), int32(p.y), uint32(p.heading)
		v.DashAt, v.FireAt, v.Aim = uint32(p.dashAt), uint32(p.fireAt), uint32(p.aim)
		v.StunEnd, v.HurtBy, v.Points = uint32(p.stunEnd), uint32(p.hurtBy), uint32(p.points)
		s.playerList[i] = v
	}
	lying := 0
	for i := range a.pellets {
		if p := &a.pellets[i]; p.there {
			v := &s.pellets[lying]
			v.Id, v.X, v.Y = uint32(i), int32(p.x), int32(p.y)
			s.pelletsList[lying] = v
			lying++
		}
	}
	w := &s.world
	w.Tick, w.End = uint32(a.now), matchTicks
	w.Players, w.Pellets = s.playerList[:len(a.players)], s.pelletsList[:lying]
	return w
}
