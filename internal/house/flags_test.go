package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// flagInText finds the name of a flag in a message.
var flagInText = regexp.MustCompile(`(^|[ (])-[a-z][a-z-]+`)

// A library's error is read by Go callers, who have no flags: those that there are
// stand in braces, and package setting says them. A message may give a command as an
// example, and offer "serve -labels" beside the field.
func TestLibraryErrorsNameNoFlags(t *testing.T) {
	walk(t, func(path string) {
		at := strings.LastIndex(path, "/")
		pkg := "."
		if at >= 0 {
			pkg = path[:at]
		}
		level := floor(pkg)
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || level < 0 || level >= floor("internal/command") {
			return
		}
		ast.Inspect(parse(t, path, parser.SkipObjectResolution), func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !makesError(call) {
				return true
			}
			ast.Inspect(call, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, _ := strconv.Unquote(lit.Value)
				for _, command := range []string{"go run ", "serve -", "--gpus", "nvidia-smi "} {
					if strings.Contains(text, command) {
						return true
					}
				}
				if flagInText.MatchString(text) {
					t.Errorf("%s: an error names a flag, which setting.Errorf would do for commands alone: %s", path, lit.Value)
				}
				return true
			})
			return true
		})
	})
}

// makesError says whether a call is of errors.New or of a function named like
// fmt.Errorf.
func makesError(call *ast.CallExpr) bool {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		pkg, ok := f.X.(*ast.Ident)
		return strings.HasSuffix(f.Sel.Name, "Errorf") || ok && pkg.Name == "errors" && f.Sel.Name == "New"
	case *ast.Ident:
		return strings.HasSuffix(f.Name, "rrorf") || f.Name == "problemf"
	}
	return false
}
