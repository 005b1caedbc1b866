package client_test

import (
	"testing"

	"parlor/game"
	"parlor/game/arcade/snakes"
	"parlor/game/arcade/tictactoe"
	"parlor/net/client"
	"parlor/net/wire"
)

func planOf(t *testing.T, k game.Kind) *wire.Plan {
	t.Helper()
	p, ok := wire.NewPlan(k.ViewType())
	if !ok {
		t.Fatalf("%s has no plan", k.Info().Name)
	}
	return p
}

// views takes n views and holds the hashes that came with some of them against their bytes.
func views(t *testing.T, c *client.Client, n int) (checked, small int) {
	t.Helper()
	for range n {
		v := until(t, c, "a view", func(e client.Event) bool { return e.View != nil }).View
		if v.Hash != 0 {
			if checked++; wire.ViewHash(v.Body) != v.Hash {
				t.Fatalf("the view of tick %d is not what the server has", v.Tick)
			}
		}
		if v.Bytes < len(v.Body)/4 {
			small++
		}
	}
	return checked, small
}

func TestViewsComeAsDeltasAndAreWholeAgainAfterACut(t *testing.T) {
	url := startServer(t, snakes.Game)
	c := dial(t, url, client.Config{CheckViews: true, Plans: map[string]*wire.Plan{"snakes": planOf(t, snakes.Game)}})
	if err := c.JoinQueue(t.Context(), "snakes", ""); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if checked, small := views(t, c, 45); checked == 0 || small < 40 {
			t.Errorf("of 45 views %d had a hash and %d came as deltas", checked, small)
		}
		c.Cut()
		until(t, c, "the resume", func(e client.Event) bool { return e.Welcome != nil })
	}
}

// A client is as old or as new as its descriptor: the server's plan is described to it, and the
// bytes that come of that are the server's message.
func TestAClientOfAnotherVersionFollowsTheServersPlan(t *testing.T) {
	url := startServer(t, snakes.Game)
	for name, plans := range map[string]map[string]*wire.Plan{
		"another plan": {"snakes": planOf(t, tictactoe.Game)}, "none": {},
	} {
		c := dial(t, url, client.Config{CheckViews: true, Plans: plans})
		if err := c.JoinQueue(t.Context(), "snakes", ""); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if checked, small := views(t, c, 25); checked == 0 || small < 20 {
				t.Errorf("%s: of 25 views %d had a hash and %d came as deltas", name, checked, small)
			}
			c.Cut()
			until(t, c, "the resume", func(e client.Event) bool { return e.Welcome != nil })
		}
	}
}
