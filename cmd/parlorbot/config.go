package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"parlor/cmd/parlorbot/link"
	"parlor/game"
	"parlor/net/wire"
)

// config is a run, as asked for.
type config struct {
	url         string
	kind        game.Kind
	plans       map[string]*wire.Plan // of the game's views: they come as deltas
	secrets     *secrets              // of the game's views; nil: they have none
	endless     bool                  // players come and go while a match goes on: nobody waits for its end
	bots        int
	measure     time.Duration // from the start of the last bot
	ramp        time.Duration // from the start of the first bot to that of the last
	cut         time.Duration // mean time between two cuts of a bot's socket; 0: none
	link        link.Profile
	seed        uint64
	mode        string
	party       span
	cancels     float64 // percent of tickets
	declines    float64 // percent of matches to accept
	quits       float64 // percent of matches
	minFrames   float64 // percent
	minFinished int64
	json        bool
}

// rampPerSecond is how many bots start in a second where -ramp does not say.
const rampPerSecond = 250

var errUsage = errors.New("usage")

// parse reads the arguments. It fails with flag.ErrHelp or errUsage after having said why on out.
func parse(args []string, out io.Writer) (config, error) {
	c := config{party: span{1, 1}}
	var name, network string
	fs := flag.NewFlagSet("parlorbot", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.StringVar(&c.url, "url", "ws://127.0.0.1:8080/ws", "`address` of the server's WebSocket, ws:// or wss://")
	fs.StringVar(&name, "game", "snakes", "`name` of the game to play: "+gameNames())
	fs.StringVar(&c.mode, "mode", "", "`name` of the game's mode to wait for; empty: the ordinary one")
	fs.IntVar(&c.bots, "bots", 200, "`number` of bots")
	fs.DurationVar(&c.measure, "for", 30*time.Second, "`time` to play, once the last bot has started")
	fs.DurationVar(&c.ramp, "ramp", 0, fmt.Sprintf("`time` over which the bots start; 0: %d a second", rampPerSecond))
	fs.DurationVar(&c.cut, "cut", 0, "mean `time` between two cuts of a bot's socket, which it must survive; 0: none")
	fs.Var(&c.party, "party", "`sizes` of parties, such as 2, or 1-4 to draw from; 1: everybody waits alone")
	fs.Float64Var(&c.cancels, "cancels", 0, "`percent` of tickets that are given back in their first half second, and asked for again")
	fs.Float64Var(&c.declines, "declines", 0, "`percent` of found matches that a bot says no to, where the queue asks; it says yes to the others")
	fs.Float64Var(&c.quits, "quits", 0, "`percent` of matches that a bot leaves in their first 2 s")
	fs.StringVar(&network, "link", "none", "`name` of the network that each bot has: "+linkNames())
	fs.Uint64Var(&c.seed, "seed", 1, "`number` that the bots' dice, and the faults of their links, start from")
	fs.Float64Var(&c.minFrames, "min-frames", 0, "`percent` of the expected state frames that must come; by default what the link allows")
	fs.Int64Var(&c.minFinished, "min-finished", 1, "`number` of matches that must come to their end; 0 for runs that are shorter than a match")
	fs.BoolVar(&c.json, "json", false, "print one JSON object, and progress on stderr")
	fs.Usage = func() {
		fmt.Fprint(out, usageHead)
		fs.PrintDefaults()
		fmt.Fprint(out, usageTail)
	}
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return c, err
		}
		return c, errUsage
	}
	set := false
	fs.Visit(func(f *flag.Flag) { set = set || f.Name == "min-frames" })
	if !set {
		c.minFrames = minFrames[network]
	}
	if err := c.validate(name, network, fs.Args()); err != nil {
		fmt.Fprintln(out, "parlorbot:", err)
		return c, errUsage
	}
	if c.ramp == 0 {
		c.ramp = time.Duration(c.bots-1) * time.Second / rampPerSecond
	}
	return c, nil
}

func (c *config) validate(name, network string, rest []string) error {
	for _, k := range games {
		if k.Info().Name == name {
			c.kind, c.secrets = k, newSecrets(k)
			if plan, ok := wire.NewPlan(k.ViewType()); ok {
				c.plans = map[string]*wire.Plan{name: plan}
			}
			sim, err := game.Start(k, game.Seed{}, k.Info().Seats.Max)
			c.endless = err == nil && sim.Joinable()
		}
	}
	u, err := url.Parse(c.url)
	known := false
	c.link, known = link.Named(network)
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q", rest[0])
	case c.kind == nil:
		return fmt.Errorf("-game must be one of %s, not %q", gameNames(), name)
	case !c.kind.Info().HasBot:
		return fmt.Errorf("-game %s has no bot to play it", name)
	case err != nil:
		return fmt.Errorf("-url: %w", err)
	case u.Scheme != "ws" && u.Scheme != "wss" || u.Host == "":
		return fmt.Errorf("-url must be ws://host/path or wss://host/path, not %q", c.url)
	case !known:
		return fmt.Errorf("-link must be one of %s, not %q", linkNames(), network)
	case c.bots < 1:
		return fmt.Errorf("-bots must be at least 1, not %d", c.bots)
	case c.measure <= 0:
		return fmt.Errorf("-for must be more than 0, not %v", c.measure)
	case c.ramp < 0 || c.cut < 0:
		return errors.New("-ramp and -cut must not be negative")
	case c.minFinished < 0:
		return fmt.Errorf("-min-finished must not be negative, but is %d", c.minFinished)
	case c.party.most > c.kind.Info().Seats.Max:
		return fmt.Errorf("-party %v has more than the %d seats of the game", &c.party, c.kind.Info().Seats.Max)
	}
	return c.validatePercents()
}

func (c *config) validatePercents() error {
	for _, f := range []struct {
		name string
		v    float64
	}{{"min-frames", c.minFrames}, {"cancels", c.cancels}, {"declines", c.declines}, {"quits", c.quits}} {
		if !(f.v >= 0 && f.v <= 100) {
			return fmt.Errorf("-%s must be 0 to 100, not %v", f.name, f.v)
		}
	}
	return nil
}

func linkNames() string {
	names := make([]string, len(link.Profiles))
	for i, p := range link.Profiles {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}
