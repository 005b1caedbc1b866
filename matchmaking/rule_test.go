package matchmaking_test

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"parlor/matchmaking"
)

func TestARuleThatMakesNoSenseIsToldByItsField(t *testing.T) {
	w := func(from, perSecond, to float64) matchmaking.Window {
		return matchmaking.Window{From: from, PerSecond: perSecond, To: to}
	}
	for want, change := range map[string]func(r *matchmaking.Rule){
		"min: 0":                     func(r *matchmaking.Rule) { r.Min = 0 },
		"max: 1, want 2 to 64":       func(r *matchmaking.Rule) { r.Max = 1 },
		"max: 65":                    func(r *matchmaking.Rule) { r.Max = 65 },
		"teams: 1":                   func(r *matchmaking.Rule) { r.Teams = 1 },
		"max: 8 cannot":              func(r *matchmaking.Rule) { r.Teams = 3 },
		"min: 3 cannot":              func(r *matchmaking.Rule) { r.Teams, r.Min = 2, 3 },
		"backfill: rooms with teams": func(r *matchmaking.Rule) { r.Teams, r.Backfill = 2, true },
		"balance: there are no":      func(r *matchmaking.Rule) { r.Balance = w(1, 0, 0) },
		"balance: to 1 is less":      func(r *matchmaking.Rule) { r.Teams, r.Balance = 2, w(2, 0, 1) },
		"rating: -1":                 func(r *matchmaking.Rule) { r.Rating = w(1, -1, 0) },
		"rating: NaN":                func(r *matchmaking.Rule) { r.Rating = w(math.NaN(), 0, 0) },
		"rating: per_second 1e-09":   func(r *matchmaking.Rule) { r.Rating = w(1, 1e-9, 2) },
		"sigmas: -1":                 func(r *matchmaking.Rule) { r.Sigmas = -1 },
		"regions: none":              func(r *matchmaking.Rule) { r.Latency = w(80, 0, 0) },
		"regions: 17":                func(r *matchmaking.Rule) { r.Regions = make([]string, 17) },
		`regions: "a" is`:            func(r *matchmaking.Rule) { r.Regions = []string{"a", "a"} },
		"near: 4":                    func(r *matchmaking.Rule) { r.Near = make([]matchmaking.Near, 4) },
		"near[0]: to 1 is":           func(r *matchmaking.Rule) { r.Near = []matchmaking.Near{{Number: "level", Window: w(2, 0, 1)}} },
		"accept_within: -1s":         func(r *matchmaking.Rule) { r.AcceptWithin = -time.Second },
		"accept_within: 11m0s, want": func(r *matchmaking.Rule) { r.AcceptWithin = 11 * time.Minute },
		"timeout: -1s":               func(r *matchmaking.Rule) { r.Timeout = -time.Second },
		"urgent_after: 87600h0m0s":   func(r *matchmaking.Rule) { r.UrgentAfter = 10 * 365 * 24 * time.Hour },
	} {
		rule := matchmaking.Rule{Min: 2, Max: 8}
		if err := rule.Validate(); err != nil {
			t.Fatal(err)
		}
		change(&rule)
		err := rule.Validate()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if _, err := matchmaking.NewPool(map[matchmaking.Name]matchmaking.Rule{chess: rule}); err == nil {
			t.Errorf("a pool with a rule of which %q", want)
		}
	}
}

func TestRulesAreReadFromAFile(t *testing.T) {
	rules, err := matchmaking.ReadRules(strings.NewReader(`[
		{"game": "duel", "min": 2, "max": 2},
		{"game": "squad", "mode": "ranked", "min": 4, "max": 8, "teams": 2, "balance": {"from": 50},
		 "rating": {"from": 100, "per_second": 10, "to": 400}, "sigmas": 0.5,
		 "regions": ["eu", "us"], "latency": {"from": 80, "per_second": 5, "to": 200},
		 "same": ["map"], "near": [{"number": "level", "window": {"from": 5}}],
		 "urgent_after": "30s", "recent_for": "10s", "start_after": "20s", "bots_after": "1m", "timeout": "2m", "accept_within": "15s"}]`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[matchmaking.Name]matchmaking.Rule{
		{Game: "duel"}: {Min: 2, Max: 2},
		{Game: "squad", Mode: "ranked"}: {
			Min: 4, Max: 8, Teams: 2, Balance: matchmaking.Window{From: 50},
			Rating: matchmaking.Window{From: 100, PerSecond: 10, To: 400}, Sigmas: 0.5,
			Regions: []string{"eu", "us"}, Latency: matchmaking.Window{From: 80, PerSecond: 5, To: 200},
			Same: []string{"map"}, Near: []matchmaking.Near{{Number: "level", Window: matchmaking.Window{From: 5}}},
			UrgentAfter: 30 * time.Second, RecentFor: 10 * time.Second,
			StartAfter: 20 * time.Second, BotsAfter: time.Minute, Timeout: 2 * time.Minute, AcceptWithin: 15 * time.Second,
		},
	}
	if !reflect.DeepEqual(rules, want) {
		t.Errorf("%+v, want %+v", rules, want)
	}
	for file, want := range map[string]string{
		`{}`: "cannot unmarshal",
		`[{"game": "duel", "min": 2, "max": 2, "raiting": {}}]`:                      `queue duel/: matchmaking: read rules: json: unknown field "raiting"`,
		`[{"game": "duel", "min": 2, "max": 2, "timeout": "soon"}]`:                  `queue duel/: matchmaking: read rules: timeout: time: invalid duration`,
		`[{"game": "duel", "min": 2, "max": "two"}]`:                                 "max of type int",
		`[{"game": "duel", "mode": "fast", "min": 2, "max": 1}]`:                     "queue duel/fast: matchmaking: rule: max",
		`[{"game": "a", "min": 2, "max": 2}, {"game": "a", "min": 2, "max": 2}]`:     "there twice",
		`[{"game": "a", "min": 2, "max": 2}] [{"game": "b", "min": 2, "max": 2}]`:    "more follows",
		`[{"game": "a", "min": 2, "max": 2, "rating": {"from": 1, "perSecond": 2}}]`: "unknown field",
	} {
		if _, err := matchmaking.ReadRules(strings.NewReader(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", file, err, want)
		}
	}
}

func TestATicketThatMakesNoSenseIsRefused(t *testing.T) {
	rule := matchmaking.Rule{Min: 4, Max: 4, Teams: 2}
	for what, change := range map[string]func(one *matchmaking.Ticket){
		"nobody":           func(one *matchmaking.Ticket) { one.Players = nil },
		"twice the same":   func(one *matchmaking.Ticket) { one.Players = []string{"a", "a"} },
		"no rating":        func(one *matchmaking.Ticket) { one.Rating.Mu = math.NaN() },
		"no number":        func(one *matchmaking.Ticket) { one.Numbers = map[string]float64{"level": math.Inf(1)} },
		"more than a team": func(one *matchmaking.Ticket) { one.Players = []string{"a", "b", "c"} },
		"too many to avoid": func(one *matchmaking.Ticket) {
			one.Blocked = make([]string, matchmaking.MaxAvoided+1)
		},
	} {
		one := ticket("a", 0)
		change(&one)
		if err := newPool(t, rule).Add(one); !errors.Is(err, matchmaking.ErrTicket) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
