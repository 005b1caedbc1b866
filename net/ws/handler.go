package ws

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"parlor/net/session"
	"parlor/net/wire"
)

// Config is what a Handler needs to know.
type Config struct {
	Origins       []string       // hosts whose pages may connect, besides the server's own; "*": any
	ConnsPerIP    int            // connections from one address, a /64 in IPv6. Defaults to 512.
	ConnectsPerIP int            // new ones a second from one address, after a burst of ConnsPerIP. Defaults to 100.
	Trusted       []netip.Prefix // proxies whose X-Forwarded-For is believed
	Refused       func(why string)
}

// Handler upgrades requests and lets a session.Server serve the connections.
type Handler struct {
	cfg      Config
	server   *session.Server
	upgrader websocket.Upgrader

	mu      sync.Mutex // guards what follows
	callers callers
	conns   int
	empty   chan struct{} // not nil: somebody waits for conns to be 0
}

// NewHandler makes the handler of /ws.
func NewHandler(server *session.Server, cfg Config) *Handler {
	if cfg.ConnsPerIP == 0 {
		cfg.ConnsPerIP = 512
	}
	if cfg.ConnectsPerIP == 0 {
		cfg.ConnectsPerIP = 100
	}
	if cfg.Refused == nil {
		cfg.Refused = func(string) {}
	}
	h := &Handler{cfg: cfg, server: server, callers: newCallers(cfg.ConnsPerIP, cfg.ConnectsPerIP)}
	h.upgrader = websocket.Upgrader{
		HandshakeTimeout: wire.HelloWithin,
		WriteBufferSize:  16 << 10, // most views go out in one write
		WriteBufferPool:  new(sync.Pool),
		Subprotocols:     []string{wire.Subprotocol},
		CheckOrigin:      h.originAllowed,
	}
	return h
}

// ServeHTTP implements http.Handler. The connection lives on after it: what net/http holds for a
// request is more than what a player costs.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := websocket.Subprotocols(r)
	if len(asked) > 0 && !slices.Contains(asked, wire.Subprotocol) {
		h.cfg.Refused("subprotocol")
		http.Error(w, "this server speaks "+wire.Subprotocol, http.StatusBadRequest)
		return
	}
	ip := h.ClientIP(r)
	if why := h.enter(ip); why != "" {
		h.cfg.Refused(why)
		w.Header().Set("Retry-After", "1")
		http.Error(w, "too many connections from this address", http.StatusTooManyRequests)
		return
	}
	response := &hijacker{ResponseWriter: w}
	c, err := h.upgrader.Upgrade(response, r, nil)
	if err != nil {
		h.cfg.Refused("upgrade") // Upgrade has answered
		h.leave(ip)
		return
	}
	c.SetReadLimit(wire.FrameBytes + 1)                             // Read holds the exact limits; this one bounds a lying header
	go h.server.Serve(newConn(c, response, func() { h.leave(ip) })) // Wait waits for it
}

// Wait waits until every connection has ended, or ctx has. It is for when no more come.
func (h *Handler) Wait(ctx context.Context) {
	h.mu.Lock()
	if h.conns == 0 {
		h.mu.Unlock()
		return
	}
	if h.empty == nil {
		h.empty = make(chan struct{})
	}
	empty := h.empty
	h.mu.Unlock()
	select {
	case <-empty:
	case <-ctx.Done():
	}
}

func (h *Handler) enter(ip netip.Addr) (refused string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if refused = h.callers.enter(ip, time.Now()); refused == "" {
		h.conns++
	}
	return refused
}

func (h *Handler) leave(ip netip.Addr) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.callers.leave(ip)
	if h.conns--; h.conns == 0 && h.empty != nil {
		close(h.empty)
		h.empty = nil
	}
}

// originAllowed lets pages of our own host and of the listed ones in, and whoever sends no
// Origin: mini-games and programs. No cookie is used, so there is no session to ride on; the check
// keeps other sites from using our server as theirs.
func (h *Handler) originAllowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	return strings.EqualFold(u.Host, r.Host) || slices.ContainsFunc(h.cfg.Origins, func(allowed string) bool {
		return allowed == "*" || strings.EqualFold(allowed, u.Host)
	})
}

// ClientIP is who connects: the last address in X-Forwarded-For that no trusted proxy added.
func (h *Handler) ClientIP(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && h.trusted(ip); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = hop
	}
	ip = ip.Unmap()
	if ip.Is6() {
		if net64, err := ip.WithZone("").Prefix(64); err == nil {
			return net64.Addr()
		}
	}
	return ip
}

func (h *Handler) trusted(ip netip.Addr) bool {
	return slices.ContainsFunc(h.cfg.Trusted, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}

// Server is an http.Server with the timeouts that a public listener needs.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    8 << 10,
	}
}
