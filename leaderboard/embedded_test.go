package leaderboard_test

import (
	"testing"

	"parlor/leaderboard"
	"parlor/leaderboard/leaderboardtest"
)

// embedded is an empty store that ends with the test.
func embedded(t testing.TB) *leaderboard.Embedded {
	t.Helper()
	store, err := leaderboard.OpenEmbedded(t.TempDir(), leaderboard.EmbeddedConfig{Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func TestEmbeddedPassesTheContract(t *testing.T) {
	leaderboardtest.Run(t, func(t *testing.T) leaderboard.Store { return embedded(t) })
}
