package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parlor/matchmaking"
)

func rulesFile(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "rules.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRulesOfAFileTakeThePlaceOfThoseOfTheSameNameAndStandBesideOthers(t *testing.T) {
	path := rulesFile(t, `[
		{"game": "tictactoe", "min": 2, "max": 2, "timeout": "1m"},
		{"game": "dash", "mode": "duel", "min": 2, "max": 2, "rating": {"from": 5, "per_second": 1}}]`)
	rules, err := queueRules(path, 7*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if got := rules[matchmaking.Name{Game: "tictactoe"}]; got.BotsAfter != 0 || got.Timeout != time.Minute {
		t.Errorf("tictactoe: %+v", got)
	}
	if got := rules[matchmaking.Name{Game: "dash", Mode: "duel"}]; got.Max != 2 || got.Rating.From != 5 {
		t.Errorf("dash/duel: %+v", got)
	}
	if got := rules[matchmaking.Name{Game: "dash"}]; got.Max != 8 || got.BotsAfter != 7*time.Second {
		t.Errorf("dash: %+v", got)
	}
	if len(rules) != len(queues(0))+1 {
		t.Errorf("%d queues", len(rules))
	}
}

// TestAnOperatorSeesAQueueOfAFile and why two who wait in it are not in one match.
func TestAnOperatorSeesAQueueOfAFile(t *testing.T) {
	p := start(t, "-queues", rulesFile(t, `[{"game": "dash", "mode": "crowd", "min": 3, "max": 8}]`))
	var ids []string
	for _, name := range []string{"Ann", "Bob"} {
		c := dial(t, p, name)
		if err := c.JoinQueue(t.Context(), "dash", "crowd"); err != nil {
			t.Fatal(err)
		}
		id, _ := c.Identity()
		ids = append(ids, id)
	}
	var queue struct{ Waiting, Players int }
	if code := p.get(p.admin+"/v1/queues/dash?mode=crowd", &queue); code != 200 || queue.Waiting != 2 || queue.Players != 2 {
		t.Errorf("%d: %+v", code, queue)
	}
	var why struct {
		Fits   bool
		Checks []struct{ Field string }
	}
	ask := fmt.Sprintf("%s/v1/queues/dash/explain?mode=crowd&player=%s&other=%s", p.admin, ids[0], ids[1])
	if code := p.get(ask, &why); code != 200 || why.Fits || why.Checks[len(why.Checks)-1].Field != "crowd" {
		t.Errorf("%d: %+v", code, why)
	}
	if code := p.get(p.admin+"/v1/queues/dash/explain?mode=crowd&other=nobody&player="+ids[0], nil); code != 404 {
		t.Errorf("with somebody who does not wait: %d", code)
	}
}

func TestABadFileOfRulesIsToldByFileQueueAndField(t *testing.T) {
	for text, want := range map[string]string{
		`[{"game": "chess", "min": 2, "max": 2}]`:                   `queue chess/: game: "chess" is not hosted here`,
		`[{"game": "dash", "min": 2, "max": 4, "teams": 2}]`:        "queue dash/: teams: 2, but the game has 0",
		`[{"game": "tictactoe", "min": 2, "max": 3}]`:               "queue tictactoe/: max: 3, but the game has 2 seats",
		`[{"game": "dash", "mode": "duel", "min": 2, "max": 1}]`:    "queue dash/duel: matchmaking: rule: max: 1, want 2 to",
		`[{"game": "dash", "min": 2, "max": 4, "timeout": "-1s"}]`:  "queue dash/: matchmaking: rule: timeout: -1s",
		`[{"game": "dash", "min": 2, "max": 4, "rating": {"to": 1`:  "unexpected EOF",
		`[{"game": "dash", "min": 2, "max": 4, "raiting": {}}]`:     `queue dash/: matchmaking: read rules: json: unknown field "raiting"`,
		`[{"game": "dash", "min": 2, "max": 4, "timeout": "soon"}]`: `queue dash/: matchmaking: read rules: timeout: time: invalid duration "soon"`,
	} {
		path := rulesFile(t, text)
		if _, err := queueRules(path, 0); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %q and the file", text, err, want)
		}
	}
	if _, err := queueRules("not-there.json", 0); err == nil || !strings.Contains(err.Error(), "not-there.json") {
		t.Errorf("a file that is not there: %v", err)
	}
}
