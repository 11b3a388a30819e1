package train

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
)

// results reads what a run found, without how long it took.
func results(t *testing.T, out string) []rundir.Row {
	t.Helper()
	var r rundir.Results
	if err := rundir.ReadJSON(out, rundir.ResultsFile, &r); err != nil {
		t.Fatal(err)
	}
	return r.Rows
}

func accuracies(rows []rundir.Row) (all []float64) {
	for _, r := range rows {
		all = append(all, *r.Base, *r.New)
	}
	return all
}

func TestCacheChangesNothing(t *testing.T) {
	root, dir := textures(t), t.TempDir()
	var want []float64
	for i, cache := range []string{"", filepath.Join(dir, "cache"), filepath.Join(dir, "cache")} {
		out := filepath.Join(dir, string(rune('a'+i)))
		args := strings.Fields("-dataset dtd -data " + root + " -out " + out + " -shots 2 -seeds 1 -epochs 1 -method zeroshot,maple")
		if cache != "" {
			args = append(args, "-cache", cache)
		}
		if err := Run(context.Background(), args); err != nil {
			t.Fatal(err)
		}
		switch have := accuracies(results(t, out)); {
		case i == 0:
			want = have
		case !slices.Equal(have, want):
			t.Errorf("with the cache %v, without %v", have, want)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "cache", "dtd-*.pixels"))
	if err != nil || len(files) != 1 {
		t.Errorf("cache files %v, error %v", files, err)
	}
}

// An image that cannot be read ends a strict run, with its name and before
// anything is trained; without -strict it is left out.
func TestStrict(t *testing.T) {
	for _, which := range []string{"banded/test_1.png", "banded/train_1.png"} {
		root, out := textures(t), filepath.Join(t.TempDir(), "run")
		path := filepath.Join(root, "dtd", "images", filepath.FromSlash(which))
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write(t, path, whole[:len(whole)/2])
		args := strings.Fields("-dataset dtd -data " + root + " -out " + out + " -shots 2 -seeds 1 -epochs 1 -method zeroshot,maple")
		err = Run(context.Background(), append(args, "-strict"))
		if err == nil || !strings.Contains(err.Error(), path) || errors.Is(err, context.Canceled) {
			t.Fatalf("%s: error %v", which, err)
		}
		if strings.Contains(which, "train") { // found when the cell began: mend it and go on
			if !strings.Contains(err.Error(), "-resume "+out) {
				t.Errorf("error %v", err)
			}
			write(t, path, whole)
			if err := Run(context.Background(), []string{"-resume", out, "-strict"}); err != nil {
				t.Fatal(err)
			}
		} else {
			if _, err := os.Stat(out); err == nil {
				t.Error("a run folder was made")
			}
			if err := Run(context.Background(), args); err != nil {
				t.Fatal(err)
			}
		}
		if rows := results(t, out); len(rows) != 2 {
			t.Errorf("%d rows", len(rows))
		}
	}
	dir := photos(t, 4)
	write(t, filepath.Join(dir, "red_ball", "empty.jpg"), nil)
	if err := Run(context.Background(), []string{"-data", dir, "-strict", "-out", filepath.Join(t.TempDir(), "run")}); err == nil || !strings.Contains(err.Error(), "empty.jpg") {
		t.Errorf("own photos: %v", err)
	}
}

// A run whose images changed in between is not continued.
func TestResumeRefusesOtherImages(t *testing.T) {
	dir, out := photos(t, 4), filepath.Join(t.TempDir(), "run")
	if err := Run(context.Background(), []string{"-data", dir, "-out", out, "-method", "zeroshot"}); err != nil {
		t.Fatal(err)
	}
	if err := Run(context.Background(), []string{"-resume", out}); err != nil {
		t.Fatal(err)
	}
	from := filepath.Join(dir, "red_ball", "a.png")
	if err := os.Rename(from, filepath.Join(dir, "red_ball", "z.png")); err != nil {
		t.Fatal(err)
	}
	err := Run(context.Background(), []string{"-resume", out})
	if err == nil || !strings.Contains(err.Error(), "have changed") || !strings.Contains(err.Error(), out) {
		t.Errorf("resumed with other images: %v", err)
	}
}
