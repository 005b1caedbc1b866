package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"parlor/leaderboard"
	"parlor/leaderboard/leaderboardtest"
)

// begun is what the log says after a start on a store.
func begun(t *testing.T, store leaderboard.Store, boards ...leaderboard.Board) string {
	t.Helper()
	var log bytes.Buffer
	r, err := newResults(store, shelves{boards: boards}, "", slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	return log.String()
}

// fullStore is on a disk without room.
type fullStore struct{ leaderboard.Store }

func (fullStore) Define(context.Context, leaderboard.Board) error {
	return fmt.Errorf("%w: %w", leaderboard.ErrUnavailable, leaderboard.ErrFull)
}

func TestAStartOnAFullDiskSaysSo(t *testing.T) {
	if log := begun(t, fullStore{}, leaderboard.Board{Name: "a"}); !strings.Contains(log, "the disk of the boards is full") || strings.Contains(log, "is away") {
		t.Errorf("it says %q", log)
	}
}

func TestABoardThatIsKeptOtherwiseIsToldWithWhatDiffers(t *testing.T) {
	store, err := leaderboard.OpenEmbedded(t.TempDir(), leaderboard.EmbeddedConfig{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Define(t.Context(), leaderboard.Board{Name: "a", Operator: leaderboard.Sum}); err != nil {
		t.Fatal(err)
	}
	log := begun(t, store, leaderboard.Board{Name: "a"})
	for _, says := range []string{"a board is kept as it was first defined", "board=a", "operator", "sum", "best"} {
		if !strings.Contains(log, says) {
			t.Errorf("%q does not say %q", log, says)
		}
	}
}

func TestARedisThatMayThrowBoardsAwayIsToldAtTheStart(t *testing.T) {
	for policy, want := range map[string]bool{"noeviction": false, "allkeys-lru": true} {
		store, err := leaderboard.Dial(leaderboardtest.StartRedis(t, "--maxmemory-policy", policy).URL)
		if err != nil {
			t.Fatal(err)
		}
		log := begun(t, store, leaderboard.Board{Name: "a"})
		if told := strings.Contains(log, "set its maxmemory-policy to noeviction") && strings.Contains(log, "level=WARN"); told != want {
			t.Errorf("%s: it says %q", policy, log)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
}
