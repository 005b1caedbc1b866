package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parlor/leaderboard"
	"parlor/net/api"
)

// still is a node that is asked for nothing.
type still struct{ api.Node }

func (still) Draining() bool { return false }

// node is a parlord's boards, and nothing else of it.
func node(t *testing.T, token string) string {
	t.Helper()
	store, err := leaderboard.OpenEmbedded(t.TempDir(), leaderboard.EmbeddedConfig{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return listen(t, api.Admin(api.AdminConfig{Node: still{}, Boards: store, Ratings: store, Token: token, Logger: slog.New(slog.DiscardHandler)}))
}

func TestAnOperatorRunsABoardFromTheCommandLine(t *testing.T) {
	url := node(t, "hush")
	t.Setenv("PARLOR_TOKEN", "hush")
	file := filepath.Join(t.TempDir(), "scores.csv")
	var lines strings.Builder
	lines.WriteString("player,score,at\n")
	for n := range 45 {
		fmt.Fprintf(&lines, "p%02d,%d,2026-03-04T05:06:%02dZ\n", n, 45-n, n)
	}
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	wantOutput(t, url, `
board    cup
keeps    best
order    lower is better
ties     equal scores share a rank
scores   -9007199254740992 to 9007199254740992
period   3mo Asia/Tokyo
entries  all
archive  87600h0m0s
regions  are ranked too
`, "boards", "create", "cup", "-order", "asc", "-ties", "shared", "-every", "3mo", "-zone", "Asia/Tokyo", "-archive", "87600h", "-regional")
	at := []string{"-period", "2026-03-04T00:00:00Z"}
	in := func(args ...string) []string { return append(append([]string{"boards"}, args...), at...) }
	wantOutput(t, url, "45 entries are in cup\n", in("import", "cup", file)...)
	wantOutput(t, url, `
RANK  SCORE  REACHED (UTC)     PLAYER  NAME
41    41     2026-03-04 05:06  p04     
42    42     2026-03-04 05:06  p03     
43    43     2026-03-04 05:06  p02     
44    44     2026-03-04 05:06  p01     
45    45     2026-03-04 05:06  p00     
5 of 45 on cup, 2025-12-31 15:00 to 2026-03-31 15:00
`, in("cup", "-limit", "20", "-page", "3")...)
	wantOutput(t, url, `
RANK  SCORE  REACHED (UTC)     PLAYER  NAME
1     1      2026-03-04 05:06  p44     
2 <   2      2026-03-04 05:06  p43     
3     3      2026-03-04 05:06  p42     
rank 2 of 45 on cup, 2025-12-31 15:00 to 2026-03-31 15:00; not worse than 97.8 %
`, in("player", "cup", "p43", "-around", "1")...)
	wantOutput(t, url, `
RANK  SCORE  REACHED (UTC)     PLAYER  NAME
5     5      2026-03-04 05:06  p40     
45    45     2026-03-04 05:06  p00     
2 of 45 on cup, 2025-12-31 15:00 to 2026-03-31 15:00
`, in("players", "cup", "p00", "p40", "nobody")...)
	wantOutput(t, url, "p44 is off cup\n", in("remove", "cup", "p44")...)
	wantOutput(t, url, "p43 is forgotten\n", "boards", "forget", "p43")
	wantOutput(t, url, "p42 is banned\n", "boards", "ban", "p42")
	wantOutput(t, url, "PLAYER\np42\n", "boards", "bans")
	wantOutput(t, url, "43 entries are in cup; 2 were left out, whose players are banned or forgotten\n", in("import", "cup", file)...)
	wantOutput(t, url, "p44 is off cup\n", in("remove", "cup", "p44")...)
	wantOutput(t, url, "p42 is banned no more\n", "boards", "unban", "p42")
	wantOutput(t, url, "Nobody is banned.\n", "boards", "bans")
	wantOutput(t, url, "START                 END                   ENTRIES\n2025-12-31T15:00:00Z  2026-03-31T15:00:00Z  42\n", "boards", "periods", "cup")
	code, stdout, stderr := ctl(t, append([]string{"-admin", url}, in("export", "cup", "-format", "csv")...)...)
	if code != 0 || strings.Count(stdout, "\n") != 43 || !strings.HasPrefix(stdout, "player,score,at,rank,name,region,match,proof\np41,4,") {
		t.Errorf("exit %d, %s\n%.200s", code, stderr, stdout)
	}
	code, stdout, _ = ctl(t, "-admin", url, "boards", "end", "cup")
	if code != 0 || !strings.HasSuffix(stdout, " of cup has ended\n") {
		t.Errorf("exit %d, %s", code, stdout)
	}
}

func TestWithoutTheTokenItSaysWhereThatIs(t *testing.T) {
	t.Chdir(t.TempDir())
	url := node(t, "hush")
	for _, args := range [][]string{{"boards", "create", "x"}, {"boards", "export", "x"}, {"boards", "bans", "-token", "wrong"}} {
		code, _, stderr := ctl(t, append(args, "-admin", url)...)
		if code != 1 || !strings.Contains(stderr, "operator.token") {
			t.Errorf("%v: exit %d, %s", args, code, stderr)
		}
	}
	if _, _, stderr := ctl(t, "boards", "bans", "-token", "wrong", "-admin", url); !strings.Contains(stderr, "that is not its token") {
		t.Errorf("a wrong token: %s", stderr)
	}
	// parlord started in this directory leaves it here.
	if err := os.Mkdir("parlor-data", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("parlor-data", "operator.token"), []byte("hush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantOutput(t, url, "Nobody is banned.\n", "boards", "bans")
}

func TestWrongBoardCommandsAreExplained(t *testing.T) {
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"boards", "player", "a"}, "NAME PLAYER"}, {[]string{"boards", "create"}, "NAME"}, {[]string{"boards", "bans", "x"}, "boards bans wants"},
		{[]string{"boards", "a", "-page", "0"}, "-page"}, {[]string{"boards", "export", "a", "-format", "xml"}, "-format"},
	} {
		code, _, stderr := ctl(t, test.args...)
		if code != 2 || !strings.Contains(stderr, test.says) {
			t.Errorf("%v: exit %d, %.200s", test.args, code, stderr)
		}
	}
	url := node(t, "")
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"boards", "import", "a", "no-such-file"}, "no-such-file"}, {[]string{"boards", "a"}, "no such board"},
	} {
		code, _, stderr := ctl(t, append(test.args, "-admin", url)...)
		if code != 1 || !strings.Contains(stderr, test.says) {
			t.Errorf("%v: exit %d, %s", test.args, code, stderr)
		}
	}
}
