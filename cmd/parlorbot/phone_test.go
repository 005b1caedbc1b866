package main

import (
	"testing"

	"parlor/cmd/parlorbot/link"
	"parlor/game/arcade/snakes"
	"parlor/net/wire"
)

func TestALossIsTheLinksOnlyAroundAFreeze(t *testing.T) {
	b := &bot{connectedAt: after(0), phone: phone{frozenAt: after(100_000), thawedAt: after(110_000)}}
	for _, c := range []struct {
		ms   int
		want bool
	}{{99_999, false}, {100_000, true}, {110_000, true}, {119_999, true}, {120_000, false}} {
		if got := b.linkBroke(after(c.ms)); got != c.want {
			t.Errorf("%d ms: %v, want %v", c.ms, got, c.want)
		}
	}
	if b.phone = (phone{}); b.linkBroke(after(1)) {
		t.Error("a link without faults broke")
	}
}

func TestABotIsStuckWhenItWaitsOnASoundLink(t *testing.T) {
	for _, c := range []struct {
		name  string
		bot   bot
		stuck int
	}{
		{"views come", bot{phase: playing, connectedAt: after(1), heardAt: after(70_000)}, 0},
		{"no view came", bot{phase: playing, connectedAt: after(1), heardAt: after(60_000)}, 1},
		{"its app was frozen", bot{phase: playing, connectedAt: after(1), heardAt: after(10_000), phone: phone{thawedAt: after(80_000)}}, 0},
		{"it never came back", bot{phase: playing, heardAt: after(50_000), lostAt: after(60_000)}, 1},
		{"it is about to", bot{phase: playing, heardAt: after(60_000), lostAt: after(75_000)}, 0},
		{"no match was found", bot{phase: queued, connectedAt: after(1), heardAt: after(1), askedAt: after(60_000)}, 1},
		{"it looks for one", bot{phase: queued, connectedAt: after(1), heardAt: after(1), askedAt: after(80_000)}, 0},
		{"it rests", bot{phase: resting, connectedAt: after(1), heardAt: after(1)}, 0},
	} {
		c.bot.all, c.bot.info = newMeasures(), snakes.Game.Info()
		c.bot.heard(after(100_000))
		if got := c.bot.all.errors["STUCK"]; got != c.stuck {
			t.Errorf("%s: stuck %d times, want %d", c.name, got, c.stuck)
		}
	}
}

// TestABreakMayTakeAsLongAsTheLongestSilence before a bot gives up waiting for an answer.
func TestABreakMayTakeAsLongAsTheLongestSilence(t *testing.T) {
	for _, p := range link.Profiles {
		if got := (config{link: p}).patience(); got == 0 != p.Perfect() || p.Breaks() && got <= wire.DeadAfter {
			t.Errorf("%s: %v", p.Name, got)
		}
	}
}
