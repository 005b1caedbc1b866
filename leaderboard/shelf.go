package leaderboard

import (
	"cmp"
	"slices"
)

// shelf is one board in memory: the players' standings, and the same ordered.
type shelf struct {
	board Board
	held  map[string]standing // by player
	rows  []place             // the best first
}

type standing struct {
	packed packed
	name   string
}

type place struct {
	packed packed
	player string
}

// put applies a submission that has not been applied yet, or refuses it and changes nothing.
func (b *shelf) put(s Submission) error {
	held, has := b.held[s.Player]
	next, err := s.onto(held.packed, has)
	if err != nil {
		return err
	}
	if !has {
		b.rows = slices.Insert(b.rows, b.index(next, s.Player), place{next, s.Player})
	} else if next != held.packed {
		b.move(s.Player, held.packed, next)
	}
	b.held[s.Player] = standing{next, cmp.Or(s.Name, held.name)}
	return nil
}

// move takes a row out of one place and into another, and shifts the rows between.
func (b *shelf) move(player string, from, to packed) {
	i, j := b.index(from, player), b.index(to, player)
	if j > i { // his own row is among those before the new place
		j--
		copy(b.rows[i:], b.rows[i+1:j+1])
	} else {
		copy(b.rows[j+1:], b.rows[j:i])
	}
	b.rows[j] = place{to, player}
}

// index is where such a row is, or would go.
func (b *shelf) index(p packed, player string) int {
	i, _ := slices.BinarySearchFunc(b.rows, place{p, player}, func(x, y place) int {
		if c := cmp.Compare(y.packed, x.packed); c != 0 {
			return c
		}
		return cmp.Compare(y.player, x.player)
	})
	return i
}

// above is the number of entries that are better than p.
func (b *shelf) above(p packed) int {
	i, _ := slices.BinarySearchFunc(b.rows, p, func(x place, p packed) int {
		if x.packed > p {
			return -1
		}
		return 1
	})
	return i
}

// page is up to limit entries from index start, which is at most the number of entries.
func (b *shelf) page(start, limit int) []Entry {
	places := b.rows[start:min(start+limit, len(b.rows))]
	if len(places) == 0 {
		return nil
	}
	rows := make([]row, len(places))
	for i, p := range places {
		rows[i] = row{p.packed, p.player, b.held[p.player].name}
	}
	return ranked(rows, int64(start), int64(b.above(places[0].packed))+1)
}
