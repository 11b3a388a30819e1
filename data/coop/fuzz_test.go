package coop

import (
	"os"
	"path/filepath"
	"testing"

	"frontdoor/internal/hostile"
)

// FuzzSplit reads any text as a split file. What is accepted names every label
// and no path outside.
func FuzzSplit(f *testing.F) {
	f.Add([]byte(`{"train": [["a/1.jpg", 0, "a"]], "val": [], "test": [["b/1.jpg", 1, "b"]]}`))
	for _, data := range hostile.Of(".json") {
		if len(data) < 1<<14 {
			f.Add(data)
		}
	}
	path := filepath.Join(f.TempDir(), "split.json")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		lists, err := readSplit(path)
		if err != nil {
			return
		}
		for _, e := range lists.Train {
			if !filepath.IsLocal(filepath.FromSlash(e.path)) {
				t.Errorf("the path %q leads out", e.path)
			}
		}
		if names, err := lists.classes(); err == nil && len(names) == 0 {
			t.Error("no classes")
		}
	})
}
