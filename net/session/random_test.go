package session_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/matchmaking"
	"parlor/net/session"
	pb "parlor/proto/parlor/v1"
)

// TestWhateverPlayersDoNobodyIsStuck lets players do at random what the protocol has, and lose their connections
// meanwhile. When all are back and have ended what they were in, nothing may be left of it.
func TestWhateverPlayersDoNobodyIsStuck(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { (&crowd{t: t, h: openWith(t, crowdConfig())}).play(seed) })
		})
	}
}

// crowdConfig has a queue of each kind.
func crowdConfig() session.Config {
	pairs := withBot(tapeGame("pairs", 0, game.Between(2, 4)))
	pairs.Teams = 2
	rated := matchmaking.Window{From: 1000}
	return session.Config{
		Games: []game.Kind{duel, arena, pairs}, Logger: quietly(),
		Rules: map[matchmaking.Name]matchmaking.Rule{
			{Game: "duel"}:  {Min: 2, Max: 2, AcceptWithin: 4 * time.Second, Rating: rated},
			{Game: "arena"}: {Min: 2, Max: 4, Backfill: true, Rating: rated},
			{Game: "pairs"}: {Min: 2, Max: 4, Teams: 2, StartAfter: 2 * time.Second, BotsAfter: 10 * time.Second, Timeout: 20 * time.Second},
		},
		Rating: func(matchmaking.Name, string) matchmaking.Rating {
			runtime.Gosched()
			return matchmaking.Rating{}
		},
	}
}

// crowd is players who act on their own.
type crowd struct {
	t   *testing.T
	h   *house
	all []*player
}

func (c *crowd) play(seed uint64) {
	for range 10 {
		c.all = append(c.all, c.h.guest())
	}
	var playing sync.WaitGroup
	for i, p := range c.all {
		playing.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			for range 120 {
				time.Sleep(time.Duration(r.IntN(4)) * 400 * time.Millisecond) // so many act in the same moment
				c.drift(p, r)
				c.act(p, r)
			}
			p.back()
		})
	}
	playing.Wait()
	for _, p := range c.all {
		for _, call := range []*pb.Call{leaveParty(""), cancel(), leave()} {
			p.ask(call) // whatever of it he is in
		}
	}
	time.Sleep(3 * time.Minute) // of rooms that are kept, and of seats that are held in a lobby
	if rooms := c.h.server.Rooms(); len(rooms) > 0 {
		c.t.Errorf("still open: %+v", rooms)
	}
	queues, err := c.h.server.Queues(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	for _, q := range queues {
		if q.Waiting > 0 {
			c.t.Errorf("%d wait for %s still", q.Waiting, q.Queue.Game)
		}
	}
	for i, p := range c.all {
		if code := p.ask(createRoom("none", 0)); code != pb.Code_CODE_NOT_FOUND {
			c.t.Errorf("player %d is not idle: %v", i, code)
		}
		if p.place() != "" {
			c.t.Errorf("player %d believes that he is in a room", i)
		}
		p.fair()
	}
}

// drift has a connection end, or begin again.
func (c *crowd) drift(p *player, r *rand.Rand) {
	switch n := r.IntN(40); {
	case n < 3:
		p.cut()
		time.Sleep(time.Duration(r.IntN(4000)) * time.Millisecond)
		if n == 0 && r.IntN(4) == 0 {
			time.Sleep(150 * time.Second) // the session is over
		}
	case n == 3:
		p.anew()
	case n < 6:
		p.send(&pb.ClientFrame{Away: &pb.Away{Back: n == 4}})
	}
	p.back()
}

// anew takes the session over.
func (p *player) anew() {
	p.mu.Lock()
	p.queued, p.party = nil, nil
	p.mu.Unlock()
	p.takeOver()
}

// back connects who is not.
func (p *player) back() {
	if !p.is(func() bool { return p.ended }) {
		return
	}
	p.resume()
	p.until("answer", func() bool { return p.welcome != nil || p.ended })
	if p.is(func() bool { return p.welcome == nil }) {
		p.anew()
	}
}

func (c *crowd) act(p *player, r *rand.Rand) {
	other := c.all[r.IntN(len(c.all))]
	other.mu.Lock()
	room, code, party, id := other.room.GetId(), other.room.GetCode(), other.party.GetCode(), other.player
	other.mu.Unlock()
	games := []string{"duel", "arena", "pairs"}
	g := games[r.IntN(len(games))]
	calls := []*pb.Call{
		join(g), join(g), join(g), join(g), cancel(), accept(true), accept(true), accept(true), accept(false), rematch(), leave(), leave(), leave(),
		createParty(), joinParty(party), joinParty(party), leaveParty(""), leaveParty(id),
		joinRoom(room), joinCode(code), watchRoom(room, ""), watchRoom("", code), quick(g), start(r.IntN(2) > 0), ready(true), kick(id),
		setProp("a", fmt.Sprint(r.IntN(9)), nil), setRoom(proto.Bool(r.IntN(2) > 0), proto.Bool(r.IntN(4) == 0)),
		{Kind: &pb.Call_CreateRoom{CreateRoom: &pb.CreateRoom{Game: g, Public: r.IntN(2) > 0, KeepS: uint32(r.IntN(60))}}},
		{Kind: &pb.Call_TakeSeat{TakeSeat: &pb.TakeSeat{Seat: uint32(r.IntN(4))}}},
		{Kind: &pb.Call_PassOwner{PassOwner: &pb.PassOwner{Player: id}}},
	}
	if n := r.IntN(len(calls) + 2); n < len(calls) {
		p.call(calls[n])
	} else {
		p.mark(endingCell)
	}
}
