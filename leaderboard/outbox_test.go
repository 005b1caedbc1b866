package leaderboard_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parlor/leaderboard"
)

// boxed is a patient Recorder with a directory.
func boxed(t *testing.T, store *flaky, dir string) *leaderboard.Recorder[leaderboard.Submission] {
	t.Helper()
	return recorder(t, store.Submit, leaderboard.RecorderConfig{Dir: dir, Batch: 50, Grace: 2 * time.Second, Log: quiet()})
}

func TestResultsWaitOnTheDiskForTheNextProcess(t *testing.T) {
	dir := t.TempDir()
	store := newFlaky()
	synctest.Test(t, func(t *testing.T) {
		store.set(true, false)
		for life := range 3 {
			r := boxed(t, store, dir)
			end := run(r)
			for n := range 300 {
				r.Record(win("a", 300*life+n))
			}
			pass(time.Minute)
			if got := r.Stats().Queued; got != 300*(life+1) {
				t.Errorf("life %d: %d wait, want %d", life, got, 300*(life+1))
			}
			if err := end(); err != nil {
				t.Errorf("results that wait on the disk are not lost: %v", err)
			}
			if s := r.Stats(); s.Dropped > 0 {
				t.Errorf("got %+v", s)
			}
		}
		store.set(false, false)
		r := boxed(t, store, dir)
		end := run(r)
		r.Record(win("b", 1))
		synctest.Wait()
		if err := end(); err != nil {
			t.Error(err)
		}
		if a, b := store.of("a"), store.of("b"); a != 900 || b != 1 || r.Stats().Queued > 0 {
			t.Errorf("got %d and %d, %+v, want 900 and 1", a, b, r.Stats())
		}
	})
	if left, _ := filepath.Glob(filepath.Join(dir, "*.box")); len(left) > 0 {
		t.Errorf("segments are left: %q", left)
	}
}

// A copy of the directory is what a killed process leaves behind.
func TestAKilledProcessLeavesItsResults(t *testing.T) {
	store := newFlaky()
	dirs := []string{t.TempDir(), t.TempDir()}
	synctest.Test(t, func(t *testing.T) {
		store.set(true, false) // takes half of each batch, and loses the answer
		first := boxed(t, store, dirs[0])
		end := run(first)
		for n := range 200 {
			first.Record(win("a", n))
		}
		pass(5 * time.Second)
		if err := os.CopyFS(filepath.Join(dirs[1], "copy"), os.DirFS(dirs[0])); err != nil {
			t.Fatal(err)
		}
		box, _ := filepath.Glob(filepath.Join(dirs[1], "copy", "*.box"))
		file, err := os.OpenFile(box[len(box)-1], os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = file.Write([]byte{77, 0, 0, 0, 1, 2, 3, 4, '{'}) // cut short
		if err := errors.Join(err, file.Close(), end()); err != nil {
			t.Fatal(err)
		}
		store.set(false, false)
		second := boxed(t, store, filepath.Join(dirs[1], "copy"))
		end = run(second)
		second.Record(win("a", 1000))
		synctest.Wait()
		if err := end(); err != nil {
			t.Error(err)
		}
		if got := store.of("a"); got != 201 {
			t.Errorf("got %d, want 201", got)
		}
	})
}

func TestAFullOutboxIsToldAndDropsTheNewest(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		store := newFlaky()
		store.set(true, false)
		var log bytes.Buffer
		r := recorder(t, store.Submit, leaderboard.RecorderConfig{Dir: dir, Disk: 2000, Queue: 5, Grace: time.Second, Log: slog.New(slog.NewTextHandler(&log, nil))})
		end := run(r)
		for n := range 100 {
			r.Record(win("a", n))
			synctest.Wait()
		}
		waiting := r.Stats().Queued
		if waiting < 10 || waiting > 25 || r.Stats().Dropped != int64(100-waiting) {
			t.Errorf("got %+v", r.Stats())
		}
		store.set(false, false)
		pass(20 * time.Second)
		if got := store.of("a"); got != int64(waiting) {
			t.Errorf("got %d, want %d", got, waiting)
		}
		r.Record(win("a", 1000))
		synctest.Wait()
		if err := end(); err != nil || store.of("a") != int64(waiting+1) {
			t.Errorf("%v, %d", err, store.of("a"))
		}
		if text := log.String(); !strings.Contains(text, "outbox of results is full") || !strings.Contains(text, "results dropped") {
			t.Errorf("the log says\n%s", text)
		}
	})
}

func TestAnOutboxOfManySegmentsIsEmptiedInOrder(t *testing.T) {
	const results = 60_000
	dir := t.TempDir()
	store := newFlaky()
	store.set(true, true)
	r := recorder(t, store.Submit, leaderboard.RecorderConfig{Dir: dir, Timeout: 20 * time.Millisecond, MaxBackoff: 20 * time.Millisecond, Queue: results, Log: quiet()})
	end := run(r)
	for n := range results {
		s := win(fmt.Sprint("p", n%7), n)
		s.Name = strings.Repeat("x", 100)
		r.Record(s)
	}
	segments := func() int {
		names, _ := filepath.Glob(filepath.Join(dir, "*.box"))
		return len(names)
	}
	eventually(t, "all are on the disk", func() bool { return segments() > 1 && r.Stats().Queued == results })
	store.set(false, false)
	eventually(t, "all are written", func() bool { return r.Stats().Written == results })
	if n := segments(); n > 0 {
		t.Errorf("%d segments are left", n)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
	if got := store.of("p0"); got != results/7+1 {
		t.Errorf("got %d, want %d", got, results/7+1)
	}
}
