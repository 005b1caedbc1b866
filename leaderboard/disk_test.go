package leaderboard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

func openOn(t *testing.T, fs vfs.FS) *Embedded {
	t.Helper()
	e, err := OpenEmbedded("boards", EmbeddedConfig{Log: slog.New(slog.DiscardHandler), fs: fs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

func point(player string, n int, boards ...string) Submission {
	s := Submission{ID: fmt.Sprint("match-", n), Player: player, Name: "Ann", At: time.Now()}
	for _, board := range boards {
		s.Scores = append(s.Scores, Score{board, 1})
	}
	return s
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// full fills a store with something of everything.
func full(t *testing.T, e *Embedded) {
	t.Helper()
	ctx := t.Context()
	must(t,
		e.Define(ctx, Board{Name: "wins", Operator: Sum}),
		e.Define(ctx, Board{Name: "daily", Regional: true, Ties: Shared, Calendar: Calendar{Period: "daily", Zone: "Asia/Tokyo"}}),
		e.Define(ctx, Board{Name: "small", Size: 20, Order: Ascending}))
	for n := range 500 {
		s := point(fmt.Sprint("p", n%70), n, "wins", "daily", "small")
		s.Scores[1].Score, s.Scores[2].Score, s.Region, s.Match = int64(n%13), int64(n%31), []string{"", "eu", "cn"}[n%3], s.ID
		s.At = s.At.Add(time.Duration(-n%4) * 24 * time.Hour)
		must(t, e.Submit(ctx, s))
	}
	_, err := e.EndPeriod(ctx, "wins", time.Now().Add(-time.Minute))
	must(t, err, e.Ban(ctx, "p1", true), e.Ban(ctx, "p2", true), e.Ban(ctx, "p2", false), e.Forget(ctx, "p3"), e.Rate(ctx, three("m", "p4", "p5", "p6")))
}

// everything is all that can be read.
func everything(t *testing.T, e *Embedded) (all []any) {
	t.Helper()
	ctx := t.Context()
	boards, err := e.Boards(ctx)
	must(t, err)
	bans, err := e.Bans(ctx)
	must(t, err)
	rating, err := e.Rating(ctx, Ladder{Game: "toy"}, "p5")
	must(t, err)
	all = append(all, boards, bans, rating)
	for _, b := range boards {
		periods, err := e.Periods(ctx, b.Name)
		must(t, err)
		all = append(all, periods)
		for _, p := range periods {
			for _, region := range []string{"", "eu", "cn"} {
				if region != "" && !b.Regional {
					continue
				}
				page, err := e.Top(ctx, List{b.Name, p.Start, region}, "", MaxPage)
				must(t, err)
				all = append(all, page)
			}
		}
	}
	return all
}

func TestAllIsThereAfterARestart(t *testing.T) {
	fs := vfs.NewMem()
	e := openOn(t, fs)
	full(t, e)
	want := everything(t, e)
	must(t, e.Close())
	e = openOn(t, fs)
	if got := everything(t, e); !reflect.DeepEqual(got, want) {
		t.Errorf("after a restart\n%+v\nbefore it\n%+v", got, want)
	}
	// What has been counted, banned and forgotten stays so.
	must(t, e.Submit(t.Context(), point("p9", 9, "wins"), point("p1", 1000, "wins"), point("p3", 1000, "wins")))
	if got := everything(t, e); !reflect.DeepEqual(got, want) {
		t.Errorf("sent again\n%+v\nbefore\n%+v", got, want)
	}
}

// A disk that loses power keeps what was synced, and of the rest whatever it likes.
func TestNothingAcknowledgedIsLostWithThePower(t *testing.T) {
	fs := vfs.NewCrashableMem()
	e := openOn(t, fs)
	must(t, e.Define(t.Context(), Board{Name: "wins", Operator: Sum}))
	rng := rand.New(rand.NewPCG(1, 1))
	for n := range 60 {
		must(t, e.Submit(t.Context(), point("a", n, "wins")))
		after := openOn(t, fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng}))
		for range 2 {
			must(t, after.Submit(t.Context(), point("a", n, "wins")))
			if p, err := after.Around(t.Context(), List{Board: "wins"}, "a", 0); err != nil || p.Entries[0].Score != int64(n+1) {
				t.Fatalf("after %d: %v, %v", n+1, p.Entries, err)
			}
		}
		must(t, after.Close())
	}
}

// roomy is a disk that says how much room it has.
type roomy struct {
	vfs.FS
	left *atomic.Uint64
}

func (r roomy) GetDiskUsage(string) (vfs.DiskUsage, error) {
	return vfs.DiskUsage{AvailBytes: r.left.Load()}, nil
}

func TestAFullDiskIsToldAndTakesResultsAgainOnceItHasRoom(t *testing.T) {
	left := new(atomic.Uint64)
	left.Store(1 << 40)
	e := openOn(t, roomy{vfs.NewMem(), left})
	must(t, e.Define(t.Context(), Board{Name: "wins", Operator: Sum}), e.Submit(t.Context(), point("a", 1, "wins")))
	left.Store(1 << 20)
	err := e.Submit(t.Context(), point("a", 2, "wins"))
	if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "the disk of the boards is full: 1 MB are left") {
		t.Errorf("got %v", err)
	}
	if p, err := e.Top(t.Context(), List{Board: "wins"}, "", 1); err != nil || p.Entries[0].Score != 1 {
		t.Errorf("read while it is full: %+v, %v", p, err)
	}
	left.Store(1 << 40)
	must(t, e.Submit(t.Context(), point("a", 2, "wins")))
	if p, err := e.Top(t.Context(), List{Board: "wins"}, "", 1); err != nil || p.Entries[0].Score != 2 {
		t.Errorf("once it has room: %+v, %v", p, err)
	}
}

// A write that fails all the same must neither end the process nor be acknowledged.
func TestADiskThatFailsLosesNothingAcknowledged(t *testing.T) {
	disk := vfs.NewMem()
	broken := new(atomic.Bool)
	e := openOn(t, errorfs.Wrap(disk, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if broken.Load() && (op.Kind == errorfs.OpFileWrite || op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData) {
			return syscall.ENOSPC
		}
		return nil
	})))
	must(t, e.Define(t.Context(), Board{Name: "wins", Operator: Sum}), e.Submit(t.Context(), point("a", 1, "wins")))
	broken.Store(true)
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		if err := e.Submit(ctx, point("a", 2, "wins")); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "no space left") {
			t.Errorf("got %v", err)
		}
		cancel()
	}
	if p, err := e.Top(t.Context(), List{Board: "wins"}, "", 1); err != nil || p.Entries[0].Score != 1 {
		t.Errorf("read: %+v, %v", p, err)
	}
	broken.Store(false)
	if err := e.Close(); err == nil {
		t.Error("closed as if nothing had happened")
	}
	again := openOn(t, disk)
	must(t, again.Submit(t.Context(), point("a", 2, "wins")))
	if p, err := again.Top(t.Context(), List{Board: "wins"}, "", 1); err != nil || p.Entries[0].Score != 2 {
		t.Errorf("after a restart: %+v, %v", p, err)
	}
}

func TestAnotherLayoutIsRefused(t *testing.T) {
	fs := vfs.NewMem()
	e := openOn(t, fs)
	must(t, e.db.Set([]byte("v"), []byte("2"), pebble.Sync), e.Close())
	if _, err := OpenEmbedded("boards", EmbeddedConfig{Log: slog.New(slog.DiscardHandler), fs: fs}); !errors.Is(err, ErrMismatch) {
		t.Errorf("got %v, want ErrMismatch", err)
	}
}

func TestOnlyOneProcessHasTheDirectory(t *testing.T) {
	dir := t.TempDir()
	e, err := OpenEmbedded(dir, EmbeddedConfig{})
	must(t, err)
	if _, err := OpenEmbedded(dir, EmbeddedConfig{}); err == nil || !strings.Contains(err.Error(), "another parlord uses this directory") {
		t.Errorf("opened twice: %v", err)
	}
	fs := vfs.NewMem() // says what a system says of another process' lock
	_ = openOn(t, fs)
	if _, err := OpenEmbedded("boards", EmbeddedConfig{fs: fs}); err == nil || !strings.Contains(err.Error(), "another parlord uses this directory") {
		t.Errorf("opened twice: %v", err)
	}
	must(t, e.Close())
	if err := e.Submit(t.Context(), point("a", 1, "wins")); !errors.Is(err, ErrUnavailable) {
		t.Errorf("after Close: %v, want ErrUnavailable", err)
	}
}
