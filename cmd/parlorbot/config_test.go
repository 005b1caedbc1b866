package main

import (
	"strings"
	"testing"
	"time"
)

func TestBadUsageExitsWith2AndSaysWhy(t *testing.T) {
	for _, c := range []struct{ args, says string }{
		{"-game chess", "snakes, tictactoe"},
		{"-url http://127.0.0.1/ws", "-url"},
		{"-url 127.0.0.1:8080", "-url"},
		{"-url ws:///ws", "-url"},
		{"-url ws://%zz", "-url"},
		{"-bots 0", "-bots"},
		{"-bots -3", "-bots"},
		{"-bots many", "-bots"},
		{"-for 0s", "-for"},
		{"-for 10", "-for"},
		{"-ramp -1s", "-ramp"},
		{"-cut -1s", "-cut"},
		{"-link 5g", "none, wifi, 4g, busy4g, subway"},
		{"-min-finished -1", "-min-finished"},
		{"-min-frames 101", "-min-frames"},
		{"-min-frames NaN", "-min-frames"},
		{"-party 0", "want a size such as 2, or 1-4"},
		{"-party 3-2", "-party"},
		{"-party two", "-party"},
		{"-party 1-3 -game tictactoe", "-party 1-3 has more than the 2 seats"},
		{"-cancels 101", "-cancels"},
		{"-declines -1", "-declines"},
		{"-quits NaN", "-quits"},
		{"-seed x", "-seed"},
		{"-nonsense", "-nonsense"},
		{"snakes", "snakes"},
	} {
		var out, errs strings.Builder
		if code := run(t.Context(), strings.Fields(c.args), &out, &errs); code != exitUsage {
			t.Errorf("%s: exit code %d, want %d", c.args, code, exitUsage)
		}
		if !strings.Contains(errs.String(), c.says) {
			t.Errorf("%s: said %q, not %q", c.args, errs.String(), c.says)
		}
		if out.Len() > 0 {
			t.Errorf("%s: wrote %q to stdout", c.args, out.String())
		}
	}
}

func TestHelpDefinesEveryField(t *testing.T) {
	var out, errs strings.Builder
	if code := run(t.Context(), []string{"-help"}, &out, &errs); code != exitPass {
		t.Errorf("exit code %d", code)
	}
	for _, name := range fieldNames {
		name, _, _ = strings.Cut(name, ".")
		switch name {
		case "pass", "failed":
			continue // say themselves
		case "down_bytes_per_player_s":
			name = "down_, up_bytes_per_player_s"
		}
		if !strings.Contains(errs.String(), name) {
			t.Errorf("-help does not say what %s is", name)
		}
	}
}

func TestBotsStartOneAfterAnother(t *testing.T) {
	for _, c := range []struct {
		args string
		want time.Duration
	}{
		{"-bots 1", 0},
		{"-bots 501", 2 * time.Second},
		{"-bots 501 -ramp 1s", time.Second},
	} {
		cfg, err := parse(strings.Fields(c.args), new(strings.Builder))
		if err != nil || cfg.ramp != c.want {
			t.Errorf("%s: ramp %v and %v, want %v", c.args, cfg.ramp, err, c.want)
		}
	}
}

func TestSnakesIsEndlessAndTictactoeIsNot(t *testing.T) {
	for name, want := range map[string]bool{"snakes": true, "tictactoe": false} {
		cfg, err := parse([]string{"-game", name}, new(strings.Builder))
		if err != nil || cfg.endless != want {
			t.Errorf("%s: endless %v and %v", name, cfg.endless, err)
		}
	}
}

func TestALinkHasItsOwnShareOfFrames(t *testing.T) {
	for args, want := range map[string]float64{
		"":                             99.5,
		"-link subway":                 minFrames["subway"],
		"-link subway -min-frames 99":  99,
		"-min-frames 0 -link busy4g":   0,
		"-link none -min-frames=12.25": 12.25,
	} {
		cfg, err := parse(strings.Fields(args), new(strings.Builder))
		if err != nil || cfg.minFrames != want {
			t.Errorf("%q: %v %% and %v, want %v", args, cfg.minFrames, err, want)
		}
	}
}
