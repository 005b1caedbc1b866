// Command gen writes everything that is generated in Parlor: the Go and TypeScript
// messages of each .proto, and the JavaScript bundles of the client.
//
// It takes no arguments: `go -C proto/gen run .` from anywhere in the repository. It is
// a module of its own so that a parser and a bundler do not become dependencies of the
// server. Running it twice writes the same bytes, and CI fails on a difference.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	root, err := findRoot()
	if err != nil {
		return err
	}
	out := newTree(root)
	sch, err := parse(ctx, out.path("proto"))
	if err != nil {
		return err
	}
	if err := writeGo(ctx, out, sch); err != nil {
		return err
	}
	if err := writeTypeScript(out, sch); err != nil {
		return err
	}
	return bundleAll(out)
}

// findRoot climbs from the working directory to the one that holds proto/gen. `go run`
// works in proto/gen itself, so the binary need not know where it was built.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "proto", "gen", "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no proto/gen/go.mod in this directory or above it: run gen inside the repository")
		}
		dir = parent
	}
}
