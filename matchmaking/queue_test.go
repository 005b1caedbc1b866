package matchmaking_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parlor/internal/leaktest"
	"parlor/matchmaking"
)

// TestMain fails the run if a loop outlives its test.
func TestMain(m *testing.M) { leaktest.Main(m) }

// loop is a Queue that runs, and its host, who notes what it is told.
type loop struct {
	*matchmaking.Queue
	stop func()

	mu   sync.Mutex // guards what follows
	got  []matchmaking.Match
	when []time.Time
	said []string // the rest, each with its second
	away map[string]bool
}

func (l *loop) Place(m matchmaking.Match) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.got, l.when = append(l.got, m), append(l.when, time.Now())
}

func (l *loop) Found(f matchmaking.Found) {
	l.say("found %s for %v, %d of %d", names(f.Tickets), time.Until(f.Until), len(f.Accepted), f.People)
}

func (l *loop) Dissolved(t matchmaking.Ticket)                  { l.say("dissolved %s", t.ID) }
func (l *loop) Ended(t matchmaking.Ticket, why matchmaking.End) { l.say("%v %s", why, t.ID) }

func (l *loop) Away(_ matchmaking.Ticket, player string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.away[player]
}

func (l *loop) say(what string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = append(l.said, fmt.Sprintf(what, args...))
}

func run(t *testing.T, rule matchmaking.Rule) *loop {
	t.Helper()
	l := &loop{}
	rooms := 0
	pool := pools(t, map[matchmaking.Name]matchmaking.Rule{chess: rule})
	l.Queue = matchmaking.New(pool, func() string { rooms++; return fmt.Sprint("room", rooms) }, l)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { l.Run(ctx) })
	l.stop = func() { cancel(); running.Wait() }
	t.Cleanup(l.stop)
	return l
}

func now(player string) matchmaking.Ticket {
	return matchmaking.Ticket{ID: "t-" + player, Players: []string{player}, Queue: chess, Since: time.Now()}
}

func (l *loop) add(t *testing.T, players ...string) {
	t.Helper()
	for _, player := range players {
		if err := l.Add(t.Context(), now(player)); err != nil {
			t.Fatalf("add %s: %v", player, err)
		}
	}
}

// matches are the players of each match so far.
func (l *loop) matches() (all []string) {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.got {
		s := m.Room + ":"
		for _, t := range m.Tickets {
			s += t.Players[0]
		}
		all = append(all, s)
	}
	return all
}

// told is what the host was told besides matches, since he was asked last.
func (l *loop) told() []string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	said := l.said
	l.said = nil
	return said
}

func TestTheLoopMatchesAsSoonAsItIsDueAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := run(t, matchmaking.Rule{Min: 2, Max: 3, StartAfter: 5 * time.Second, BotsAfter: 8 * time.Second})
		began := time.Now()
		l.add(t, "a")
		time.Sleep(4 * time.Second)
		l.add(t, "b")
		if got := l.matches(); got != nil {
			t.Errorf("%v after 4 s", got)
		}
		time.Sleep(2 * time.Second)
		l.add(t, "c")
		time.Sleep(time.Hour)
		if got, want := l.matches(), []string{"room1:ab", "room2:c"}; !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
		for i, want := range []time.Duration{5 * time.Second, 14 * time.Second} {
			if got := l.when[i].Sub(began); got != want {
				t.Errorf("match %d after %v, want %v", i+1, got, want)
			}
		}
		l.add(t, "d") // after a long silence
		time.Sleep(8 * time.Second)
		if got := l.matches(); len(got) != 3 {
			t.Errorf("%v, want a third match", got)
		}
	})
}

func TestCancelTellsWhetherHeWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := run(t, matchmaking.Rule{Min: 2, Max: 2})
		l.add(t, "a")
		if gone, was, err := l.Remove(t.Context(), "a"); !was || gone.ID != "t-a" || err != nil {
			t.Errorf("%v, %v", was, err)
		}
		l.add(t, "a", "b")
		if _, was, err := l.Remove(t.Context(), "a"); was || err != nil {
			t.Errorf("of a player who was matched: %v, %v", was, err)
		}
		if err := l.Add(t.Context(), matchmaking.Ticket{Players: []string{"c"}}); !errors.Is(err, matchmaking.ErrNoQueue) {
			t.Errorf("a queue that is none: %v", err)
		}
	})
}

func TestTheLoopExplainsWhyTwoAreNotMatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := run(t, matchmaking.Rule{Min: 3, Max: 3})
		l.add(t, "a", "b")
		if e, err := l.Explain(t.Context(), chess, "a", "b"); err != nil || e.Fits() || !strings.Contains(e.String(), "2 people at least") {
			t.Errorf("%v, %v", e, err)
		}
		for _, test := range []struct {
			queue         matchmaking.Name
			player, other string
		}{{chess, "a", "nobody"}, {chess, "nobody", "a"}, {matchmaking.Name{Game: "go"}, "a", "b"}} {
			if e, err := l.Explain(t.Context(), test.queue, test.player, test.other); !errors.Is(err, matchmaking.ErrNotWaiting) {
				t.Errorf("%v: %v, %v", test, e, err)
			}
		}
	})
}

func TestWhoseTimeIsOutIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := run(t, matchmaking.Rule{Min: 2, Max: 2, Timeout: 30 * time.Second})
		l.add(t, "a")
		time.Sleep(30*time.Second - 1)
		if told := l.told(); told != nil {
			t.Errorf("%v too early", told)
		}
		time.Sleep(time.Nanosecond)
		if told := l.told(); !slices.Equal(told, []string{"timed out t-a"}) {
			t.Errorf("%v", told)
		}
		if _, was, err := l.Remove(t.Context(), "a"); was || err != nil {
			t.Errorf("still there: %v, %v", was, err)
		}
	})
}

func TestTheLoopAsksWhetherAMatchIsAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := run(t, asks)
		expect := func(want ...string) {
			t.Helper()
			if got := l.told(); !slices.Equal(got, want) {
				t.Errorf("told %q, want %q", got, want)
			}
		}
		accept := func(player string) {
			t.Helper()
			if err := l.Accept(t.Context(), player); err != nil {
				t.Errorf("accept by %s: %v", player, err)
			}
		}
		l.add(t, "a", "b")
		expect("found a,b for 10s, 0 of 2")
		time.Sleep(4 * time.Second)
		accept("a")
		expect("found a,b for 6s, 1 of 2")
		time.Sleep(6*time.Second - 1)
		expect()
		time.Sleep(time.Nanosecond)
		expect("dissolved t-a", "not accepted t-b")
		l.add(t, "c")
		expect("found a,c for 10s, 0 of 2")
		if _, was, err := l.Remove(t.Context(), "a"); !was || err != nil {
			t.Errorf("remove: %v, %v", was, err)
		}
		expect("dissolved t-c")
		if err := l.Accept(t.Context(), "c"); !errors.Is(err, matchmaking.ErrNothingFound) {
			t.Errorf("accept of what is dissolved: %v", err)
		}
		l.add(t, "d")
		accept("c")
		accept("d")
		if got, want := l.matches(), []string{"room1:cd"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

func TestTheLoopEstimatesWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := run(t, matchmaking.Rule{Min: 2, Max: 2})
		if _, known, err := l.Estimate(t.Context(), chess); known || err != nil {
			t.Errorf("of nobody: %v, %v", known, err)
		}
		for i := range 3 {
			l.add(t, fmt.Sprint("a", i))
			time.Sleep(2 * time.Second)
			l.add(t, fmt.Sprint("b", i))
			synctest.Wait()
		}
		if wait, known, err := l.Estimate(t.Context(), chess); wait != 0 || !known || err != nil {
			t.Errorf("%v, %v, %v: of three who waited and three who did not, the lower of the middle two", wait, known, err)
		}
	})
}

func TestATicketPutBackKeepsItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := run(t, matchmaking.Rule{Min: 2, Max: 2})
		first := now("a")
		time.Sleep(time.Second)
		l.add(t, "b")
		time.Sleep(time.Second)
		for range 2 { // twice does no harm
			if !l.Return(first) {
				t.Fatal("not taken back")
			}
		}
		if got, want := l.matches(), []string{"room1:ab"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if l.got[0].Tickets[0].Since != first.Since {
			t.Error("he has lost his wait")
		}
	})
}

func TestAnOfferBringsThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := run(t, matchmaking.Rule{Min: 3, Max: 3, Backfill: true})
		l.add(t, "a", "b")
		if !l.Offer(chess, matchmaking.Opening{Room: "playing", Free: 5}) {
			t.Fatal("not taken")
		}
		if got, want := l.matches(), []string{"playing:ab"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		depths, err := l.Depths(t.Context())
		if err != nil || len(depths) != 1 || depths[0].Open != 1 || depths[0].Waiting != 0 {
			t.Errorf("depths %v, %v", depths, err)
		}
	})
}

// places is a host who is told of matches only.
type places func()

func (p places) Place(matchmaking.Match)                 { p() }
func (places) Found(matchmaking.Found)                   {}
func (places) Dissolved(matchmaking.Ticket)              {}
func (places) Ended(matchmaking.Ticket, matchmaking.End) {}
func (places) Away(matchmaking.Ticket, string) bool      { return false }

// TestAFullInboxIsToldAndWaitedFor fills the inbox of a loop that is held up.
func TestAFullInboxIsToldAndWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := pools(t, map[matchmaking.Name]matchmaking.Rule{chess: {Min: 1, Max: 1}})
		hold := make(chan struct{})
		placed := 0
		q := matchmaking.New(pool, func() string { return "r" }, places(func() { <-hold; placed++ }))
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var running sync.WaitGroup
		running.Go(func() { q.Run(ctx) })
		if !q.Return(now("first")) {
			t.Fatal("not taken")
		}
		synctest.Wait() // the loop places the first
		n := 0
		for q.Return(now(fmt.Sprint(n))) {
			n++
		}
		if n != 1024 {
			t.Errorf("the inbox takes %d, want 1024", n)
		}
		if q.Offer(chess, matchmaking.Opening{Room: "r", Free: 1}) {
			t.Error("an offer was taken by a full inbox")
		}
		soon, enough := context.WithTimeout(ctx, time.Second)
		defer enough()
		if err := q.Add(soon, now("impatient")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("add: %v", err)
		}
		var patient sync.WaitGroup
		patient.Go(func() {
			if err := q.Add(ctx, now("patient")); err != nil {
				t.Errorf("add: %v", err)
			}
		})
		synctest.Wait()
		close(hold)
		patient.Wait()
		synctest.Wait()
		cancel()
		running.Wait()
		if placed != 1+1024+1 {
			t.Errorf("%d placed, want all who were taken and no more", placed)
		}
	})
}

func TestAQueueThatHasEndedAnswersEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := run(t, matchmaking.Rule{Min: 2, Max: 2})
		var asking sync.WaitGroup
		for i := range 100 {
			asking.Go(func() {
				if err := l.Add(t.Context(), now(fmt.Sprint(i))); err != nil && !errors.Is(err, matchmaking.ErrClosed) {
					t.Errorf("add: %v", err)
				}
			})
		}
		l.stop()
		asking.Wait()
		if err := l.Add(t.Context(), now("late")); !errors.Is(err, matchmaking.ErrClosed) {
			t.Errorf("add: %v", err)
		}
		if _, _, err := l.Remove(t.Context(), "late"); !errors.Is(err, matchmaking.ErrClosed) {
			t.Errorf("remove: %v", err)
		}
		if err := l.Accept(t.Context(), "late"); !errors.Is(err, matchmaking.ErrClosed) {
			t.Errorf("accept: %v", err)
		}
		if _, _, err := l.Estimate(t.Context(), chess); !errors.Is(err, matchmaking.ErrClosed) {
			t.Errorf("estimate: %v", err)
		}
		if _, err := l.Depths(t.Context()); !errors.Is(err, matchmaking.ErrClosed) {
			t.Errorf("depths: %v", err)
		}
		for range 2000 { // nobody empties the inbox any more
			if !l.Offer(chess, matchmaking.Opening{Room: "r", Free: 1}) || !l.Return(now("late")) {
				t.Fatal("who does not wait must not be told to try again")
			}
		}
	})
}
