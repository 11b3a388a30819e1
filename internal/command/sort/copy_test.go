package sort

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// A copy has no permissions that a new file would not have, and one that was
// ended in the middle leaves nothing in the way.
func TestCopyFollowsTheUmask(t *testing.T) {
	photos, into := t.TempDir(), t.TempDir()
	source := filepath.Join(photos, "a.png")
	photograph(t, source, 10)
	if err := os.Chmod(source, 0o777); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(into, stateFolder, "copy")
	if err := os.MkdirAll(left, 0o777); err != nil { // removed, as a file would be
		t.Fatal(err)
	}
	o := options{photos: photos, into: into, unfamiliar: 1, apply: true, every: time.Second}
	if _, err := sorted(t, context.Background(), classifier(t, "star"), o); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.OpenFile(filepath.Join(photos, "fresh"), os.O_CREATE, 0o777)
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	want, err := fresh.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.Stat(filepath.Join(into, "star", "a.png")); err != nil || got.Mode() != want.Mode() {
		t.Errorf("%v, %v; want %v", got.Mode(), err, want.Mode())
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("a copy was left behind")
	}
}

// A file that could not be written to its end, on a full disk say, has not got its
// name, so that the next time it is written whole.
func TestHalfAFileIsNone(t *testing.T) {
	d := &destination{dir: t.TempDir()}
	if err := os.Mkdir(filepath.Join(d.dir, stateFolder), 0o777); err != nil {
		t.Fatal(err)
	}
	path, full := filepath.Join(d.dir, "a.png.xmp"), errors.New("full")
	if err := d.create(path, 0o666, time.Now(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(full))); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("half of the file is there")
	}
	if err := d.writeXMP(path, "star", 0); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), "<rdf:li>star</rdf:li>") {
		t.Errorf("%s, %v", text, err)
	}
}

// What lies in the place of the journal is not written through.
func TestJournalOfAStranger(t *testing.T) {
	photos, into := t.TempDir(), t.TempDir()
	photograph(t, filepath.Join(photos, "a.png"), 10)
	victim := filepath.Join(photos, "victim")
	if err := os.WriteFile(victim, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, filepath.Join(into, journalFile)); err != nil {
		t.Skip("skipped: no symbolic links here: ", err)
	}
	o := options{photos: photos, into: into, unfamiliar: 1, apply: true, every: time.Second}
	_, err := sorted(t, context.Background(), classifier(t, "star"), o)
	text, _ := os.ReadFile(victim)
	if err == nil || !strings.Contains(err.Error(), "no regular file") || string(text) != "mine" {
		t.Errorf("error %v, and the file linked to holds %q", err, text)
	}
}
