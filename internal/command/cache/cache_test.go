package cache

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/cli"
	"frontdoor/internal/featurecache"
)

// filled makes a cache of one feature, of one file, and returns its folder.
func filled(t *testing.T) (dir, image string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "cache")
	image = filepath.Join(t.TempDir(), "a.jpg")
	if err := os.WriteFile(image, []byte("content"), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := featurecache.Open(dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	files, err := c.Files(filepath.Dir(image))
	if err != nil {
		t.Fatal(err)
	}
	key, err := files.Key(image)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Space(featurecache.Space{Model: "some model", View: "whole", Width: 2})
	if err != nil {
		t.Fatal(err)
	}
	compute := func([]int) ([][]float32, error) { return [][]float32{{1, 2}}, nil }
	if _, err := s.Rows(context.Background(), []featurecache.Key{key}, compute); err != nil {
		t.Fatal(err)
	}
	if err := files.Save(); err != nil {
		t.Fatal(err)
	}
	return dir, image
}

func TestListVerifyClear(t *testing.T) {
	dir, image := filled(t)
	do := func(what string) (string, error) {
		var out strings.Builder
		err := run(t.Context(), []string{"-cache", dir, what}, &out)
		return out.String(), err
	}
	if out, err := do("ls"); err != nil || !strings.Contains(out, "some model") || !strings.Contains(out, "whole") {
		t.Errorf("ls: %v\n%s", err, out)
	}
	if out, err := do("verify"); err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
	info, err := os.Stat(image)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(image, []byte("CONTENT"), 0o644), os.Chtimes(image, info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
	if out, err := do("verify"); err == nil || !strings.Contains(out, image+" changed") {
		t.Errorf("a changed image: %v\n%s", err, out)
	}
	pixels := filepath.Join(dir, "photos-224-0123abcd.pixels")
	if err := os.WriteFile(pixels, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := do("ls"); err != nil || !strings.Contains(out, filepath.Base(pixels)) {
		t.Errorf("decoded images are not listed: %v\n%s", err, out)
	}
	if _, err := do("clear"); err != nil {
		t.Fatal(err)
	}
	if out, err := do("ls"); err != nil || strings.Contains(out, "some model") {
		t.Errorf("after clear: %v\n%s", err, out)
	}
	if _, err := os.Stat(pixels); err == nil {
		t.Error("clear left decoded images behind")
	}
}

func TestWrongCalls(t *testing.T) {
	dir, _ := filled(t)
	t.Setenv(cli.CacheVariable, "")
	for _, args := range [][]string{{"ls"}, {"-cache", dir}, {"-cache", dir, "list"}} {
		if err := run(t.Context(), args, nil); !errors.As(err, new(cli.Usage)) {
			t.Errorf("%q: %v", args, err)
		}
	}
	if err := run(t.Context(), []string{"-cache", filepath.Join(dir, "nowhere"), "ls"}, nil); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a folder that is not there: %v", err)
	}
	photos := t.TempDir()
	for _, what := range []string{"ls", "verify", "clear"} {
		if err := run(t.Context(), []string{"-cache", photos, what}, nil); err == nil || !strings.Contains(err.Error(), "no features") {
			t.Errorf("%s of a folder of something else: %v", what, err)
		}
	}
	if left, err := os.ReadDir(photos); err != nil || len(left) > 0 {
		t.Errorf("folders were made in it: %v, %v", left, err)
	}
}
