package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parlor/leaderboard/leaderboardtest"
)

// operator speaks to a server with the token that it keeps in data.
type operator struct {
	p      *process
	token  string
	client *http.Client
}

func operate(t *testing.T, p *process, data string) *operator {
	t.Helper()
	token, err := os.ReadFile(filepath.Join(data, "operator.token"))
	if err != nil {
		t.Fatal(err)
	}
	return &operator{p, strings.TrimSpace(string(token)), &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
}

// do answers with the status, 0 if there was no answer, and the body.
func (o *operator) do(method, path, body string) (int, string) {
	req, err := http.NewRequest(method, o.p.admin+path, strings.NewReader(body))
	if err != nil {
		return 0, ""
	}
	req.Header.Set("Authorization", "Bearer "+o.token)
	resp, err := o.client.Do(req)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, ""
	}
	return resp.StatusCode, string(answer)
}

func submission(player string) string {
	return fmt.Sprintf(`{"id":"only","player":%q,"at":%q,"scores":[{"board":"kills","score":1}]}`, player, time.Now().UTC().Format(time.RFC3339))
}

// TestAKilledServerHasEverySubmissionThatItAcknowledgedOnce kills a server in the middle of thousands of submissions a
// second. Each is another player's, who must have 1 afterwards, also when all are sent again.
func TestAKilledServerHasEverySubmissionThatItAcknowledgedOnce(t *testing.T) {
	for _, store := range []string{"embedded", "redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			args := []string{"-data", data}
			if store == "redis" {
				args = append(args, "-redis", leaderboardtest.StartRedis(t).URL)
			}
			p := start(t, args...)
			o := operate(t, p, data)
			if code, answer := o.do("PUT", "/v1/boards/kills", `{"operator":"sum"}`); code != 200 && code != 201 {
				t.Fatalf("the board: %d %s", code, answer)
			}
			acked, rate := submitUntilKilled(t, o)
			p.exits(10 * time.Second)
			p = start(t, args...)
			o = operate(t, p, data)
			for _, player := range acked[:min(len(acked), 500)] {
				if code, answer := o.do("POST", "/v1/submissions", submission(player)); code != 200 {
					t.Fatalf("sent again: %d %s", code, answer)
				}
			}
			scores := exported(t, o)
			for _, player := range acked {
				if scores[player] != 1 {
					t.Fatalf("%s has %d, and his submission was acknowledged", player, scores[player])
				}
			}
			for player, score := range scores {
				if score != 1 {
					t.Errorf("%s has %d", player, score)
				}
			}
			t.Logf("%d acknowledged, %.0f a second", len(acked), rate)
		})
	}
}

// submitUntilKilled answers with the players whose submissions were acknowledged before the server was killed.
func submitUntilKilled(t *testing.T, o *operator) (acked []string, rate float64) {
	t.Helper()
	const writers, enough = 32, 3000
	var mu sync.Mutex
	var all sync.WaitGroup
	began := time.Now()
	for w := range writers {
		all.Go(func() {
			for n := 0; ; n++ {
				player := fmt.Sprintf("p%d-%d", w, n)
				if code, _ := o.do("POST", "/v1/submissions", submission(player)); code != 200 {
					return
				}
				mu.Lock()
				acked = append(acked, player)
				if len(acked) == enough {
					rate = enough / time.Since(began).Seconds()
					o.p.signal(syscall.SIGKILL)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if len(acked) < enough {
		t.Fatalf("only %d were acknowledged", len(acked))
	}
	return acked, rate
}

func exported(t *testing.T, o *operator) map[string]int {
	t.Helper()
	code, lines := o.do("GET", "/v1/boards/kills/export", "")
	if code != 200 {
		t.Fatalf("export: %d %s", code, lines)
	}
	scores := map[string]int{}
	for line := range strings.Lines(lines) {
		var e struct {
			Player string
			Score  int
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		scores[e.Player] = e.Score
	}
	return scores
}
