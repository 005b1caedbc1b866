package game

import (
	"bytes"
	"errors"
	"math/bits"
	"math/rand/v2"
)

// Seed starts the dice of a match. It is chosen at random and shown to nobody before the end.
type Seed [32]byte

// Rand is a source of dice that gives the same numbers for the same seed for ever: ChaCha8 as
// specified by C2SP (c2sp.org/chacha8rand), and helpers of our own, because those of math/rand
// may change with a Go release and old match logs must replay. Not for concurrent use.
type Rand struct{ src rand.ChaCha8 }

// NewRand returns the dice of seed.
func NewRand(seed Seed) *Rand {
	r := new(Rand)
	r.src.Seed(seed)
	return r
}

// Uint64 is 64 random bits.
func (r *Rand) Uint64() uint64 { return r.src.Uint64() }

// IntN is uniform over 0 to n-1 (Lemire, "Fast Random Integer Generation in an Interval",
// 2019). It panics if n < 1.
func (r *Rand) IntN(n int) int {
	if n < 1 {
		panic("game: IntN of less than 1")
	}
	size := uint64(n)
	hi, lo := bits.Mul64(r.Uint64(), size)
	for lo < size && lo < -size%size {
		hi, lo = bits.Mul64(r.Uint64(), size)
	}
	return int(hi)
}

// Shuffle puts n things in random order (Fisher-Yates); swap exchanges two of them.
func (r *Rand) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, r.IntN(i+1))
	}
}

// Perm is the numbers 0 to n-1 in random order.
func (r *Rand) Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	r.Shuffle(n, func(i, j int) { p[i], p[j] = p[j], p[i] })
	return p
}

// AppendBinary appends the state of the dice, for checkpoints.
func (r *Rand) AppendBinary(b []byte) ([]byte, error) { return r.src.AppendBinary(b) }

// UnmarshalBinary takes the state that AppendBinary gave.
func (r *Rand) UnmarshalBinary(b []byte) error {
	// Dice are never read as bytes, so their state begins thus. The source can also hold bytes
	// half read, and panics where a damaged state says that it does.
	if !bytes.HasPrefix(b, []byte("chacha8:")) {
		return errors.New("the state of the dice is damaged")
	}
	return r.src.UnmarshalBinary(b)
}
