package predict

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/cli"
)

// picture writes an image file of one colour.
func picture(t *testing.T, dir, name string, c color.Color) string {
	t.Helper()
	im := image.NewRGBA(image.Rect(0, 0, 20, 12))
	for i := range 20 * 12 {
		im.Set(i%20, i/20, c)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, im); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := predict(context.Background(), args, &out)
	return out.String(), err
}

const formats = "../../../clip/testdata/formats/"

// A file of PyTorch, class names, and images: one line of JSON for each.
func TestZeroShot(t *testing.T) {
	dir := t.TempDir()
	a := picture(t, dir, "a.png", color.RGBA{200, 10, 10, 255})
	b := picture(t, dir, "b.png", color.RGBA{10, 10, 250, 255})
	for _, model := range []string{formats + "traced/ViT.pt", formats + "hf_bin"} {
		text, err := run(t, "-model", model, "-labels", " dog, red cat,,fox", "-template", "a {}", "-template", "the {}.", "-json", a, b)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(text), "\n")
		if len(lines) != 2 {
			t.Fatalf("output %q", text)
		}
		for i, line := range lines {
			var r struct {
				Image, Class string
				Probability  float64
			}
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			if r.Image != []string{a, b}[i] || !strings.Contains("dog, red cat, fox", r.Class) || r.Probability < 1.0/3 || r.Probability > 1 {
				t.Errorf("line %s", line)
			}
		}
	}
	names := filepath.Join(dir, "names")
	if err := os.WriteFile(names, []byte("dog, small\r\nfox\n\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	text, err := run(t, "-model", formats+"traced/ViT.pt", "-labels", "@"+names, "-template", "{}", "-exif", dir)
	if err != nil || !strings.Contains(text, "zero-shot") && !strings.Contains(text, "answer") {
		t.Errorf("output %q, %v", text, err)
	}
}

func TestEmbed(t *testing.T) {
	dir := t.TempDir()
	a := picture(t, dir, "a.png", color.RGBA{200, 10, 10, 255})
	broken := filepath.Join(dir, "broken.png")
	if err := os.WriteFile(broken, []byte("no image"), 0o644); err != nil {
		t.Fatal(err)
	}
	text, err := run(t, "-model", formats+"openclip", "-embed", "-json", a, broken)
	if err == nil || !strings.Contains(err.Error(), "1 of 2 images") {
		t.Errorf("error %v", err)
	}
	lines := strings.Split(text, "\n")
	var e embedding
	if err := json.Unmarshal([]byte(lines[0]), &e); err != nil {
		t.Fatal(err)
	}
	length := 0.0
	for _, v := range e.Feature {
		length += float64(v) * float64(v)
	}
	if len(e.Feature) != 8 || math.Abs(length-1) > 1e-5 || !strings.Contains(lines[1], "not an image") {
		t.Errorf("output %q", text)
	}
	text, err = run(t, "-model", formats+"openclip", "-embed", a)
	if fields := strings.Split(strings.TrimSpace(text), "\t"); err != nil || len(fields) != 9 || fields[0] != a {
		t.Errorf("output %q, %v", text, err)
	}
}

// Captions are compared with files and with rendered pictures, in a table and in a
// figure.
func TestCaptions(t *testing.T) {
	dir := t.TempDir()
	a := picture(t, dir, "a.png", color.RGBA{200, 10, 10, 255})
	figure := filepath.Join(dir, "out")
	text, err := run(t, "-model", formats+"openclip", "-captions", "a dog; fox,;", "-figure", figure, a)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "a dog") || !strings.Contains(text, "fox,") || strings.Count(text, "\n") != 4 {
		t.Errorf("output %q", text)
	}
	for _, name := range []string{figure + ".png", figure + ".svg"} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
	text, err = run(t, "-captions", "a striped star;a star;a ring", "-render", "striped star;ring")
	if err != nil || !strings.Contains(text, "rendered: ring") {
		t.Errorf("output %q, %v", text, err)
	}
}

func TestUsage(t *testing.T) {
	for want, args := range map[string][]string{
		"say what to do":      {"x.png"},
		"exclude each other":  {"-run", "r", "-embed", "x.png"},
		"goes with -labels":   {"-run", "r", "-template", "{}", "x.png"},
		"needs {}":            {"-labels", "a", "-template", "a photo", "x.png"},
		"name images":         {"-labels", "a"},
		"-captions: there is": {"-captions", " ; ", "x.png"},
		"go with -captions":   {"-labels", "a", "-figure", "x", "x.png"},
		".png or .svg":        {"-captions", "a", "-figure", "x.pdf", "x.png"},
		"does not go":         {"-captions", "a", "-json", "x.png"},
		"leave x.png away":    {"-captions", "a", "-render", "star", "x.png"},
		"names nothing":       {"-captions", "a", "-render", "dog"},
		"nothing in it":       {"-labels", " , ", formats + "traced/ViT.pt"},
		"-labels: absent":     {"-labels", "@absent", formats + "traced/ViT.pt"},
		"-method goes with":   {"-labels", "a,b", "-method", "gda", "x.png"},
		"-seed -5":            {"-run", "r", "-seed", "-5", "x.png"},
	} {
		_, err := run(t, args...)
		if err == nil || !strings.Contains(err.Error(), want) || !errors.As(err, new(cli.Usage)) {
			t.Errorf("%v: error %v, want one of usage with %q", args, err, want)
		}
	}
}
