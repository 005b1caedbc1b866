package dash

import pb "parlor/proto/arcade/dash/v1"

// Avatar is what one player moves, for clients who show it before the server's answer comes.
type Avatar struct{ avatar }

// Seen is a player's avatar as a view shows it.
func Seen(p *pb.Player) Avatar {
	return Avatar{avatar{
		x: int(p.X), y: int(p.Y), heading: int(p.Heading),
		dashAt: int(p.DashAt), fireAt: int(p.FireAt), aim: int(p.Aim), stunEnd: int(p.StunEnd),
	}}
}

// After is the avatar after tick now, if nobody hurts it. Act is the newest that the player gave until
// then, nil before the first; fresh in the tick that it is for.
func (a Avatar) After(act *pb.Act, now int64, fresh bool) Avatar {
	w := wish{heading: a.heading}
	if act != nil {
		w = wish{int(act.Heading), act.Go, fresh && act.Dash, fresh && act.Fire, int(act.Aim)}
	}
	return Avatar{step(a.avatar, w, int(now))}
}

// Place is where it is.
func (a Avatar) Place() (x, y int) { return a.x, a.y }
