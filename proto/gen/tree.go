package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// tree is a directory that gen fills. It remembers what it wrote, so that what an
// earlier run wrote for a schema that is gone can be removed.
type tree struct {
	dir    string
	suffix string // of the files that are gen's alone
	kept   map[string]bool
}

func newTree(dir, suffix string) *tree {
	return &tree{dir: dir, suffix: suffix, kept: map[string]bool{}}
}

// write leaves a file alone that holds the content already, so that builds which look
// at times do not start over.
func (t *tree) write(rel string, content []byte) error {
	name := filepath.Join(t.dir, filepath.FromSlash(rel))
	t.kept[name] = true
	old, err := os.ReadFile(name)
	if err == nil && bytes.Equal(old, content) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("write generated file: %w", err)
	}
	if err := os.WriteFile(name, content, 0o644); err != nil {
		return fmt.Errorf("write generated file: %w", err)
	}
	return nil
}

// prune removes the files with the suffix that this run did not write.
func (t *tree) prune() error {
	err := filepath.WalkDir(t.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || t.kept[name] || !strings.HasSuffix(name, t.suffix) {
			return err
		}
		return os.Remove(name)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
