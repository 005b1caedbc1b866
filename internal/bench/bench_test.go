package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ready is a run of the harness that is as short as can be, with tools and a server of its own.
func ready(t *testing.T) (*bench, *bytes.Buffer) {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "parlord")
	tools, err := build(t.Context(), bin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tools.remove)
	if out, err := tools.command(t.Context(), "go", "build", "-o", bin, "./cmd/parlord").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out := new(bytes.Buffer)
	return &bench{
		config: config{flags: list{""}, rooms: 4, seconds: 2, rounds: 1, freeze: 2 * time.Second, settle: 200 * time.Millisecond},
		tools:  tools, out: out,
	}, out
}

// The machine may be busy, so the bounds are wide: what must not be is a client that counts nothing,
// counts twice, or talks past a server.
func TestTheHarnessCountsWhatServersSend(t *testing.T) {
	t.Parallel()
	b, _ := ready(t)
	for _, s := range []subject{floor, naive, parlord("")} {
		m, err := b.once(t.Context(), s, b.rooms, 24)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %+v", s.name, m)
		if d := m.delivered(m.Rooms); d < 50 || d > 110 {
			t.Errorf("%s: %.0f %% of the frames that should come", s.name, d)
		}
		if in := float64(m.Inputs) / m.Seconds / float64(m.clients); in < 5 || in > 11 {
			t.Errorf("%s: %.1f inputs a second of each client, want 10", s.name, in)
		}
		if n := m.bytesPerFrame(); n < 10 || n > 200 || s.name == floor.name && n != 24 {
			t.Errorf("%s: %.1f bytes a frame", s.name, n)
		}
		if m.lost > 0 || m.Errors > 0 {
			t.Errorf("%s: %d connections lost, %d errors", s.name, m.lost, m.Errors)
		}
		if !s.plain && m.cpu == 0 || m.client == 0 || m.Rooms.JitterP50 == 0 || m.Rooms.JitterP99 > 1000 {
			t.Errorf("%s: not measured: %+v", s.name, m)
		}
	}
}

func TestTheFrozenComeBack(t *testing.T) {
	t.Parallel()
	b, out := ready(t)
	if err := b.frozen(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Log(out)
	for _, want := range []string{"came back: 2 (100 %), 0 by a resume"} { // a short freeze needs none
		if !strings.Contains(out.String(), want) {
			t.Errorf("there is no %q", want)
		}
	}
}

func TestAWrongUsageIsRefused(t *testing.T) {
	for _, args := range []string{"-only nothing", "-rooms 0", "-seconds 80", "now"} {
		if code := run(t.Context(), strings.Fields(args), new(bytes.Buffer), new(bytes.Buffer)); code != 2 {
			t.Errorf("%s: exit code %d, want 2", args, code)
		}
	}
}

func TestTheMedianIsInTheMiddle(t *testing.T) {
	same := func(v float64) float64 { return v }
	if m := median([]float64{5, 1, 9}, same); m != 5 {
		t.Errorf("of three: %v", m)
	}
	if m := median([]float64{4, 1, 9, 2}, same); m != 3 {
		t.Errorf("of four: %v", m)
	}
}
