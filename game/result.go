package game

import (
	"fmt"
	"slices"
)

// Result is how a match ended. Made by [Win], [Draw] or [ByScore].
type Result struct {
	Winners []Seat  // none: a draw
	Scores  []int64 // by seat; nil in games that keep no score
}

// MaxScore is the largest score, either way, that every client can hold exactly.
const MaxScore = 1<<53 - 1

// Win ends a match for the seats that won it.
func Win(seats ...Seat) Result { return Result{Winners: seats} }

// Draw ends a match that nobody won.
func Draw() Result { return Result{} }

// ByScore ends a match for the highest of the scores, given by seat. All equal is a draw.
func ByScore(scores ...int64) Result {
	r := Result{Scores: scores}
	if len(scores) == 0 {
		return r
	}
	best := slices.Max(scores)
	if len(scores) > 1 && slices.Min(scores) == best {
		return r
	}
	for seat, score := range scores {
		if score == best {
			r.Winners = append(r.Winners, Seat(seat))
		}
	}
	return r
}

// Won tells whether seat is among the winners.
func (r Result) Won(seat Seat) bool { return slices.Contains(r.Winners, seat) }

// Places are the standings by seat: 1 is best, equals share a place, and the next comes after
// all of them (1, 2, 2, 4).
func (r Result) Places(seats int) []int {
	places := make([]int, seats)
	for i := range places {
		places[i] = 1
		for j := range seats {
			if r.rank(Seat(j)) > r.rank(Seat(i)) {
				places[i]++
			}
		}
	}
	return places
}

// rank orders seats: by score where there are scores, else winners over the others.
func (r Result) rank(s Seat) int64 {
	switch {
	case int(s) < len(r.Scores):
		return r.Scores[s]
	case len(r.Scores) == 0 && r.Won(s):
		return 1
	}
	return 0
}

func (r Result) check(seats int) error {
	for i, w := range r.Winners {
		if w < 0 || int(w) >= seats || slices.Contains(r.Winners[:i], w) {
			return fmt.Errorf("game: End with winners %v in a match of %d seats", r.Winners, seats)
		}
	}
	if len(r.Scores) != 0 && len(r.Scores) != seats {
		return fmt.Errorf("game: End with %d scores in a match of %d seats", len(r.Scores), seats)
	}
	for _, score := range r.Scores {
		if score > MaxScore || score < -MaxScore {
			return fmt.Errorf("game: End with score %d, over 2^53-1", score)
		}
	}
	return nil
}
