package main

import (
	"fmt"
	"os"
	"slices"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/arcade/snakes"
	snakesv1 "parlor/proto/arcade/snakes/v1"
)

// trace is what somebody saw of a recorded match, view after view.
type trace struct {
	name  string
	kind  game.Kind
	views []proto.Message
	seat  bool // it is what one seat sees, where seats see less than there is
}

// recordings are the match logs that traces are replayed from. Dash has its golden replay, a whole
// match among eight bots. Of snakes there is one among thirty, from its start; the last ticks are
// looked at, when bodies have grown. internal/bench's test records it anew with -record.
var recordings = []struct {
	kind   game.Kind
	log    string
	ticks  int // looked at, the last ones
	extend int // points that bodies are drawn with in one more trace; 0: there is none
}{
	{dash.Game, "game/arcade/dash/testdata/eight.plog", 90 * rate, 0},
	{snakes.Game, snakesLog, 30 * rate, 50},
}

const (
	snakesLog   = "internal/bench/testdata/snakes30.plog"
	snakesSeats = 30
	snakesTicks = 60 * rate
)

// traces replays the recordings: what everybody sees, and where seats see less, what the first sees.
func traces(t *tools) ([]trace, error) {
	var all []trace
	for _, rec := range recordings {
		b, err := os.ReadFile(t.path(rec.log))
		if err != nil {
			return nil, err
		}
		var log game.Log
		if err := log.UnmarshalBinary(b); err != nil {
			return nil, err
		}
		name := rec.kind.Info().Name
		world, err := replay(rec.kind, &log, rec.ticks, game.Watcher)
		if err != nil {
			return nil, err
		}
		all = append(all, trace{name, rec.kind, world, false})
		if rec.extend > 0 {
			all = append(all, trace{fmt.Sprintf("%s, bodies of %d", name, rec.extend), rec.kind, extended(world, rec.extend), false})
		}
		if !rec.kind.Info().Open {
			seat, err := replay(rec.kind, &log, rec.ticks, 0)
			if err != nil {
				return nil, err
			}
			all = append(all, trace{name + ", as seat 0 sees it", rec.kind, seat, true})
		}
	}
	return all, nil
}

// replay is what seat sees in the last so many ticks.
func replay(k game.Kind, log *game.Log, ticks int, seat game.Seat) (views []proto.Message, err error) {
	_, failed := log.Replay(k, func(sim *game.Sim) bool {
		if sim.Now() <= log.Last-int64(ticks) {
			return true
		}
		var b []byte
		if b, err = sim.AppendView(nil, seat); err != nil {
			return false
		}
		var v proto.Message
		if v, err = decode(k, b); err != nil {
			return false
		}
		views = append(views, v)
		return true
	})
	if err == nil {
		err = failed
	}
	return views, err
}

// decode reads a view into a message of the game's own type.
func decode(k game.Kind, view []byte) (proto.Message, error) {
	v := messageOf(k)
	return v, proto.Unmarshal(view, v)
}

// extended draws every living snake with the last so many points of its way. Bots do not live long
// enough to grow thirty bodies of 50 points, which is what the goals are stated for; how they move is
// theirs.
func extended(views []proto.Message, points int) []proto.Message {
	ways := map[uint32][]uint32{} // by seat: x, y, ... from the head
	heads := map[uint32][]uint32{}
	longer := make([]proto.Message, len(views))
	for i, v := range views {
		w := proto.Clone(v).(*snakesv1.World)
		for _, s := range w.Snakes {
			entered, alive := since(heads[s.Seat], s.Body)
			heads[s.Seat] = s.Body[:min(2, len(s.Body))]
			way := slices.Clone(s.Body)
			if alive {
				way = append(slices.Clone(s.Body[:entered]), ways[s.Seat]...)
			}
			s.Body = way[:min(len(way), 2*points)]
			ways[s.Seat] = s.Body
		}
		longer[i] = w
	}
	return longer
}

// since is how many numbers stand in a body before the point that was its head; not ok: another life.
func since(head, body []uint32) (entered int, ok bool) {
	for at := 0; len(head) == 2 && at+1 < len(body); at += 2 {
		if body[at] == head[0] && body[at+1] == head[1] {
			return at, true
		}
	}
	return 0, false
}
