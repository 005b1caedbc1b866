package leaderboard

import (
	"slices"
	"sort"

	"github.com/tidwall/btree"
)

// shelf is a list in memory: places, the best first, in a B-tree that counts. The nth place is a walk down the
// tree, so a rank is a binary search over places.
type shelf struct {
	tree *btree.BTreeG[place]
}

type place struct {
	packed packed
	player string
}

func newShelf() *shelf {
	less := func(a, b place) bool { return ahead(a.packed, a.player, b.packed, b.player) }
	return &shelf{btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})}
}

func (s *shelf) len() int { return s.tree.Len() }

// move takes a place out, if there was one, and puts the new one in.
func (s *shelf) move(player string, from packed, had bool, to packed) {
	if had && from == to {
		return
	}
	if had {
		s.tree.Delete(place{from, player})
	}
	s.tree.Set(place{to, player})
}

func (s *shelf) remove(player string, from packed) { s.tree.Delete(place{from, player}) }

// load fills an empty shelf, which is much faster in order.
func (s *shelf) load(places []place) {
	slices.SortFunc(places, func(a, b place) int {
		if ahead(a.packed, a.player, b.packed, b.player) {
			return -1
		}
		return 1
	})
	for _, p := range places {
		s.tree.Load(p)
	}
}

// above is the number of places that are better than p.
func (s *shelf) above(p packed) int {
	return sort.Search(s.tree.Len(), func(i int) bool {
		at, _ := s.tree.GetAt(i)
		return at.packed <= p
	})
}

// index is the number of places ahead of that one, whether it is there or not.
func (s *shelf) index(p packed, player string) int {
	return sort.Search(s.tree.Len(), func(i int) bool {
		at, _ := s.tree.GetAt(i)
		return !ahead(at.packed, at.player, p, player)
	})
}

// from are up to n places from an index on.
func (s *shelf) from(index, n int) []place {
	n = min(n, s.tree.Len()-index)
	if n <= 0 {
		return nil
	}
	places := make([]place, 0, n)
	first, _ := s.tree.GetAt(index)
	s.tree.Ascend(first, func(p place) bool {
		places = append(places, p)
		return len(places) < n
	})
	return places
}

// worst is the last place of a shelf that has one.
func (s *shelf) worst() place {
	last, _ := s.tree.Max()
	return last
}
