package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The kernels in the repository are those that the templates make.
func TestKernelsAreCurrent(t *testing.T) {
	const dir = "../../cuda"
	files, err := expand(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(dir, "ptx", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what its template makes: run go generate in cuda (%v)", name, err)
		}
	}
	have, err := filepath.Glob(filepath.Join(dir, "ptx", "*.ptx"))
	if err != nil || len(have) != len(files) {
		t.Errorf("%d kernel files, want %d (%v)", len(have), len(files), err)
	}
}
