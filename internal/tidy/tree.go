// Package tidy holds the project's style against its source. It has no code of its own: its tests
// read the tree, and fail where it breaks the rules that ARCHITECTURE.md states.
package tidy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// file is one Go file of the main module.
type file struct {
	path      string // from the root, with slashes
	dir       string
	test      bool
	generated bool
	lines     int
	ast       *ast.File
}

// readTree parses every Go file of the main module under root.
func readTree(root string) (*token.FileSet, []*file, error) {
	fset := token.NewFileSet()
	var files []*file
	err := walk(root, func(path string) error {
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		full := filepath.Join(root, path)
		src, err := os.ReadFile(full)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(fset, path, src, parser.ParseComments)
		if err != nil {
			return err
		}
		files = append(files, &file{
			path: path, dir: filepath.ToSlash(filepath.Dir(path)), test: strings.HasSuffix(path, "_test.go"),
			generated: ast.IsGenerated(parsed), lines: strings.Count(string(src), "\n"), ast: parsed,
		})
		return nil
	})
	return fset, files, err
}

// walk calls do for every file under root that is ours: not those of git, of npm, of builds, or of
// the generator's own module.
func walk(root string, do func(path string) error) error {
	return filepath.WalkDir(root, func(full string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path, err := filepath.Rel(root, full)
		if err != nil {
			return err
		}
		path = filepath.ToSlash(path)
		if entry.IsDir() {
			if slices.Contains([]string{".git", "node_modules", "bin", "parlor-data"}, entry.Name()) || path == "proto/gen" {
				return filepath.SkipDir
			}
			return nil
		}
		return do(path)
	})
}

// imports are a file's, without quotes.
func (f *file) imports() (paths []string) {
	for _, spec := range f.ast.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}
