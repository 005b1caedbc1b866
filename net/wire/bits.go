package wire

import (
	"encoding/binary"
	"math/bits"
)

// Bits go least significant first into bytes, and the last byte is filled up with zeros:
//
//	put(0b1, 1) put(0b01, 2) put(0b11111, 5)  ->  11111011
//
// rice, with q = v>>k:
//
//	q < 12:  q ones | 0 | k low bits of v
//	else:    12 ones | n, 6 bits | the n bits of v
const (
	escape    = 12 // ones that say that a number is written in full
	escapeLen = 6
	maxRice   = 15 // the largest k that travels, in 4 bits
)

// bitWriter appends bits to a buffer.
type bitWriter struct {
	buf  []byte
	acc  uint64
	held uint // bits in acc, under 32 between calls
}

// put writes the low n bits of v, whose others are 0; n is 32 at most.
func (w *bitWriter) put(v uint64, n uint) {
	w.acc |= v << w.held
	if w.held += n; w.held >= 32 {
		w.buf = binary.LittleEndian.AppendUint32(w.buf, uint32(w.acc))
		w.acc >>= 32
		w.held -= 32
	}
}

func (w *bitWriter) flag(set bool) {
	if set {
		w.put(1, 1)
	} else {
		w.put(0, 1)
	}
}

func (w *bitWriter) rice(v uint32, k uint) {
	if q := uint(v >> k); q < escape {
		low := uint64(v) & (1<<k - 1)
		w.put(1<<q-1|low<<(q+1), q+1+k)
		return
	}
	n := uint(bits.Len32(v))
	w.put(1<<escape-1|uint64(n)<<escape, escape+escapeLen)
	w.put(uint64(v), n)
}

func (w *bitWriter) bytes(b []byte) {
	w.rice(uint32(len(b)), 4)
	for _, c := range b {
		w.put(uint64(c), 8)
	}
}

// finish writes out what is held.
func (w *bitWriter) finish() []byte {
	for n := w.held; n > 0; n -= min(n, 8) {
		w.buf = append(w.buf, byte(w.acc))
		w.acc >>= 8
	}
	w.acc, w.held = 0, 0
	return w.buf
}

// riceLen is the number of bits that rice writes.
func riceLen(v uint32, k uint) uint {
	if q := uint(v >> k); q < escape {
		return q + 1 + k
	}
	return escape + escapeLen + uint(bits.Len32(v))
}

// bestRice is the k that writes every stride-th value in the fewest bits, the smallest among
// equals. One beyond the length of the largest value only adds bits.
func bestRice(values []uint32, stride int) (best uint) {
	var all uint32
	for i := 0; i < len(values); i += stride {
		all |= values[i]
	}
	least := ^uint(0)
	for k := range min(maxRice, uint(bits.Len32(all))) + 1 {
		var sum uint
		for i := 0; i < len(values); i += stride {
			sum += riceLen(values[i], k)
		}
		if sum < least {
			best, least = k, sum
		}
	}
	return best
}

func zigzag(r int32) uint32   { return uint32(r)<<1 ^ uint32(r>>31) }
func unzigzag(z uint32) int32 { return int32(z>>1) ^ -int32(z&1) }

// bitReader reads what a bitWriter wrote, or anything else. After the first fault it reads
// zeros, so that only loops need to look whether one occurred.
type bitReader struct {
	b   []byte
	pos uint // in bits
	bad bool
}

func (r *bitReader) left() uint { return uint(len(r.b))*8 - r.pos }

func (r *bitReader) fail() {
	r.bad = true
	r.pos = uint(len(r.b)) * 8
}

// peek has the next 57 bits at least, zeros after the end.
func (r *bitReader) peek() uint64 {
	at := int(r.pos >> 3)
	if at+8 <= len(r.b) {
		return binary.LittleEndian.Uint64(r.b[at:]) >> (r.pos & 7)
	}
	var v uint64
	for i := len(r.b) - 1; i >= at; i-- {
		v = v<<8 | uint64(r.b[i])
	}
	return v >> (r.pos & 7)
}

// take reads n bits, 32 at most.
func (r *bitReader) take(n uint) uint32 {
	if n > r.left() {
		r.fail()
		return 0
	}
	v := r.peek() & (1<<n - 1)
	r.pos += n
	return uint32(v)
}

func (r *bitReader) flag() bool { return r.take(1) != 0 }

func (r *bitReader) rice(k uint) uint32 {
	word := r.peek()
	q := uint(bits.TrailingZeros64(^word))
	if q < escape {
		if q+1+k > r.left() {
			r.fail()
			return 0
		}
		r.pos += q + 1 + k
		return uint32(q)<<k | uint32(word>>(q+1))&(1<<k-1)
	}
	n := uint(word>>escape) & (1<<escapeLen - 1)
	if n > 32 || escape+escapeLen > r.left() {
		r.fail()
		return 0
	}
	r.pos += escape + escapeLen
	return r.take(n)
}

// count reads how many of something follow, each of which takes a bit or more: so many at most
// are believed.
func (r *bitReader) count(k uint) int {
	n := uint(r.rice(k))
	if n > maxCount || n > r.left() {
		r.fail()
		return 0
	}
	return int(n)
}

// bytes appends a counted string of bytes to dst.
func (r *bitReader) bytes(dst []byte) []byte {
	n := uint(r.rice(4))
	if n > r.left()/8 {
		r.fail()
		return dst
	}
	for range n {
		dst = append(dst, byte(r.take(8)))
	}
	return dst
}
