package tidy

import (
	"go/ast"
	"go/importer"
	"go/parser"
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

// TestRulesReachForNothing holds the games, and what is part of their state, against the bans that
// make a match its seed and its log: no clock, no log, no goroutine, no float, no order of a map.
func TestRulesReachForNothing(t *testing.T) {
	fset, files := tree(t)
	packages := map[string][]*ast.File{}
	for _, f := range files {
		rules := strings.HasPrefix(f.dir, "game/arcade/") || f.dir == "game/rewind" || f.dir == "game/turnclock"
		if !rules || f.test {
			continue
		}
		packages[f.dir] = append(packages[f.dir], f.ast)
		for _, path := range f.imports() {
			if slices.Contains(notInRules, path) && (path != "fmt") {
				t.Errorf("%s imports %s", f.path, path)
			}
		}
	}
	if len(packages) < 3 {
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
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
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
			case *ast.IncDecStmt:
				if changesPackage(info, n.X) {
					add(n.Pos(), "changes a package variable: it would leak from one match into another")
				}
			case *ast.AssignStmt:
				if slices.ContainsFunc(n.Lhs, func(to ast.Expr) bool { return changesPackage(info, to) }) {
					add(n.Pos(), "changes a package variable: it would leak from one match into another")
				}
			case *ast.SelectorExpr:
				if pkg, ok := n.X.(*ast.Ident); ok && pkg.Name == "fmt" && strings.Contains(n.Sel.Name, "rint") && !strings.HasPrefix(n.Sel.Name, "Sprint") {
					add(n.Pos(), "prints")
				}
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

// changesPackage tells whether an assignment to x changes what a package variable holds.
func changesPackage(info *types.Info, x ast.Expr) bool {
	for {
		switch at := x.(type) {
		case *ast.IndexExpr:
			x = at.X
		case *ast.SelectorExpr:
			x = at.X
		case *ast.StarExpr:
			x = at.X
		case *ast.ParenExpr:
			x = at.X
		case *ast.Ident:
			v, ok := info.Uses[at].(*types.Var)
			return ok && v.Parent() != nil && v.Parent().Parent() == types.Universe
		default:
			return false
		}
	}
}

// The bans must find what they ban.
func TestTheBansFindWhatTheyBan(t *testing.T) {
	for _, test := range []struct{ code, want string }{
		{"var n int\nfunc f() { n++ }", "changes a package variable"},
		{"var n [3]int\nfunc f() { n[1] = 2 }", "changes a package variable"},
		{"func f() { go f() }", "starts a goroutine"},
		{"func f(m map[int]int) { for range m {} }", "ranges over a map"},
		{"func f(a, b int) bool { return float64(a) < 1 }", "is a float"},
		{"import \"fmt\"\nfunc f() { fmt.Println() }", "prints"},
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "x.go", "package x\n"+test.code, 0)
		if err != nil {
			t.Fatal(err)
		}
		faults := impurities(t, fset, importer.ForCompiler(fset, "source", nil), "game/arcade/x", []*ast.File{f})
		if len(faults) == 0 || !strings.Contains(faults[0], test.want) {
			t.Errorf("%s: %v, want %q", test.code, faults, test.want)
		}
	}
	clean := "package x\nvar table = [2]int{1, 2}\nfunc f() int { n := 0; for _, v := range table { n += v }; return n }"
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "x.go", clean, 0)
	if err != nil {
		t.Fatal(err)
	}
	if faults := impurities(t, fset, importer.ForCompiler(fset, "source", nil), "game/arcade/x", []*ast.File{f}); len(faults) > 0 {
		t.Errorf("clean code: %v", faults)
	}
}
