package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"
)

// pages serves the files of a tree, never a list of them and never what begins with a dot. A
// browser asks each time whether it has the newest; if so, no bytes go.
type pages struct {
	files fs.FS
	out   answers
}

func (p pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, err := p.find(r.URL.Path)
	if errors.Is(err, errSlash) {
		to := url.URL{Path: "./" + path.Base(r.URL.Path) + "/", RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusMovedPermanently)
		return
	}
	var body []byte
	if err == nil {
		body, err = fs.ReadFile(p.files, name)
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		err = notFound("no such page")
	}
	if err != nil {
		p.out.fail(w, r, err)
		return
	}
	hash := sha256.Sum256(body)
	h := w.Header()
	h.Set("ETag", `"`+hex.EncodeToString(hash[:16])+`"`)
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", policy(r.Host))
	h.Set("Referrer-Policy", "same-origin")
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		h.Set("Content-Type", t)
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// errSlash says that a folder was asked for without the slash: its page's relative links would go
// astray.
var errSlash = errors.New("api: a folder without its slash")

// find is the file for a path, whose dots net/http has resolved.
func (p pages) find(asked string) (string, error) {
	if strings.Contains(asked, "/.") {
		return "", fs.ErrNotExist
	}
	name := path.Clean(asked)[1:]
	if name == "" {
		return "index.html", nil
	}
	info, err := fs.Stat(p.files, name)
	slash := strings.HasSuffix(asked, "/")
	switch {
	case err != nil:
		return "", err
	case info.IsDir() && !slash:
		return "", errSlash
	case info.IsDir():
		return path.Join(name, "index.html"), nil
	case slash:
		return "", fs.ErrNotExist
	}
	return name, nil
}

// plainHost is a Host header that can stand in a policy: net/http lets more through, such as ";".
var plainHost = regexp.MustCompile(`^[A-Za-z0-9.:\[\]-]+$`)

// policy lets pages use what this server serves, and nothing else. Older browsers do not count a
// WebSocket to the page's own host as 'self', so the host is named.
func policy(host string) string {
	connect := "'self'"
	if plainHost.MatchString(host) {
		connect += " ws://" + host + " wss://" + host
	}
	return "default-src 'self'; connect-src " + connect + "; img-src 'self' data:; object-src 'none'; " +
		"base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
}
