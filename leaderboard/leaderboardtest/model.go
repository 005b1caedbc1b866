package leaderboardtest

import (
	"cmp"
	"slices"
	"time"

	"parlor/leaderboard"
)

// model is a board by brute force: it counts instead of searching, and packs nothing. It expects
// submissions that a store would accept.
type model struct {
	board   leaderboard.Board
	entries map[string]leaderboard.Entry // without ranks
	counted map[[2]string]bool           // by player and submission id
}

func newModel(board leaderboard.Board) *model {
	return &model{board, make(map[string]leaderboard.Entry), make(map[[2]string]bool)}
}

func (m *model) submit(subs ...leaderboard.Submission) {
	for _, s := range subs {
		m.apply(s)
	}
}

func (m *model) apply(s leaderboard.Submission) {
	key := [2]string{s.Player, s.ID}
	again := m.counted[key]
	m.counted[key] = true
	at := s.At.UTC().Truncate(leaderboard.Tick)
	e, has := m.entries[s.Player]
	switch {
	case !has:
		e = leaderboard.Entry{Player: s.Player, Score: s.Score, At: at}
	case m.board.Operator == leaderboard.Sum:
		if again && s.Score != 0 { // 0 changes no score, but may rename
			return
		}
		if s.Score != 0 && at.After(e.At) {
			e.At = at
		}
		e.Score += s.Score
	case s.Score > e.Score || s.Score == e.Score && at.Before(e.At):
		e.Score, e.At = s.Score, at
	}
	e.Name = cmp.Or(s.Name, e.Name)
	m.entries[s.Player] = e
}

// all are the entries in order, with their ranks: one more than the number of better ones.
func (m *model) all() []leaderboard.Entry {
	var all []leaderboard.Entry
	for _, e := range m.entries {
		e.Rank = 1
		for _, other := range m.entries {
			if better(other, e) < 0 {
				e.Rank++
			}
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b leaderboard.Entry) int {
		return cmp.Or(better(a, b), -cmp.Compare(a.Player, b.Player))
	})
	return all
}

func better(a, b leaderboard.Entry) int {
	return cmp.Or(-cmp.Compare(a.Score, b.Score), a.At.Compare(b.At))
}

// start is a time early in the span of the boards, on a whole tick.
var start = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// tick is a time within the nth tick after start.
func tick(n int) time.Time {
	return start.Add(time.Duration(n)*leaderboard.Tick + leaderboard.Tick/3)
}
