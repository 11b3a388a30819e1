package check

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/cli"
)

// photos is a folder of two classes with three images each.
func photos(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"cup/1.png", "cup/2.png", "cup/3.png", "lamp/1.png", "lamp/2.png", "lamp/3.png"} {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), b.Bytes())
	}
	return dir
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCheckOwnImages(t *testing.T) {
	dir := photos(t)
	write(t, filepath.Join(dir, "readme.txt"), []byte("hello"))
	var out, errs bytes.Buffer
	if err := check(context.Background(), []string{"-data", dir}, &out, &errs); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"cup        2    0     1", "all        4    0     2", "note: " + filepath.Join(dir, "readme.txt")} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, &out)
		}
	}
	whole, err := os.ReadFile(filepath.Join(dir, "cup", "1.png"))
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, "lamp", "3.png")
	write(t, cut, whole[:45]) // the header is whole
	errs.Reset()
	if err := check(context.Background(), []string{"-data", dir}, &out, &errs); err == nil || !strings.Contains(errs.String(), "check: "+cut) {
		t.Errorf("error %v with a damaged image:\n%s", err, &errs)
	}
}

func TestWrongCalls(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args  string
		usage bool
		want  string
	}{
		{"", true, "-data"},
		{"photos", true, "-data"},
		{"-data " + dir, false, "is empty"},
		{"-data " + dir + " -dataset foo", true, "caltech101"},
		{"-data " + dir + " -dataset dtd", false, "1 problem"},
		{"-data " + dir + " -dataset all -quick", false, "15 problems"},
	} {
		var out, errs bytes.Buffer
		err := check(context.Background(), strings.Fields(c.args), &out, &errs)
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.As(err, new(cli.Usage)) != c.usage {
			t.Errorf("check %s: error %v, want one with %q, usage error %v", c.args, err, c.want, c.usage)
		}
	}
}
