package files

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/fifo"
)

// A tree costs what it holds, however deep it is and whatever its links lead to.
func TestDeepAndCyclicFolders(t *testing.T) {
	root := t.TempDir()
	deep := root
	levels := 1900 // some 3,900 bytes of path, of which systems take 4,096
	if testing.Short() {
		levels = 400
	}
	for range levels {
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
	if took := time.Since(begin); took > time.Minute { // it is a second, and minutes where the cost grows by the square
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
		fifo.Make,
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

// Reading ends with its context, whatever the file holds.
func TestReadingIsInterrupted(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 100_000 {
		if _, err := z.Create(strings.Repeat("d/", i%500) + fmt.Sprint(i, ".jpg")); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for i := range 100_000 {
		if err := w.WriteHeader(&tar.Header{Name: fmt.Sprint(i, ".jpg"), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string][]byte{
		"members.zip": b.Bytes(),
		"members.tar": archive.Bytes(),
		"lines.csv":   []byte("path,label\n" + strings.Repeat("a.jpg,b\n", 1_000_000)),
		"lines.jsonl": []byte(strings.Repeat("{\"path\": \"a.jpg\", \"label\": \"b\"}\n", 300_000)),
	} {
		t.Run(name, func(t *testing.T) {
			path := put(t, filepath.Join(dir, name), text)
			for what, read := range map[string]func(ctx context.Context) error{
				"Open":  func(ctx context.Context) error { _, err := Open(ctx, path); return err },
				"Every": func(ctx context.Context) error { _, _, err := Every(ctx, path); return err },
			} {
				ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
				begin := time.Now()
				if err := read(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s: error %v", what, err)
				}
				if took := time.Since(begin); took > 10*time.Second { // it is a tenth of a second
					t.Errorf("%s took %v", what, took)
				}
				cancel()
			}
		})
	}
}

// Two keys that are one name have one meaning, whatever the order of a map; a key
// that is there twice has none.
func TestKeysOfLists(t *testing.T) {
	for range 20 {
		r, err := jsonRow(`{"Path": "b.jpg", "path": "a.jpg", "LABEL": "z", "Label": "y"}`, 1)
		if err != nil || r.path != "a.jpg" || r.class != "z" {
			t.Fatalf("%+v, error %v", r, err)
		}
	}
	if _, err := jsonRow(`{"path": "a.jpg", "label": "y", "label": "z"}`, 1); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("error %v", err)
	}
}

// Members that are the same bytes again and again cost more than their archive.
func TestMembersOnEachOther(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "a/1.png", Method: zip.Store})
	if err == nil {
		_, err = w.Write(make([]byte, 5000))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	text := b.Bytes()
	from, to := bytes.Index(text, []byte("PK\x01\x02")), bytes.Index(text, []byte("PK\x05\x06"))
	entry, end := text[from:to], bytes.Clone(text[to:])
	end[8], end[10], end[12] = 2, 2, byte(2*len(entry))
	path := filepath.Join(t.TempDir(), "a.zip")
	put(t, path, bytes.Join([][]byte{text[:from], entry, entry, end}, nil))
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "on each other") {
		t.Errorf("error %v", err)
	}
}
