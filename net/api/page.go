package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"parlor/game/room"
	"parlor/leaderboard"
	"parlor/matchmaking"
)

// What the page shows at most; the rest is in /v1.
const (
	pageRooms = 200
	pageTop   = 5
)

//go:embed page.css
var pageCSS string

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"css":  func() template.CSS { return template.CSS(pageCSS) },
	"time": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") },
	"wait": func(d time.Duration) time.Duration { return d.Round(100 * time.Millisecond) },
}).Parse(pageHTML))

// pagePolicy lets the page do nothing but look as its own style sheet says.
var pagePolicy = func() string {
	hash := sha256.Sum256([]byte(pageCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// adminPage is what an operator looks at first. It is made by the server and needs no script; the
// browser asks for it again every few seconds, unless told ?refresh=off.
type adminPage struct {
	cfg    AdminConfig
	boards boards
	out    answers
}

// overview is what the page shows.
type overview struct {
	Version   string
	At        time.Time
	Uptime    time.Duration
	Still     bool // it does not refresh itself
	Draining  bool
	Sessions  int
	Connected int
	Seated    int
	RoomCount int
	Stuck     int // rooms whose rules do not return
	Rooms     []room.Info
	Hidden    int // rooms that are not shown
	Queues    []queueRow
	NoQueues  string // why they are not shown
	Boards    []pageJSON
	NoBoards  string
	Recorder  *leaderboard.RecorderStats
}

type queueRow struct {
	matchmaking.Depth
	Wait time.Duration // of the one who waits longest
}

func (p *adminPage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := p.look(r, time.Now())
	var body bytes.Buffer
	if err := pageTemplate.Execute(&body, v); err != nil {
		p.out.fail(w, r, fmt.Errorf("render page: %w", err))
		return
	}
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.Header().Set("Referrer-Policy", "no-referrer")
	send(w, http.StatusOK, "text/html; charset=utf-8", body.Bytes())
}

func (p *adminPage) look(r *http.Request, now time.Time) overview {
	v := overview{
		Version: p.cfg.Version, At: now, Uptime: now.Sub(p.cfg.Started).Truncate(time.Second),
		Still: r.URL.Query().Get("refresh") == "off", Draining: p.cfg.Node.Draining(),
		Rooms: p.cfg.Node.Rooms(),
	}
	v.Sessions, v.Connected = p.cfg.Node.Counts()
	v.RoomCount = len(v.Rooms)
	for _, info := range v.Rooms {
		v.Seated += info.Players
		if info.Stuck(now) {
			v.Stuck++
		}
	}
	v.Rooms = v.Rooms[:min(len(v.Rooms), pageRooms)]
	v.Hidden = v.RoomCount - len(v.Rooms)
	if p.cfg.Recorder != nil {
		stats := p.cfg.Recorder()
		v.Recorder = &stats
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	depths, err := p.cfg.Node.Queues(ctx)
	v.NoQueues = p.missing(r, err)
	for _, d := range depths {
		row := queueRow{Depth: d}
		if !d.Oldest.IsZero() {
			row.Wait = now.Sub(d.Oldest).Truncate(time.Second)
		}
		v.Queues = append(v.Queues, row)
	}
	v.Boards, err = p.tops(ctx)
	v.NoBoards = p.missing(r, err)
	return v
}

func (p *adminPage) tops(ctx context.Context) ([]pageJSON, error) {
	all, err := p.boards.store.Boards(ctx)
	if err != nil {
		return nil, err
	}
	var tops []pageJSON
	for _, board := range all {
		top, err := p.boards.top(ctx, leaderboard.List{Board: board.Name}, "", pageTop)
		if err != nil {
			return tops, err
		}
		tops = append(tops, top)
	}
	return tops, nil
}

// missing says why a part of the page is not there; the rest of it is.
func (p *adminPage) missing(r *http.Request, err error) string {
	if err == nil {
		return ""
	}
	f := toFault(err)
	if f == faultInternal {
		p.out.log.Error("request failed", "path", r.URL.Path, "err", err)
	}
	return f.Error()
}
