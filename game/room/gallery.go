package room

import (
	"slices"
	"time"

	"parlor/game"
)

// mostWatchers look on in a room at most. They cost a view a tick, and a frame each.
const mostWatchers = 64

func (s *seat) watches() bool { return s.at == game.Watcher }

// watch lets somebody look on.
func (r *Room) watch(p Player) {
	if r.seatOf(p) != nil {
		return
	}
	var why error
	switch {
	case r.info.WatchDelay == game.NoWatch:
		why = ErrNoWatch
	case r.keptOut(p):
		why = ErrKicked
	case len(r.gallery) >= mostWatchers:
		why = ErrFull
	}
	if why != nil {
		r.turnDown(message{op: watch, player: p}, why)
		return
	}
	s := newSeat(game.Watcher, p)
	s.joined = true
	r.gallery = append(r.gallery, s)
	r.changed = true
}

// takeFromWatcher does what somebody asks who only looks on. He keeps no room awake.
func (r *Room) takeFromWatcher(s *seat, m message, now time.Time) {
	switch m.op {
	case leave:
		r.sendAway(s, nil)
	case online:
		s.online, s.fresh = true, true
		s.name = s.player.Name()
	case offline:
		if s.online {
			s.online, s.awayAt = false, now
		}
	case inputs:
		s.queueInputs(m.batch)
		s.flushInputs("you only look on")
	case asked:
		m.answer(ErrPhase)
	}
}

// stopWatching takes somebody out of the gallery.
func (r *Room) stopWatching(s *seat, why error) {
	s.out.Left = &Left{Room: r.cfg.ID, Err: why}
	r.deliver(s)
	r.gallery = slices.DeleteFunc(slices.Clone(r.gallery), func(each *seat) bool { return each == s }) // somebody may range over it
	r.changed = true
}

// past holds the public views that nobody may see yet, the oldest first, and the newest that everybody
// may. Views are kept only while somebody looks on.
type past struct {
	waiting []pastView
	shown   pastView
}

type pastView struct {
	view []byte // nil: there is none
	tick int64
	step int64
	due  time.Time // when it may be seen
}

// due is when the next view may be seen; zero: none waits.
func (p *past) due() time.Time {
	if len(p.waiting) == 0 {
		return time.Time{}
	}
	return p.waiting[0].due
}

// pass shows what may be seen by now, and tells whether that is anything new.
func (p *past) pass(now time.Time) bool {
	n := 0
	for n < len(p.waiting) && !now.Before(p.waiting[n].due) {
		n++
	}
	if n == 0 {
		return false
	}
	p.shown = p.waiting[n-1]
	p.waiting = slices.Delete(p.waiting, 0, n)
	return true
}

// watchers puts public views into the updates of those who look on: what is due is a new one, where the game
// asks for it only later. The end of a match they see at once.
func (r *Room) watchers(due bool, now time.Time) {
	if len(r.gallery) == 0 {
		r.past = past{}
		return
	}
	if r.phase != Playing && len(r.past.waiting) > 0 {
		r.past, due = past{}, true
	}
	fresh := due || r.past.shown.view == nil && len(r.past.waiting) == 0
	if fresh {
		view, err := r.sim.AppendView([]byte{}, game.Watcher)
		if err != nil {
			panic(err)
		}
		v := pastView{view: view, tick: r.sim.Now(), due: now}
		if r.info.Rate == 0 {
			v.step = r.steps
		}
		if r.phase == Playing {
			v.due = now.Add(time.Duration(r.info.WatchDelay) * r.clock.period)
		}
		r.past.waiting = append(r.past.waiting, v)
	}
	all := r.past.pass(now)
	for _, s := range r.gallery {
		if v := r.past.shown; v.view != nil && s.online && (all || s.fresh) {
			s.out.View, s.out.Tick, s.out.Step = v.view, v.tick, v.step
		}
	}
}
