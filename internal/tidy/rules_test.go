package tidy

import (
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// notInRules are packages that would let the world into a match.
var notInRules = []string{
	"context", "log", "log/slog", "math", "math/big", "math/cmplx", "math/rand", "math/rand/v2", "crypto/rand",
	"net", "os", "reflect", "runtime", "sync", "sync/atomic", "syscall", "unsafe", "fmt",
}

// TestRulesReachForNothing holds the games against the bans that make a match its seed and its
// log: no clock, no log, no goroutine, no float, no order of a map.
func TestRulesReachForNothing(t *testing.T) {
	fset, files := tree(t)
	packages := map[string][]*ast.File{}
	for _, f := range files {
		if !strings.HasPrefix(f.dir, "game/arcade/") || f.test {
			continue
		}
		packages[f.dir] = append(packages[f.dir], f.ast)
		for _, path := range f.imports() {
			if slices.Contains(notInRules, path) && (path != "fmt") {
				t.Errorf("%s imports %s", f.path, path)
			}
		}
	}
	if len(packages) < 2 {
		t.Fatalf("%d games found: the test looks in the wrong place", len(packages))
	}
	imports := importer.ForCompiler(fset, "source", nil)
	for dir, parsed := range packages {
		for _, fault := range impurities(t, fset, imports, dir, parsed) {
			t.Error(fault)
		}
	}
}

// impurities type-checks a package of rules and lists what makes it more than a function of seed
// and log.
func impurities(t *testing.T, fset *token.FileSet, imports types.Importer, dir string, files []*ast.File) (faults []string) {
	t.Helper()
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	if _, err := (&types.Config{Importer: imports}).Check("parlor/"+dir, fset, files, info); err != nil {
		t.Fatal(err)
	}
	add := func(pos token.Pos, what string) { faults = append(faults, fset.Position(pos).String()+" "+what) }
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				add(n.Pos(), "starts a goroutine")
			case *ast.SelectStmt:
				add(n.Pos(), "selects")
			case *ast.RangeStmt:
				if _, isMap := info.TypeOf(n.X).Underlying().(*types.Map); isMap {
					add(n.Pos(), "ranges over a map, whose order differs each time")
				}
			case ast.Expr:
				if basic, ok := info.TypeOf(n).(*types.Basic); ok && basic.Info()&(types.IsFloat|types.IsComplex) != 0 {
					add(n.Pos(), "is a float: builds for other CPUs give other results")
				}
			}
			return true
		})
	}
	return faults
}
