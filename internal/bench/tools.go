package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tools are the programs that a run needs, built for it in a directory that ends with it.
type tools struct {
	root    string // of the module
	dir     string
	parlord string
	floor   string
	load    string
	naive   string
}

// build makes the tools. It needs gcc.
func build(ctx context.Context, parlord string) (*tools, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	dir, err := os.MkdirTemp("", "parlor-bench")
	if err != nil {
		return nil, err
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	t := &tools{
		root: filepath.Dir(strings.TrimSpace(string(out))), dir: dir,
		parlord: parlord, floor: in("floor"), load: in("load"), naive: in("naive"),
	}
	cc := []string{"gcc", "-std=gnu17", "-O2", "-Wall", "-Wextra", "-Werror", "-o"}
	for _, command := range [][]string{
		append(cc, t.floor, "internal/bench/c/floor.c"),
		append(cc, t.load, "internal/bench/c/load.c", "internal/bench/c/talk.c", "internal/bench/c/figures.c"),
		{"go", "build", "-o", t.naive, "./internal/bench/naive"},
	} {
		if out, err := t.command(ctx, command...).CombinedOutput(); err != nil {
			t.remove()
			return nil, fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, out)
		}
	}
	return t, nil
}

// command runs in the module's root.
func (t *tools) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Dir = t.root
	return c
}

func (t *tools) path(name string) string { return filepath.Join(t.root, filepath.FromSlash(name)) }

func (t *tools) remove() { _ = os.RemoveAll(t.dir) }
