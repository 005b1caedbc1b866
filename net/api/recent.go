package api

import (
	"context"
	"sync"
	"time"

	"parlor/leaderboard"
)

// recent keeps pages for a moment, so that a board that many look at is read a few times a second, however many they are.
// Those who ask while a page is being read wait for it. Failures are not kept.
type recent struct {
	mu    sync.Mutex
	pages map[firstPage]*recentPage
}

// firstPage is which one. The list's period is in UTC, so that two which are equal are one.
type firstPage struct {
	list  leaderboard.List
	limit int
}

type recentPage struct {
	read chan struct{} // closed once the rest is there
	at   time.Time
	page pageJSON
	err  error
}

const (
	recentFor  = 250 * time.Millisecond
	maxRecents = 1024 // pages; past that, others are read each time
)

// get answers a page: one that is kept, or what read gives, which must end by itself.
func (c *recent) get(ctx context.Context, key firstPage, read func() (pageJSON, error)) (pageJSON, error) {
	p, mine := c.find(key, time.Now())
	switch {
	case p == nil:
		return read()
	case mine:
		p.err = faultInternal // of a read that panics
		defer c.told(key, p)
		p.page, p.err = read()
		return p.page, p.err
	}
	select {
	case <-p.read:
		return p.page, p.err
	case <-ctx.Done():
		return pageJSON{}, ctx.Err()
	}
}

// find is the page to wait for, or to read if it is mine; nil if there is no room.
func (c *recent) find(key firstPage, now time.Time) (p *recentPage, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.pages[key]; p != nil && (p.at.IsZero() || now.Sub(p.at) < recentFor) {
		return p, false
	}
	if c.pages[key] == nil && len(c.pages) >= maxRecents {
		for key, p := range c.pages {
			if !p.at.IsZero() && now.Sub(p.at) >= recentFor {
				delete(c.pages, key)
			}
		}
		if len(c.pages) >= maxRecents {
			return nil, false
		}
	}
	p = &recentPage{read: make(chan struct{})}
	c.pages[key] = p
	return p, true
}

// told lets those go on who wait.
func (c *recent) told(key firstPage, p *recentPage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.at = time.Now()
	if p.err != nil && c.pages[key] == p {
		delete(c.pages, key)
	}
	close(p.read)
}
