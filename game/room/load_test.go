package room

import (
	"testing"
	"time"
)

func TestStepsThatFillMoreThanHalfOfFiveSecondsAreTooMuch(t *testing.T) {
	const period = 50 * time.Millisecond
	for _, test := range []struct {
		what        string
		took, pause time.Duration
		steps       int
		over        bool
	}{
		{"long ones, one after another", 150 * time.Millisecond, 50 * time.Millisecond, 100, true},
		{"very long ones", 3 * time.Second, 0, 3, true},
		{"a bot that thinks", 300 * time.Millisecond, 700 * time.Millisecond, 1000, false},
		{"a move every other minute", 2 * time.Second, 2 * time.Minute, 1000, false},
		{"many short ones", 20 * time.Millisecond, 0, 10_000, false},
		{"the machine stood still", 20 * time.Second, time.Second, 1, false},
	} {
		var l load
		over, now := false, time.Unix(1000, 0)
		for range test.steps {
			_, o := l.add(now, now.Add(test.took), period)
			over = over || o
			now = now.Add(test.took + test.pause)
		}
		if over != test.over {
			t.Errorf("%s: too much is %v", test.what, over)
		}
	}
}

func TestLoadIsSeenAfterALongRestToo(t *testing.T) {
	var l load
	now := time.Unix(1000, 0)
	l.add(now, now.Add(time.Millisecond), 50*time.Millisecond)
	now = now.Add(time.Hour)
	for began := now; now.Sub(began) < 11*time.Second; now = now.Add(120 * time.Millisecond) {
		if _, over := l.add(now, now.Add(100*time.Millisecond), 50*time.Millisecond); over {
			return
		}
	}
	t.Error("11 s of load were not seen")
}
