package rating_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"parlor/matchmaking/rating"
)

// world is players whose true skills are known, and what is believed of them.
type world struct {
	dice    *rand.Rand
	model   rating.Model
	skills  []float64
	ratings []rating.Rating
}

// newWorld has n newcomers, their skills spread as the model expects.
func newWorld(seed uint64, n int) *world {
	w := &world{dice: rand.New(rand.NewPCG(seed, 4)), model: rating.Standard()}
	for range n {
		w.skills = append(w.skills, w.model.Start.Mu+w.model.Start.Sigma*w.dice.NormFloat64())
		w.ratings = append(w.ratings, w.model.Start)
	}
	return w
}

// match plays teams of the players named, in which each has a good or a bad day, and rates it.
func (w *world) match(teams ...[]int) {
	played := make([]rating.Team, len(teams))
	form := make([]float64, len(teams))
	for i, team := range teams {
		for _, p := range team {
			form[i] += w.skills[p] + w.model.Beta*w.dice.NormFloat64()
			played[i].Players = append(played[i].Players, w.ratings[p])
		}
	}
	for i := range played {
		played[i].Place = 1
		for _, other := range form {
			if other > form[i] {
				played[i].Place++
			}
		}
	}
	for i, after := range w.model.Rate(played) {
		for j, r := range after {
			w.ratings[teams[i][j]] = r
		}
	}
}

// round lets everybody play once, in matches of so many teams of so many, by chance or against
// those who are believed to be alike.
func (w *world) round(teams, size int, alike bool) {
	order := w.dice.Perm(len(w.skills))
	if alike {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(w.ratings[a].Mu, w.ratings[b].Mu) })
	}
	for table := range slices.Chunk(order, teams*size) {
		w.dice.Shuffle(len(table), func(i, j int) { table[i], table[j] = table[j], table[i] })
		w.match(slices.Collect(slices.Chunk(table, size))...)
	}
}

// correlation is Spearman's: 1 where players are believed to be in the order of their skills.
func (w *world) correlation() float64 {
	mus := make([]float64, len(w.ratings))
	for i, r := range w.ratings {
		mus[i] = r.Mu
	}
	a, b := ranks(w.skills), ranks(mus)
	var sum float64
	for i := range a {
		d := float64(a[i] - b[i])
		sum += d * d
	}
	n := float64(len(a))
	return 1 - 6*sum/(n*(n*n-1))
}

func ranks(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	ranks := make([]int, len(values))
	for rank, i := range order {
		ranks[i] = rank
	}
	return ranks
}

func TestNewcomersArePlacedWithinTenMatches(t *testing.T) {
	const seed = 20110201
	for _, test := range []struct {
		what        string
		teams, size int
		alike       bool
		least       float64 // correlation after ten matches
	}{
		{"two, by chance", 2, 1, false, 0.85},
		{"two, alike", 2, 1, true, 0.85},
		{"four for themselves, by chance", 4, 1, false, 0.93},
		{"eight for themselves, by chance", 8, 1, false, 0.95},
		{"two teams of two, by chance", 2, 2, false, 0.75},
	} {
		w := newWorld(seed, 960)
		var after [31]float64
		for n := 1; n <= 30; n++ {
			w.round(test.teams, test.size, test.alike)
			after[n] = w.correlation()
		}
		t.Logf("%-32s rank correlation after 3, 10 and 30 matches: %.3f %.3f %.3f", test.what, after[3], after[10], after[30])
		if after[10] < test.least {
			t.Errorf("%s: %.3f after ten matches, want %.2f", test.what, after[10], test.least)
		}
	}
}

// A newcomer among players who are known is placed by what is known of them.
func TestANewcomerAmongTheKnownIsPlacedWithinTenMatches(t *testing.T) {
	const seed, others, newcomers = 7, 400, 200
	w := newWorld(seed, others+newcomers)
	for i := range others {
		w.ratings[i] = rating.Rating{Mu: w.skills[i], Sigma: 1}
	}
	var before, after float64
	for p := others; p < others+newcomers; p++ {
		before += abs(w.ratings[p].Mu - w.skills[p])
		for range 10 {
			w.match([]int{p}, []int{w.opponent(p, others)})
		}
		after += abs(w.ratings[p].Mu - w.skills[p])
	}
	before, after = before/newcomers, after/newcomers
	t.Logf("mean error of mu: %.2f before, %.2f after ten matches; luck (beta) is %.2f", before, after, w.model.Beta)
	if after > w.model.Beta*0.75 {
		t.Errorf("mean error %.2f after ten matches", after)
	}
}

// opponent is the one of five others, picked by chance, who is believed to be most like p.
func (w *world) opponent(p, others int) int {
	best := w.dice.IntN(others)
	for range 4 {
		if o := w.dice.IntN(others); abs(w.ratings[o].Mu-w.ratings[p].Mu) < abs(w.ratings[best].Mu-w.ratings[p].Mu) {
			best = o
		}
	}
	return best
}

func abs(x float64) float64 { return max(x, -x) }
