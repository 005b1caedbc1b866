package game_test

import (
	"fmt"
	"slices"
	"testing"

	"parlor/game"
)

// These numbers are fixed for ever: a log of years ago rolls them again.
func TestDiceRollTheSameForEver(t *testing.T) {
	r := game.NewRand(game.Seed{1, 2, 3})
	for i, want := range []uint64{0xfe1314166307503b, 0x9a2783d633fb3aa2, 0x31b502bbba310aaa, 0xf3b260ab865cafbc} {
		if got := r.Uint64(); got != want {
			t.Errorf("number %d is %#x, want %#x", i, got, want)
		}
	}
	var got []int
	for _, n := range []int{1, 2, 6, 52, 1000, 1 << 40, 1<<62 + 1} {
		got = append(got, r.IntN(n))
	}
	if want := []int{0, 0, 2, 17, 347, 595742724622, 1385773763797448177}; !slices.Equal(got, want) {
		t.Errorf("IntN gives %v, want %v", got, want)
	}
	if got, want := r.Perm(10), []int{1, 5, 8, 6, 3, 9, 2, 4, 7, 0}; !slices.Equal(got, want) {
		t.Errorf("Perm gives %v, want %v", got, want)
	}
	if got := r.IntN(1000000); got != 513764 {
		t.Errorf("after all that comes %d, want 513764", got)
	}
}

// The test vector of the specification, c2sp.org/chacha8rand.
func TestDiceAreThoseOfTheSpecification(t *testing.T) {
	r := game.NewRand(game.Seed([]byte("ABCDEFGHIJKLMNOPQRSTUVWXYZ123456")))
	for i, want := range []uint64{0xb773b6063d4616a5, 0x1160af22a66abc3c, 0x8c2599d9418d287c, 0x7ee07e037edc5cd6} {
		if got := r.Uint64(); got != want {
			t.Errorf("number %d is %#x, want %#x", i, got, want)
		}
	}
}

func TestIntNIsUniform(t *testing.T) {
	for _, n := range []int{2, 3, 6, 7, 52, 100} {
		r := game.NewRand(game.Seed{byte(n)})
		const each = 4000
		count := make([]int, n)
		for range each * n {
			v := r.IntN(n)
			if v < 0 || v >= n {
				t.Fatalf("IntN(%d) gave %d", n, v)
			}
			count[v]++
		}
		// The standard deviation of a count is under 64; five of them are never left by chance.
		for v, got := range count {
			if got < each-320 || got > each+320 {
				t.Errorf("IntN(%d) gave %d %d times, want about %d", n, v, got, each)
			}
		}
	}
}

// A plain remainder would give the lower third twice as often here.
func TestIntNIsUniformOverHugeRanges(t *testing.T) {
	const n = 3 << 61
	r := game.NewRand(game.Seed{9})
	low := 0
	for range 3000 {
		if r.IntN(n) < n/3 {
			low++
		}
	}
	if low < 870 || low > 1130 {
		t.Errorf("%d of 3000 in the lower third", low)
	}
}

func TestShuffleGivesEveryOrderAlike(t *testing.T) {
	r := game.NewRand(game.Seed{4})
	count := map[string]int{}
	for range 24 * 1000 {
		count[fmt.Sprint(r.Perm(4))]++
	}
	if len(count) != 24 {
		t.Errorf("%d orders of 4, want 24", len(count))
	}
	for order, got := range count {
		if got < 840 || got > 1160 {
			t.Errorf("%s came %d times, want about 1000", order, got)
		}
	}
}

func TestIntNOfLessThanOnePanics(t *testing.T) {
	r := game.NewRand(game.Seed{})
	panics(t, func() { r.IntN(0) })
	panics(t, func() { r.IntN(-1) })
}

func TestDiceGoOnFromTheirState(t *testing.T) {
	for rolled := range 100 {
		r := game.NewRand(game.Seed{7})
		for range rolled {
			r.Uint64()
		}
		state, err := r.AppendBinary([]byte("before"))
		if err != nil {
			t.Fatal(err)
		}
		again := game.NewRand(game.Seed{})
		if err := again.UnmarshalBinary(state[len("before"):]); err != nil {
			t.Fatal(err)
		}
		for i := range 50 {
			if got, want := again.Uint64(), r.Uint64(); got != want {
				t.Fatalf("after %d rolls, roll %d is %#x, want %#x", rolled, i, got, want)
			}
		}
	}
}

func TestDiceRefuseADamagedState(t *testing.T) {
	good, err := game.NewRand(game.Seed{}).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := game.NewRand(game.Seed{})
	for _, bad := range [][]byte{
		nil, good[:len(good)-1], append(slices.Clone(good), 0), []byte("readbuf:"), []byte("readbuf:\xff"),
		append([]byte("readbuf:\x20abcdefghijklmnopqrstuvwxyz012345"), good...),
	} {
		if err := r.UnmarshalBinary(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
