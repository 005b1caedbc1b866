package ws

import (
	"net/netip"
	"time"

	"parlor/net/wire"
)

// maxIdle is how many addresses are remembered that nobody is connected from any more. Once in as
// many newcomers that is looked after; past it all of those are forgotten and may begin with full
// buckets, so somebody with a million networks fills no memory: some 15 MB at most.
const maxIdle = 1 << 16

// callers are the addresses that connect, and how often. It is handed the time and is not for
// concurrent use.
type callers struct {
	conns int // from one address at most
	rate  int // new ones a second from one address, after a burst of conns
	byIP  map[netip.Addr]*caller
	sweep int // the number of addresses at which to look for those that can be forgotten
}

// caller is an address.
type caller struct {
	conns  int
	bucket wire.Bucket
}

func newCallers(conns, rate int) callers {
	return callers{conns: conns, rate: rate, byIP: map[netip.Addr]*caller{}, sweep: 1}
}

// enter lets a connection in, or says why not.
func (c *callers) enter(ip netip.Addr, now time.Time) (refused string) {
	from := c.byIP[ip]
	if from == nil {
		if len(c.byIP) >= c.sweep {
			c.forget(now)
		}
		from = &caller{bucket: wire.Bucket{Rate: float64(c.rate), Burst: float64(max(c.conns, c.rate))}}
		c.byIP[ip] = from
	}
	if !from.bucket.Take(now, 1) {
		return "per_ip_rate"
	}
	if from.conns >= c.conns {
		return "per_ip"
	}
	from.conns++
	return ""
}

// leave is for when a connection that was let in has ended.
func (c *callers) leave(ip netip.Addr) { c.byIP[ip].conns-- }

// forget drops the addresses that nobody is connected from and that would be let in as if they
// were new. It is called once for as many newcomers as it has left, so that each costs the same.
func (c *callers) forget(now time.Time) {
	idle := 0
	for ip, from := range c.byIP {
		if from.conns > 0 {
			continue
		}
		if from.bucket.Full(now) {
			delete(c.byIP, ip)
		} else {
			idle++
		}
	}
	if idle >= maxIdle {
		for ip, from := range c.byIP {
			if from.conns == 0 {
				delete(c.byIP, ip)
			}
		}
	}
	c.sweep = len(c.byIP) + min(max(1, len(c.byIP)), maxIdle)
}
