package main

import (
	"syscall"
	"testing"
	"time"

	"parlor/leaderboard/leaderboardtest"
)

// leads tells whether Ann has won once, says the server.
func leads(p *process) func() bool {
	return func() bool {
		var b boardPage
		return p.get(p.page+"/v1/boards/tictactoe", &b) == 200 && len(b.Entries) == 1 && b.Entries[0].Name == "Ann" && b.Entries[0].Score == 1
	}
}

func TestTheEmbeddedBoardOutlivesAKilledServer(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := start(t, "-data", data, "-bots-after", "50ms")
	playUntilWon(t, dial(t, p, "Ann"))
	eventually(t, "Ann leads the board", leads(p))
	p.signal(syscall.SIGKILL)
	p.exits(10 * time.Second)
	p = start(t, "-data", data)
	if !leads(p)() {
		t.Error("the board has lost her win")
	}
}

// Redis is away when the match ends, and comes back when the server that played it is no more.
func TestAResultOutlivesBothRedisAndTheServerBeingAway(t *testing.T) {
	t.Parallel()
	redis := leaderboardtest.StartRedis(t)
	data := t.TempDir()
	redis.Kill()
	p := start(t, "-data", data, "-redis", redis.URL, "-bots-after", "50ms")
	playUntilWon(t, dial(t, p, "Ann"))
	var answer struct{ Error struct{ Code string } }
	if code := p.get(p.page+"/v1/boards/tictactoe", &answer); code != 503 || answer.Error.Code != "UNAVAILABLE" {
		t.Errorf("while Redis is away: %d %+v", code, answer)
	}
	p.signal(syscall.SIGTERM)
	if code := p.exits(30 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
	redis.Restart()
	p = start(t, "-data", data, "-redis", redis.URL)
	eventually(t, "Ann leads the board", leads(p))
}
