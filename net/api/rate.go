package api

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// rateLimit lets each address read so many times a second, after a burst of as many as in four seconds. It remembers
// up to maxReaders addresses; past that, those who have their burst whole again are forgotten, and if none has, newcomers
// share one allowance.
type rateLimit struct {
	perSecond float64
	caller    func(*http.Request) netip.Addr

	mu      sync.Mutex
	readers map[netip.Addr]*allowance
	swept   time.Time // when those whose burst is whole were last forgotten
}

type allowance struct {
	left float64
	at   time.Time
}

const (
	burstSeconds = 4
	maxReaders   = 65536
)

func newRateLimit(perSecond int, caller func(*http.Request) netip.Addr) *rateLimit {
	if caller == nil {
		caller = remote
	}
	return &rateLimit{perSecond: float64(perSecond), caller: caller, readers: map[netip.Addr]*allowance{}}
}

// remote is the other end of the connection.
func remote(r *http.Request) netip.Addr {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	ip, _ := netip.ParseAddr(host) // the zero address stands for all that have none
	return ip.Unmap()
}

// limit refuses those who ask too often.
func (l *rateLimit) limit(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.allow(l.caller(r), time.Now()) {
			h.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Retry-After", "1")
		refuse(w, &fault{http.StatusTooManyRequests, "RATE_LIMITED", "too many reads from this address; ask again later"})
	})
}

func (l *rateLimit) allow(from netip.Addr, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	most := l.perSecond * burstSeconds
	a := l.readers[from]
	if a == nil && len(l.readers) >= maxReaders {
		l.sweep(now)
		if len(l.readers) >= maxReaders {
			from = netip.Addr{}
			a = l.readers[from]
		}
	}
	if a == nil {
		a = &allowance{most, now}
		l.readers[from] = a
	}
	a.left = min(most, a.left+now.Sub(a.at).Seconds()*l.perSecond)
	a.at = now
	if a.left < 1 {
		return false
	}
	a.left--
	return true
}

// sweep forgets those whose burst is whole, once a second at most: it looks at all.
func (l *rateLimit) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Second {
		return
	}
	l.swept = now
	for ip, a := range l.readers {
		if a.left+now.Sub(a.at).Seconds()*l.perSecond >= l.perSecond*burstSeconds {
			delete(l.readers, ip)
		}
	}
}
