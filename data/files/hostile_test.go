package files

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A tree costs what it holds, however deep it is and whatever its links lead to.
func TestDeepAndCyclicFolders(t *testing.T) {
	root := t.TempDir()
	deep := root
	for range 900 {
		deep = filepath.Join(deep, "d")
	}
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(deep, "1.png"), picture(t, 1))
	put(t, filepath.Join(root, "d", "2.png"), picture(t, 1))
	put(t, filepath.Join(root, "e", "1.png"), picture(t, 1))
	for _, link := range []string{filepath.Join(deep, "up"), filepath.Join(root, "e", "self"), filepath.Join(root, "e", "root")} {
		if err := os.Symlink(root, link); err != nil {
			t.Fatal(err)
		}
	}
	begin := time.Now()
	c, err := Open(context.Background(), root)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > 20*time.Second { // it is a tenth of a second
		t.Errorf("it took %v", took)
	}
	if len(c.Images) < 3 || len(c.Images) > 9 {
		t.Errorf("%d images", len(c.Images))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, root); !errors.Is(err, context.Canceled) {
		t.Errorf("after Ctrl-C: %v", err)
	}
}

// Lists and names of classes are regular files: a device never ends, and a pipe
// waits for ever.
func TestListsAreRegularFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no pipes in folders there")
	}
	root := t.TempDir()
	put(t, filepath.Join(root, "cup", "1.png"), picture(t, 1))
	put(t, filepath.Join(root, "lamp", "1.png"), picture(t, 1))
	for _, make := range []func(path string) error{
		func(path string) error { return os.Symlink("/dev/zero", path) },
		func(path string) error { return syscall.Mkfifo(path, 0o644) },
	} {
		path := filepath.Join(root, "classes.txt")
		if err := make(path); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(context.Background(), root); err == nil || !strings.Contains(err.Error(), "regular file") {
			t.Errorf("error %v", err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// A message is short whatever the file holds.
func TestMessagesAreShort(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.txt"), []byte(strings.Repeat("\u202e\u00ad ", 10_000)))
	if _, err := Open(context.Background(), list); err == nil || len(err.Error()) > 900 {
		t.Errorf("error %.2000v", err)
	}
}
