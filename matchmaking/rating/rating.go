// Package rating estimates how good players are from the places that they reach: Weng and Lin's
// Bayesian approximation in its Plackett-Luce form (JMLR 12, 2011), for any number of teams of any
// sizes, with ties.
//
// It is pure and keeps nothing. Its numbers are floats, unlike those of rules: no match depends on
// them, and machines that differ in the last bit of a rating do nobody harm.
package rating

import (
	"fmt"
	"math"
)

// Rating is what is believed of a player's skill: a normal distribution.
type Rating struct {
	Mu    float64 // the skill, as estimated
	Sigma float64 // the doubt; it shrinks with every match that tells something
}

// Shown is the figure for players: with 99.9 % of certainty the skill is no less. It is 0 for a
// newcomer and grows as the doubt shrinks, so that playing pays.
func (r Rating) Shown() float64 { return r.Mu - 3*r.Sigma }

// Validate tells why no model could have come to such a rating.
func (r Rating) Validate() error {
	if math.IsNaN(r.Mu) || math.IsInf(r.Mu, 0) || math.IsInf(r.Sigma, 0) || !(r.Sigma > 0) {
		return fmt.Errorf("rating: mu %v, sigma %v", r.Mu, r.Sigma)
	}
	return nil
}

// Team is one side of a match, somebody on his own included.
type Team struct {
	Place   int      // 1 is best; teams that share a place have tied
	Players []Rating // at least one
}

// Model is how much is read out of a match. [Standard] is one that fits most games.
type Model struct {
	Start Rating  // what is believed of a newcomer
	Beta  float64 // how much luck is in a match: Beta more skill wins about two matches in three
	// Tau is the doubt that comes anew with every match, so that no rating ever freezes: people learn.
	Tau float64
	// Kappa keeps a single surprise from ending all doubt: of the variance at least so much is left.
	Kappa float64
	// NoRise keeps Tau from making anybody's doubt larger than it was before the match.
	NoRise bool
}

// Standard is the model on the customary scale, where a newcomer is taken for 25, give or take 25.
func Standard() Model {
	return Model{Start: Rating{Mu: 25, Sigma: 25.0 / 3}, Beta: 25.0 / 6, Tau: 25.0 / 300, Kappa: 1e-4}
}

// side is a team as if it were one player.
type side struct {
	variance float64
	strength float64 // chances are in proportion to it
	rest     float64 // the strength of all who were placed here or below
	tied     float64 // how many share the place
}

// Rate gives the ratings after a match, by team and player as they came in. It changes nothing that
// it is given. A match of fewer than two teams tells nothing: all doubt but Tau's stays.
//
// Places are read as one draw after the other: of all who are left, each team is drawn with a chance
// in proportion to its strength. A team is pulled up by how unlikely its own draw was, and down by
// how likely it had been in each draw that went to another.
func (m Model) Rate(teams []Team) [][]Rating {
	sides, c := m.sides(teams)
	rated := make([][]Rating, len(teams))
	for i, s := range sides {
		var pull, told float64
		for q, drawn := range sides {
			if teams[q].Place > teams[i].Place {
				continue // he had been drawn by then
			}
			chance := s.strength / drawn.rest
			pull -= chance / drawn.tied
			told += chance * (1 - chance) / drawn.tied
		}
		pull += 1 / s.tied
		told *= math.Sqrt(s.variance) / c // a team of which much is known learns less
		rated[i] = make([]Rating, len(teams[i].Players))
		for j, r := range teams[i].Players {
			rated[i][j] = m.moved(r, pull/c, told/(c*c))
		}
	}
	return rated
}

// moved is a player's rating after his team was pulled and has told so much.
func (m Model) moved(r Rating, pull, told float64) Rating {
	variance := m.before(r)
	sigma := math.Sqrt(variance * max(1-variance*told, m.Kappa))
	if m.NoRise {
		sigma = min(sigma, r.Sigma)
	}
	return Rating{Mu: r.Mu + variance*pull, Sigma: sigma}
}

// before is the variance that a player comes into a match with.
func (m Model) before(r Rating) float64 { return r.Sigma*r.Sigma + m.Tau*m.Tau }

// sides weighs the teams against each other, on the scale c.
func (m Model) sides(teams []Team) (sides []side, c float64) {
	sides = make([]side, len(teams))
	mus := make([]float64, len(teams))
	var total float64
	top := math.Inf(-1)
	for i, team := range teams {
		for _, r := range team.Players {
			mus[i] += r.Mu
			sides[i].variance += m.before(r)
		}
		total += sides[i].variance + m.Beta*m.Beta
		top = max(top, mus[i])
	}
	c = math.Sqrt(total)
	for i := range sides {
		sides[i].strength = math.Exp((mus[i] - top) / c) // less the top, which changes no chance: large teams do not overflow
	}
	for i := range sides {
		for q, other := range teams {
			if other.Place >= teams[i].Place {
				sides[i].rest += sides[q].strength
			}
			if other.Place == teams[i].Place {
				sides[i].tied++
			}
		}
	}
	return sides, c
}
