package train

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

// With -cache a second run decodes no image: the first has the features and knows
// what can be decoded. All images are damaged in between so that decoding would
// show, with the size and time that they had.
func TestSecondRunDecodesNothing(t *testing.T) {
	dir := t.TempDir()
	photos, cache := tinyPhotos(t), filepath.Join(dir, "cache")
	run := func(name string) []byte {
		out := filepath.Join(dir, name)
		args := []string{"-data", photos, "-method", "zeroshot,gda,tipf,prolip", "-shots", "2", "-draws", "2", "-epochs", "2", "-cache", cache, "-out", out}
		if err := Run(context.Background(), args); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(out, "results.json"))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	first := run("first")
	spoil(t, photos)
	if second := run("second"); !bytes.Equal(first, second) {
		t.Errorf("the second run has other results:\n%s\nthe first:\n%s", second, first)
	}
}

// spoil overwrites the pixels of all images in a folder.
func spoil(t *testing.T, photos string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(photos, "*", "*.png"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(text, []byte("IDAT")) + 8
		clear(text[at : len(text)-16])
		write(t, path, text)
		if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
			t.Fatal(err)
		}
	}
}
