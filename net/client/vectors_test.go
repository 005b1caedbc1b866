package client_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/arcade/snakes"
	"parlor/net/client"
	dashv1 "parlor/proto/arcade/dash/v1"
	snakesv1 "parlor/proto/arcade/snakes/v1"
)

var record = flag.Bool("record", false, "write the golden files")

const goldenPace = "../../client/testdata/pace.json"

// vectors is what the TypeScript twins are held against: runs of calls, each with what it answers.
type vectors struct {
	Clock   [][]call    `json:"clock"`
	Playout [][]call    `json:"playout"`
	Predict [][]call    `json:"predict"`
	Blend   []blendCase `json:"blend"`
}

// call is the name of a method, its arguments, and its answers. Times are in ms.
type call []any

type blendCase struct {
	Message string         `json:"message"`
	A       string         `json:"a"`
	B       string         `json:"b"`
	Part    float64        `json:"part"`
	Snap    float64        `json:"snap"`
	Picture client.Picture `json:"picture"`
}

// A failure here means that clocks, playout or prediction behave differently. Where that is meant,
// change the twins in client/src, and run this test with -record.
func TestPaceVectorsAreWhatGoDoes(t *testing.T) {
	var all vectors
	for seed := range uint64(2) {
		dice := rand.New(rand.NewPCG(seed, 7))
		all.Clock = append(all.Clock, clockRun(dice))
		all.Playout = append(all.Playout, playoutRun(dice))
		all.Predict = append(all.Predict, predictRun(dice))
	}
	all.Blend = append(blends(t, dash.Game, 8, func() proto.Message { return new(dashv1.World) }),
		blends(t, snakes.Game, 4, func() proto.Message { return new(snakesv1.World) })...)
	now, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	now = append(bytes.ReplaceAll(bytes.ReplaceAll(now, []byte(`[["begin"`), []byte("\n[[\"begin\"")), []byte(`{"message"`), []byte("\n{\"message\"")), '\n')
	if *record {
		if err := os.WriteFile(goldenPace, now, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(goldenPace)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(golden, now) {
		t.Errorf("%s is stale: record it with `go test ./net/client -run PaceVectors -record`", goldenPace)
	}
}

// eighths is a time that is the same number in both languages.
func eighths(ms float64) time.Duration {
	return time.Duration(math.Round(ms*8)) * time.Millisecond / 8
}

func msOf(d time.Duration) float64 { return float64(d) / 1e6 }

// rounded keeps the last digits, in which processors may differ, out of the file.
func rounded(x float64) float64 { return math.Round(x*1e6) / 1e6 }

func clockRun(dice *rand.Rand) (run []call) {
	var c client.Clock
	c.Begin(20)
	run = append(run, call{"begin", 20})
	offset := 1000 * dice.Float64() // of the server
	lost := int64(0)
	for at := 5000.0; at < 25_000; at += 20 + 300*dice.Float64() {
		switch dice.IntN(30) {
		case 0:
			lost += int64(1 + dice.IntN(9))
			c.Slip(lost)
			run = append(run, call{"slip", lost})
		case 1:
			c.Forget()
			run = append(run, call{"forget"})
		case 2:
			offset += []float64{-900, -250, 40, 250, 900}[dice.IntN(5)]
		default:
			up, down := 20+30*dice.ExpFloat64(), 20+10*dice.ExpFloat64()
			sent, received := eighths(at), eighths(at+up+down)
			moment := uint32(max(0, (at+up+offset)/50-float64(lost)) * 256)
			c.Sample(sent, received, moment/256, moment%256)
			run = append(run, call{"sample", msOf(sent), msOf(received), moment / 256, moment % 256})
			at += up + down
		}
		now := eighths(at + 100*dice.Float64())
		run = append(run, call{"tick", msOf(now), rounded(c.Tick(now)), rounded(msOf(c.RTT()))})
	}
	return run
}

func playoutRun(dice *rand.Rand) (run []call) {
	every := 1 + dice.IntN(2)
	p := client.Playout[int64]{MaxDelay: 400 * time.Millisecond}
	p.Begin(20, every)
	run = append(run, call{"begin", 20, every})
	next, due, came := int64(7), 1000.0, 0.0
	for now := 900.0; now < 22_000; now += 20 + 60*dice.Float64() {
		for due+came <= now {
			at := eighths(now)
			p.Add(next, next, at)
			run = append(run, call{"add", next, msOf(at)})
			next, due, came = next+int64(every), due+50*float64(every), 10*dice.ExpFloat64()
			if dice.IntN(60) == 0 {
				came += 400 * dice.Float64() // a stall
			}
			if dice.IntN(150) == 0 {
				p.Slip(4)
				run = append(run, call{"slip", 4})
				due += 200
			}
		}
		at := eighths(now)
		if shown, ok := p.At(at); ok {
			run = append(run, call{"at", msOf(at), shown.A, shown.B, rounded(shown.Part), p.Moment(), p.Starved, rounded(msOf(p.Delay(at)))})
		}
	}
	return run
}

// walker is the avatar of the vectors: it goes on as it was told to, and leaps in the tick of a fresh
// input with leap. Its twin is in client/test/pace.test.mjs.
type walker struct{ x, y float64 }

type stride struct {
	dx, dy float64
	leap   bool
}

var walkerRules = client.Rules[walker, stride]{
	Step: func(w walker, in *stride, tick int64, fresh bool) walker {
		if in == nil {
			return w
		}
		w.x, w.y = w.x+in.dx, w.y+in.dy+float64(tick%3)
		if fresh && in.leap {
			w.x += 40
		}
		return w
	},
	Place: func(w walker) []float64 { return []float64{w.x, w.y} },
	Snap:  60,
}

func predictRun(dice *rand.Rand) (run []call) {
	var c client.Clock
	c.Begin(20)
	p := client.NewPredictor(walkerRules, &c)
	run = append(run, call{"begin", 20})
	seq, truth := uint32(0), int64(3)
	for now := 1000.0; now < 6000; now += 5 + 20*dice.Float64() {
		at := eighths(now)
		if dice.IntN(20) == 0 {
			sent := at - eighths(30+40*dice.Float64())
			moment := uint32((now - 25) / 50 * 256)
			c.Sample(sent, at, moment/256, moment%256)
			run = append(run, call{"sample", msOf(sent), msOf(at), moment / 256, moment % 256})
		}
		p.Advance(at)
		run = append(run, call{"advance", msOf(at), p.Tick, p.Due()})
		if p.Due() > 0 && dice.IntN(3) == 0 {
			seq++
			in := stride{float64(dice.IntN(9) - 4), float64(dice.IntN(9) - 4), dice.IntN(4) == 0}
			p.Give(seq, in, at)
			run = append(run, call{"give", seq, in.dx, in.dy, in.leap, msOf(at)})
		}
		if dice.IntN(3) == 0 && seq > 0 {
			quarters, acked := dice.IntN(14)-4, seq-min(seq, uint32(dice.IntN(3)))
			p.Lead(quarters, acked, at)
			run = append(run, call{"lead", quarters, acked, msOf(at)})
		}
		if tick := int64(now/50) - 2; tick > truth && dice.IntN(2) == 0 {
			truth = tick
			w, acked := walker{p.State.x, p.State.y}, seq-min(seq, uint32(dice.IntN(4)))
			if dice.IntN(9) == 0 {
				w.x += 200
			}
			p.Correct(truth, w, acked, at)
			run = append(run, call{"correct", truth, rounded(w.x), rounded(w.y), acked, msOf(at)})
		}
		if place := p.At(at); place != nil {
			run = append(run, call{"at", msOf(at), rounded(place[0]), rounded(place[1]), p.Truths, p.Corrections, rounded(p.Correction(0.5)), rounded(p.Correction(0.95))})
		}
	}
	return run
}

// blends are of a match among bots: neighbours, and views that are far apart.
func blends(t *testing.T, k game.Kind, players int, empty func() proto.Message) (cases []blendCase) {
	t.Helper()
	views := watch(t, k, players, 100)
	for i, pair := range [][2]int{{20, 21}, {40, 42}, {50, 53}, {10, 60}} {
		a, b := empty(), empty()
		for at, m := range []proto.Message{a, b} {
			if err := proto.Unmarshal(views[pair[at]], m); err != nil {
				t.Fatal(err)
			}
		}
		for _, part := range []float64{0.25, 0.625, 1.25} {
			if part != 0.625 && i%2 == 1 {
				continue // enough of them
			}
			snap := []float64{1000, 25}[i%2]
			picture := client.Blend(a, b, part, snap)
			cases = append(cases, blendCase{
				string(a.ProtoReflect().Descriptor().FullName()), hex.EncodeToString(views[pair[0]]), hex.EncodeToString(views[pair[1]]), part, snap, picture,
			})
		}
	}
	return cases
}

// watch is what is seen of a match among bots.
func watch(t *testing.T, k game.Kind, players, ticks int) (views [][]byte) {
	t.Helper()
	sim, err := game.Start(k, game.Seed{5}, k.Info().Seats.Max)
	if err != nil {
		t.Fatal(err)
	}
	var inputs []game.Input
	for seat := range game.Seat(players) {
		if sim.Joinable() {
			inputs = append(inputs, game.Input{Seat: seat, Op: game.Join})
		}
	}
	dice := game.NewRand(game.Seed{5})
	for range ticks {
		sim.Step(sim.Now()+1, inputs)
		inputs = inputs[:0]
		view, err := sim.AppendView(nil, game.Watcher)
		if err != nil {
			t.Fatal(err)
		}
		views = append(views, view)
		for seat := range game.Seat(players) {
			body, err := sim.Bot(seat, dice)
			if err != nil {
				t.Fatal(err)
			}
			if body != nil {
				inputs = append(inputs, game.Input{Seat: seat, Body: body})
			}
		}
	}
	return views
}
