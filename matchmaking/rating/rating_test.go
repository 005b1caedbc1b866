package rating_test

import (
	"encoding/json"
	"math"
	"os"
	"reflect"
	"testing"

	"parlor/matchmaking/rating"
)

// vector is a match as openskill.js rates it; testdata/vectors.mjs makes them.
type vector struct {
	What   string
	Tau    float64
	NoRise bool `json:"no_rise"`
	Places []int
	Before [][]rating.Rating
	After  [][]rating.Rating
}

func (v vector) teams() []rating.Team {
	teams := make([]rating.Team, len(v.Places))
	for i := range teams {
		teams[i] = rating.Team{Place: v.Places[i], Players: v.Before[i]}
	}
	return teams
}

func vectors(t *testing.T) (all []vector) {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9 }

func TestRatingsAreThoseOfOpenskill(t *testing.T) {
	var worst float64
	all := vectors(t)
	for _, v := range all {
		model := rating.Standard()
		model.Tau, model.NoRise = v.Tau, v.NoRise
		got := model.Rate(v.teams())
		for i, team := range v.After {
			for j, want := range team {
				r := got[i][j]
				worst = max(worst, math.Abs(r.Mu-want.Mu), math.Abs(r.Sigma-want.Sigma))
				if !near(r.Mu, want.Mu) || !near(r.Sigma, want.Sigma) {
					t.Errorf("%s: player %d of team %d: %+v, want %+v", v.What, j, i, r, want)
				}
			}
		}
	}
	if len(all) < 100 {
		t.Errorf("only %d vectors", len(all))
	}
	t.Logf("%d matches, the largest difference is %.1e", len(all), worst)
}

func TestRateLeavesWhatItIsGiven(t *testing.T) {
	for _, v := range vectors(t) {
		teams := v.teams()
		rating.Standard().Rate(teams)
		if !reflect.DeepEqual(teams, v.teams()) {
			t.Fatalf("%s: changed to %+v", v.What, teams)
		}
	}
}

func TestTheOrderOfTeamsDoesNotMatter(t *testing.T) {
	for _, v := range vectors(t) {
		teams, want := v.teams(), rating.Standard().Rate(v.teams())
		turned := append(append([]rating.Team{}, teams[1:]...), teams[0])
		got := rating.Standard().Rate(turned)
		for i := range teams {
			for j, r := range got[(i+len(teams)-1)%len(teams)] {
				if !near(r.Mu, want[i][j].Mu) || !near(r.Sigma, want[i][j].Sigma) {
					t.Errorf("%s: team %d: %+v, want %+v", v.What, i, r, want[i][j])
				}
			}
		}
	}
}

func TestPlacesCountByTheirOrderAlone(t *testing.T) {
	for _, v := range vectors(t) {
		teams, want := v.teams(), rating.Standard().Rate(v.teams())
		for i := range teams {
			teams[i].Place = 7*teams[i].Place - 1000
		}
		if got := rating.Standard().Rate(teams); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", v.What, got, want)
		}
	}
}

func TestDoubtShrinksWithMatchesAndEndsAtNothingLess(t *testing.T) {
	model := rating.Standard()
	a, b := model.Start, model.Start
	for n := range 1000 {
		after := model.Rate([]rating.Team{{Place: 1 + n%2, Players: []rating.Rating{a}}, {Place: 2 - n%2, Players: []rating.Rating{b}}})
		if n < 50 && after[0][0].Sigma >= a.Sigma {
			t.Fatalf("after match %d sigma rose from %v to %v", n, a.Sigma, after[0][0].Sigma)
		}
		a, b = after[0][0], after[1][0]
	}
	if a.Sigma < 0.5 || a.Sigma > 1.5 {
		t.Errorf("sigma after 1000 matches: %v", a.Sigma)
	}
}

func TestNoRatingLeavesTheNumbers(t *testing.T) {
	model := rating.Standard()
	crowd := make([]rating.Rating, 100)
	for i := range crowd {
		crowd[i] = rating.Rating{Mu: 1e4, Sigma: 0.5}
	}
	for _, teams := range [][]rating.Team{
		{{Place: 1, Players: crowd}, {Place: 1, Players: crowd[:1]}, {Place: 3, Players: crowd}},
		{{Place: 1, Players: []rating.Rating{{Mu: -1e6, Sigma: 1e-9}}}, {Place: 2, Players: []rating.Rating{{Mu: 1e6, Sigma: 1e-9}}}},
		{{Place: 1, Players: crowd[:3]}},
		nil,
	} {
		for _, team := range model.Rate(teams) {
			for _, r := range team {
				if err := r.Validate(); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

func TestAMatchOfOneTeamTellsNothing(t *testing.T) {
	model := rating.Standard()
	got := model.Rate([]rating.Team{{Place: 1, Players: []rating.Rating{{Mu: 30, Sigma: 2}}}})[0][0]
	if got.Mu != 30 || !near(got.Sigma, math.Hypot(2, model.Tau)) {
		t.Errorf("got %+v", got)
	}
}

func TestANewcomerIsShownZero(t *testing.T) {
	if got := rating.Standard().Start.Shown(); !near(got, 0) {
		t.Errorf("got %v", got)
	}
}

func TestOddRatingsAreToldApart(t *testing.T) {
	for _, r := range []rating.Rating{{}, {Mu: math.NaN(), Sigma: 1}, {Mu: 1, Sigma: math.NaN()}, {Mu: math.Inf(1), Sigma: 1}, {Mu: 1, Sigma: math.Inf(1)}, {Mu: 1, Sigma: -1}} {
		if r.Validate() == nil {
			t.Errorf("%+v is taken", r)
		}
	}
}

func BenchmarkRate(b *testing.B) {
	model := rating.Standard()
	for _, size := range []struct {
		what  string
		teams int
	}{{"2", 2}, {"8", 8}, {"100", 100}} {
		b.Run(size.what, func(b *testing.B) {
			teams := make([]rating.Team, size.teams)
			for i := range teams {
				teams[i] = rating.Team{Place: i + 1, Players: []rating.Rating{model.Start}}
			}
			for b.Loop() {
				model.Rate(teams)
			}
		})
	}
}
