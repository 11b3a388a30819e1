package safefile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"frontdoor/internal/fifo"
)

// place makes a folder "in" beside a file "secret", and links and special files
// in it.
func place(t *testing.T) (outer string, in Dir) {
	t.Helper()
	outer = t.TempDir()
	in = Dir(filepath.Join(outer, "in"))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(string(in), "folder"), 0o755))
	must(os.WriteFile(filepath.Join(outer, "secret"), []byte("secret"), 0o600))
	must(os.WriteFile(in.path("good"), []byte("good"), 0o644))
	must(os.Symlink("good", in.path("inner")))
	must(os.Symlink("../secret", in.path("link")))
	must(os.Symlink(filepath.Join(outer, "secret"), in.path("absolute")))
	must(os.Symlink("..", in.path("up")))
	must(os.Symlink("/dev/zero", in.path("device")))
	if runtime.GOOS != "windows" {
		must(fifo.Make(in.path("pipe")))
	}
	return outer, in
}

// A folder's name is no pattern, whatever is in it.
func TestGlob(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a[b]")
	for _, name := range []string{"x.png", "y.txt", "in/z.png"} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755), os.WriteFile(filepath.Join(dir, name), nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for pattern, want := range map[string]string{"*.png": "x.png", "*/*.png": filepath.Join("in", "z.png")} {
		if got, err := Glob(dir, pattern); err != nil || len(got) != 1 || got[0] != filepath.Join(dir, want) {
			t.Errorf("%s: %q, %v", pattern, got, err)
		}
	}
	if got, err := Glob(filepath.Join(dir, "nowhere"), "*"); err != nil || len(got) != 0 {
		t.Errorf("of a folder that is missing: %q, %v", got, err)
	}
}

func TestNothingOutsideIsRead(t *testing.T) {
	_, in := place(t)
	for _, name := range []string{"link", "absolute", "up/secret", "../secret", "device", "pipe", "folder", "/etc/hostname"} {
		if text, err := in.Read(name, 100); err == nil || !strings.Contains(err.Error(), in.path(name)) {
			t.Errorf("%s: read %q, error %v", name, text, err)
		}
		if in.Has(name) {
			t.Errorf("%s counts as a file of the folder", name)
		}
	}
	for _, name := range []string{"good", "inner", "./folder/../good"} {
		if text, err := in.Read(name, 4); err != nil || string(text) != "good" {
			t.Errorf("%s: read %q, error %v", name, text, err)
		}
	}
	if _, err := in.Read("good", 3); err == nil || !strings.Contains(err.Error(), "limit of 3") {
		t.Errorf("error %v of a file that is too long", err)
	}
	if _, err := in.Read("none", 3); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v of a file that is not there", err)
	}
}

func TestNothingOutsideIsWritten(t *testing.T) {
	outer, in := place(t)
	content := func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }
	for _, name := range []string{"../other", "up/other", "../in2/x"} {
		if err := in.Write(name, content); err == nil {
			t.Errorf("%s was written", name)
		}
		if err := in.Make(name); err == nil {
			t.Errorf("%s was made", name)
		}
		if err := in.Remove(name); err == nil {
			t.Errorf("%s was removed", name)
		}
	}
	// Links are replaced, not followed.
	for _, name := range []string{"link", "absolute", "device", "good", "folder/new"} {
		if err := in.Write(name, content); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if text, err := in.Read(name, 100); err != nil || string(text) != "new" {
			t.Errorf("%s: read %q, error %v", name, text, err)
		}
	}
	if text, err := os.ReadFile(filepath.Join(outer, "secret")); err != nil || string(text) != "secret" {
		t.Errorf("the file outside has %q, error %v", text, err)
	}
	entries, err := os.ReadDir(outer)
	if err != nil || len(entries) != 2 {
		t.Errorf("beside the folder lie %v, error %v", entries, err)
	}
	if err := in.Make("a/b"); err != nil {
		t.Error(err)
	}
}

// A pipe that nobody writes to, and a device, must neither block nor be read.
func TestOnlyRegularFilesAreRead(t *testing.T) {
	outer, in := place(t)
	for _, path := range []string{in.path("pipe"), in.path("device"), "/dev/zero", outer} {
		if _, err := Read(path, 100); err == nil || !strings.Contains(err.Error(), "not a") {
			t.Errorf("%s: error %v", path, err)
		}
	}
	if text, err := Read(in.path("link"), 6); err != nil || string(text) != "secret" {
		t.Errorf("a link that the user names: %q, error %v", text, err)
	}
}

// What is no folder is not opened as one.
func TestFoldersAreFolders(t *testing.T) {
	_, in := place(t)
	for _, name := range []string{"pipe", "device", "good"} {
		d := Dir(in.path(name))
		if _, err := d.Read("x", 100); err == nil || !strings.Contains(err.Error(), "not a directory") || !strings.Contains(err.Error(), string(d)) {
			t.Errorf("reading in %s: error %v", name, err)
		}
		if err := d.Write("x", func(io.Writer) error { return nil }); err == nil || !strings.Contains(err.Error(), string(d)) {
			t.Errorf("writing in %s: error %v", name, err)
		}
	}
}

func TestName(t *testing.T) {
	for _, word := range []string{"cdc-lite", "texshape@7", "maple+zs", "texshape-16shot-cdc-m2-seed1", "grün 猫", "a.b"} {
		if got := Name(word); got != word {
			t.Errorf("Name(%q) = %q", word, got)
		}
	}
	seen := map[string]string{}
	for _, word := range []string{"", ".", "..", "../../README", "/etc/passwd", `a\b`, "a/b", "a:b", "a\x00b", "a\x1b[2Jb", ".hidden", "x.", strings.Repeat("é", 500), strings.Repeat("é", 501), "\xff"} {
		got := Name(word)
		if got == "" || got[0] == '.' || len(got) > maxName || filepath.Base(got) != got || strings.ContainsAny(got, "/\\\x00\x1b:") {
			t.Errorf("Name(%q) = %q", word, got)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%q and %q have the same name %q", word, other, got)
		}
		seen[got] = word
	}
}
