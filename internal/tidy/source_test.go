package tidy

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	maxFileLines     = 400
	maxFunctionLines = 70
)

func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(filepath.Dir(dir))
}

func tree(t *testing.T) (*token.FileSet, []*file) {
	t.Helper()
	fset, files, err := readTree(root(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d Go files found: the test looks in the wrong place", len(files))
	}
	return fset, files
}

func TestShelvesHoldOnlyPackages(t *testing.T) {
	_, files := tree(t)
	for _, f := range files {
		if slices.Contains([]string{"cmd", "net", "proto", "game/arcade", "internal", "."}, f.dir) {
			t.Errorf("%s lies on a shelf: it belongs into a package below", f.path)
		}
	}
}

func TestNothingElseIsAtTheTop(t *testing.T) {
	known := []string{
		".ci", ".git", ".gitignore", "bin", "client", "cmd", "deploy", "docs", "game", "internal", "leaderboard", "matchmaking",
		"net", "parlor-data", "proto", "go.mod", "go.sum", "Makefile", "README.md", "LICENSE", "CHANGELOG.md",
	}
	entries, err := os.ReadDir(root(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(known, e.Name()) {
			t.Errorf("%s is at the top; the house has no room of that name", e.Name())
		}
	}
}

func TestFilesAndFunctionsAreShort(t *testing.T) {
	fset, files := tree(t)
	for _, f := range files {
		if f.generated {
			continue
		}
		if f.lines > maxFileLines {
			t.Errorf("%s has %d lines, over %d: one noun a file", f.path, f.lines, maxFileLines)
		}
		for _, decl := range f.ast.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || f.test {
				continue
			}
			if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; n > maxFunctionLines {
				t.Errorf("%s: %s has %d lines, over %d", f.path, fn.Name.Name, n, maxFunctionLines)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	_, files := tree(t)
	said := map[string]bool{}
	for _, f := range files {
		if !f.test {
			said[f.dir] = said[f.dir] || f.ast.Doc != nil || f.generated
		}
	}
	for dir, ok := range said {
		if !ok {
			t.Errorf("package %s has no comment: what it owns, which goroutine runs it, what it never does", dir)
		}
	}
}

// calls names every pkg.Func called in a file.
func (f *file) calls(do func(pos token.Pos, name string)) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Obj == nil {
				do(sel.Pos(), pkg.Name+"."+sel.Sel.Name)
			}
		}
		return true
	})
}

// noClock are the pure parts: they are handed the time.
var noClock = []string{"game", "game/gametest", "game/rewind", "game/turnclock", "matchmaking/rating", "net/wire"}

// pureFiles are pure among others that are not.
var pureFiles = []string{
	"matchmaking/pool.go", "matchmaking/waiting.go", "matchmaking/pass.go", "matchmaking/draft.go", "matchmaking/candidate.go", "matchmaking/explain.go",
	"matchmaking/found.go", "matchmaking/round.go", "matchmaking/depth.go", "matchmaking/recent.go", "net/client/slew.go", "net/client/recent.go", "net/client/clock.go", "net/client/playout.go", "net/client/blend.go", "net/client/predict.go",
	"cmd/parlorbot/link/schedule.go", "leaderboard/calendar.go", "leaderboard/kept.go", "leaderboard/packed.go",
}

func TestPureCodeIsHandedTheTime(t *testing.T) {
	fset, files := tree(t)
	for _, f := range files {
		pure := slices.Contains(noClock, f.dir) || strings.HasPrefix(f.dir, "game/arcade/") || slices.Contains(pureFiles, f.path)
		if !pure || f.test {
			continue
		}
		f.calls(func(pos token.Pos, name string) {
			switch name {
			case "time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "time.AfterFunc", "time.NewTimer", "time.NewTicker", "time.Tick":
				t.Errorf("%s calls %s", fset.Position(pos), name)
			}
		})
	}
}

func TestTestsNeitherSleepNorSkip(t *testing.T) {
	fset, files := tree(t)
	for _, f := range files {
		fake := slices.Contains(f.imports(), "testing/synctest") // where a sleep takes no time
		if !f.test {
			continue
		}
		f.calls(func(pos token.Pos, name string) {
			switch {
			case name == "time.Sleep" && !fake:
				t.Errorf("%s sleeps; wait for what happens, or use testing/synctest", fset.Position(pos))
			case strings.HasPrefix(name, "t.Skip") || strings.HasPrefix(name, "b.Skip"):
				t.Errorf("%s skips: a test that does not run proves nothing", fset.Position(pos))
			}
		})
	}
}

func TestNothingIsLeftForLater(t *testing.T) {
	words := []string{"TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"}
	_, files := tree(t)
	for _, f := range files {
		for _, group := range f.ast.Comments {
			for _, word := range words {
				if strings.Contains(group.Text(), word) {
					t.Errorf("%s: a comment says %s", f.path, word)
				}
			}
		}
	}
}

func TestNoExportedSignatureNamesAQuarantinedLibrary(t *testing.T) {
	fset, files := tree(t)
	for _, f := range files {
		if f.test || strings.HasPrefix(f.dir, "cmd/") {
			continue
		}
		names := map[string]string{} // local name of a library -> its path
		for _, spec := range f.ast.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			if dirs, ok := quarantined[path]; ok && !slices.Contains(dirs, f.dir) {
				name := filepath.Base(path)
				if spec.Name != nil {
					name = spec.Name.Name
				}
				names[name] = path
			}
		}
		for _, decl := range f.ast.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || !fn.Name.IsExported() || len(names) == 0 || hiddenReceiver(fn) {
				continue
			}
			ast.Inspect(fn.Type, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && names[id.Name] != "" {
					t.Errorf("%s: the signature of %s names %s", fset.Position(id.Pos()), fn.Name.Name, names[id.Name])
				}
				return true
			})
		}
	}
}

func hiddenReceiver(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return false
	}
	typ := fn.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && !id.IsExported()
}
