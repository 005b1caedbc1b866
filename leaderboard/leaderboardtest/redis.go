package leaderboardtest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// RedisServer is a redis-server of a test's own, on loopback, that ends with the test. Its methods
// are for the test's goroutine.
type RedisServer struct {
	URL string // redis://127.0.0.1:port, the same over restarts

	t    testing.TB
	port int
	dir  string
	args []string
	cmd  *exec.Cmd
	done chan struct{} // closed once the process has ended
}

// startTimeout is long for a loaded machine: a start takes some 10 ms.
const startTimeout = 20 * time.Second

// StartRedis starts an empty redis-server that keeps nothing on disk; args, such as "--appendonly",
// "yes", come after its own and override them. Without redis-server on PATH the test fails: a test
// against Redis that is skipped proves nothing.
func StartRedis(t testing.TB, args ...string) *RedisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("no redis-server on PATH: apt-get install redis-server")
	}
	s := &RedisServer{t: t, dir: t.TempDir(), args: args}
	t.Cleanup(s.Kill)
	var err error
	for range 10 { // a port may be taken
		// Below the range from which outgoing connections get their ports, so that none of them
		// sits on ours while the server is down.
		s.port = 20000 + rand.IntN(12000)
		if err = s.start(); err == nil {
			s.URL = fmt.Sprintf("redis://127.0.0.1:%d", s.port)
			return s
		}
	}
	t.Fatal(err)
	return nil
}

// Kill ends the server with SIGKILL, if it runs.
func (s *RedisServer) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill() // it may have ended by itself
	<-s.done
	s.cmd = nil
}

// Restart kills the server if it runs, and starts it on the same port and directory. What it still
// knows then is what its arguments made it keep.
func (s *RedisServer) Restart() {
	s.t.Helper()
	s.Kill()
	if err := s.start(); err != nil {
		s.t.Fatal(err)
	}
}

// Stall stops the process as it stands: it accepts connections and bytes, and answers nothing. It
// returns when the server has stopped.
func (s *RedisServer) Stall() {
	s.t.Helper()
	pid := s.cmd.Process.Pid
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		s.t.Fatalf("stall redis-server: %v", err)
	}
	var status syscall.WaitStatus
	for {
		_, err := syscall.Wait4(pid, &status, syscall.WUNTRACED, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || !status.Stopped() {
			s.t.Fatalf("stall redis-server: %v, status %v", err, status)
		}
		return
	}
}

// Resume ends a Stall: the server goes on with all it was sent meanwhile.
func (s *RedisServer) Resume() {
	s.t.Helper()
	if err := syscall.Kill(s.cmd.Process.Pid, syscall.SIGCONT); err != nil {
		s.t.Fatalf("resume redis-server: %v", err)
	}
}

func (s *RedisServer) start() error {
	args := []string{
		"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir,
		"--save", "", "--appendonly", "no", "--daemonize", "no",
	}
	out := &output{ready: make(chan struct{})}
	cmd := exec.Command("redis-server", append(args, s.args...)...)
	cmd.Stdout, cmd.Stderr = out, out
	dieWithParent(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start redis-server: %w", err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = cmd.Wait() // it is always killed
	}()
	s.cmd, s.done = cmd, done

	select {
	case <-out.ready:
		return nil
	case <-done:
		s.cmd = nil
		return fmt.Errorf("redis-server ended at once:\n%s", out)
	case <-time.After(startTimeout):
		s.Kill()
		return fmt.Errorf("redis-server not ready after %v:\n%s", startTimeout, out)
	}
}

// output keeps what a server prints, and tells when it says that it is ready.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	ready chan struct{}
	said  bool
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	if !o.said && bytes.Contains(o.text.Bytes(), []byte("Ready to accept connections")) {
		o.said = true
		close(o.ready)
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
