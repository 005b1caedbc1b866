package room

import (
	"fmt"
	"time"

	"parlor/game"
)

// botInputs appends what the bots do in this step. In a game with a rate each is asked once in
// BotThinks, on ticks of its own; in others all are asked when a pause after the last step is
// over, and the first that moves does.
func (r *Room) botInputs(in []game.Input, tick int64, now time.Time) []game.Input {
	if !r.info.HasBot {
		return in
	}
	if r.info.Rate > 0 {
		every := max(1, int64(r.cfg.Waits.BotThinks/r.clock.period))
		for _, s := range r.seats {
			if s.bot && s.joined && (tick+int64(s.at))%every == 0 {
				in, _ = r.askBot(in, s)
			}
		}
		return in
	}
	if len(in) > 0 { // somebody moved: look at the board after that
		r.botAt = now.Add(r.cfg.Waits.BotThinks)
		return in
	}
	if r.botAt.IsZero() || now.Before(r.botAt) {
		return in
	}
	r.botAt = time.Time{}
	for _, s := range r.seats {
		if !s.bot {
			continue
		}
		var moved bool
		if in, moved = r.askBot(in, s); moved {
			r.botAt = now.Add(r.cfg.Waits.BotThinks)
			break
		}
	}
	return in
}

func (r *Room) askBot(in []game.Input, s *seat) ([]game.Input, bool) {
	body, err := r.sim.Bot(s.at, r.botDice)
	if err != nil {
		panic(err) // our own rules gave a message that cannot be encoded
	}
	if body == nil {
		return in, false
	}
	return append(in, game.Input{Seat: s.at, Body: body}), true
}

// botNames are what bots are called, by seat.
var botNames = [...]string{"Ada", "Bo", "Cleo", "Dot", "Eli", "Fay", "Gus", "Hal", "Ivy", "Jo", "Kit", "Lou", "Mo", "Nan", "Oz", "Pia"}

// seatName is what others see: the player's name, or the bot's.
func (s *seat) seatName() string {
	switch {
	case s.id != "":
		return s.name
	case s.bot:
		name := botNames[int(s.at)%len(botNames)]
		if round := int(s.at) / len(botNames); round > 0 {
			name = fmt.Sprintf("%s %d", name, round+1)
		}
		return name
	}
	return ""
}
