package api

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// loopbackOnly refuses requests that reach us under any other name than this machine's own: a web
// page whose name was made to point at 127.0.0.1 (DNS rebinding) must not read what operators see.
func loopbackOnly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isLoopbackName(r.Host) {
			h.ServeHTTP(w, r)
			return
		}
		refuse(w, &fault{http.StatusForbidden, "FORBIDDEN", "ask under localhost or a loopback address"})
	})
}

// isLoopbackName reads a Host header, with or without a port.
func isLoopbackName(host string) bool {
	if name, port, err := net.SplitHostPort(host); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return false
		}
		host = name
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	return err == nil && ip.Unmap().IsLoopback()
}

func isLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
