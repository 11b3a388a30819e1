// Command rename gives the module another path: in go.mod, and in the imports of
// all Go files below the working directory. "make rename MODULE=host/you/name"
// calls it.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

func main() {
	if err := rename(".", strings.Join(os.Args[1:], " ")); err != nil {
		fmt.Fprintf(os.Stderr, "rename: %v\n", err)
		os.Exit(1)
	}
}

var (
	valid  = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$`)
	module = regexp.MustCompile(`(?m)^module (\S+)$`)
)

// rename rewrites the module in the folder dir.
func rename(dir, to string) error {
	if !valid.MatchString(to) {
		return fmt.Errorf("%q is no path of a module that others can fetch; want host/you/name, such as MODULE=github.com/you/frontdoor", to)
	}
	path := filepath.Join(dir, "go.mod")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	found := module.FindSubmatch(text)
	if found == nil {
		return errors.New("go.mod has no line that says module")
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		return renameImports(path, string(found[1]), to)
	})
	if err != nil {
		return err
	}
	return os.WriteFile(path, module.ReplaceAll(text, []byte("module "+to)), 0o644) // last: a second try finds the old name
}

// renameImports rewrites the imports of a file that are of the module or below
// it.
func renameImports(path, from, to string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, path, text, parser.ImportsOnly)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	at := 0
	for _, spec := range f.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		rest, inside := strings.CutPrefix(name, from)
		if !inside || rest != "" && rest[0] != '/' {
			continue
		}
		begin := files.Position(spec.Path.Pos()).Offset
		out.Write(text[at:begin])
		out.WriteString(strconv.Quote(to + rest))
		at = begin + len(spec.Path.Value)
	}
	if at == 0 {
		return nil
	}
	out.Write(text[at:])
	return os.WriteFile(path, out.Bytes(), 0o644)
}
