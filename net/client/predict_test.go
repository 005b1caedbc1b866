package client_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/game/arcade/dash"
	"parlor/net/client"
	"parlor/net/wire"
	dashv1 "parlor/proto/arcade/dash/v1"
)

// runner is a player of dash who predicts his own avatar, and walks in a circle where he began, so
// that nobody shoves him.
type runner struct {
	t         *testing.T
	c         *client.Client
	began     time.Time
	seat      uint32
	clock     client.Clock
	predictor *client.Predictor[dash.Avatar, *dashv1.Act]
	acked     uint32
	inputs    int
	late      int // inputs that came too late, by the server's own word
	leads     []int
}

func newRunner(t *testing.T, url string) *runner {
	plan, ok := wire.NewPlan((&dashv1.World{}).ProtoReflect().Descriptor())
	if !ok {
		t.Fatal("the view has no plan")
	}
	r := &runner{t: t, began: time.Now()}
	r.c = dial(t, url, client.Config{Plans: map[string]*wire.Plan{"dash": plan}})
	r.predictor = client.NewPredictor(client.Rules[dash.Avatar, *dashv1.Act]{
		Step: func(a dash.Avatar, act **dashv1.Act, tick int64, fresh bool) dash.Avatar {
			if act == nil {
				return a.After(nil, tick, false)
			}
			return a.After(*act, tick, fresh)
		},
		Place: func(a dash.Avatar) []float64 { x, y := a.Place(); return []float64{float64(x), float64(y)} },
		Snap:  400,
	}, &r.clock)
	return r
}

// run plays until so many inputs were given.
func (r *runner) run(inputs int, dice *rand.Rand) {
	if err := r.c.JoinQueue(r.t.Context(), "dash", ""); err != nil {
		r.t.Error(err)
		return
	}
	frames := time.NewTicker(16 * time.Millisecond)
	defer frames.Stop()
	giveUp := time.After(patience)
	for heading := 0; r.inputs < inputs; {
		select {
		case <-frames.C:
			now := time.Since(r.began)
			if r.predictor.Advance(now); r.predictor.Due() == 0 || dice.IntN(2) == 0 {
				continue
			}
			heading += 4 + dice.IntN(12)
			act := &dashv1.Act{Heading: uint32(heading) & 255, Go: dice.IntN(9) > 0, Dash: dice.IntN(15) == 0}
			body, err := proto.Marshal(act)
			if err != nil {
				r.t.Error(err)
				return
			}
			seq, err := r.c.SendFor(uint32(r.predictor.Due()), body)
			if err != nil {
				continue // too many are unacknowledged
			}
			r.predictor.Give(seq, act, now)
			r.inputs++
		case e, ok := <-r.c.Events():
			if !ok {
				r.t.Error(r.c.Err())
				return
			}
			r.take(e)
		case <-giveUp:
			r.t.Errorf("only %d inputs were given", r.inputs)
			return
		}
	}
}

func (r *runner) take(e client.Event) {
	at := e.At.Sub(r.began)
	switch {
	case e.Item.GetRoom() != nil:
		if room := e.Item.GetRoom(); !r.clock.Known() {
			r.seat = uint32(room.Seat)
			r.clock.Begin(int(room.Rate))
		}
	case e.RTT != 0:
		r.clock.Sample(at-e.RTT, at, e.Tick, e.Fraction)
	case e.Acked != 0:
		r.acked = e.Acked
		r.predictor.Lead(e.Lead, e.Acked, at)
		if r.leads = append(r.leads, e.Lead); e.Lead < 0 {
			r.late++
		}
	case e.Slipped != 0:
		r.clock.Slip(e.Slipped)
		r.predictor.Slip()
	case e.View != nil:
		world := new(dashv1.World)
		if err := proto.Unmarshal(e.View.Body, world); err != nil {
			r.t.Error(err)
			return
		}
		r.predictor.Correct(int64(e.View.Tick), dash.Seen(world.Players[r.seat]), r.acked, at)
	}
}

// On a link that brings inputs in time, the own avatar is always where it was predicted. A machine that
// stands still for a tick is no such link: then it is tried again.
func TestOnACleanLinkThePredictionErrorIsNothing(t *testing.T) {
	for try := range uint64(5) {
		url := startServer(t, dash.Game)
		runners := []*runner{newRunner(t, url), newRunner(t, url)}
		var running sync.WaitGroup
		for i, r := range runners {
			running.Go(func() { r.run(50, rand.New(rand.NewPCG(try, uint64(i)))) })
		}
		running.Wait()
		late, ran := 0, 0
		for _, r := range runners {
			late += r.late
			ran += r.predictor.Truths
			t.Logf("%d inputs, %d of them late, leads %v; %d truths, %d not as predicted, p95 %.0f units",
				r.inputs, r.late, r.leads, r.predictor.Truths, r.predictor.Corrections, r.predictor.Correction(0.95))
			if r.late == 0 && r.predictor.Corrections > 0 {
				t.Errorf("%d of %d predictions were wrong, though all inputs came in time", r.predictor.Corrections, r.predictor.Truths)
			}
		}
		if late == 0 && ran > 50 {
			return
		}
	}
	t.Error("no run had all its inputs in time")
}
