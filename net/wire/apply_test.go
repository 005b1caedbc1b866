package wire_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"parlor/game/arcade/snakes"
	"parlor/net/wire"
)

func TestWhatIsNoDeltaIsRefused(t *testing.T) {
	p := planOf(t, linkSample(t, messageOf("View", repeated(typed(optioned("rows", 1, "MESSAGE", nil), ".sample.Row"))),
		messageOf("Row", optioned("n", 1, "INT32", nil))))
	base := read(t, p, unhex(t, "0a 00 0a 00"))
	for _, c := range []struct {
		name string
		bits string // in the order in which they travel
		ok   bool
	}{
		{"nothing changed", "0 0", true},
		{"nothing at all", "", false},
		{"an end too early", "0 1 0 0 1 1 11", false},
		{"a byte left over", "0 0 000000 00000000", false},
		{"a one left over", "0 0 1", false},
		{"the second row gone", "0 1 10 1000 01 0 0", true},
		{"the first row gone, and the other has its index", "0 1 10 1000 0 0 0", false},
		{"the third row gone", "0 1 10 1000 001 0 0", false},
		{"more rows gone than there are", "0 1 1110 0000 0 0 0 0 0", false},
		{"a row came", "0 1 0 10 0000 0 0000 0 0", true},
		{"a row came that has another's index", "0 1 0 10 0000 10 0000 0 0", false},
		{"a number with 33 bits", "0 1 0 10 0000 0 0000 111111111111 100001 111111111111111111111111111111111 0", false},
		{"a number with 32", "0 1 0 10 0000 0 0000 111111111111 000001 11111111111111111111111111111111 0", true},
		{"rows beyond the last", "0 1 0 0 1 1 00 00 0100 0000 0", false},
		{"more rows than bits", "0 1 0 111111111111 001000 11111111 0", false},
	} {
		var into wire.Flat
		if err := p.Apply(bitsOf(c.bits), nil, base, &into); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// bitsOf packs a text of zeros and ones.
func bitsOf(text string) (b []byte) {
	n := 0
	for _, c := range text {
		if c == ' ' {
			continue
		}
		if n%8 == 0 {
			b = append(b, 0)
		}
		b[n/8] |= byte(c-'0') << (n % 8)
		n++
	}
	return b
}

// trace is some views of each of two messages.
type trace struct {
	p     *wire.Plan
	views [][]byte
	flats []*wire.Flat
}

func traces(t testing.TB) []trace {
	t.Helper()
	md := sampleView(t)
	all := []trace{{p: snakesPlan(t), views: match(t, snakes.Game, 6, 60, 6)}, {p: planOf(t, md)}}
	w := newWalk(md, 7)
	for range 12 {
		all[1].views = append(all[1].views, w.next(t))
	}
	for i := range all {
		for _, view := range all[i].views {
			all[i].flats = append(all[i].flats, read(t, all[i].p, view))
		}
	}
	return all
}

// FuzzApply: whatever a server sends, a client neither falls over nor takes much memory.
func FuzzApply(f *testing.F) {
	all := traces(f)
	dice := rand.New(rand.NewPCG(1, 2))
	for i, tr := range all {
		for k := 2; k < len(tr.flats); k++ {
			delta := tr.p.AppendDelta(nil, tr.flats[k-2], tr.flats[k-1], tr.flats[k])
			f.Add(uint8(i), uint8(k-1), delta)
			for range 20 {
				bad := bytes.Clone(delta)
				bad[dice.IntN(len(bad))] ^= 1 << dice.IntN(8)
				f.Add(uint8(i), uint8(k-1), bad)
			}
		}
	}
	f.Fuzz(func(t *testing.T, which, base uint8, delta []byte) {
		tr := all[int(which)%len(all)]
		at := int(base) % len(tr.flats)
		var older *wire.Flat
		if at > 0 {
			older = tr.flats[at-1]
		}
		var into, again wire.Flat
		if tr.p.Apply(delta, older, tr.flats[at], &into) != nil {
			return
		}
		view := tr.p.Append(nil, &into)
		if limit := 8<<10 + 2*len(tr.views[at]) + 80*len(delta); len(view) > limit {
			t.Errorf("%d bytes led from %d to %d", len(delta), len(tr.views[at]), len(view))
		}
		// What came of it is as good a base as any.
		if err := tr.p.Apply(tr.p.AppendDelta(nil, older, &into, tr.flats[at]), older, &into, &again); err != nil {
			t.Error(err)
		}
	})
}

// FuzzRoundTrip: random walks, of any seed and any lag.
func FuzzRoundTrip(f *testing.F) {
	md := sampleView(f)
	p := planOf(f, md)
	for seed := range uint64(8) {
		f.Add(seed, uint8(seed))
	}
	f.Fuzz(func(t *testing.T, seed uint64, gap uint8) {
		w := newWalk(md, seed)
		var views [][]byte
		for range 12 {
			views = append(views, w.next(t))
		}
		base := 1 + int(gap)%10
		var older *wire.Flat
		if gap&1 == 0 {
			older = read(t, p, views[base-1])
		}
		roundTrip(t, p, older, read(t, p, views[base]), read(t, p, views[11]), views[11])
	})
}

// FuzzReadPlan: whatever a server says that a plan is, reading it and what follows it does no harm.
func FuzzReadPlan(f *testing.F) {
	for _, tr := range traces(f) {
		f.Add(tr.p.Description(), tr.p.AppendPacked(nil, tr.flats[0]), tr.p.AppendDelta(nil, nil, tr.flats[0], tr.flats[1]))
	}
	f.Add([]byte("\x00\x00\x01\x00"), []byte{0xff, 0xff}, []byte{1})
	f.Fuzz(func(t *testing.T, description, packed, delta []byte) {
		p, err := wire.ReadPlan(description)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Description(), description) {
			t.Errorf("%x is read as %x", description, p.Description())
		}
		var base, into wire.Flat
		if p.Unpack(packed, &base) != nil {
			return
		}
		if limit := 8<<10 + 80*len(packed); len(p.Append(nil, &base)) > limit {
			t.Errorf("%d bytes were unpacked to %d", len(packed), len(p.Append(nil, &base)))
		}
		_ = p.Apply(delta, nil, &base, &into)
	})
}
