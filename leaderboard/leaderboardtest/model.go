package leaderboardtest

import (
	"cmp"
	"slices"
	"time"

	"parlor/leaderboard"
)

// model is boards by brute force: it counts instead of searching, and packs nothing. It expects
// submissions that a store would accept, and knows days of UTC as periods, or none.
type model struct {
	boards  map[string]leaderboard.Board
	lists   map[listKey]map[string]leaderboard.Entry // by player, without ranks
	counted map[[2]string]bool                       // by player and submission id
}

type listKey struct {
	board string
	day   time.Time // zero: the one period
}

func newModel(boards ...leaderboard.Board) *model {
	m := &model{map[string]leaderboard.Board{}, map[listKey]map[string]leaderboard.Entry{}, map[[2]string]bool{}}
	for _, b := range boards {
		m.boards[b.Name] = b
	}
	return m
}

func (m *model) key(board string, at time.Time) listKey {
	if m.boards[board].Period == "daily" {
		return listKey{board, at.UTC().Truncate(24 * time.Hour)}
	}
	return listKey{board: board}
}

// reached is At as the board keeps it.
func (m *model) reached(board string, at time.Time) time.Time {
	b := m.boards[board]
	unit := cmp.Or(b.Tick, time.Minute)
	if b.Ties == leaderboard.Shared {
		unit = time.Millisecond
	} else if b.Tick == 0 && b.Period != "" {
		unit = time.Second
	}
	return at.UTC().Truncate(unit)
}

func (m *model) submit(subs ...leaderboard.Submission) {
	for _, s := range subs {
		key := [2]string{s.Player, s.ID}
		if m.counted[key] {
			continue
		}
		m.counted[key] = true
		for _, score := range s.Scores {
			m.apply(s, score)
		}
	}
}

func (m *model) apply(s leaderboard.Submission, score leaderboard.Score) {
	b, key, at := m.boards[score.Board], m.key(score.Board, s.At), m.reached(score.Board, s.At)
	if m.lists[key] == nil {
		m.lists[key] = map[string]leaderboard.Entry{}
	}
	e, has := m.lists[key][s.Player]
	fresh := leaderboard.Entry{Player: s.Player, Score: score.Score, At: at, Match: s.Match, Proof: s.Proof}
	sum := b.Operator == leaderboard.Sum
	switch {
	case !has:
	case sum && score.Score == 0:
		fresh = e
	case sum:
		fresh.Score += e.Score
		if e.At.After(at) {
			fresh.At = e.At
		}
	case b.Operator == leaderboard.Latest && at.Before(e.At):
		fresh = e
	case b.Operator == leaderboard.Best && better(b, e, fresh) <= 0:
		fresh = e
	}
	fresh.Name, fresh.Region = cmp.Or(s.Name, e.Name), cmp.Or(s.Region, e.Region)
	m.lists[key][s.Player] = fresh
}

// put is an import of one entry.
func (m *model) put(board string, e leaderboard.Entry) {
	key := m.key(board, e.At)
	if m.lists[key] == nil {
		m.lists[key] = map[string]leaderboard.Entry{}
	}
	e.At = m.reached(board, e.At)
	m.lists[key][e.Player] = e
}

// remove tells whether there was anything to remove.
func (m *model) remove(board string, at time.Time, player string) bool {
	key := m.key(board, at)
	_, has := m.lists[key][player]
	delete(m.lists[key], player)
	return has
}

// all are the entries in order, with their ranks: one more than the number of better ones.
func (m *model) all(board string, at time.Time, region string) []leaderboard.Entry {
	b := m.boards[board]
	var all []leaderboard.Entry
	for _, e := range m.lists[m.key(board, at)] {
		if region != "" && e.Region != region {
			continue
		}
		e.Rank = 1
		for _, other := range m.lists[m.key(board, at)] {
			if (region == "" || other.Region == region) && better(b, other, e) < 0 {
				e.Rank++
			}
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(x, y leaderboard.Entry) int {
		return cmp.Or(better(b, x, y), -cmp.Compare(x.Player, y.Player))
	})
	return all
}

func better(b leaderboard.Board, x, y leaderboard.Entry) int {
	by := -cmp.Compare(x.Score, y.Score)
	if b.Order == leaderboard.Ascending {
		by = -by
	}
	if b.Ties == leaderboard.Shared {
		return by
	}
	return cmp.Or(by, x.At.Compare(y.At))
}

// start is a time early in the span of the boards, on a whole minute.
var start = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// tick is a time within the nth minute after start.
func tick(n int) time.Time {
	return start.Add(time.Duration(n)*time.Minute + 20*time.Second)
}
