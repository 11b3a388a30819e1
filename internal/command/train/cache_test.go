package train

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"frontdoor"
	"frontdoor/clip"
	"frontdoor/eval"
	"frontdoor/eval/kept"
	"frontdoor/eval/rundir"
	"frontdoor/internal/featurecache"
	"frontdoor/simd"
)

// With -cache a second run decodes no image: the first has the features and knows
// what can be decoded. All images are damaged in between so that decoding would
// show, with the size and time that they had.
func TestSecondRunDecodesNothing(t *testing.T) {
	dir := t.TempDir()
	photos, cache := tinyPhotos(t), filepath.Join(dir, "cache")
	run := func(name string) []byte {
		out := filepath.Join(dir, name)
		args := []string{"-data", photos, "-method", "zeroshot,coop,gda,tipf,prolip", "-shots", "2", "-draws", "2", "-epochs", "3", "-cache", cache, "-out", out}
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

// What train has kept answers for a classifier of the run and for its promise, too:
// no image is decoded again.
func TestCacheServesOtherCommands(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	photos, cache, out := tinyPhotos(t), filepath.Join(dir, "cache"), filepath.Join(dir, "run")
	if err := Run(ctx, []string{"-data", photos, "-method", "gda", "-shots", "2", "-draws", "2", "-cache", cache, "-out", out}); err != nil {
		t.Fatal(err)
	}
	run, err := eval.LoadRun(out, "", clip.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cell, err := run.Pick(rundir.Cell{Method: "gda", Seed: run.Seeds[0]})
	if err != nil {
		t.Fatal(err)
	}
	promise := func() *rundir.Promise {
		folder, err := kept.Open(cache, photos, run.Model, simd.Rounding())
		if err != nil {
			t.Fatal(err)
		}
		ds, report, err := run.OpenDataset(ctx, cell, "", folder)
		if err != nil {
			t.Fatal(err)
		}
		p, err := (&eval.Calibration{Run: run, Cell: cell, Dataset: ds, Report: report, Risk: 0.5, Folds: 2, Kept: folder}).Promise(ctx)
		if err != nil || len(report.Problems()) > 0 {
			t.Fatal(err, report.Problems())
		}
		return p
	}
	want := promise()
	ds, _, err := run.OpenDataset(ctx, cell, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	classify := func() {
		c, err := frontdoor.Open(ctx, out, frontdoor.WithCache(cache))
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range ds.Test {
			if _, err := c.ClassifyFiles(ctx, it.Name()); err != nil {
				t.Error(err)
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	before := records(t, cache)
	classify()
	if after := records(t, cache); after != before {
		t.Errorf("a classifier made %d records of %d", after, before)
	}
	spoil(t, photos) // with their sizes and times, so that they are not read
	classify()
	if got := promise(); !reflect.DeepEqual(got, want) {
		t.Errorf("the promise became %+v, was %+v", got, want)
	}
}

// records counts the features in a cache.
func records(t *testing.T, dir string) (n int) {
	t.Helper()
	c, err := featurecache.Open(dir, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	all, err := c.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range all {
		n += u.Records
	}
	return n
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
