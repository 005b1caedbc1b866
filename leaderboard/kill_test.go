package leaderboard_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"parlor/leaderboard"
)

// killedDir, where it is set, makes this binary the one that is killed.
const killedDir = "PARLOR_TEST_KILLED_DIR"

const writers = 8

// write submits to the store in dir until it is killed, and prints each submission once it is acknowledged.
func write(dir, run string) {
	store, err := leaderboard.OpenEmbedded(dir, leaderboard.EmbeddedConfig{Log: quiet()})
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := 0; ; n++ {
				s := win(fmt.Sprint("p", w), n)
				s.ID = fmt.Sprint(run, "-", n)
				s.Scores = append(s.Scores, leaderboard.Score{Board: points.Name, Score: int64(n)})
				if err := store.Submit(context.Background(), s); err != nil {
					fmt.Println("failed", err)
					os.Exit(1)
				}
				fmt.Println(w) // one write, which the pipe keeps whole
			}
		})
	}
	all.Wait()
}

// A process is killed in the middle of submits, again and again: what it had acknowledged is there once, and what it had not
// once it is sent again.
func TestWhatWasAcknowledgedOutlivesAKill(t *testing.T) {
	dir := t.TempDir()
	open := func() *leaderboard.Embedded {
		t.Helper()
		store, err := leaderboard.OpenEmbedded(dir, leaderboard.EmbeddedConfig{Log: quiet()})
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	store := open()
	define(t, store, wins, points)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	var total [writers]int64 // submissions that must count
	acknowledged := int64(0)
	for run := range 5 {
		acked := killed(t, dir, fmt.Sprint(run), 400)
		store := open()
		for w := range total {
			before := total[w] + acked[w]
			player := fmt.Sprint("p", w)
			got := scoreOf(t, store, player)
			if got < before || got > before+1 { // one was under way
				t.Errorf("run %d: %s has %d, acknowledged were %d", run, player, got, before)
			}
			for n := range acked[w] + 1 {
				s := win(player, int(n))
				s.ID = fmt.Sprint(run, "-", n)
				if err := store.Submit(t.Context(), s); err != nil {
					t.Fatal(err)
				}
			}
			total[w] = before + 1
			acknowledged += acked[w]
			if got := scoreOf(t, store, player); got != total[w] {
				t.Errorf("run %d: %s has %d once all are sent again, want %d", run, player, got, total[w])
			}
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d submissions acknowledged over 5 kills", acknowledged)
}

// killed runs write in another process, kills it after some acknowledgements, and counts all that it has printed, by writer.
func killed(t *testing.T, dir, run string, enough int) (acked [writers]int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killedDir+"="+dir, "PARLOR_TEST_RUN="+run)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		var w int
		if _, err := fmt.Sscan(lines.Text(), &w); err != nil {
			t.Fatalf("the other process says %q", lines.Text())
		}
		acked[w]++
		if n == enough {
			_ = cmd.Process.Kill() // SIGKILL: no cleanup
		}
	}
	_ = cmd.Wait() // it was killed
	return acked
}
