package house

import (
	"bytes"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// exports builds the module's packages and returns, for each of them and of what
// they import, the file of its exported declarations.
func exports(t *testing.T) map[string]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "./...")
	cmd.Dir = "../.."
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, problems.String())
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		files[path] = file
	}
	return files
}

// internal says whether other modules cannot import a package of the module.
func internal(path string) bool {
	return (path == module || strings.HasPrefix(path, module+"/")) && strings.Contains(path+"/", "/internal/")
}

// What others can name names only what they can name: no exported declaration of
// a package that other modules can import has a type of an internal package in its
// signature, its exported fields or its exported methods.
func TestPublicNamesNamePublicTypes(t *testing.T) {
	files := exports(t)
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(files[path])
	})
	checked := 0
	for path := range files {
		rest, own := strings.CutPrefix(path, module+"/")
		if path != module && !own || internal(path) || strings.HasPrefix(rest, "cmd/") || strings.HasPrefix(rest, "tools/") {
			continue
		}
		pkg, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range pkg.Scope().Names() {
			if obj := pkg.Scope().Lookup(name); obj.Exported() {
				checked++
				for _, hidden := range hiddenTypes(obj) {
					t.Errorf("%s.%s names %s, which other modules cannot", path, name, hidden)
				}
			}
		}
	}
	if checked < 500 {
		t.Errorf("only %d exported names were found", checked)
	}
}

// hiddenTypes lists the types of internal packages that an exported object shows.
func hiddenTypes(obj types.Object) (hidden []string) {
	seen := map[types.Type]bool{}
	var show func(types.Type)
	tuple := func(list *types.Tuple) {
		for v := range list.Variables() {
			show(v.Type())
		}
	}
	show = func(t types.Type) {
		if seen[t] {
			return
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Alias:
			show(types.Unalias(t))
		case *types.Named:
			if pkg := t.Obj().Pkg(); pkg != nil && internal(pkg.Path()) {
				hidden = append(hidden, t.String())
			}
			for arg := range t.TypeArgs().Types() {
				show(arg)
			}
			if t.Obj() != obj {
				return // it is checked where it is declared
			}
			show(t.Underlying())
			for m := range t.Methods() {
				if m.Exported() {
					show(m.Type())
				}
			}
		case *types.Struct:
			for f := range t.Fields() {
				if f.Exported() {
					show(f.Type())
				}
			}
		case *types.Interface:
			for m := range t.Methods() {
				show(m.Type())
			}
		case *types.Signature:
			tuple(t.Params())
			tuple(t.Results())
		case *types.Map:
			show(t.Key())
			show(t.Elem())
		case interface{ Elem() types.Type }: // pointers, slices, arrays and channels
			show(t.Elem())
		}
	}
	show(obj.Type())
	return hidden
}
