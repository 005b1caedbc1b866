package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// load is the load client at work; see c/load.c.
type load struct {
	process
	to    io.WriteCloser
	lines chan string // what it says; closed at its end
}

// figures are what it counted since the last reset.
type figures struct {
	Seconds    float64 `json:"seconds"`
	BotSeats   int     `json:"bot_seats"`
	StateBytes int64   `json:"state_bytes"`
	Inputs     int64   `json:"inputs"`
	Errors     int64   `json:"errors"`
	Code       int     `json:"code"`   // of the last error
	Rooms      share   `json:"rooms"`  // in which nobody was frozen: all, as a rule
	Beside     share   `json:"beside"` // in which somebody was, but for him
	Back       back    `json:"back"`
}

// share is what came to the players of some rooms.
type share struct {
	Clients     int     `json:"clients"`
	StateFrames int64   `json:"state_frames"`
	JitterP50   float64 `json:"jitter_p50_ms"`
	JitterP99   float64 `json:"jitter_p99_ms"`
}

// back is how it went with those who were frozen.
type back struct {
	Frozen   int     `json:"frozen"`     // who are it still
	Clients  int     `json:"clients"`    // who are it no more
	Resumed  int     `json:"resumed"`    // of these, who had to connect again
	Stale    int64   `json:"stale"`      // state frames that had lain in the kernel
	Fresh    int     `json:"fresh"`      // state frames in the first 200 ms after
	Most     int     `json:"fresh_most"` // of one client
	Returned int     `json:"returned"`   // who got a fresh view
	Took     float64 `json:"took_ms"`    // from the end of the freeze to that view, on average
	TookMost float64 `json:"took_most_ms"`
}

// bytesPerFrame is the mean payload of a state frame.
func (f figures) bytesPerFrame() float64 {
	return float64(f.StateBytes) / float64(max(1, f.Rooms.StateFrames+f.Beside.StateFrames))
}

// delivered is the part of the state frames that should have come to some that did, in percent.
func (f figures) delivered(to share) float64 {
	return 100 * float64(to.StateFrames) / (f.Seconds * rate * float64(max(1, to.Clients)))
}

const (
	rate  = 20 // ticks a second in dash
	seats = 8

	patience = time.Minute // for the load client to say what it is about to
)

// connect starts the load client and waits until all its connections are welcomed.
func connect(ctx context.Context, t *tools, s subject, to *server, rooms int) (*load, error) {
	protocol := "parlor"
	if s.plain {
		protocol = "plain"
	}
	c := t.command(ctx, t.load, to.port, strconv.Itoa(rooms*seats), protocol)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	l := &load{process: process{c}, to: in, lines: make(chan string, 16)}
	go func() { // ends with the process
		defer close(l.lines)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			l.lines <- lines.Text()
		}
	}()
	if _, err := l.hear(ctx); err != nil { // "idle"
		l.end()
		return nil, err
	}
	return l, nil
}

// play has all clients ask for a match, and waits until each has got a view.
func (l *load) play(ctx context.Context) error {
	if err := l.tell("play"); err != nil {
		return err
	}
	_, err := l.hear(ctx) // "playing"
	return err
}

func (l *load) tell(command string) error {
	_, err := io.WriteString(l.to, command+"\n")
	return err
}

func (l *load) report(ctx context.Context) (f figures, err error) {
	if err := l.tell("report"); err != nil {
		return f, err
	}
	line, err := l.hear(ctx)
	if err != nil {
		return f, err
	}
	err = json.Unmarshal([]byte(line), &f)
	return f, err
}

// window counts for a while.
func (l *load) window(ctx context.Context, lasting time.Duration) (figures, error) {
	if err := l.tell("reset"); err != nil {
		return figures{}, err
	}
	if err := wait(ctx, lasting); err != nil {
		return figures{}, err
	}
	return l.report(ctx)
}

func (l *load) hear(ctx context.Context) (string, error) {
	select {
	case line, ok := <-l.lines:
		if !ok {
			return "", fmt.Errorf("the load client has ended")
		}
		return line, nil
	case <-time.After(patience):
		return "", fmt.Errorf("the load client says nothing")
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
