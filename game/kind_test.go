package game_test

import (
	"strings"
	"testing"

	"parlor/game"
)

func TestValidateNamesTheField(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*spec)
		field string
	}{
		"no name":             {func(s *spec) { s.Name = "" }, "Name"},
		"capitals":            {func(s *spec) { s.Name = "Chess" }, "Name"},
		"a line break":        {func(s *spec) { s.Name = "chess\n" }, "Name"},
		"33 letters":          {func(s *spec) { s.Name = strings.Repeat("a", 33) }, "Name"},
		"no seats":            {func(s *spec) { s.Seats = game.Seats{} }, "Seats"},
		"more at least":       {func(s *spec) { s.Seats = game.Between(3, 2) }, "Seats"},
		"too many seats":      {func(s *spec) { s.Seats = game.Exactly(game.MaxSeats + 1) }, "Seats"},
		"a rate below zero":   {func(s *spec) { s.Rate = -1 }, "Rate"},
		"too high a rate":     {func(s *spec) { s.Rate = game.MaxRate + 1 }, "Rate"},
		"rare snapshots":      {func(s *spec) { s.SendEvery = 21 }, "SendEvery"},
		"snapshots backwards": {func(s *spec) { s.SendEvery = -1 }, "SendEvery"},
		"rare without a rate": {func(s *spec) { s.Rate, s.SendEvery = 0, 2 }, "SendEvery"},
		"another ranking":     {func(s *spec) { s.Ranked = game.BestScore + 1 }, "Ranked"},
		"a ranking below":     {func(s *spec) { s.Ranked = -1 }, "Ranked"},
		"one team":            {func(s *spec) { s.Teams = 1 }, "Teams"},
		"uneven teams":        {func(s *spec) { s.Seats, s.Teams = game.Between(2, 5), 2 }, "Teams"},
		"teams below zero":    {func(s *spec) { s.Teams = -2 }, "Teams"},
		"too long a delay":    {func(s *spec) { s.WatchDelay = game.MaxWatchDelay + 1 }, "WatchDelay"},
		"a delay below":       {func(s *spec) { s.WatchDelay = game.NoWatch - 1 }, "WatchDelay"},
		"no rules":            {func(s *spec) { s.New = nil }, "New"},
	} {
		k := scripted(script{})
		c.spoil(&k)
		if err := k.Validate(); err == nil || !strings.Contains(err.Error(), ": "+c.field+" ") {
			t.Errorf("%s: %v, want a word on %s", name, err, c.field)
		}
	}
}

func TestASoundSpecIsValid(t *testing.T) {
	k := scripted(script{})
	k.Name, k.Rate, k.SendEvery, k.Ranked, k.Seats = "a-1", game.MaxRate, game.MaxRate, game.BestScore, game.Exactly(game.MaxSeats)
	k.Teams, k.WatchDelay = game.MaxSeats, game.MaxWatchDelay
	if err := k.Validate(); err != nil {
		t.Error(err)
	}
}

func TestInfoDescribesTheGame(t *testing.T) {
	k := scripted(script{})
	k.Ranked, k.Open, k.Teams, k.WatchDelay = game.Wins, true, 2, game.NoWatch
	k.Bot = func(game.Seat, *text, *game.Rand) *number { return nil }
	want := game.Info{Name: "script", Seats: game.Between(2, 4), Rate: 20, SendEvery: 1, Ranked: game.Wins, Open: true, HasBot: true,
		Teams: 2, WatchDelay: game.NoWatch}
	if got := k.Info(); got != want {
		t.Errorf("info %+v, want %+v", got, want)
	}
}

// A bot that answers nil waits; one that answers an empty message acts, though there is no byte
// in it.
func TestABotThatWaitsIsNotOneThatSaysNothing(t *testing.T) {
	k := scripted(script{view: func(game.Seat) string { return "go" }})
	ask := func() (inside, outside []byte) {
		t.Helper()
		sim := begin(t, k, 2)
		inside, err := sim.Bot(1, game.NewRand(game.Seed{}))
		if err != nil {
			t.Fatal(err)
		}
		view, err := sim.AppendView(nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		if outside, err = k.BotInput(1, view, game.NewRand(game.Seed{})); err != nil {
			t.Fatal(err)
		}
		return inside, outside
	}
	if a, b := ask(); a != nil || b != nil {
		t.Errorf("a game without a bot answers %v, %v", a, b)
	}
	k.Bot = func(game.Seat, *text, *game.Rand) *number { return nil }
	if a, b := ask(); a != nil || b != nil {
		t.Errorf("a bot that waits answers %v, %v", a, b)
	}
	k.Bot = func(game.Seat, *text, *game.Rand) *number { return &number{} }
	if a, b := ask(); a == nil || len(a) != 0 || b == nil || len(b) != 0 {
		t.Errorf("a bot with an empty message answers %#v, %#v, want it to be empty but there", a, b)
	}
	k.Bot = func(seat game.Seat, v *text, _ *game.Rand) *number {
		return &number{Value: int64(len(v.Value)) + int64(seat)}
	}
	if a, b := ask(); string(a) != "\x08\x03" || string(b) != "\x08\x03" {
		t.Errorf("the bot answers %v, %v, want 3", a, b)
	}
}

func TestABotIsNotAskedAboutAViewThatCannotBeRead(t *testing.T) {
	k := scripted(script{})
	k.Bot = func(game.Seat, *text, *game.Rand) *number { t.Error("asked"); return nil }
	if _, err := k.BotInput(0, []byte{0x0a, 9}, game.NewRand(game.Seed{})); err == nil {
		t.Error("no error")
	}
}

func TestCanonicalBytesDoNotDependOnTheOrderOfFields(t *testing.T) {
	// The value twice: the last one counts, and an unknown field is left out.
	got, err := scripted(script{}).Canonical([]byte("\x0a\x01a\x50\x07\x0a\x01b"))
	if err != nil || string(got) != "\x0a\x01b" {
		t.Errorf("canonical %q, %v", got, err)
	}
	if _, err := scripted(script{}).Canonical([]byte{0x0a, 9}); err == nil {
		t.Error("a cut view has canonical bytes")
	}
}
