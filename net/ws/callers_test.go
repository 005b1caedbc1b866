package ws

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
)

// address is the n-th of many.
func address(n int) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(n))
	return netip.AddrFrom4(b)
}

// The number of connections at one time was limited, but not how fast one address could open and
// close them: each costs a handshake and a session that lingers.
func TestAnAddressOpensABurstAndThenOnlySoManyASecond(t *testing.T) {
	c, now := newCallers(20, 5), time.Unix(1000, 0)
	try := func(ip netip.Addr, times int) (in int) {
		for range times {
			switch why := c.enter(ip, now); why {
			case "":
				in++
				c.leave(ip)
			case "per_ip_rate":
			default:
				t.Fatalf("refused because of %q", why)
			}
		}
		return in
	}
	if got := try(address(1), 100); got != 20 {
		t.Errorf("at once: %d of 100 came in, want 20", got)
	}
	if got := try(address(2), 1); got != 1 {
		t.Error("another address has to wait too")
	}
	now = now.Add(time.Second)
	if got := try(address(1), 100); got != 5 {
		t.Errorf("a second later: %d of 100 came in, want 5", got)
	}
	now = now.Add(time.Minute)
	if got := try(address(1), 100); got != 20 {
		t.Errorf("a minute later: %d of 100 came in, want 20", got)
	}
}

func TestWhoHoldsAllHisConnectionsIsRefusedAnother(t *testing.T) {
	c, now := newCallers(3, 100), time.Unix(1000, 0)
	for range 3 {
		if why := c.enter(address(1), now); why != "" {
			t.Fatalf("refused because of %q", why)
		}
	}
	if why := c.enter(address(1), now); why != "per_ip" {
		t.Errorf("the fourth: %q, want per_ip", why)
	}
	c.leave(address(1))
	if why := c.enter(address(1), now); why != "" {
		t.Errorf("after one has left: %q", why)
	}
}

func TestAddressesThatAreGoneAreForgotten(t *testing.T) {
	c, now := newCallers(20, 5), time.Unix(1000, 0)
	c.enter(address(0), now) // and stays
	most := 0
	for n := 1; n <= 300_000; n++ {
		now = now.Add(time.Millisecond) // a bucket is full again after 200
		if why := c.enter(address(n), now); why != "" {
			t.Fatalf("address %d: %s", n, why)
		}
		c.leave(address(n))
		most = max(most, len(c.byIP))
	}
	if most > 1000 {
		t.Errorf("%d addresses were remembered at a time, want those of the last 200 ms, or twice as many", most)
	}
	if c.byIP[address(0)].conns != 1 {
		t.Error("who is connected was forgotten")
	}
}

func TestTooManyAddressesAtOnceAreForgottenButNotThoseThatAreConnected(t *testing.T) {
	c, now := newCallers(20, 5), time.Unix(1000, 0)
	c.enter(address(0), now) // and stays
	for n := 1; n <= 10*maxIdle; n++ {
		if why := c.enter(address(n), now); why != "" {
			t.Fatalf("address %d: %s", n, why)
		}
		c.leave(address(n))
		if len(c.byIP) > 3*maxIdle {
			t.Fatalf("%d addresses are remembered", len(c.byIP))
		}
	}
	if c.byIP[address(0)].conns != 1 {
		t.Error("who is connected was forgotten")
	}
}
