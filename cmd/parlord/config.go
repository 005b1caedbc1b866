package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"parlor/net/ws"
)

// config is what the operator can set: by flag, or by a variable PARLOR_<FLAG> with _ for -.
type config struct {
	listen        string
	admin         string
	data          string
	redis         string
	boards        string
	origins       list
	trustProxy    prefixes
	connsPerIP    int
	connectsPerIP int
	readsPerIP    int
	grace         time.Duration
	botsAfter     time.Duration
	queues        string // file of rules; "": none
	sockets       string // see ws.NewCarrier
	logLevel      string
	logFormat     string
	version       bool
}

var errUsage = errors.New("usage")

// parse reads args over the environment over the defaults. It fails with flag.ErrHelp or
// errUsage after having said why on out.
func parse(args []string, env func(string) string, out io.Writer) (config, error) {
	c := config{grace: 30 * time.Second, botsAfter: 3 * time.Second}
	fs := flag.NewFlagSet("parlord", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.StringVar(&c.listen, "listen", ":8080", "public `address`: pages, /ws, boards, ratings, health")
	fs.StringVar(&c.admin, "admin", "127.0.0.1:8081", "operators' `address`: page, metrics, pprof; keep it private")
	fs.StringVar(&c.data, "data", "parlor-data", "`directory` for what must survive a restart")
	fs.StringVar(&c.redis, "redis", "", "redis:// `URL` for boards and ratings; empty: the embedded default")
	fs.StringVar(&c.boards, "boards", "", "`file` that describes boards, a JSON array; those of the games are there anyway")
	fs.Var(&c.origins, "origins", "`hosts` whose pages may connect besides our own, comma-separated; *: any")
	fs.Var(&c.trustProxy, "trust-proxy", "address `ranges` of proxies whose X-Forwarded-For is believed, comma-separated")
	fs.IntVar(&c.connsPerIP, "conns-per-ip", 512, "connections from one `number` of addresses: an IPv4 address or an IPv6 /64")
	fs.IntVar(&c.connectsPerIP, "connects-per-ip", 100, "new connections a second from one such `number` of addresses, after a burst of -conns-per-ip")
	fs.IntVar(&c.readsPerIP, "reads-per-ip", 50, "reads of boards and ratings a second from one such `number` of addresses, after a burst of four seconds' worth")
	fs.Var((*duration)(&c.grace), "grace", "`time` that matches get to end after SIGTERM")
	fs.Var((*duration)(&c.botsAfter), "bots-after", "`wait` after which a match begins with bots though too few people came; 0: never")
	fs.StringVar(&c.queues, "queues", "", "JSON `file` with rules of queues, in place of those built in or beside them; -bots-after is not for them")
	fs.StringVar(&c.sockets, "sockets", ws.Auto, "`way` in which rooms with a rate serve sockets: uring, write, or goroutines for each; auto: the first that this machine can")
	fs.StringVar(&c.logLevel, "log-level", "info", "debug, info, warn or error")
	fs.StringVar(&c.logFormat, "log-format", "text", "text or json")
	fs.BoolVar(&c.version, "version", false, "print the version and exit")
	if err := fromEnv(fs, env); err != nil {
		fmt.Fprintln(out, "parlord:", err)
		return c, errUsage
	}
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return c, err
		}
		return c, errUsage
	}
	if err := c.validate(fs.Args()); err != nil {
		fmt.Fprintln(out, "parlord:", err)
		return c, errUsage
	}
	return c, nil
}

func fromEnv(fs *flag.FlagSet, env func(string) string) (err error) {
	fs.VisitAll(func(f *flag.Flag) {
		name := "PARLOR_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if v := env(name); v != "" && err == nil {
			if e := f.Value.Set(v); e != nil {
				err = fmt.Errorf("%s: %w", name, e)
			}
		}
	})
	return err
}

func (c config) validate(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q", rest[0])
	case c.connsPerIP < 1 || c.connectsPerIP < 1:
		return fmt.Errorf("-conns-per-ip and -connects-per-ip must be at least 1, not %d and %d", c.connsPerIP, c.connectsPerIP)
	case c.readsPerIP < 1:
		return fmt.Errorf("-reads-per-ip must be at least 1, not %d", c.readsPerIP)
	case c.grace < 0 || c.botsAfter < 0:
		return errors.New("-grace and -bots-after must not be negative")
	case !slices.Contains(ws.Ways, c.sockets):
		return fmt.Errorf("-sockets must be one of %s, not %q", strings.Join(ws.Ways, ", "), c.sockets)
	case c.logFormat != "text" && c.logFormat != "json":
		return fmt.Errorf("-log-format must be text or json, not %q", c.logFormat)
	case c.data == "":
		return errors.New("-data must name a directory")
	}
	return nil
}

// duration is a flag whose error says what one looks like.
type duration time.Duration

func (d *duration) String() string { return time.Duration(*d).String() }
func (d *duration) Set(s string) error {
	given, err := time.ParseDuration(s)
	if err != nil {
		return errors.New("it must be a time with its unit, such as 3s or 500ms")
	}
	*d = duration(given)
	return nil
}

// list is a comma-separated flag.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }
func (l *list) Set(s string) error {
	*l = nil
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			*l = append(*l, part)
		}
	}
	return nil
}

// prefixes is a comma-separated flag of addresses and ranges.
type prefixes []netip.Prefix

func (p *prefixes) String() string {
	var parts []string
	for _, prefix := range *p {
		parts = append(parts, prefix.String())
	}
	return strings.Join(parts, ",")
}

func (p *prefixes) Set(s string) error {
	var parts list
	_ = parts.Set(s)
	*p = nil
	for _, part := range parts {
		prefix, err := netip.ParsePrefix(part)
		if addr, aerr := netip.ParseAddr(part); aerr == nil {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return fmt.Errorf("%q is neither an address nor a range such as 10.0.0.0/8", part)
		}
		*p = append(*p, prefix)
	}
	return nil
}
