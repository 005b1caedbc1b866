package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parlor/game"
	"parlor/game/arcade/tictactoe"
	"parlor/leaderboard/leaderboardtest"
	"parlor/net/client"
)

// built is the server, built once for all tests that start it as a process.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "parlord")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "parlord")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, err := built(); err == nil {
		_ = os.RemoveAll(filepath.Dir(bin))
	}
	os.Exit(code)
}

// process is a parlord that runs.
type process struct {
	t           *testing.T
	cmd         *exec.Cmd
	page, admin string
	ended       chan struct{}
	mu          sync.Mutex
	log         strings.Builder
}

// start runs the server on free ports of the loopback, and waits until it is ready.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, ended: make(chan struct{})}
	p.cmd = exec.Command(bin, append([]string{"-listen", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-data", t.TempDir()}, args...)...)
	out, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan struct{})
	go func() {
		defer close(p.ended)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			p.mu.Lock()
			p.log.WriteString(lines.Text() + "\n")
			p.mu.Unlock()
			if strings.Contains(lines.Text(), "parlord is ready") {
				for field := range strings.FieldsSeq(lines.Text()) {
					if v, ok := strings.CutPrefix(field, "page="); ok {
						p.page = strings.TrimSuffix(v, "/")
					}
					if v, ok := strings.CutPrefix(field, "admin="); ok {
						p.admin = strings.TrimSuffix(v, "/")
					}
				}
				close(ready)
			}
		}
		_ = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
		if t.Failed() {
			t.Logf("the server's log:\n%s", p.logged())
		}
	})
	select {
	case <-ready:
	case <-p.ended:
		t.Fatalf("the server ended: %s", p.logged())
	case <-time.After(20 * time.Second):
		t.Fatal("the server was not ready within 20 s")
	}
	return p
}

func (p *process) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

func (p *process) ws() string { return "ws" + strings.TrimPrefix(p.page, "http") + "/ws" }

// get reads JSON from the server, and answers with the status.
func (p *process) get(url string, into any) int {
	p.t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(b, into); err != nil {
			p.t.Fatalf("%s: %v in %s", url, err, b)
		}
	}
	return resp.StatusCode
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// exits waits for the end, and answers with the exit code.
func (p *process) exits(within time.Duration) int {
	p.t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(within):
		p.t.Fatalf("the server still runs after %v", within)
		return -1
	}
}

func dial(t *testing.T, p *process, name string) *client.Client {
	t.Helper()
	c, err := client.Dial(t.Context(), p.ws(), client.Config{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// playUntilWon plays tictactoe against bots until the client has won a match.
func playUntilWon(t *testing.T, c *client.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	if err := c.JoinQueue(ctx, "tictactoe", ""); err != nil {
		t.Fatal(err)
	}
	seat, dice := game.Seat(-1), game.NewRand(game.Seed{9})
	for {
		select {
		case e := <-c.Events():
			switch {
			case e.Item.GetRoom() != nil:
				seat = game.Seat(e.Item.GetRoom().Seat)
			case e.View != nil && seat >= 0:
				if body, err := game.Kind(tictactoe.Game).BotInput(seat, e.View.Body, dice); err != nil {
					t.Fatal(err)
				} else if body != nil {
					_, _ = c.Send(body)
				}
			case e.Item.GetResult() != nil:
				if e.Item.GetResult().Standings[seat].Won {
					return
				}
				if err := c.Rematch(ctx); err != nil {
					t.Fatal(err)
				}
			}
		case <-ctx.Done():
			t.Fatal("no match was won in a minute")
		}
	}
}

type boardPage struct {
	Count   int
	Entries []struct {
		Rank  int
		Name  string
		Score int
	}
}

// eventually asks again until it is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !so() {
		select {
		case <-again.C:
		case <-deadline:
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

func TestAWinIsOnTheBoardEmbeddedAndInRedis(t *testing.T) {
	for _, store := range []string{"embedded", "redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			args := []string{"-bots-after", "50ms"}
			if store == "redis" {
				args = append(args, "-redis", leaderboardtest.StartRedis(t).URL)
			}
			p := start(t, args...)
			c := dial(t, p, "Ann")
			playUntilWon(t, c)
			eventually(t, "Ann leads the board", func() bool {
				var b boardPage
				return p.get(p.page+"/v1/boards/tictactoe", &b) == 200 && len(b.Entries) == 1 && b.Entries[0].Name == "Ann" && b.Entries[0].Score == 1
			})
			player, _ := c.Identity()
			var entry struct{ Rank, Score int }
			if code := p.get(p.page+"/v1/boards/tictactoe/players/"+player, &entry); code != 200 || entry.Rank != 1 || entry.Score != 1 {
				t.Errorf("her entry: %d %+v", code, entry)
			}
		})
	}
}

func TestSIGTERMTellsClientsScoresEndlessRoomsAndEndsWithZero(t *testing.T) {
	t.Parallel()
	redis := leaderboardtest.StartRedis(t)
	p := start(t, "-redis", redis.URL, "-grace", "10s")
	c := dial(t, p, "Ann")
	if err := c.JoinQueue(t.Context(), "snakes", ""); err != nil {
		t.Fatal(err)
	}
	for e := range c.Events() {
		if e.View != nil && e.View.Tick > 5 {
			break
		}
	}
	p.signal(syscall.SIGTERM)
	var drained, left bool
	for e := range c.Events() {
		drained = drained || e.Item.GetDraining() != nil
		left = left || e.Item.GetLeft() != nil
		if e.Lost != nil {
			break
		}
	}
	if !drained || !left {
		t.Errorf("told of the drain: %v, that the room is over: %v", drained, left)
	}
	if code := p.exits(10 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"msg=draining grace=10s rooms=1 connected=1", "msg=stopped results_written=", "results_dropped=0"} {
		if !strings.Contains(p.logged(), want) {
			t.Errorf("no %q in the log", want)
		}
	}
}

func TestAMatchThatOutlastsTheGraceTimeIsToldOfInTheLog(t *testing.T) {
	t.Parallel()
	p := start(t, "-bots-after", "50ms", "-grace", "200ms")
	c := dial(t, p, "Ann")
	if err := c.JoinQueue(t.Context(), "tictactoe", ""); err != nil {
		t.Fatal(err)
	}
	for e := range c.Events() {
		if e.View != nil {
			break
		}
	}
	p.signal(syscall.SIGTERM)
	if code := p.exits(10 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if want := `level=WARN msg="the grace time is over: matches are cut off" rooms=1`; !strings.Contains(p.logged(), want) {
		t.Errorf("no %q in the log", want)
	}
}

func TestAMatchWithAnEndGetsTheGraceTimeToReachIt(t *testing.T) {
	t.Parallel()
	redis := leaderboardtest.StartRedis(t)
	p := start(t, "-redis", redis.URL, "-bots-after", "50ms", "-grace", "30s")
	c := dial(t, p, "Ann")
	if err := c.JoinQueue(t.Context(), "tictactoe", ""); err != nil {
		t.Fatal(err)
	}
	seat, dice, result := game.Seat(-1), game.NewRand(game.Seed{9}), false
	for e := range c.Events() {
		if e.Item.GetRoom() != nil && seat < 0 {
			seat = game.Seat(e.Item.GetRoom().Seat)
			p.signal(syscall.SIGTERM) // before the first move
		}
		if e.View != nil {
			if body, _ := game.Kind(tictactoe.Game).BotInput(seat, e.View.Body, dice); body != nil {
				_, _ = c.Send(body)
			}
		}
		if e.Item.GetResult() != nil {
			result = true
		}
		if e.Lost != nil {
			break
		}
	}
	if !result {
		t.Error("the match was cut off")
	}
	if code := p.exits(10 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// A socket that says nothing once kept the server from ending, and the results from being
// written, for as long as clients came back.
func TestASilentSocketDoesNotKeepTheServerFromEnding(t *testing.T) {
	t.Parallel()
	p := start(t, "-grace", "1s")
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.page, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	c := dial(t, p, "Ann")
	if err := c.JoinQueue(t.Context(), "snakes", ""); err != nil {
		t.Fatal(err)
	}
	p.signal(syscall.SIGTERM)
	if code := p.exits(8 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestAPortThatIsTakenIsSaidAndEndsWithOne(t *testing.T) {
	t.Parallel()
	p := start(t)
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(bin, "-listen", strings.TrimPrefix(p.page, "http://"), "-data", t.TempDir()).CombinedOutput()
	if code := err.(*exec.ExitError).ExitCode(); code != 1 || !strings.Contains(string(out), "address already in use") {
		t.Errorf("exit code %d, said %s", code, out)
	}
}
