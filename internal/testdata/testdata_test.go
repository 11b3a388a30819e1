package testdata

import (
	"os"
	"path/filepath"
	"testing"
)

func TestModuleRoot(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "internal", "testdata", "testdata.go")); err != nil {
		t.Errorf("moduleRoot() = %s, which is not this repository: %v", root, err)
	}
}

func TestSharedSkipsWhatIsMissing(t *testing.T) {
	t.Run("missing", func(t *testing.T) {
		defer func() {
			if !t.Skipped() {
				t.Error("a missing file did not skip the test")
			}
		}()
		Shared(t, "no/such/file")
		t.Error("Shared returned for a missing file")
	})
}

func TestSharedFinds(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	// A copy of the layout: box/repo/go.mod beside box/shared/data/a/b.txt.
	box := t.TempDir()
	pkg := filepath.Join(box, "repo", "pkg")
	data := filepath.Join(box, "shared", "data", "a")
	for _, dir := range []string{pkg, data} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{filepath.Join(box, "repo", "go.mod"), filepath.Join(data, "b.txt")} {
		if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(pkg)
	got, err := os.ReadFile(Shared(t, "a/b.txt"))
	if err != nil || string(got) != "x" {
		t.Errorf("read %q, %v", got, err)
	}
	if again, _ := moduleRoot(); again == root {
		t.Errorf("moduleRoot() did not follow the working directory")
	}
}

func TestReadJSON(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	if err := os.WriteFile(path, []byte(`{"n": [1, 2]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	var v struct{ N []int }
	ReadJSON(t, path, &v)
	if len(v.N) != 2 || v.N[1] != 2 {
		t.Errorf("got %v", v)
	}
}
