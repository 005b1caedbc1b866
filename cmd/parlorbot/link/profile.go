// Package link makes a good network bad: it delays, stalls and cuts the sockets that are dialed
// through it, and freezes whoever uses them, as the phone of a player in a train would. The faults
// are made where a super-app makes them, around the client's socket, because TCP shows loss only as
// lateness and because the machines that test have no netem.
//
// What goes wrong, and when, is pure and seeded: schedule.go. A [Link] is one phone; it outlives its
// connections. Each of them costs two goroutines, which wake once for a chunk of bytes.
package link

import (
	"slices"
	"time"
)

// Profile is what a kind of network does to a phone. Times between two faults are means, and a fault
// is at any moment as likely as at any other; 0 means never.
type Profile struct {
	Name   string
	Delay  time.Duration // one way, at least
	Jitter time.Duration // mean of what comes on top, exponential
	Loss   float64       // share of chunks that are lost first, and hold up all behind them for a recovery

	StallEvery time.Duration // the radio carries nothing, in either direction; what was sent waits
	Stall      time.Duration // mean length, exponential, at most maxStall of it

	CutEvery    time.Duration // the connection dies, by a reset or, one time in silentOf, in silence
	FreezeEvery time.Duration // the app is hidden, for leastFreeze to mostFreeze
}

// Profiles are all there are. Delay, jitter, loss and stalls are those that the delay of playout was
// designed on. Cuts and freezes are judgement: a phone on a busy cell changes cells or is handed to
// Wi-Fi once in a few minutes, one in a subway loses its connection between most stations; a player
// looks at a message every few minutes, and in a train, where he sits with nothing else to do and
// must see where he is, more often.
var Profiles = []Profile{
	{Name: "none"},
	{Name: "wifi", Delay: 12 * time.Millisecond, Jitter: 2 * time.Millisecond, Loss: 0.001},
	{
		Name: "4g", Delay: 25 * time.Millisecond, Jitter: 6 * time.Millisecond, Loss: 0.003,
		StallEvery: 200 * time.Second, Stall: 150 * time.Millisecond,
	},
	{
		Name: "busy4g", Delay: 45 * time.Millisecond, Jitter: 18 * time.Millisecond, Loss: 0.01,
		StallEvery: 30 * time.Second, Stall: 300 * time.Millisecond,
		CutEvery: 3 * time.Minute, FreezeEvery: 4 * time.Minute,
	},
	{
		Name: "subway", Delay: 110 * time.Millisecond, Jitter: 40 * time.Millisecond, Loss: 0.03,
		StallEvery: 10 * time.Second, Stall: 700 * time.Millisecond,
		CutEvery: time.Minute, FreezeEvery: 2 * time.Minute,
	},
}

// Named is the profile of that name.
func Named(name string) (p Profile, ok bool) {
	i := slices.IndexFunc(Profiles, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		return Profile{}, false
	}
	return Profiles[i], true
}

// Perfect tells whether a profile makes no fault, so that no Link is needed.
func (p Profile) Perfect() bool { return p == Profile{Name: p.Name} }

// Breaks tells whether connections die on such a link, or are left alone until the server gives up.
func (p Profile) Breaks() bool { return p.CutEvery > 0 || p.FreezeEvery > 0 }
