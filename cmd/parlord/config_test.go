package main

import (
	"bytes"
	"errors"
	"flag"
	"strings"
	"testing"
	"time"
)

func TestFlagsWinOverTheEnvironmentAndThatOverTheDefaults(t *testing.T) {
	env := map[string]string{"PARLOR_LISTEN": ":1", "PARLOR_CONNS_PER_IP": "7", "PARLOR_TRUST_PROXY": "10.0.0.0/8, 192.0.2.1"}
	c, err := parse([]string{"-listen", ":2", "-grace", "5s"}, func(k string) string { return env[k] }, new(bytes.Buffer))
	if err != nil {
		t.Fatal(err)
	}
	if c.listen != ":2" || c.connsPerIP != 7 || c.admin != "127.0.0.1:8081" || c.grace != 5*time.Second {
		t.Errorf("got %+v", c)
	}
	if got := c.trustProxy.String(); got != "10.0.0.0/8,192.0.2.1/32" {
		t.Errorf("trusted proxies %s", got)
	}
}

func TestWrongUsageIsSaidInOneLine(t *testing.T) {
	for _, test := range []struct {
		args []string
		env  string
		want string
	}{
		{[]string{"now"}, "", `unexpected argument "now"`},
		{[]string{"-conns-per-ip", "0"}, "", "-conns-per-ip and -connects-per-ip must be at least 1, not 0 and 100"},
		{[]string{"-connects-per-ip", "-1"}, "", "must be at least 1, not 512 and -1"},
		{[]string{"-grace", "-1s"}, "", "must not be negative"},
		{[]string{"-bots-after", "3"}, "", `invalid value "3" for flag -bots-after: it must be a time with its unit, such as 3s`},
		{[]string{"-log-format", "xml"}, "", "text or json"},
		{[]string{"-data", ""}, "", "-data must name a directory"},
		{[]string{"-trust-proxy", "everyone"}, "", "neither an address nor a range"},
		{[]string{"-nonsense"}, "", "-nonsense"},
		{nil, "soon", "PARLOR_GRACE"},
	} {
		var out bytes.Buffer
		_, err := parse(test.args, func(k string) string {
			if k == "PARLOR_GRACE" {
				return test.env
			}
			return ""
		}, &out)
		if !errors.Is(err, errUsage) || !strings.Contains(out.String(), test.want) {
			t.Errorf("%q: %v, said %q, want %q", test.args, err, out.String(), test.want)
		}
	}
}

func TestHelpIsNotAnError(t *testing.T) {
	var out bytes.Buffer
	if _, err := parse([]string{"-h"}, func(string) string { return "" }, &out); !errors.Is(err, flag.ErrHelp) {
		t.Error(err)
	}
	if !strings.Contains(out.String(), "-redis") {
		t.Errorf("help says %q", out.String())
	}
}
