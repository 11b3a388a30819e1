package featurecache

import (
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/fifo"
)

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	c, err := Open(filepath.Join(dir, "cache"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	photo := filepath.Join(dir, "a.png")
	stamp := time.Unix(1e9, 0)
	put := func(text string, when time.Time) {
		t.Helper()
		if err := os.WriteFile(photo, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(photo, when, when); err != nil {
			t.Fatal(err)
		}
	}
	key := func() Key {
		t.Helper()
		f, err := c.Files(dir)
		if err != nil {
			t.Fatal(err)
		}
		k, err := f.Key(photo)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
		return k
	}
	put("one", stamp)
	if got := key(); got != sha256.Sum256([]byte("one")) {
		t.Error("wrong digest")
	}
	put("two", stamp) // same size and time: not noticed, but by Verify
	if got := key(); got != sha256.Sum256([]byte("one")) {
		t.Error("the file was read though its size and time are known")
	}
	if _, changed, err := c.Verify(context.Background()); err != nil || !slices.Equal(changed, []string{photo}) {
		t.Errorf("changed %q, %v", changed, err)
	}
	if got := key(); got != sha256.Sum256([]byte("two")) {
		t.Error("wrong digest after Verify")
	}
	put("six", stamp.Add(1))
	if got := key(); got != sha256.Sum256([]byte("six")) {
		t.Error("a new time was not noticed")
	}
	lists, _ := filepath.Glob(filepath.Join(dir, "cache", "files", "*.json"))
	for _, bad := range []string{"", "{", "null", `{"root":"x"}`, `{"files":{"a.png":{"sha256":"zz"}}}`} {
		os.WriteFile(lists[0], []byte(bad), 0o600)
		if got := key(); got != sha256.Sum256([]byte("six")) {
			t.Errorf("list %q was believed", bad)
		}
	}
}

// A pipe that has taken an image's place is no image, and nobody waits for it.
func TestDigestOfAPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "a.jpg")
	if err := fifo.Make(pipe); err != nil {
		t.Skip("skipped: no pipes here: ", err)
	}
	if _, err := Digest(pipe); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("error %v", err)
	}
}
