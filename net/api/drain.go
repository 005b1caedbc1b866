package api

import (
	"io"
	"net/http"
	"time"
)

// What is read of a body that nobody wants any more. A connection that is closed with unread bytes in it is reset, and then
// who sends may never read why he was refused.
const (
	drainWithin = time.Second
	drainMost   = 16 << 20
)

// drained lets who sends a long body come to its end before an error is answered, unless he waits for leave to begin.
func drained(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			h.ServeHTTP(w, r)
			return
		}
		sent := &sent{ReadCloser: r.Body, wanted: r.Header.Get("Expect") == ""}
		r.Body = sent
		h.ServeHTTP(&draining{w, sent}, r)
	})
}

// sent is a body.
type sent struct {
	io.ReadCloser
	wanted bool // it is under way
}

func (s *sent) Read(p []byte) (int, error) {
	s.wanted = true
	return s.ReadCloser.Read(p)
}

// draining reads what is left of a body before an error.
type draining struct {
	http.ResponseWriter
	sent *sent
}

func (d *draining) WriteHeader(status int) {
	if status >= http.StatusBadRequest && d.sent.wanted {
		conn := http.NewResponseController(d.ResponseWriter)
		_ = conn.SetReadDeadline(time.Now().Add(drainWithin)) // tests' recorders have none
		_, _ = io.CopyN(io.Discard, d.sent, drainMost)
		_ = conn.SetReadDeadline(time.Time{})
	}
	d.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the rest.
func (d *draining) Unwrap() http.ResponseWriter { return d.ResponseWriter }
