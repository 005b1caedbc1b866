package session

import (
	"strings"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/room"
	pb "parlor/proto/parlor/v1"
)

var phases = map[room.Phase]pb.Phase{
	room.Lobby:   pb.Phase_PHASE_LOBBY,
	room.Playing: pb.Phase_PHASE_PLAYING,
	room.Ended:   pb.Phase_PHASE_ENDED,
}

var endings = map[room.Ending]pb.Ending{
	room.Finished: pb.Ending_ENDING_FINISHED,
	room.Forfeit:  pb.Ending_ENDING_LEFT,
	room.Aborted:  pb.Ending_ENDING_ABORTED,
}

func roomItem(st *room.State, seat game.Seat) *pb.Item {
	m := &pb.Room{
		Id: st.ID, Game: st.Info.Name, Match: st.Match, Phase: phases[st.Phase], Seat: int32(seat),
		Rate: uint32(st.Info.Rate), SendEvery: uint32(st.Info.SendEvery), RematchVotes: uint32(st.Votes), Code: st.Code,
		Public: st.Public, Locked: st.Locked, Watchers: uint32(st.Watchers), Props: propsOf(st.Props), ReadyStarts: uint32(st.ReadyStarts),
		Teams: uint32(st.Info.Teams), WatchDelay: uint32(max(0, st.Info.WatchDelay)),
		Seats: uint32(st.Size), Members: make([]*pb.Member, len(st.Members)),
	}
	for i := range st.Members {
		m.Members[i] = memberOf(st, i)
	}
	return &pb.Item{Kind: &pb.Item_Room{Room: m}}
}

func memberOf(st *room.State, seat int) *pb.Member {
	m := st.Members[seat]
	return &pb.Member{
		Seat: uint32(seat), Player: m.Player, Name: m.Name, Bot: m.Bot, Away: m.Away, StandIn: m.StandIn,
		Owner: m.Owner, Ready: m.Ready,
	}
}

// sameMatch tells whether two states of a room differ in nothing that must be told at once.
func sameMatch(a, b *room.State) bool { return a.Match == b.Match && a.Phase == b.Phase }

// sameSettings tells whether they are also the same but for the people in them. Between matches the table of a room
// may grow, and who comes and goes may change the votes again and again.
func sameSettings(a, b *room.State) bool {
	return sameMatch(a, b) && a.Votes == b.Votes && len(a.Members) == len(b.Members) &&
		a.Public == b.Public && a.Locked == b.Locked && a.Props == b.Props && a.ReadyStarts == b.ReadyStarts
}

func propsOf(props *room.Props) (list []*pb.Prop) {
	for _, p := range props.All() {
		list = append(list, &pb.Prop{Name: p.Name, Value: p.Value})
	}
	return list
}

// propsFrom are those that a client has named.
func propsFrom(list []*pb.Prop) (*room.Props, error) {
	props := make([]room.Prop, len(list))
	for i, p := range list {
		props[i] = room.Prop{Name: p.Name, Value: p.Value}
	}
	return room.NewProps(props...)
}

// membersItem is what has changed of the people from told to now, in the same match; nil: nothing has.
func membersItem(told, now *room.State) *pb.Item {
	m := new(pb.Members)
	if now.Watchers != told.Watchers {
		m.Watchers = proto.Uint32(uint32(now.Watchers))
	}
	for i := range now.Members {
		if now.Members[i] != told.Members[i] {
			m.Changed = append(m.Changed, memberOf(now, i))
		}
	}
	if len(m.Changed) == 0 && m.Watchers == nil {
		return nil
	}
	return &pb.Item{Kind: &pb.Item_Members{Members: m}}
}

func resultItem(o *room.Outcome) *pb.Item {
	m := &pb.Result{Match: o.Match, Ending: endings[o.Ending]}
	for i, st := range o.Standings {
		if st.Name == "" {
			continue // nobody's seat, in a game that players join
		}
		m.Standings = append(m.Standings, &pb.Standing{
			Seat: uint32(i), Player: st.Player, Name: st.Name,
			Place: uint32(st.Place), Won: st.Won, Score: st.Score,
		})
	}
	return &pb.Item{Kind: &pb.Item_Result{Result: m}}
}

func leftItem(l *room.Left) *pb.Item {
	m := &pb.Left{Room: l.Room}
	if l.Err != nil {
		m.Error = codeOf(l.Err).Proto()
	}
	return &pb.Item{Kind: &pb.Item_Left{Left: m}}
}

// maxReason is how many bytes of a game's refusal are told.
const maxReason = 200

// pushRefused answers inputs: one item for all in a row that were refused for the same reason, so
// that a burst of them does not fill the outbox. The text is the game's: one that is no text, or
// has no end, must not make frames that nobody can take. The mutex is held.
func (s *Session) pushRefused(refused []room.Refused) {
	for len(refused) > 0 {
		first, n := refused[0], 1
		for n < len(refused) && refused[n].Reason == first.Reason && refused[n].Seq == first.Seq+uint32(n) {
			n++
		}
		m := &pb.Refused{Seq: first.Seq, Reason: strings.ToValidUTF8(first.Reason[:min(len(first.Reason), maxReason)], "")}
		if n > 1 {
			m.Last = refused[n-1].Seq
		}
		s.push(&pb.Item{Kind: &pb.Item_Refused{Refused: m}})
		refused = refused[n:]
	}
}
