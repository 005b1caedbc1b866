package matchmaking_test

import (
	"fmt"
	"testing"
	"time"

	"parlor/matchmaking"
)

const crowd = 10_000

// crowded is a pool in which so many wait for something that does not come.
func crowded(b *testing.B, rule matchmaking.Rule) *pool {
	b.Helper()
	p := newPool(rule)
	for i := range crowd {
		if err := p.Add(ticket(fmt.Sprintf("p%05d", i), time.Duration(i)*time.Millisecond)); err != nil {
			b.Fatal(err)
		}
	}
	return p
}

// BenchmarkAddAndRemove is one who comes, and goes, with 10,000 waiting.
func BenchmarkAddAndRemove(b *testing.B) {
	p := crowded(b, matchmaking.Rule{Min: crowd * 2, Max: crowd * 2})
	one := ticket("one", time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		if p.Add(one) != nil || !p.Remove(one.Player) {
			b.Fatal("not added, or not removed")
		}
	}
}

// BenchmarkMatchFindsNothing is a look at the pool with 10,000 waiting.
func BenchmarkMatchFindsNothing(b *testing.B) {
	p := crowded(b, matchmaking.Rule{Min: crowd * 2, Max: crowd * 2})
	b.ReportAllocs()
	for b.Loop() {
		if p.Match(at(time.Hour), p.newRoom) != nil {
			b.Fatal("a match")
		}
	}
}

// BenchmarkMatchOfACrowd takes 10,000 who all came at once and makes 5,000 matches of them.
func BenchmarkMatchOfACrowd(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		p := crowded(b, matchmaking.Rule{Min: 2, Max: 2})
		b.StartTimer()
		if got := len(p.Match(at(time.Hour), p.newRoom)); got != crowd/2 {
			b.Fatalf("%d matches", got)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/crowd, "ns/player")
}
