package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"parlor/game"
)

// What is kept of crashes: the newest, so that rules that fail in every match do not fill the disk.
const (
	maxCrashes    = 100
	maxCrashBytes = 64 << 20
)

// crashes keeps the logs of matches whose rules panicked; replaying one reproduces the fault. Its
// methods run on the goroutines of rooms that are over, so waiting for the disk holds nobody up.
type crashes struct {
	dir string
	mu  sync.Mutex // held while the directory is changed
}

// keep writes a log, and drops the oldest beyond the limits. It answers with the file's name.
func (c *crashes) keep(log *game.Log, now time.Time) (file string, err error) {
	b, err := log.MarshalBinary()
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return "", err
	}
	name := fmt.Sprintf("%s-%s-%s.plog", now.UTC().Format("20060102T150405.000"), log.Game, rand.Text()[:6])
	file = filepath.Join(c.dir, name)
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return "", err
	}
	return file, c.prune()
}

// prune drops the oldest logs. Names begin with the time, so their order is that of their age.
func (c *crashes) prune() error {
	files, err := os.ReadDir(c.dir) // sorted by name
	if err != nil {
		return err
	}
	kept, bytes := 0, int64(0)
	for _, file := range slices.Backward(files) {
		if filepath.Ext(file.Name()) != ".plog" {
			continue
		}
		info, err := file.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // an operator has taken it away
		} else if err != nil {
			return err
		}
		kept, bytes = kept+1, bytes+info.Size()
		if kept > maxCrashes || bytes > maxCrashBytes {
			if err := os.Remove(filepath.Join(c.dir, file.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
