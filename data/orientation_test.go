package data

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"frontdoor/imaging"
)

// One's own photographs are turned where nothing else is said, published ones
// are not.
func TestOrientationByKind(t *testing.T) {
	for _, c := range []struct {
		turn Orientation
		kind Kind
		want Source
	}{
		{ByKind, Own, Upright("a")}, {ByKind, Published, File("a")},
		{AllUpright, Published, Upright("a")}, {AllStored, Own, File("a")},
	} {
		if got := c.turn.source("a", c.kind); got != c.want {
			t.Errorf("%v of kind %v: %T, want %T", c.turn, c.kind, got, c.want)
		}
	}
}

// zipped packs a folder into an archive.
func zipped(t *testing.T, dir string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "photos.zip")
	put(t, path, b.Bytes())
	return path
}

// A photograph that was taken with the camera held sideways is read upright from
// a folder, a list, and an archive, and through a cache that has kept the stored
// pixels as well.
func TestOwnPhotographsAreUpright(t *testing.T) {
	photo, err := os.ReadFile(filepath.Join("..", "imaging", "testdata", "pillow", "exif-o6.png"))
	if err != nil {
		t.Fatal(err)
	}
	dir, cache := t.TempDir(), t.TempDir()
	list := "path,label\n"
	for _, name := range []string{"bee/1.png", "bee/2.png", "fly/1.png", "fly/2.png"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		put(t, path, photo)
		list += fmt.Sprintf("%s,%s\n", path, filepath.Base(filepath.Dir(path)))
	}
	csv := filepath.Join(t.TempDir(), "photos.csv")
	put(t, csv, []byte(list))
	one := filepath.Join(dir, "bee", "1.png")
	stored, err1 := imaging.Load(t.Context(), one)
	upright, err2 := imaging.LoadUpright(t.Context(), one)
	if err1 != nil || err2 != nil || stored.W != upright.H || bytes.Equal(stored.Pix, upright.Pix) {
		t.Fatal("the photograph does not name another orientation: ", err1, err2)
	}
	for _, place := range []string{dir, csv, zipped(t, dir)} {
		for _, c := range []struct {
			turn Orientation
			want *imaging.Image
		}{{ByKind, upright}, {AllStored, stored}, {AllUpright, upright}} {
			ds, _, err := Open(context.Background(), FolderName, OpenOptions{Data: place, Orientation: c.turn})
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range slices.Concat(ds.Train, ds.Test) {
				if im, err := it.Open(t.Context()); err != nil || im.W != c.want.W || !bytes.Equal(im.Pix, c.want.Pix) {
					t.Errorf("%s, orientation %v: other pixels, error %v", it.Name(), c.turn, err)
				}
			}
			kept, err := ds.CacheTests(context.Background(), CacheOptions{Dir: cache, Side: 8})
			if err != nil {
				t.Fatal(err)
			}
			want := imaging.Square(c.want, 8)
			for _, it := range kept.Test {
				if im, err := it.Open(t.Context()); err != nil || !bytes.Equal(imaging.Square(im, 8).Pix, want.Pix) {
					t.Errorf("%s, orientation %v, from the cache: other pixels, error %v", it.Name(), c.turn, err)
				}
			}
		}
	}
}
