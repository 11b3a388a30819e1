package imaging

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/testdata"
)

// refused are the cases that Pillow 13 refuses, with its own error.
var refused = map[string]string{
	"gif-zero-frame.gif":       "tile cannot extend outside image",
	"webp-riff-size-long.webp": "could not create decoder object",
	"webp-alpha-code-1.webp":   "failed to read next frame",
	"webp-alpha-code-2.webp":   "failed to read next frame",
	"avif-matrix-13.avif":      "Conversion from YUV failed: Reformat failed",
	"heic-matrix-11.heic":      "Unsupported feature: Unsupported color conversion",
}

// TestPillow compares odd and damaged files with Pillow's pixels, which lie
// beside each file as a PNG (read by the standard library).
func TestPillow(t *testing.T) {
	files, err := filepath.Glob("testdata/pillow/*")
	if err != nil || len(files) == 0 {
		t.Fatal("no files in testdata/pillow", err)
	}
	for _, path := range files {
		if strings.Count(filepath.Base(path), ".") == 1 { // not the expectation NAME.EXT.png
			comparePillow(t, path, path+".png")
		}
	}
}

// TestPillowCases is TestPillow for the whole collection beside the repository.
func TestPillowCases(t *testing.T) {
	dir := testdata.Shared(t, "cases")
	files, err := filepath.Glob(filepath.Join(dir, "img", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files in "+dir, err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, ".jpg") {
			continue // package jpeg compares these
		}
		comparePillow(t, path, filepath.Join(dir, "expected", filepath.Base(path)+".png"))
	}
}

// comparePillow compares Load with the picture in the file want, if there is
// one, and otherwise wants an error where Pillow has one.
func comparePillow(t *testing.T, path, want string) {
	t.Helper()
	name := filepath.Base(path)
	got, err := Load(t.Context(), path)
	if refused[name] != "" {
		if err == nil {
			t.Errorf("%s: read, Pillow refuses it: %s", name, refused[name])
		}
		return
	}
	if err != nil {
		t.Error(err)
		return
	}
	file, err := os.ReadFile(want)
	if err != nil {
		return // only to be read
	}
	m, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	allowed := 0
	if ext := filepath.Ext(name); ext == ".heic" || ext == ".avif" {
		allowed = 1
	}
	if d := differing(got, m, allowed); d != 0 {
		t.Errorf("%s: %d of %d values differ by more than %d (-1: another size)", name, d, len(got.Pix), allowed)
	}
}

// differing counts the values that differ by more than allowed, or returns -1
// for another size.
func differing(im *Image, m image.Image, allowed int) int {
	b := m.Bounds()
	if b.Dx() != im.W || b.Dy() != im.H {
		return -1
	}
	n := 0
	for y := range im.H {
		for x := range im.W {
			want := color.NRGBAModel.Convert(m.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
			for c, v := range []uint8{want.R, want.G, want.B} {
				if d := int(im.Pix[3*(y*im.W+x)+c]) - int(v); d > allowed || d < -allowed {
					n++
				}
			}
		}
	}
	return n
}

// Orientation is what Pillow says; a HEIC picture is turned by Decode, as
// pillow-heif does it, and an AVIF picture is not.
func TestOrientationOfCases(t *testing.T) {
	for name, want := range map[string]int{
		"exif-o6.png": 6, "exif-o6.webp": 6, "heic-orientation-6.heic": 1, "heic-orientation-5.heic": 1,
		"avif-422-12.avif": 4, "avif-422-8.avif": 3, "avif-mono-10.avif": 8, "avif-mono-8.avif": 2, "avif-grid.avif": 1,
	} {
		data, err := os.ReadFile(filepath.Join("testdata", "pillow", name))
		if err != nil {
			t.Fatal(err)
		}
		if got := Orientation(data); got != want {
			t.Errorf("%s: orientation %d, want %d", name, got, want)
		}
	}
}
