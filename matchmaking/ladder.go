package matchmaking

import (
	"cmp"
	"slices"
)

// ladder keeps candidates sorted by a number. It is a list of short sorted lists, so putting one
// in or taking one out moves a few hundred at most, however many there are.
type ladder struct {
	parts [][]rung // none is empty
	tops  []int64  // the last key of each part, side by side: most of a search is among them
	n     int
}

// rung has a copy of what most candidates are passed over for, so that they need not be fetched.
type rung struct {
	key     int64
	regions uint32
	size    int32
	c       *candidate
}

// maxPart is how long a part grows before it is split.
const maxPart = 256

func (r rung) compare(other rung) int {
	if r.key != other.key {
		return cmp.Compare(r.key, other.key)
	}
	return r.c.compare(other.c)
}

// find is where r is, or belongs.
func (l *ladder) find(r rung) (part, at int) {
	part, _ = slices.BinarySearch(l.tops, r.key)
	if part < len(l.parts) && l.tops[part] == r.key { // parts that end with its very key
		behind, _ := slices.BinarySearchFunc(l.parts[part:], r, func(p []rung, r rung) int { return p[len(p)-1].compare(r) })
		part += behind
	}
	if part == len(l.parts) {
		return part, 0
	}
	at, _ = slices.BinarySearchFunc(l.parts[part], r, rung.compare)
	return part, at
}

func (l *ladder) put(key int64, c *candidate) {
	r := rung{key, c.regions, int32(c.size), c}
	l.n++
	part, at := l.find(r)
	if part == len(l.parts) {
		if part == 0 {
			l.parts, l.tops = append(l.parts, []rung{r}), append(l.tops, key)
			return
		}
		part--
		at = len(l.parts[part])
	}
	p := slices.Insert(l.parts[part], at, r)
	if len(p) == maxPart {
		// The last part is left nearly full: where keys grow, nobody comes to those before.
		half := maxPart / 2
		if part == len(l.parts)-1 {
			half = maxPart - maxPart/8
		}
		l.parts = slices.Insert(l.parts, part+1, append(make([]rung, 0, maxPart), p[half:]...))
		l.tops = slices.Insert(l.tops, part+1, p[maxPart-1].key)
		clear(p[half:])
		p = p[:half]
	}
	l.parts[part], l.tops[part] = p, p[len(p)-1].key
}

// drop takes out a candidate that is there.
func (l *ladder) drop(key int64, c *candidate) {
	part, at := l.find(rung{key: key, c: c})
	l.n--
	p := slices.Delete(l.parts[part], at, at+1)
	if len(p) == 0 {
		l.parts, l.tops = slices.Delete(l.parts, part, part+1), slices.Delete(l.tops, part, part+1)
		return
	}
	l.parts[part], l.tops[part] = p, p[len(p)-1].key
}

// first is the lowest; nil if there is none.
func (l *ladder) first() *candidate {
	if l.n == 0 {
		return nil
	}
	return l.parts[0][0].c
}

// cut takes out all up to a key, and appends them to list.
func (l *ladder) cut(key int64, list []*candidate) []*candidate {
	whole := 0
	for ; whole < len(l.parts); whole++ {
		p := l.parts[whole]
		n, _ := slices.BinarySearchFunc(p, key, func(r rung, key int64) int {
			if r.key <= key {
				return -1
			}
			return 1
		})
		for _, r := range p[:n] {
			list = append(list, r.c)
		}
		l.n -= n
		if n < len(p) {
			l.parts[whole] = slices.Delete(p, 0, n)
			break
		}
	}
	l.parts, l.tops = slices.Delete(l.parts, 0, whole), slices.Delete(l.tops, 0, whole)
	return list
}

// walk goes through a ladder. It is no iter.Seq: what its loop's body needs would be put on the
// heap for each of the many walks of a pass.
type walk struct {
	ladder *ladder
	key    int64
	above  spot // of the next one at the key or above it
	below  spot // behind the one below the key that is next
}

// spot is a place in a ladder: in a part, or at the end of one, which is the beginning of the next.
type spot struct{ part, at int }

// up goes through all, the lowest first.
func (l *ladder) up() walk { return walk{ladder: l} }

// around goes through all, the nearest to a key first.
func (l *ladder) around(key int64) walk {
	part, _ := slices.BinarySearch(l.tops, key)
	at := 0
	if part < len(l.parts) {
		at, _ = slices.BinarySearchFunc(l.parts[part], key, func(r rung, key int64) int { return cmp.Compare(r.key, key) })
	}
	return walk{ladder: l, key: key, above: spot{part, at}, below: spot{part, at}}
}

// next is the next one; nil if there is none. What it points to is good until the ladder changes.
func (w *walk) next() *rung {
	parts := w.ladder.parts
	var high, low *rung
	if w.above.part < len(parts) {
		high = &parts[w.above.part][w.above.at]
	}
	below := w.below
	if below.at == 0 && below.part > 0 {
		below = spot{below.part - 1, len(parts[below.part-1])}
	}
	if below.at > 0 {
		below.at--
		low = &parts[below.part][below.at]
	}
	if low != nil && (high == nil || w.key-low.key < high.key-w.key) {
		w.below = below
		return low
	}
	if high != nil {
		if w.above.at++; w.above.at == len(parts[w.above.part]) {
			w.above = spot{w.above.part + 1, 0}
		}
	}
	return high
}
