package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/cli"
	"frontdoor/internal/inspect"
)

// photos is a folder of two classes with three images each.
func photos(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for i, name := range []string{"cup/1.png", "cup/2.png", "cup/3.png", "lamp/1.png", "lamp/2.png", "lamp/3.png"} {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), picture(t, i))
	}
	return dir
}

// picture is a PNG, another one for each number.
func picture(t *testing.T, number int) []byte {
	t.Helper()
	im := image.NewGray(image.Rect(0, 0, 80, 70))
	for i := range im.Pix {
		im.Pix[i] = uint8((i%80)*(number+1)*3 ^ (i / 80 * (7 - number)))
	}
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
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

// What is wrong with one's own images is listed; the command fails for leaks alone.
func TestCheckOwnImages(t *testing.T) {
	dir := photos(t)
	write(t, filepath.Join(dir, "readme.txt"), []byte("hello"))
	var out, errs bytes.Buffer
	run := func(args ...string) error {
		out.Reset()
		return check(context.Background(), append([]string{"-data", dir}, args...), &out, &errs)
	}
	if err := run(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"cup        2    0     1", "all        4    0     2", filepath.Join(dir, "readme.txt"), "fewer than 5 images: cup (3), lamp (3)"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "the same") || strings.Contains(out.String(), "tiny") {
		t.Errorf("different pictures of 80 by 70 pixels:\n%s", &out)
	}
	cut := filepath.Join(dir, "lamp", "3.png")
	write(t, cut, picture(t, 5)[:45]) // the header is whole
	if err := run(); err != nil || !strings.Contains(out.String(), "cannot be read, and are left out (1):\n  "+cut) {
		t.Errorf("error %v with a damaged image:\n%s", err, &out)
	}
}

// An image that is in both lists is a leak, of whatever class it is called.
func TestCheckFindsLeaks(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"train/cup/1.png", "train/cup/2.png", "train/lamp/3.png", "test/cup/4.png", "test/lamp/5.png"} {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), picture(t, i))
	}
	var out, errs bytes.Buffer
	if err := check(context.Background(), []string{"-data", dir, "-json"}, &out, &errs); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "test", "lamp", "ag\u009bain.png"), picture(t, 0))
	for _, args := range [][]string{{"-json"}, {"-json", "-quick"}, {"-json", "-model", "tiny"}} {
		out.Reset()
		err := check(context.Background(), append([]string{"-data", dir}, args...), &out, &errs)
		if err == nil || !strings.Contains(err.Error(), "is trained on as well") {
			t.Errorf("%v: error %v", args, err)
		}
		if strings.ContainsRune(out.String(), '\u009b') {
			t.Errorf("%v: the name reaches the terminal as it is", args)
		}
		var found inspect.Photos
		if err := json.Unmarshal(out.Bytes(), &found); err != nil {
			t.Fatalf("%v: %v in\n%s", args, err, &out)
		}
		if found.Leaks != 1 || len(found.Twins) != 1 || !found.Twins[0].Exact || !found.Twins[0].Mixed() || len(found.Classes) != 2 {
			t.Errorf("%v: %+v", args, found)
		}
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
		{"-data " + dir + " -dataset dtd -json", true, "own images"},
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
