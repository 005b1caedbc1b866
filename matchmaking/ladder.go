package matchmaking

import (
	"cmp"
	"iter"
	"slices"
)

// ladder keeps candidates sorted by a number. It is a list of short sorted lists, so putting one
// in or taking one out moves a few hundred at most, however many there are.
type ladder struct {
	parts [][]rung // none is empty
	n     int
}

// rung has a copy of what most candidates are passed over for, so that they need not be fetched.
type rung struct {
	key     int64
	regions uint32
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
	part, _ = slices.BinarySearchFunc(l.parts, r, func(p []rung, r rung) int { return p[len(p)-1].compare(r) })
	if part == len(l.parts) {
		return part, 0
	}
	at, _ = slices.BinarySearchFunc(l.parts[part], r, rung.compare)
	return part, at
}

func (l *ladder) put(key int64, c *candidate) {
	r := rung{key, c.regions, c}
	l.n++
	part, at := l.find(r)
	if part == len(l.parts) {
		if part == 0 {
			l.parts = append(l.parts, []rung{r})
			return
		}
		part--
		at = len(l.parts[part])
	}
	p := slices.Insert(l.parts[part], at, r)
	l.parts[part] = p
	if len(p) == maxPart {
		// The last part is left nearly full: where keys grow, nobody comes to those before.
		half := maxPart / 2
		if part == len(l.parts)-1 {
			half = maxPart - maxPart/8
		}
		l.parts = slices.Insert(l.parts, part+1, append(make([]rung, 0, maxPart), p[half:]...))
		clear(p[half:])
		l.parts[part] = p[:half]
	}
}

// drop takes out a candidate that is there.
func (l *ladder) drop(key int64, c *candidate) {
	part, at := l.find(rung{key: key, c: c})
	l.n--
	if l.parts[part] = slices.Delete(l.parts[part], at, at+1); len(l.parts[part]) == 0 {
		l.parts = slices.Delete(l.parts, part, part+1)
	}
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
	l.parts = slices.Delete(l.parts, 0, whole)
	return list
}

// up goes through all from the lowest.
func (l *ladder) up() iter.Seq[rung] {
	return func(yield func(rung) bool) {
		for _, p := range l.parts {
			for _, r := range p {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// around goes through all, the nearest to a key first.
func (l *ladder) around(key int64) iter.Seq[rung] {
	return func(yield func(rung) bool) {
		part, _ := slices.BinarySearchFunc(l.parts, key, func(p []rung, key int64) int { return cmp.Compare(p[len(p)-1].key, key) })
		at := 0
		if part < len(l.parts) {
			at, _ = slices.BinarySearchFunc(l.parts[part], key, func(r rung, key int64) int { return cmp.Compare(r.key, key) })
		}
		above, below := spot{part, at}, spot{part, at}
		low, more := l.before(&below)
		for {
			high, rest := l.at(above)
			switch {
			case rest && (!more || high.key-key <= key-low.key):
				if !yield(high) {
					return
				}
				above.at++
			case more:
				if !yield(low) {
					return
				}
				low, more = l.before(&below)
			default:
				return
			}
			if above.part < len(l.parts) && above.at == len(l.parts[above.part]) {
				above = spot{above.part + 1, 0}
			}
		}
	}
}

// spot is a place in a ladder.
type spot struct{ part, at int }

func (l *ladder) at(s spot) (rung, bool) {
	if s.part >= len(l.parts) {
		return rung{}, false
	}
	return l.parts[s.part][s.at], true
}

// before steps down to the one before s.
func (l *ladder) before(s *spot) (rung, bool) {
	if s.at == 0 {
		if s.part == 0 {
			return rung{}, false
		}
		s.part--
		s.at = len(l.parts[s.part])
	}
	s.at--
	return l.parts[s.part][s.at], true
}
