// Package testdata finds the files that tests read.
//
// Two kinds exist. Small golden files are part of the repository and lie in
// the testdata folder of the package that uses them. Large public files (a
// vocabulary, a data set) are not part of it: they lie in a folder named
// shared/data beside the repository, and a test that needs one is skipped,
// saying so, where the file is missing.
package testdata

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Shared returns the path of a file or folder below shared/data, given with
// forward slashes, as in Shared(t, "splits/split_zhou_Caltech101.json"). It
// skips the test when there is no such file.
func Shared(t testing.TB, sub string) string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(root), "shared", "data", filepath.FromSlash(sub))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: this test reads %s from the folder shared/data beside the repository, and it is not there: %v", sub, err)
	}
	return path
}

// ReadJSON decodes the JSON file at path, relative to the package under test,
// into v, which is a pointer. It fails the test when that is impossible.
func ReadJSON(t testing.TB, path string, v any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// moduleRoot walks up from the working directory, which under go test is the
// folder of the package, to the folder that holds go.mod.
func moduleRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("testdata: no go.mod in %s or above it", start)
		}
		dir = parent
	}
}
