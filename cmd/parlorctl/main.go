// Command parlorctl is the operator's tool: it asks a parlord's admin listener, and prints what a
// person likes to read.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

const usage = `parlorctl asks a parlord what it is doing.

  parlorctl [flags] boards              all boards
  parlorctl [flags] boards NAME         the best of one board
  parlorctl [flags] rooms               all rooms of the node
  parlorctl [flags] rooms ID            one room
  parlorctl [flags] queues              all queues: who waits, and how those fared who did
  parlorctl [flags] queues GAME[/MODE]  one queue
  parlorctl [flags] queues GAME[/MODE] PLAYER OTHER
                                        why these two, who wait there, are not in one match

Flags may stand before or after the command:

  -admin URL   parlord's admin listener; also PARLOR_ADMIN (default http://127.0.0.1:8081)
  -json        print the server's JSON as it came
  -limit N     entries of a board, 1 to 100 (default 10)

Exit code: 0 done, 1 failed, 2 used wrongly.
`

// Exit codes.
const (
	done       = 0
	failed     = 1
	usedWrong  = 2
	defaultURL = "http://127.0.0.1:8081"
)

// options are what the flags say.
type options struct {
	admin string
	json  bool
	limit int
}

// run is the program; it answers the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, words, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return done
	}
	var cmd func(context.Context, *client, io.Writer) error
	if err == nil {
		cmd, err = command(words, o)
	}
	if err != nil {
		fmt.Fprintf(stderr, "parlorctl: %v\n\n%s", err, usage)
		return usedWrong
	}
	if err := cmd(ctx, &client{base: o.admin}, stdout); err != nil {
		fmt.Fprintf(stderr, "parlorctl: %v\n", err)
		return failed
	}
	return done
}

// parse takes flags from anywhere among the words.
func parse(args []string) (o options, words []string, err error) {
	fs := flag.NewFlagSet("parlorctl", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	admin := os.Getenv("PARLOR_ADMIN")
	if admin == "" {
		admin = defaultURL
	}
	fs.StringVar(&o.admin, "admin", admin, "")
	fs.BoolVar(&o.json, "json", false, "")
	fs.IntVar(&o.limit, "limit", 10, "")
	for {
		if err := fs.Parse(args); err != nil {
			return o, nil, err
		}
		if fs.NArg() == 0 {
			break
		}
		words, args = append(words, fs.Arg(0)), fs.Args()[1:]
	}
	if o.limit < 1 || o.limit > 100 {
		return o, nil, fmt.Errorf("-limit must be 1 to 100, not %d", o.limit)
	}
	o.admin, err = baseURL(o.admin)
	return o, words, err
}

// command finds what the words ask for.
func command(words []string, o options) (func(context.Context, *client, io.Writer) error, error) {
	if len(words) == 0 {
		return nil, errors.New("say what to do")
	}
	var read reading
	switch name, rest := words[0], words[1:]; {
	case name == "boards" && len(rest) == 0:
		read = boardsReading()
	case name == "boards" && len(rest) == 1:
		read = boardReading(rest[0], o.limit)
	case name == "rooms" && len(rest) == 0:
		read = roomsReading()
	case name == "rooms" && len(rest) == 1:
		read = roomReading(rest[0])
	case name == "queues" && len(rest) == 0:
		read = queuesReading()
	case name == "queues" && len(rest) == 1:
		read = queueReading(rest[0])
	case name == "queues" && len(rest) == 2:
		return nil, errors.New("name two players, by their ids")
	case name == "queues" && len(rest) == 3:
		read = explainReading(rest[0], rest[1], rest[2])
	case name == "boards" || name == "rooms" || name == "queues":
		return nil, fmt.Errorf("too many words: %s", strings.Join(words, " "))
	default:
		return nil, fmt.Errorf("there is no command %q", name)
	}
	return func(ctx context.Context, c *client, out io.Writer) error {
		body, err := c.get(ctx, read.path)
		if err != nil {
			return err
		}
		if o.json {
			_, err = out.Write(body)
			return err
		}
		return read.print(out, body)
	}, nil
}

// reading is a path to ask for, and how its answer is shown.
type reading struct {
	path  string
	print func(out io.Writer, body []byte) error
}
