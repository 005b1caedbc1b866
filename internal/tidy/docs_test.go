package tidy

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestEveryLinkInTheDocsLeadsSomewhere(t *testing.T) {
	dir := root(t)
	checked := 0
	err := walk(dir, func(path string) error {
		if !strings.HasSuffix(path, ".md") {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return err
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			checked++
			if _, err := os.Stat(filepath.Join(dir, filepath.Dir(path), target)); err != nil {
				t.Errorf("%s links to %s, which is not there", path, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 5 {
		t.Errorf("only %d links checked: the test looks in the wrong place", checked)
	}
}

func TestEveryFlagIsInTheOperatorsManual(t *testing.T) {
	manual, err := os.ReadFile(filepath.Join(root(t), "docs", "OPERATING.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, files := tree(t)
	flags := 0
	for _, f := range files {
		if !strings.HasPrefix(f.dir, "cmd/") || f.test {
			continue
		}
		for _, name := range f.flags() {
			flags++
			if !strings.Contains(string(manual), "`-"+name) {
				t.Errorf("%s defines -%s, which OPERATING.md does not describe", f.path, name)
			}
		}
	}
	if flags < 10 {
		t.Errorf("only %d flags found: the test looks in the wrong place", flags)
	}
}

// flags are the names given to StringVar, Duration and their like.
func (f *file) flags() (names []string) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		at, known := map[string]int{
			"StringVar": 1, "IntVar": 1, "Int64Var": 1, "Uint64Var": 1, "BoolVar": 1, "DurationVar": 1, "Float64Var": 1, "Var": 1,
			"String": 0, "Int": 0, "Int64": 0, "Uint64": 0, "Bool": 0, "Duration": 0, "Float64": 0,
		}[sel.Sel.Name]
		if !known || len(call.Args) < at+2 {
			return true
		}
		if lit, ok := call.Args[at].(*ast.BasicLit); ok {
			names = append(names, strings.Trim(lit.Value, `"`))
		}
		return true
	})
	return names
}
