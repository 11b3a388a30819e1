// Package house tests the rules that keep the code readable as a building:
// who may import whom, and where assembly and build tags live.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors lists the packages from the ground up. A package may import only
// packages of lines above its own, and anything of internal that is as low. A
// new package gets a place in the line of its floor, or a line where it imports
// others of that floor.
var floors = []string{
	"simd",
	"autograd simd/peak",
	"nn cuda",
	"imaging/internal/codec",
	"weights imaging/heif imaging/gif imaging/jpeg imaging/png imaging/webp textenc/bpe",
	"vit textenc imaging",
	"clip data/world data/files data/coop/matfile data/coop/matfile/mattest",
	"data/augment data/coop data/duplicate",
	"data",
	"prompt",
	"adapter",
	"cdc",
	"method",
	"eval/metric eval/promise eval/kept",
	"eval/rundir",
	"eval/confusion",
	"eval/train eval/report eval/protocol",
	"eval/score eval/plan",
	"eval/study",
	"eval",
	".", // the library itself
	"serve",
	"internal/command",
	"cmd",
}

// module is the path of the module, which make rename changes.
var module = strings.TrimSuffix(reflect.TypeFor[house]().PkgPath(), "/internal/house")

type house struct{}

// floor returns the line of a package of the module, or -1 for one that has
// none: internal packages, which serve all, but for the commands.
func floor(pkg string) int {
	for _, top := range []string{"cmd", "internal/command"} {
		if strings.HasPrefix(pkg, top+"/") {
			pkg = top
		}
	}
	return slices.IndexFunc(floors, func(line string) bool { return slices.Contains(strings.Fields(line), pkg) })
}

// walk calls f for every source file of the module with its path from the
// module's folder.
func walk(t *testing.T, f func(path string)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("../.."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "testdata" || d.Name() == "runs") {
			return fs.SkipDir
		}
		if ext := filepath.Ext(path); ext == ".go" || ext == ".s" {
			f(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImportsGoDown(t *testing.T) {
	walk(t, func(path string) {
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		from := floor(pkg)
		if from < 0 && !strings.HasPrefix(pkg, "internal/") && !strings.HasPrefix(pkg, "tools/") {
			t.Errorf("%s: package %s stands on no floor", path, pkg)
		}
		for _, imp := range imports(t, path) {
			to, inside := strings.CutPrefix(imp, module+"/")
			if imp == module {
				to, inside = ".", true
			}
			if !inside || from < 0 || floor(to) < 0 {
				continue
			}
			if floor(to) >= from {
				t.Errorf("%s: %s (floor %d) imports %s (floor %d)", path, pkg, from, to, floor(to))
			}
		}
	})
}

func imports(t *testing.T, path string) []string {
	t.Helper()
	file := parse(t, path, parser.ImportsOnly)
	var list []string
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, name)
	}
	return list
}

func parse(t *testing.T, path string, mode parser.Mode) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", path), nil, mode)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// Only these have several versions of one routine: for a processor, a device or
// a system.
func TestAssemblyAndBuildTagsStayDown(t *testing.T) {
	walk(t, func(path string) {
		pkg := filepath.ToSlash(filepath.Dir(path))
		if slices.Contains([]string{"simd", "simd/peak", "cuda", "internal/fifo", "internal/mmap", "imaging", "imaging/jpeg", "docs/demo"}, pkg) {
			return
		}
		if strings.HasSuffix(path, ".s") {
			t.Errorf("%s: assembly is not for this package", path)
			return
		}
		for _, group := range parse(t, path, parser.ParseComments|parser.PackageClauseOnly).Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, "//go:build") {
					t.Errorf("%s: build tags are not for this package", path)
				}
			}
		}
	})
}

// Only a command may end the process; and nobody prints past its output, which
// remembers errors and shows names safely.
func TestLibrariesReturnErrors(t *testing.T) {
	walk(t, func(path string) {
		if strings.HasPrefix(path, "cmd/") || strings.HasPrefix(path, "internal/cli/") || strings.HasPrefix(path, "tools/") || strings.HasSuffix(path, "_test.go") || !strings.HasSuffix(path, ".go") {
			return
		}
		ast.Inspect(parse(t, path, 0), func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := call.X.(*ast.Ident)
			if ok && (x.Name == "log" || x.Name == "os" && call.Sel.Name == "Exit" || x.Name == "fmt" && strings.HasPrefix(call.Sel.Name, "Print")) {
				t.Errorf("%s: %s.%s in a library", path, x.Name, call.Sel.Name)
			}
			return true
		})
	})
}

// Every package says in one place what it is.
func TestEveryPackageHasADocComment(t *testing.T) {
	documented := map[string]bool{}
	walk(t, func(path string) {
		if strings.HasSuffix(path, ".go") {
			pkg := filepath.ToSlash(filepath.Dir(path))
			documented[pkg] = documented[pkg] || parse(t, path, parser.ParseComments|parser.PackageClauseOnly).Doc != nil
		}
	})
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no doc comment", pkg)
		}
	}
}
