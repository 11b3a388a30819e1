package frontdoor

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"frontdoor/data"
	"frontdoor/eval/kept"
	"frontdoor/simd"
)

// asked classifies files in a classifier of their own, which it closes, so that
// what it kept is on disk.
func asked(t *testing.T, ask func(*Classifier) (any, error), opts ...Option) any {
	t.Helper()
	c, err := Load(context.Background(), "tiny", []string{"circle", "square", "star"}, opts...)
	if err != nil {
		t.Fatal(err)
	}
	a, err := ask(c)
	if err := errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	return a
}

// photos writes pictures to files and returns these.
func photos(t *testing.T, n int) (files []string) {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		files = append(files, pngFile(t, dir, string(rune('a'+i))+".png", disc(i)))
	}
	return files
}

// spoiled makes a file no image, with the size and time that it had.
func spoiled(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err == nil {
		err = errors.Join(os.WriteFile(path, make([]byte, info.Size()), 0o644), os.Chtimes(path, info.ModTime(), info.ModTime()))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// With a folder of features the answers and features are those without, the second
// time no image is decoded, and it does not matter which question came first.
func TestCacheChangesNoAnswer(t *testing.T) {
	ctx := context.Background()
	files := photos(t, 5)
	answers := func(c *Classifier) (any, error) { return c.ClassifyFiles(ctx, files...) }
	features := func(c *Classifier) (any, error) { return c.EmbedFiles(ctx, files...) }
	wantAnswers, wantFeatures := asked(t, answers), asked(t, features)
	cache := filepath.Join(t.TempDir(), "cache")
	if got := asked(t, answers, WithCache(cache), WithBatch(2)); !reflect.DeepEqual(got, wantAnswers) {
		t.Errorf("at first %v, want %v", got, wantAnswers)
	}
	for _, f := range files {
		spoiled(t, f)
	}
	if got := asked(t, answers, WithCache(cache)); !reflect.DeepEqual(got, wantAnswers) {
		t.Errorf("then %v, want %v", got, wantAnswers)
	}
	if got := asked(t, features, WithCache(cache)); !reflect.DeepEqual(got, wantFeatures) {
		t.Error("other features")
	}
}

// Bytes, files and sources of the same content are the same image, and what cmd/train
// keeps is found.
func TestCacheGoesByContent(t *testing.T) {
	ctx := context.Background()
	cache := filepath.Join(t.TempDir(), "cache")
	var b bytes.Buffer
	if err := png.Encode(&b, disc(1)); err != nil {
		t.Fatal(err)
	}
	file := pngFile(t, t.TempDir(), "x.png", disc(1))
	want := asked(t, func(c *Classifier) (any, error) { return c.EmbedBytes(ctx, b.Bytes()) }, WithCache(cache))
	known := func(source data.Source) bool {
		c := loaded(t)
		f, err := kept.Open(cache, "", c.model, simd.Rounding())
		if err != nil {
			t.Fatal(err)
		}
		return f.HasWhole([]data.Item{{Source: source}})[0]
	}
	if !known(data.Upright(file)) || known(data.File(file)) {
		t.Error("the image of the bytes is not known as a file that is turned")
	}
	got := asked(t, func(c *Classifier) (any, error) { return c.EmbedSources(ctx, data.Upright(file)) }, WithCache(cache))
	if !reflect.DeepEqual(got, want) {
		t.Error("a source of the same content has other features")
	}
}

// A run whose method reads the frozen tower alone uses the folder, another does
// not; both answer as without.
func TestCacheOfRuns(t *testing.T) {
	ctx := context.Background()
	files := photos(t, 3)
	for name, frozen := range map[string]bool{"coop": true, "cdc": false} {
		cache := filepath.Join(t.TempDir(), "cache")
		want, err := opened(t, WithMethod(name)).ClassifyFiles(ctx, files...)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			c, err := Open(ctx, finished, WithMethod(name), WithCache(cache))
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.ClassifyFiles(ctx, files...)
			if err := errors.Join(err, c.Close()); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v, want %v, %v", name, got, want, err)
			}
		}
		written, err := filepath.Glob(filepath.Join(cache, "features", "*", "*", "*.features"))
		if err != nil || (len(written) > 0) != frozen {
			t.Errorf("%s: files of features %q, %v", name, written, err)
		}
	}
}

// Pictures without bytes and images that cannot be read leave nothing behind; a
// folder that others may write to is refused.
func TestCacheKeepsImagesOnly(t *testing.T) {
	ctx := context.Background()
	cache := filepath.Join(t.TempDir(), "cache")
	bad := filepath.Join(t.TempDir(), "bad.png")
	if err := os.WriteFile(bad, []byte("no image"), 0o644); err != nil {
		t.Fatal(err)
	}
	asked(t, func(c *Classifier) (any, error) {
		if _, err := c.ClassifyFiles(ctx, bad); len(ImageErrors(err)) != 1 {
			t.Errorf("a file that is no image: %v", err)
		}
		return c.Classify(ctx, []image.Image{disc(1)}...)
	}, WithCache(cache))
	if written, _ := filepath.Glob(filepath.Join(cache, "features", "*", "*", "*.features")); len(written) > 0 {
		t.Errorf("kept %q", written)
	}
	if err := os.Chmod(cache, 0o777); err != nil {
		t.Fatal(err)
	}
	_, err := Load(ctx, "tiny", nil, WithCache(cache))
	if err == nil || !errors.As(err, new(*OptionError)) || !strings.Contains(err.Error(), cache) {
		t.Errorf("a folder that anybody may write to: %v", err)
	}
}
