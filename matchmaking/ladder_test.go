package matchmaking

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestALadderIsASortedList holds a ladder against a plain sorted list, through random changes.
func TestALadderIsASortedList(t *testing.T) {
	for seed := range uint64(6) {
		dice := rand.New(rand.NewPCG(seed, 0))
		keys := []int64{3, 300, 100_000}[seed%3] // many who are equal, or few
		var l ladder
		var plain []rung
		for i := range 6000 {
			switch {
			case i == 4000:
				key := dice.Int64N(keys)
				cut := l.cut(key, nil)
				n, _ := slices.BinarySearchFunc(plain, key+1, func(r rung, key int64) int { return int(r.key - key) })
				if len(cut) != n {
					t.Fatalf("cut %d, want %d", len(cut), n)
				}
				plain = plain[n:]
			case len(plain) > 0 && dice.IntN(3) == 0:
				at := dice.IntN(len(plain))
				l.drop(plain[at].key, plain[at].c)
				plain = slices.Delete(plain, at, at+1)
			default:
				r := rung{key: dice.Int64N(keys), c: &candidate{id: fmt.Sprint(i), since: dice.Int64N(5)}}
				at, _ := slices.BinarySearchFunc(plain, r, rung.compare)
				plain = slices.Insert(plain, at, r)
				l.put(r.key, r.c)
			}
			if l.n != len(plain) || l.n > 0 && l.first() != plain[0].c {
				t.Fatalf("step %d: %d, want %d; or the first is another", i, l.n, len(plain))
			}
		}
		sameWalk(t, l.up(), plain)
		for range 20 {
			key := dice.Int64N(keys)
			nearest := slices.Clone(plain)
			slices.SortStableFunc(nearest, func(a, b rung) int { return int(max(a.key-key, key-a.key) - max(b.key-key, key-b.key)) })
			w := l.around(key)
			for i := range nearest {
				r := w.next()
				if r == nil || max(r.key-key, key-r.key) != max(nearest[i].key-key, key-nearest[i].key) {
					t.Fatalf("the %dth nearest to %d is %v, want one like %v", i, key, r, nearest[i])
				}
			}
			if r := w.next(); r != nil {
				t.Fatalf("%v after the last", r)
			}
		}
	}
}

func sameWalk(t *testing.T, w walk, want []rung) {
	t.Helper()
	for i := range want {
		if r := w.next(); r == nil || r.c != want[i].c {
			t.Fatalf("the %dth is %v, want %v", i, r, want[i])
		}
	}
	if r := w.next(); r != nil {
		t.Fatalf("%v after the last", r)
	}
}
