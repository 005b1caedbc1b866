package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// subject is a server to be measured.
type subject struct {
	name  string
	plain bool // it speaks no more than the load client needs: see c/load.c
	args  func(t *tools, rooms, bytes int) []string
}

var (
	floor = subject{"floor: C, epoll", true, func(t *tools, rooms, bytes int) []string {
		return []string{t.floor, strconv.Itoa(rooms), strconv.Itoa(bytes)}
	}}
	naive = subject{"naive: Go, gorilla", true, func(t *tools, _, _ int) []string { return []string{t.naive} }}
)

// parlord is the server as built, with more flags.
func parlord(flags string) subject {
	name := strings.TrimSpace("parlord " + flags)
	return subject{name, false, func(t *tools, _, _ int) []string {
		return append([]string{
			t.parlord, "-listen", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-data", filepath.Join(t.dir, "data"),
			"-conns-per-ip", "1000000", "-log-level", "info",
		}, strings.Fields(flags)...)
	}}
}

// server is a subject that runs.
type server struct {
	process
	port  string
	admin string // address of parlord's operators; else empty
	bare  int64  // bytes of memory before anybody came
	idle  int64  // bytes of memory when all had come and none played yet
}

var (
	portSaid  = regexp.MustCompile(`(?:^listening |page=http://[^ ]*:)(\d+)`)
	adminSaid = regexp.MustCompile(`admin=(http://[^ /]+)`)
)

// start runs the subject and waits until it says where it listens.
func (s subject) start(ctx context.Context, t *tools, rooms, bytes int) (*server, error) {
	args := s.args(t, rooms, bytes)
	c := t.command(ctx, args...)
	says, err := c.StdoutPipe()
	if !s.plain {
		says, err = c.StderrPipe()
	}
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	run := &server{process: process{c}}
	lines := bufio.NewScanner(says)
	var said strings.Builder
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		port := portSaid.FindStringSubmatch(lines.Text())
		if port == nil {
			continue
		}
		run.port = port[1]
		if admin := adminSaid.FindStringSubmatch(lines.Text()); admin != nil {
			run.admin = admin[1]
		}
		go func() { _, _ = io.Copy(io.Discard, says) }() // ends with the process
		run.bare, err = run.resident()
		return run, err
	}
	run.end()
	return nil, fmt.Errorf("%s does not listen: %s", s.name, said.String())
}

var heapSaid = regexp.MustCompile(`# HeapAlloc = (\d+)`)

// heap is what a parlord holds on its heap, once it has collected its garbage.
func (s *server) heap(ctx context.Context) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.admin+"/debug/pprof/heap?gc=1&debug=1", nil)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	m := heapSaid.FindSubmatch(b)
	if m == nil {
		return 0, fmt.Errorf("%s says nothing of the heap: %s", req.URL, res.Status)
	}
	return strconv.ParseInt(string(m[1]), 10, 64)
}
