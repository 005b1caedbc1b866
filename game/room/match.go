package room

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"parlor/game"
)

// maxLog is how many bytes a room keeps of its match log.
const maxLog = 4 << 20

// match is what a room knows of the match being played, or played last.
type match struct {
	matchID   string
	sim       *game.Sim
	ops       []game.Input // joins and leaves for the next step
	granted   int64        // the tick up to which seats have got tokens for inputs
	stepped   bool         // since the last send
	sentTick  int64
	steps     int64
	slipped   int64 // ticks' time that it has lost
	overSince time.Time
	load      load
	crashed   bool
	scored    int64
	deserters []string        // players whose seats bots have for good
	past      past            // of what those see who look on
	log       *game.Recording // nil: it has grown past maxLog
}

// begin starts the next match with everyone in the room, and bots where they are wanted.
func (r *Room) begin(now time.Time) {
	defer r.contain()
	seed := r.cfg.Seed()
	r.matches++
	r.slippedBefore += r.slipped
	r.match = match{matchID: fmt.Sprintf("%s-%d", r.cfg.ID, r.matches)}
	if err := r.setTable(seed); errors.Is(err, ErrTooFew) {
		r.closing = ErrTooFew
		return
	} else if err != nil {
		r.cfg.Logger.Error("match cannot begin", "room", r.cfg.ID, "game", r.info.Name, "err", err)
		r.closing = ErrCrashed
		return
	}
	r.log = &game.Recording{Log: game.Log{Game: r.info.Name, Seed: seed, Seats: r.sim.Seats()}}
	r.phase = Playing
	r.tellAtOnce()
	r.asleep, r.aloneAt = false, time.Time{}
	if r.botAt = (time.Time{}); r.info.HasBot {
		r.botAt = now.Add(r.cfg.Waits.BotThinks)
	}
	r.clock.start(now, r.cfg.Number, 0)
	for _, s := range r.seats {
		s.voted, s.ready, s.fresh, s.tokens, s.slips = false, false, true, inputBurst, 0
		s.flushInputs("a new match has begun")
	}
	for _, s := range r.gallery {
		s.fresh, s.slips = true, 0
	}
	r.noteAlone(now)
}

// setTable makes the seats and the Sim. In a rematch everybody moves on by one seat, so that
// another begins.
func (r *Room) setTable(seed game.Seed) error {
	var people []*seat
	for _, s := range r.seats {
		if s.player != nil {
			people = append(people, s)
		}
	}
	if r.matches > 1 && len(people) > 0 && r.info.Teams == 0 {
		people = append(people[1:], people[0])
	}
	lo, hi := r.info.Seats.Min, r.info.Seats.Max
	if len(people) > hi {
		return fmt.Errorf("%d players for %d seats", len(people), hi)
	}
	sim, err := game.Start(r.cfg.Kind, seed, hi)
	if err != nil {
		return err
	}
	size := hi
	if !sim.Joinable() {
		if size = r.tableFor(r.fill); size < lo || !r.enough(r.fill) { // or teams are uneven, and no bot makes them even
			return ErrTooFew
		}
		if sim, err = game.Start(r.cfg.Kind, seed, size); err != nil {
			return err
		}
	}
	r.sim = sim
	r.place(people, size)
	return nil
}

// tableFor is how many seats a match has for those who are here, and for bots until fill are taken: teams
// are of one size.
func (r *Room) tableFor(fill int) int {
	size := max(r.people(), fill)
	if teams := r.info.Teams; teams > 0 {
		sides := make([]int, teams)
		for _, s := range r.seats {
			if s.player != nil {
				sides[int(s.at)%teams]++
			}
		}
		size = teams * max((fill+teams-1)/teams, slices.Max(sides))
	}
	return min(size, r.info.Seats.Max)
}

// place puts people, then bots, on size seats. Where two sit, a bot of theirs begins every
// other match too.
func (r *Room) place(people []*seat, size int) {
	r.seats = make([]*seat, size)
	if r.info.Teams > 0 {
		r.placeTeams(people)
	} else {
		first := 0
		if !r.sim.Joinable() && len(people) < size {
			first = (r.matches - 1) % size
		}
		for i, s := range people {
			r.seats[(first+i)%size] = s
		}
	}
	for i, s := range r.seats {
		if s == nil {
			s = newSeat(game.Seat(i), nil)
			s.bot = !r.sim.Joinable()
			r.seats[i] = s
		}
		s.at = game.Seat(i)
		if !r.sim.Joinable() {
			s.joined = true
		} else if s.player != nil {
			s.joined = true
			r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Join})
		}
	}
	r.balanceBots()
}

// placeTeams keeps those together who are of one side, by their seats so far. In a rematch each side moves
// on by one, so that another begins.
func (r *Room) placeTeams(people []*seat) {
	teams := r.info.Teams
	next := make([]int, teams) // seat of each side
	for side := range next {
		next[side] = (side + min(r.matches-1, 1)) % teams
	}
	for _, s := range people {
		side := int(s.at) % teams
		r.seats[next[side]] = s
		next[side] += teams
	}
}

// advance takes the steps that are due.
func (r *Room) advance(now time.Time) {
	if r.info.Rate == 0 {
		if r.wanted(now) {
			began := time.Now()
			r.step(r.clock.tick(now, r.sim.Now()), now)
			if mean, over := r.load.add(began, time.Now(), r.clock.period); over {
				r.overloaded(mean)
			}
		}
		return
	}
	steps, late, slipped := r.clock.due(now)
	for ; steps > 0 && r.phase == Playing; steps-- {
		began := time.Now()
		r.step(r.sim.Now()+1, now)
		took := time.Since(began)
		r.clock.spent(took)
		if r.cfg.Observe != nil {
			r.cfg.Observe.Ticked(r.info.Name, took, late)
		}
		late = max(0, late-r.clock.period)
	}
	if slipped > 0 {
		r.slipped += slipped
		if r.cfg.Observe != nil {
			r.cfg.Observe.Skipped(r.info.Name, slipped)
		}
	}
	r.watchTicks(time.Now()) // after the steps: one alone, however long, is not yet a load
}

// wanted tells whether a match without a rate has a reason to step.
func (r *Room) wanted(now time.Time) bool {
	if len(r.ops) > 0 || (!r.botAt.IsZero() && !now.Before(r.botAt)) {
		return true
	}
	if alarm, ok := r.sim.Alarm(); ok && !now.Before(r.clock.at(alarm)) {
		return true
	}
	for _, s := range r.seats {
		if len(s.queue) > 0 {
			return true
		}
	}
	return false
}

// step takes the match to tick: what the room does first, then each seat's inputs by seat and
// number.
func (r *Room) step(tick int64, now time.Time) {
	defer r.contain()
	in := append(r.inputs[:0], r.ops...)
	r.ops = r.ops[:0]
	for _, s := range r.seats {
		in = s.takeInputs(in, tick, tick-r.granted, &r.clock)
	}
	r.granted = tick
	in = r.botInputs(in, tick, now)
	r.inputs = in
	defer func() { clear(r.inputs) }() // what players sent is not ours to keep
	if r.info.Rate == 0 && len(in) == 0 {
		if alarm, ok := r.sim.Alarm(); !ok || tick < alarm {
			return // the bots only looked
		}
	}
	r.record(tick, in)
	refused := r.sim.Step(tick, in)
	r.steps++
	r.stepped = true
	for _, ref := range refused {
		r.refused(ref)
	}
	r.post(now)
	if _, over := r.sim.Result(); over {
		ending := Finished
		if r.sim.Forfeited() {
			ending = Forfeit
		}
		r.end(ending)
	}
	for _, in := range in { // those who left were needed until now, for what they have reached
		switch s := r.seats[in.Seat]; {
		case in.Op != game.Leave || !s.leaving:
		case r.sim.Joinable():
			*s = *newSeat(s.at, nil)
		default: // nobody takes his place: the match is about him to its end
			s.leaving = false
		}
	}
}

func (r *Room) record(tick int64, in []game.Input) {
	if r.log == nil {
		return
	}
	if r.log.Append(r.info.Rate, tick, in); r.log.Size() > maxLog {
		r.log = nil
	}
}

func (r *Room) refused(ref game.Refusal) {
	s := r.seats[ref.Input.Seat]
	switch ref.Input.Op {
	case game.Play:
		if ref.Input.Seq != 0 {
			s.refuse(ref.Input.Seq, ref.Err.Error())
		}
	case game.Join: // the rules keep him out
		if s.player != nil {
			s.out.Left = &Left{Room: r.cfg.ID, Err: fmt.Errorf("%w: %w", ErrFull, ref.Err)}
			r.deliver(s)
			r.handOver(s)
		}
		*s = *newSeat(s.at, nil)
		r.changed = true
	}
}

// post hands on the scores of the last step.
func (r *Room) post(now time.Time) {
	for _, score := range r.sim.Scores() {
		s := r.seats[score.Seat]
		if s.id == "" {
			continue
		}
		r.scored++
		s.out.Scores = append(s.out.Scores, score.Score)
		if r.cfg.Scored != nil {
			r.cfg.Scored(Scored{
				Room: r.cfg.ID, Match: r.matchID, Info: r.info, Friendly: r.friendly(), Number: r.scored,
				Player: s.id, Name: s.name, Score: score.Score, At: now,
			})
		}
	}
}

// contain ends a match whose rules panicked, and that match only: nobody is ranked, and the log
// reproduces it.
func (r *Room) contain() {
	why := recover()
	if why == nil {
		return
	}
	r.crashed = true
	r.closing = ErrCrashed
	r.cfg.Logger.Error("rules panicked", "room", r.cfg.ID, "game", r.info.Name, "match", r.matchID,
		"why", why, "stack", string(debug.Stack()))
	if r.cfg.Observe != nil {
		r.cfg.Observe.Panicked(r.info.Name)
	}
	if r.cfg.Crashed != nil && r.log != nil {
		r.cfg.Crashed(r.log.Finish(), why)
	}
}

// lastStep lets everybody leave an endless match that the room cannot go on with.
func (r *Room) lastStep() {
	if r.crashed {
		return
	}
	if r.sim.Leavable() && r.sim.Joinable() { // any other match has no end without its players
		for _, s := range r.seats {
			if s.player != nil {
				r.ops = append(r.ops, game.Input{Seat: s.at, Op: game.Leave})
			}
		}
	}
	if len(r.ops) > 0 {
		r.step(r.sim.Now()+1, time.Now())
	}
}

// end tells how the match came out, unless it has been told.
func (r *Room) end(how Ending) {
	if r.phase != Playing {
		return
	}
	r.phase, r.endedAt = Ended, time.Now()
	r.tellAtOnce()
	out := Outcome{
		Room: r.cfg.ID, Match: r.matchID, Info: r.info, Mode: r.cfg.Mode, Friendly: r.friendly(), Ending: how,
		Standings: make([]Standing, len(r.seats)), Deserters: r.deserters, At: r.endedAt,
	}
	if r.sim != nil {
		out.Ticks = r.sim.Now()
	}
	var result game.Result
	if how != Aborted {
		result, _ = r.sim.Result()
	}
	places := result.Places(len(r.seats))
	for i, s := range r.seats {
		st := Standing{Player: s.id, Name: s.seatName(), Place: places[i], Won: result.Won(s.at)}
		if i < len(result.Scores) {
			st.Score = result.Scores[i]
		}
		out.Standings[i] = st
		s.flushInputs(game.ErrOver.Error())
		s.out.Result = &out
	}
	for _, s := range r.gallery {
		s.out.Result = &out
	}
	if r.cfg.Outcome != nil {
		r.cfg.Outcome(out)
	}
}
