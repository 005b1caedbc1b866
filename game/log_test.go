package game_test

import (
	"bytes"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"parlor/game"
)

// sample is a log with everything in it that a log can have.
func sample() *game.Log {
	l := &game.Log{Game: "tally", Seed: game.Seed{1, 31: 255}, Seats: 2}
	l.Append(0, 3, []game.Input{say(0, 5), {Seat: 1, Op: game.Play, Seq: 1<<32 - 1, Body: []byte{8, 7}}})
	l.Append(0, 4, nil)
	l.Append(0, 900, []game.Input{{Seat: 1, Op: game.Leave}})
	return l
}

func marshal(t testing.TB, l *game.Log) []byte {
	t.Helper()
	b, err := l.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestALogComesBackFromItsBytes(t *testing.T) {
	for _, want := range []*game.Log{sample(), {Game: "empty", Seats: 2}, {Game: "idle", Seats: 3, Last: 1 << 40}} {
		var got game.Log
		if err := got.UnmarshalBinary(marshal(t, want)); err != nil {
			t.Errorf("%s: %v", want.Game, err)
			continue
		}
		if !bytes.Equal(marshal(t, &got), marshal(t, want)) || got.Last != want.Last || len(got.Steps) != len(want.Steps) {
			t.Errorf("%s: got %+v, want %+v", want.Game, got, *want)
		}
	}
	var got game.Log
	if err := got.UnmarshalBinary(marshal(t, sample())); err != nil {
		t.Fatal(err)
	}
	if want := sample().Steps[2]; !reflect.DeepEqual(got.Steps[2].Inputs[0].Op, want.Inputs[0].Op) || got.Steps[2].Tick != 900 {
		t.Errorf("the last step is %+v, want %+v", got.Steps[2], want)
	}
}

// The bytes of a log are a file format: what was written must be read for ever.
func TestTheBytesOfALogStayAsTheyAre(t *testing.T) {
	l := &game.Log{Game: "ab", Seed: game.Seed{7}, Seats: 2}
	l.Append(20, 1, nil)
	l.Append(20, 2, []game.Input{{Seat: 1, Op: game.Join, Seq: 300, Body: []byte("xy")}})
	want := "PLOG\x01\x02ab\x07" + strings.Repeat("\x00", 31) + "\x02\x02\x01\x02\x01\x01\x01\xac\x02\x02xy"
	if got := marshal(t, l); string(got) != want {
		t.Errorf("bytes %q, want %q", got, want)
	}
}

func TestIdleTicksOfAGameWithARateAreLeftOut(t *testing.T) {
	l := new(game.Log)
	l.Append(20, 1, nil)
	l.Append(20, 2, []game.Input{say(0, 1)})
	l.Append(20, 3, nil)
	if len(l.Steps) != 1 || l.Steps[0].Tick != 2 || l.Last != 3 {
		t.Errorf("log %+v", l)
	}
}

func TestADamagedLogIsRefused(t *testing.T) {
	good := marshal(t, sample())
	var l game.Log
	for n := range good {
		if err := l.UnmarshalBinary(good[:n]); err == nil {
			t.Errorf("the first %d of %d bytes were taken", n, len(good))
		}
	}
	head := "PLOG\x01\x01a" + strings.Repeat("\x00", 32) + "\x02"
	for name, bad := range map[string]string{
		"another file":                    "GIF89a" + strings.Repeat("\x00", 60),
		"another version":                 "PLOG\x02" + string(good[5:]),
		"more bytes":                      string(good) + "\x00",
		"two steps in a tick":             head + "\x05\x02\x01\x00\x00\x00",
		"a step in tick 0":                head + "\x05\x01\x00\x00",
		"a step after the last tick":      head + "\x05\x01\x06\x00",
		"a tick over 63 bits":             head + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00",
		"ticks that add up to over 63":    head + "\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x02\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x01\x00",
		"more steps than there are":       head + "\x05\xff\xff\xff\xff\x0f\x01\x00",
		"more inputs than there are":      head + "\x05\x01\x01\xff\xff\xff\xff\x0f\x00\x00\x00\x00",
		"a longer body than there is":     head + "\x05\x01\x01\x01\x00\x00\x00\x7f",
		"a longer name than there is":     "PLOG\x01\x7fa",
		"a number of more than 64 bits":   head + strings.Repeat("\xff", 11),
		"a body of more than 63 bits":     head + "\x05\x01\x01\x01\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		"a name longer than memory holds": "PLOG\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01a",
	} {
		if err := l.UnmarshalBinary([]byte(bad)); err == nil {
			t.Errorf("%s: taken as %+v", name, l)
		}
	}
}

func TestAReplayEndsLikeTheMatch(t *testing.T) {
	l := &game.Log{Game: "tally", Seed: game.Seed{1}, Seats: 2}
	sim := begin(t, tallyGame, 2)
	var hashes []uint64
	for i, inputs := range [][]game.Input{{say(0, 3)}, nil, {say(1, -1), say(1, 300)}, {say(0, 100)}} {
		tick := int64(i*i + 1)
		l.Append(0, tick, inputs)
		sim.Step(tick, inputs)
		hashes = append(hashes, hash(t, sim))
	}
	steps := 0
	again, err := l.Replay(tallyGame, func(sim *game.Sim) bool {
		if hash(t, sim) != hashes[steps] {
			t.Errorf("step %d differs", steps)
		}
		steps++
		return true
	})
	if err != nil || steps != len(hashes) || hash(t, again) != hash(t, sim) {
		t.Errorf("%d steps of %d, %v", steps, len(hashes), err)
	}
	if _, over := again.Result(); !over {
		t.Error("the replay has no end")
	}
}

func TestAReplayPlaysIdleTicksToo(t *testing.T) {
	l := &game.Log{Game: "script", Seats: 2}
	l.Append(20, 3, []game.Input{say(0, 1)})
	l.Append(20, 6, nil)
	var ticks []int64
	k := scripted(script{tick: func(t *game.Tick) { ticks = append(ticks, t.N) }})
	if _, err := l.Replay(k, nil); err != nil || !reflect.DeepEqual(ticks, []int64{1, 2, 3, 4, 5, 6}) {
		t.Errorf("ticks %v, %v", ticks, err)
	}
}

func TestAReplayStopsWhenItsWatcherSaysSo(t *testing.T) {
	l := &game.Log{Game: "script", Seats: 2}
	l.Append(20, 5, []game.Input{say(0, 1)})
	l.Append(20, 1<<62, nil) // nobody waits for that
	for _, stop := range []int64{1, 4, 5, 9} {
		sim, err := l.Replay(scripted(script{}), func(sim *game.Sim) bool { return sim.Now() < stop })
		if err != nil || sim.Now() != stop {
			t.Errorf("stopped at %d, %v, want %d", sim.Now(), err, stop)
		}
	}
}

func TestAReplayNeedsItsOwnRulesAndASoundLog(t *testing.T) {
	for name, l := range map[string]*game.Log{
		"another game":      {Game: "chess", Seats: 2},
		"too many seats":    {Game: "script", Seats: 9},
		"ticks that repeat": {Game: "script", Seats: 2, Steps: []game.LogStep{{Tick: 2}, {Tick: 2}}},
		"ticks that fall":   {Game: "script", Seats: 2, Steps: []game.LogStep{{Tick: 2}, {Tick: 1}}},
	} {
		if _, err := l.Replay(scripted(script{}), nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Random bytes never panic, and cost no more memory than their length warrants.
func FuzzLog(f *testing.F) {
	f.Add(marshal(f, sample()))
	f.Add(marshal(f, &game.Log{Game: "idle", Seats: 3, Last: 1 << 40}))
	f.Add([]byte("PLOG\x01"))
	f.Add(append(marshal(f, new(game.Log))[:5+1+32+1+1], bytes.Repeat([]byte{0xff}, 64)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var l game.Log
		err := l.UnmarshalBinary(b)
		runtime.ReadMemStats(&after)
		if cost, limit := after.TotalAlloc-before.TotalAlloc, uint64(100*len(b)+1<<16); cost > limit {
			t.Errorf("%d bytes cost %d of memory, want under %d", len(b), cost, limit)
		}
		if err != nil {
			return
		}
		again := marshal(t, &l)
		var twice game.Log
		if err := twice.UnmarshalBinary(again); err != nil {
			t.Fatalf("what was read cannot be written and read: %v", err)
		}
		if !bytes.Equal(marshal(t, &twice), again) {
			t.Error("what was read twice differs")
		}
	})
}
