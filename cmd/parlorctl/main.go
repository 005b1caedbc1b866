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
	"path/filepath"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

const usage = `parlorctl asks a parlord what it is doing, and keeps its boards.

  parlorctl [flags] boards                        all boards
  parlorctl [flags] boards NAME                   the best of one; -limit, -page or -after, -period, -region
  parlorctl [flags] boards player NAME PLAYER     a player's rank; -around, -period, -region
  parlorctl [flags] boards players NAME ID...     those among the ids who have an entry
  parlorctl [flags] boards periods NAME           the periods there are
  parlorctl [flags] boards create NAME            -order, -operator, -ties, -tick, -every, -zone, -start, -archive, -size, -regional
  parlorctl [flags] boards import NAME [FILE]     entries from NDJSON or CSV; without a file from the standard input
  parlorctl [flags] boards export NAME            all entries, as NDJSON or CSV
  parlorctl [flags] boards end NAME               end the present period now
  parlorctl [flags] boards remove NAME PLAYER     take an entry off
  parlorctl [flags] boards forget PLAYER          remove a player from everywhere
  parlorctl [flags] boards ban PLAYER             and unban PLAYER, and bans: who they are
  parlorctl [flags] rooms                         all rooms of the node
  parlorctl [flags] rooms ID                      one room
  parlorctl [flags] queues                        all queues: who waits, and how those fared who did
  parlorctl [flags] queues GAME[/MODE]            one queue
  parlorctl [flags] queues GAME[/MODE] PLAYER OTHER
                                                  why these two, who wait there, are not in one match

Flags may stand before or after the command:

  -admin URL      parlord's admin listener; also PARLOR_ADMIN (default http://127.0.0.1:8081)
  -token TEXT     the operators' token, for what changes boards; also PARLOR_TOKEN (default parlor-data/operator.token, if it is there)
  -json           print the server's JSON as it came
  -limit N        entries of a page, 1 to 100 (default 10)
  -page N         which page (default 1); -after CURSOR: the one after another
  -around N       neighbours to either side, 0 to 25 (default 2)
  -period TIME    a time within the period, such as 2026-03-01T00:00:00Z (default now)
  -region NAME    of a board that ranks regions
  -format FORMAT  ndjson or csv (default ndjson; of files that end in .csv, csv)

  -order desc|asc -operator best|sum|latest -ties earliest|shared -tick 1s
  -every daily|weekly|monthly|6h|10d|2w|3mo -zone Asia/Shanghai -start 2026-01-05T04:00
  -archive 672h -size N -regional

Exit code: 0 done, 1 failed, 2 used wrongly.
`

// short is what is said after wrong usage: the fault must not scroll away.
const short = "usage: parlorctl [flags] boards|rooms|queues [words]; parlorctl -help lists all of them\n"

// Exit codes.
const (
	done       = 0
	failed     = 1
	usedWrong  = 2
	defaultURL = "http://127.0.0.1:8081"
)

// options are what the flags say.
type options struct {
	admin, token                  string
	json                          bool
	limit, page, around           int
	after, period, region, format string
	order, operator, ties, tick   string
	every, zone, start, archive   string
	size                          int
	regional                      bool
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
		fmt.Fprintf(stderr, "parlorctl: %v\n%s", err, short)
		return usedWrong
	}
	if err := cmd(ctx, &client{base: o.admin, token: o.token}, stdout); err != nil {
		fmt.Fprintf(stderr, "parlorctl: %v\n", err)
		return failed
	}
	return done
}

// token is the operators', where it can be found: parlord started here leaves it in its -data.
func token() string {
	if text := os.Getenv("PARLOR_TOKEN"); text != "" {
		return text
	}
	text, err := os.ReadFile(filepath.Join("parlor-data", "operator.token"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
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
	fs.StringVar(&o.token, "token", token(), "")
	fs.IntVar(&o.limit, "limit", 10, "")
	fs.IntVar(&o.page, "page", 1, "")
	fs.IntVar(&o.around, "around", 2, "")
	fs.StringVar(&o.after, "after", "", "")
	fs.StringVar(&o.period, "period", "", "")
	fs.StringVar(&o.region, "region", "", "")
	fs.StringVar(&o.format, "format", "", "")
	fs.StringVar(&o.order, "order", "desc", "")
	fs.StringVar(&o.operator, "operator", "best", "")
	fs.StringVar(&o.ties, "ties", "earliest", "")
	fs.StringVar(&o.tick, "tick", "", "")
	fs.StringVar(&o.every, "every", "", "")
	fs.StringVar(&o.zone, "zone", "", "")
	fs.StringVar(&o.start, "start", "", "")
	fs.StringVar(&o.archive, "archive", "", "")
	fs.IntVar(&o.size, "size", 0, "")
	fs.BoolVar(&o.regional, "regional", false, "")
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
	if o.page < 1 {
		return o, nil, fmt.Errorf("-page must be at least 1, not %d", o.page)
	}
	if o.format != "" && o.format != "ndjson" && o.format != "csv" {
		return o, nil, fmt.Errorf("-format must be ndjson or csv, not %q", o.format)
	}
	o.admin, err = baseURL(o.admin)
	return o, words, err
}

// demand is what the words ask for: how it is got, and how the answer is shown.
type demand struct {
	ask    func(context.Context, *client) ([]byte, error)
	print  func(out io.Writer, body []byte) error
	stream string // a path whose answer is printed as it comes, in place of both
}

func show(ask func(context.Context, *client) ([]byte, error), print func(io.Writer, []byte) error) demand {
	return demand{ask: ask, print: print}
}

// command finds what the words ask for.
func command(words []string, o options) (func(context.Context, *client, io.Writer) error, error) {
	if len(words) == 0 {
		return nil, errors.New("say what to do")
	}
	var d demand
	var err error
	switch name, rest := words[0], words[1:]; {
	case name == "boards":
		d, err = boardsDemand(rest, o)
	case name == "rooms" && len(rest) == 0:
		d = roomsDemand()
	case name == "rooms" && len(rest) == 1:
		d = roomDemand(rest[0])
	case name == "queues":
		d, err = queuesDemand(rest)
	case name == "rooms":
		err = fmt.Errorf("too many words: %s", strings.Join(words, " "))
	default:
		err = fmt.Errorf("there is no command %q", name)
	}
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, c *client, out io.Writer) error {
		if d.stream != "" {
			return c.stream(ctx, d.stream, out)
		}
		body, err := d.ask(ctx, c)
		if err != nil {
			return err
		}
		if o.json {
			_, err = out.Write(body)
			return err
		}
		return d.print(out, body)
	}, nil
}

// getting asks for a path.
func getting(path string) func(context.Context, *client) ([]byte, error) {
	return func(ctx context.Context, c *client) ([]byte, error) { return c.get(ctx, path) }
}

// sending sends what open gives, nothing if it is nil.
func sending(method, path, contentType string, open func() (io.ReadCloser, error)) func(context.Context, *client) ([]byte, error) {
	return func(ctx context.Context, c *client) ([]byte, error) {
		if open == nil {
			return c.send(ctx, method, path, contentType, nil)
		}
		body, err := open()
		if err != nil {
			return nil, err
		}
		defer body.Close()
		return c.send(ctx, method, path, contentType, body)
	}
}
