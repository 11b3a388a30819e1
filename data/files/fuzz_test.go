package files

import (
	"context"
	"path/filepath"
	"testing"

	"frontdoor/internal/hostile"
)

// FuzzLists reads any text as a list of images and as the names of classes.
func FuzzLists(f *testing.F) {
	f.Add([]byte("path,label\ncup/1.png,cup\n"))
	f.Add([]byte(`{"file_name": "cup/1.png", "label": "cup"}`))
	f.Add([]byte(`[{"file_name": "cup/1.png", "label": 1}]`))
	for _, data := range hostile.Of(".csv", ".txt") {
		if len(data) < 1<<14 {
			f.Add(data)
		}
	}
	dir := f.TempDir()
	put(f, filepath.Join(dir, "cup", "1.png"), picture(f, 1))
	put(f, filepath.Join(dir, "lamp", "1.png"), picture(f, 2))
	f.Fuzz(func(t *testing.T, text []byte) {
		list := put(t, filepath.Join(dir, "list.csv"), text)
		if c, err := Open(context.Background(), list); err == nil && len(c.Images) == 0 {
			t.Error("no images and no error")
		}
		put(t, filepath.Join(dir, "classes.txt"), text)
		_, _ = Open(context.Background(), dir)
	})
}
