package house

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The tour names functions beside their equations, and links to files; all of
// them are there.
func TestTourNamesWhatExists(t *testing.T) {
	pages, err := filepath.Glob("../../docs/tour/*.md")
	if err != nil || len(pages) < 11 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	name := regexp.MustCompile("`([a-z0-9]+)\\.([A-Z][A-Za-z0-9]*(?:\\.[A-Za-z0-9]+)?)`")
	link := regexp.MustCompile(`\]\(([^)#]+)\)`)
	declared := map[string]map[string]bool{}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range name.FindAllStringSubmatch(string(text), -1) {
			if declared[m[1]] == nil {
				declared[m[1]] = declarations(t, m[1])
			}
			if !declared[m[1]][m[2]] {
				t.Errorf("%s names %s.%s, which does not exist", filepath.Base(page), m[1], m[2])
			}
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil && !strings.Contains(m[1], "://") {
				t.Errorf("%s links to %s, which does not exist", filepath.Base(page), m[1])
			}
		}
	}
}

// declarations returns the names that a package declares at its top level;
// methods as Type.Method.
func declarations(t *testing.T, pkg string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	walk(t, func(path string) {
		if filepath.Base(filepath.Dir(path)) != pkg || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return
		}
		for _, d := range parse(t, path, 0).Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				names[receiver(d)+d.Name.Name] = true
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						names[s.Name.Name] = true
					case *ast.ValueSpec:
						for _, n := range s.Names {
							names[n.Name] = true
						}
					}
				}
			}
		}
	})
	return names
}

// receiver is "Type." of a method and "" of a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	kind := d.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	if name, ok := kind.(*ast.Ident); ok {
		return name.Name + "."
	}
	return ""
}
