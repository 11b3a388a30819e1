package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A renamed copy of this module imports nothing by the old path, and the go
// command finds all that it imports.
func TestRenameACopy(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the go command on the whole module")
	}
	dir := t.TempDir()
	if err := copySources(filepath.Join("..", ".."), dir); err != nil {
		t.Fatal(err)
	}
	const to = "example.org/somebody/frontdoor"
	if err := rename(dir, to); err != nil {
		t.Fatal(err)
	}
	imports := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			switch name := strings.Trim(spec.Path.Value, `"`); {
			case name == "frontdoor" || strings.HasPrefix(name, "frontdoor/"):
				t.Errorf("%s imports %s", path, name)
			case name == to || strings.HasPrefix(name, to+"/"):
				imports++
			}
		}
		return nil
	})
	if err != nil || imports < 1000 {
		t.Fatalf("%d imports were renamed, %v", imports, err)
	}
	list := exec.Command("go", "list", "-deps", "./...")
	list.Dir, list.Env = dir, append(os.Environ(), "GOPROXY=off", "GOWORK=off")
	if out, err := list.CombinedOutput(); err != nil {
		t.Errorf("%v\n%.2000s", err, out)
	}
	if err := rename(dir, "example.org/somebody/door"); err != nil { // again
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err != nil || !strings.HasPrefix(string(text), "module example.org/somebody/door\n") {
		t.Errorf("%v, go.mod begins %.60q", err, text)
	}
}

// copySources copies what the go command reads of a module.
func copySources(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rest, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "testdata" || rest == "runs" || rest != "." && strings.HasPrefix(name, ".") {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rest), 0o755)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rest), text, 0o644)
	})
}

func TestRenameRefuses(t *testing.T) {
	for _, to := range []string{"", "frontdoor", "example.org", "example.org/a b", "https://example.org/a", "/example.org/a", "example.org/a/"} {
		if err := rename(t.TempDir(), to); err == nil || !strings.Contains(err.Error(), "host/you/name") {
			t.Errorf("%q: error %v", to, err)
		}
	}
	if err := rename(t.TempDir(), "example.org/a"); err == nil || !strings.Contains(err.Error(), "go.mod") {
		t.Errorf("error %v", err)
	}
}
