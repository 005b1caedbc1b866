package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"parlor/game"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// span is a flag: how many bots wait together, "1" or "1-4".
type span struct{ least, most int }

func (s *span) String() string {
	if s.least == s.most {
		return strconv.Itoa(s.least)
	}
	return fmt.Sprintf("%d-%d", s.least, s.most)
}

func (s *span) Set(text string) (err error) {
	least, most, two := strings.Cut(text, "-")
	if s.least, err = strconv.Atoi(least); err == nil {
		if s.most = s.least; two {
			s.most, err = strconv.Atoi(most)
		}
	}
	if err != nil || s.least < 1 || s.most < s.least {
		return fmt.Errorf("want a size such as 2, or 1-4")
	}
	return nil
}

// crew is bots that wait and play as a party, and what they tell each other beside the game, as friends
// do: the party's code, and that they are free again. Any of them may ask and tell at any time.
type crew struct {
	size int

	mu    sync.Mutex
	code  string         // of the party; "": nobody has made it yet
	made  bool           // somebody makes it
	free  map[int]string // by bot that is in no room and in no queue: the last ticket that it is through with
	since time.Time      // when all were; zero: they are not
	bells map[int]chan struct{}
}

// anyTicket is for a bot whose session is new: it is through with all that was.
const anyTicket = "*"

// newCrews puts the bots of a run into parties, by number. Bots that play alone have none.
func newCrews(cfg config) []*crew {
	crews := make([]*crew, cfg.bots)
	if cfg.party.most <= 1 {
		return crews
	}
	var seed game.Seed
	binary.LittleEndian.PutUint64(seed[:], cfg.seed)
	seed[len(seed)-1] = 1 // not the dice of a bot
	dice := game.NewRand(seed)
	for i := 0; i < cfg.bots; {
		size := min(cfg.party.least+dice.IntN(cfg.party.most-cfg.party.least+1), cfg.bots-i)
		if size > 1 {
			c := &crew{size: size, free: map[int]string{}, bells: map[int]chan struct{}{}}
			for j := range size {
				crews[i+j], c.bells[i+j] = c, make(chan struct{}, 1)
			}
		}
		i += size
	}
	return crews
}

// ring makes all look again at what they know of each other. The mutex is held.
func (c *crew) ring() {
	for _, bell := range c.bells {
		select {
		case bell <- struct{}{}:
		default: // it rings already
		}
	}
}

func (c *crew) publish(code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.code != code {
		c.code = code
		c.ring()
	}
}

// invitation is the code of the party; where there is none, make is true for the first who asks.
func (c *crew) invitation() (code string, make bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	make = !c.made
	c.made = true
	return c.code, make
}

// isFree notes that a bot is, after that ticket, and tells whether all are after the same one.
func (c *crew) isFree(number int, after string) (all bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, was := c.free[number]; !was || known != after {
		c.free[number] = after
		c.ring()
	}
	if len(c.free) == c.size && c.since.IsZero() {
		c.since = time.Now()
	}
	for _, ticket := range c.free {
		if ticket != after && ticket != anyTicket && after != anyTicket {
			return false
		}
	}
	return len(c.free) == c.size
}

// isBusy notes that a bot is in a queue or a room.
func (c *crew) isBusy(number int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.free, number)
	c.since = time.Time{}
}

// idleSince is since when all are free, and nobody has asked for a match; zero: they are not.
func (c *crew) idleSince() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.since
}

// gather finds the party together, and has its leader queue once all are free.
func (b *bot) gather(ctx context.Context) {
	if b.phase != gathering {
		b.setPhase(gathering, 0, time.Time{})
	}
	if b.partySize == 0 {
		b.joinCrew(ctx)
		return
	}
	if b.crew.isFree(b.number, b.last) && b.leads && b.partySize == b.crew.size {
		b.queue(ctx)
	}
}

func (b *bot) joinCrew(ctx context.Context) {
	if b.joining {
		return // the Party item is on the way
	}
	code, make := b.crew.invitation()
	switch {
	case code != "":
		b.joining = b.call(ctx, func(ctx context.Context) error { return b.client.JoinParty(ctx, code) })
	case make:
		b.joining = b.call(ctx, b.client.CreateParty)
	}
}

// party takes in who is in the party. Its first member leads it.
func (b *bot) party(ctx context.Context, p *pb.Party) {
	b.joining = false
	if b.crew == nil || p.Code == "" {
		code := "NO_PARTY"
		if p.Error != nil {
			code = wire.CodeName(p.Error.Code)
		}
		b.all.fault(code) // nobody of a crew leaves it
		b.partySize, b.leads = 0, false
		return
	}
	player, _ := b.client.Identity()
	whole := b.partySize < b.crew.size && len(p.Members) == b.crew.size
	b.partySize, b.leads = len(p.Members), p.Members[0].Player == player
	if whole && b.leads {
		b.all.parties.Add(1)
	}
	b.crew.publish(p.Code)
	if b.phase == gathering {
		b.gather(ctx)
	}
}
