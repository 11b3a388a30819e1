package data

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"frontdoor/data/world"
	"frontdoor/imaging"
)

// picture is an image file of w by h pixels that vary with seed.
func picture(t *testing.T, w, h, seed int) []byte {
	t.Helper()
	im := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		im.Set(i%w, i/w, color.NRGBA{uint8(i * seed), uint8(i * 7), uint8(i + seed), 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// cachedTests returns what CacheTests makes of a folder of test images, how
// many it decoded, and the cache file.
func cachedTests(t *testing.T, d *Dataset, dir string) (out *Dataset, decoded int, file string) {
	t.Helper()
	out, err := d.CacheTests(context.Background(), CacheOptions{Dir: dir, Side: 8, Progress: func(done, total int) { decoded = done }})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) > 1 {
		t.Fatalf("files %v, error %v", files, err)
	}
	return out, decoded, slices.Concat(files, []string{""})[0]
}

func TestCachedTestImages(t *testing.T) {
	src, dir := t.TempDir(), filepath.Join(t.TempDir(), "new", "cache")
	d := &Dataset{Name: "some/where"}
	for i, size := range [][2]int{{8, 8}, {20, 9}, {9, 30}, {3, 5}} {
		path := filepath.Join(src, string(rune('a'+i))+".png")
		put(t, path, picture(t, size[0], size[1], i+3))
		d.Test = append(d.Test, Item{File(path), i})
	}
	put(t, filepath.Join(src, "broken.png"), []byte("\x89PNG\r\n\x1a\n"))
	d.Test = append(d.Test, Item{File(filepath.Join(src, "broken.png")), 1}, Item{File(filepath.Join(src, "missing.png")), 2})
	d.Extra = []TestSet{{"again", d.Test[1:3]}}
	d.Train = d.Test[:1]

	same := func(c *Dataset) {
		t.Helper()
		if _, ok := c.Train[0].Source.(File); !ok {
			t.Error("a training image comes from the cache")
		}
		for i, it := range append(slices.Clone(c.Test), c.Extra[0].Items...) {
			want := append(slices.Clone(d.Test), d.Extra[0].Items...)[i]
			if it.Name() != want.Name() || it.Label != want.Label {
				t.Fatalf("item %d is %s", i, it.Name())
			}
			wantIm, wantErr := want.Open(t.Context())
			im, err := it.Open(t.Context())
			if (err == nil) != (wantErr == nil) {
				t.Fatalf("%s: error %v, want %v", it.Name(), err, wantErr)
			}
			if err == nil && !bytes.Equal(imaging.Square(im, 8).Pix, imaging.Square(wantIm, 8).Pix) {
				t.Errorf("%s: other pixels", it.Name())
			}
		}
	}
	c, decoded, file := cachedTests(t, d, dir)
	if same(c); decoded < 4 {
		t.Errorf("%d decoded", decoded)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	// A second run decodes nothing and leaves the file alone, though an image
	// still cannot be read.
	c, decoded, _ = cachedTests(t, d, dir)
	if again, err := os.Stat(file); err != nil || decoded != 0 || !again.ModTime().Equal(info.ModTime()) {
		t.Errorf("%d decoded again, error %v", decoded, err)
	}
	im, err := c.Test[0].Open(t.Context())
	if err != nil || im.W != 8 {
		t.Fatal(err)
	}
	clear(im.Pix) // the caller's own
	same(c)

	// An image that changed is decoded anew; the file that is open stays.
	old := c
	put(t, d.Test[1].Name(), picture(t, 20, 9, 77))
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(d.Test[1].Name(), later, later); err != nil {
		t.Fatal(err)
	}
	c, decoded, _ = cachedTests(t, d, dir)
	if same(c); decoded < 1 {
		t.Error("a changed image came from the cache")
	}
	if im, err := old.Test[0].Open(t.Context()); err != nil || im.W != 8 {
		t.Errorf("the old cache: %v", err)
	}

	// A damaged file is written again, a foreign one replaced.
	for _, damage := range []func([]byte) []byte{
		func(b []byte) []byte { b[5] ^= 1; return b },
		func(b []byte) []byte { return b[:len(b)/2] },
		func(b []byte) []byte { return []byte("hello") },
		func(b []byte) []byte { return nil },
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(file); err != nil { // not in place: it is mapped
			t.Fatal(err)
		}
		put(t, file, damage(text))
		c, decoded, _ := cachedTests(t, d, dir)
		if same(c); decoded == 0 {
			t.Error("the damage was not noticed")
		}
		if _, decoded, _ = cachedTests(t, d, dir); decoded != 0 {
			t.Error("the damaged file was not replaced")
		}
	}
}

// Files of other datasets make room for the one that is used, the least recently
// used first; what does not belong to the cache stays.
func TestCacheLimit(t *testing.T) {
	src, dir := t.TempDir(), t.TempDir()
	put(t, filepath.Join(src, "a.png"), picture(t, 9, 9, 1))
	stranger := filepath.Join(dir, "my.pixels")
	put(t, stranger, make([]byte, 5000))
	use := func(name string, limit int64) {
		t.Helper()
		d := &Dataset{Name: name, Test: []Item{{File(filepath.Join(src, "a.png")), 0}}}
		if _, err := d.CacheTests(t.Context(), CacheOptions{Dir: dir, Side: 8, Limit: limit}); err != nil {
			t.Fatal(err)
		}
	}
	names := func() (names string) {
		t.Helper()
		files, err := CachedTests(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			names += filepath.Base(f)[:1]
		}
		return names
	}
	for i, name := range []string{"a", "b", "c"} {
		use(name, 0)
		files, _ := filepath.Glob(filepath.Join(dir, name+"-*"))
		when := time.Now().Add(time.Duration(i-10) * time.Hour)
		if err := os.Chtimes(files[0], when, when); err != nil {
			t.Fatal(err)
		}
	}
	use("a", 1<<20)
	if got := names(); got != "abc" {
		t.Errorf("within the limit: %s", got)
	}
	use("d", 600) // room for two of 8 x 8 pixels
	if got := names(); got != "ad" {
		t.Errorf("%s are left, want a and d, which were used last", got)
	}
	use("e", 1)
	if got := names(); got != "e" {
		t.Errorf("%s are left, want what is used", got)
	}
	if _, err := os.Stat(stranger); err != nil {
		t.Error(err)
	}
}

func TestCacheErrors(t *testing.T) {
	src := t.TempDir()
	put(t, filepath.Join(src, "a.png"), picture(t, 9, 9, 1))
	put(t, filepath.Join(src, "file"), nil)
	d := &Dataset{Name: "x", Test: []Item{{File(filepath.Join(src, "a.png")), 0}}}
	if _, err := d.CacheTests(context.Background(), CacheOptions{Dir: filepath.Join(src, "file"), Side: 8}); err == nil {
		t.Error("a file was taken for a folder")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := d.CacheTests(ctx, CacheOptions{Dir: t.TempDir(), Side: 8}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	task, err := world.TaskByName("shape")
	if err != nil {
		t.Fatal(err)
	}
	drawn := World(task, WorldOptions{TrainPerClass: 1, TestPerClass: 1})
	dir := filepath.Join(t.TempDir(), "none")
	if got, err := drawn.CacheTests(context.Background(), CacheOptions{Dir: dir, Side: 8}); got != drawn || err != nil {
		t.Errorf("drawn pictures: %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a folder was made for nothing")
	}
}
