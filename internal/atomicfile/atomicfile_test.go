package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// only fails unless dir holds exactly the named files.
func only(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("the folder holds %q, want %q", got, names)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWriteAndReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	for _, want := range []string{"first, and longer", "second", ""} {
		if err := WriteBytes(path, []byte(want)); err != nil {
			t.Fatal(err)
		}
		if got := content(t, path); got != want {
			t.Errorf("read %q, want %q", got, want)
		}
		only(t, dir, "a.txt")
	}
}

// A file has the permissions that a file made by hand would have.
func TestPermissions(t *testing.T) {
	dir := t.TempDir()
	byHand := filepath.Join(dir, "hand")
	f, err := os.OpenFile(byHand, os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	path := filepath.Join(dir, "a.txt")
	if err := WriteBytes(path, nil); err != nil {
		t.Fatal(err)
	}
	want, err := os.Stat(byHand)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.Stat(path); err != nil || got.Mode() != want.Mode() {
		t.Errorf("permissions %v, want %v, %v", got.Mode(), want.Mode(), err)
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := WriteBytes("plain.txt", []byte("x")); err != nil {
		t.Fatal(err)
	}
	only(t, ".", "plain.txt")
}

func TestErrorKeepsTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	if err := WriteBytes(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	err := Write(path, func(w io.Writer) error {
		io.WriteString(w, strings.Repeat("half", 100_000))
		return boom
	})
	if !errors.Is(err, boom) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v does not wrap the cause and name the file", err)
	}
	if got := content(t, path); got != "old" {
		t.Errorf("read %q after a failed write", got)
	}
	only(t, dir, "a.txt")
}

func TestPanicLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	func() {
		defer func() { _ = recover() }()
		_ = Write(filepath.Join(dir, "a.txt"), func(io.Writer) error { panic("boom") })
	}()
	only(t, dir)
}

func TestImpossibleTargets(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "no", "such", "a.txt")
	if err := WriteBytes(missing, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v", err)
	}
	folder := filepath.Join(dir, "folder")
	if err := os.MkdirAll(filepath.Join(folder, "inside"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WriteBytes(folder, nil); err == nil {
		t.Error("a folder was replaced by a file")
	}
	only(t, dir, "folder")
}
