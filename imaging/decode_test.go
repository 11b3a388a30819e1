package imaging

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/testdata"
)

func encodePNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decode(t testing.TB, data []byte) *Image {
	t.Helper()
	im, err := Decode(t.Context(), data, "test")
	if err != nil {
		t.Fatal(err)
	}
	if len(im.Pix) != 3*im.W*im.H {
		t.Fatalf("%dx%d image has %d bytes", im.W, im.H, len(im.Pix))
	}
	return im
}

func TestDecodeJPEG(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 17, 9))
	for i := range m.Pix {
		m.Pix[i] = []uint8{200, 120, 40, 255}[i%4]
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	im := decode(t, b.Bytes())
	if im.W != 17 || im.H != 9 {
		t.Fatalf("size %dx%d", im.W, im.H)
	}
	for i, v := range im.Pix {
		if d := int(v) - []int{200, 120, 40}[i%3]; d < -3 || d > 3 {
			t.Fatalf("byte %d is %d", i, v)
		}
	}
	if _, err := Decode(t.Context(), b.Bytes()[:b.Len()/2], "cut.jpg"); err == nil || !strings.Contains(err.Error(), "cut.jpg") {
		t.Errorf("half a file: error %v", err)
	}
}

// header returns a PNG of the given size without any pixels.
func header(w, h uint32) []byte {
	body := []byte("IHDR\x00\x00\x00\x00\x00\x00\x00\x00\x08\x02\x00\x00\x00")
	binary.BigEndian.PutUint32(body[4:], w)
	binary.BigEndian.PutUint32(body[8:], h)
	out := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d")
	out = append(out, body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
}

func TestDecodeErrors(t *testing.T) {
	whole := encodePNG(t, image.NewGray(image.Rect(0, 0, 40, 40)))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":                   {nil, "empty"},
		"text":                    {[]byte("a holiday by the sea"), "not an image"},
		"one byte":                {[]byte("\xff"), "not an image"},
		"only a signature":        {[]byte("\x89PNG\r\n\x1a\n"), "truncated"},
		"truncated":               {whole[:len(whole)-30], "truncated"},
		"bomb":                    {header(20000, 20000), "178956970"},
		"large for its length":    {header(12000, 12000), "bytes"},
		"header only":             {header(40, 40), "truncated"},
		"more than 32 bits":       {header(1<<31-1, 1<<31-1), ""},
		"WebP without its pixels": {[]byte("RIFF\x04\x00\x00\x00WEBP"), "WebP"},
		"GIF without its pixels":  {[]byte("GIF89a\x01\x00\x01\x00\x80\x00"), "GIF"},
		"JPEG without its pixels": {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), "JPEG"},
	} {
		im, err := Decode(t.Context(), c.data, "the name")
		if im != nil || err == nil || !strings.Contains(err.Error(), "the name") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q and the name", name, err, c.want)
		}
	}
}

func TestLoadAndProbe(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("wrong-extension.jpg", encodePNG(t, image.NewGray(image.Rect(0, 0, 7, 3))))
	if im, err := Load(t.Context(), good); err != nil || im.W != 7 || im.H != 3 {
		t.Errorf("Load: %v %v", im, err)
	}
	if w, h, err := Probe(good); err != nil || w != 7 || h != 3 {
		t.Errorf("Probe: %d %d %v", w, h, err)
	}
	for _, path := range []string{
		filepath.Join(dir, "missing.png"), dir,
		write("empty.png", nil), write("text.jpg", []byte("hello")), write("bomb.png", header(20000, 20000)),
	} {
		if _, err := Load(t.Context(), path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("Load(%s): error %v", path, err)
		}
		if _, _, err := Probe(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("Probe(%s): error %v", path, err)
		}
	}
}

func TestLoadCaltech(t *testing.T) {
	root := testdata.Shared(t, "caltech-101/101_ObjectCategories")
	files, err := filepath.Glob(filepath.Join(root, "c*", "image_000[1-2].jpg"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no photographs: %v", err)
	}
	for _, path := range files {
		im, err := Load(t.Context(), path)
		if err != nil {
			t.Error(err)
		} else if w, h, _ := Probe(path); im.W != w || im.H != h {
			t.Errorf("%s: %dx%d decoded, %dx%d announced", path, im.W, im.H, w, h)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x0a\x0b\x0c\xff\xff\xff\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b"))
	f.Add(header(3, 3))
	f.Add(encodePNG(f, image.NewPaletted(image.Rect(0, 0, 5, 4), color.Palette{color.Black})))
	f.Fuzz(func(t *testing.T, data []byte) {
		if im, err := Decode(t.Context(), data, "fuzz"); err == nil && len(im.Pix) != 3*im.W*im.H {
			t.Errorf("%dx%d image has %d bytes", im.W, im.H, len(im.Pix))
		}
	})
}

func BenchmarkLoadCaltech(b *testing.B) {
	path := filepath.Join(testdata.Shared(b, "caltech-101/101_ObjectCategories"), "cup", "image_0001.jpg")
	for b.Loop() {
		if _, err := Load(b.Context(), path); err != nil {
			b.Fatal(err)
		}
	}
}

// A sound file whose colours or samples are not read is not called damaged: the
// error names the feature.
func TestUnsupportedFeatures(t *testing.T) {
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join("testdata/pillow", name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	deep := b.Bytes()
	deep[bytes.Index(deep, []byte("\xff\xc0"))+4] = 12
	sized := read("avif-420-8.avif") // of the kind "av01"
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"a.avif", read("avif-matrix-13.avif"), "AVIF is not supported, convert it to another one: matrix coefficients 13 (constant luminance), "},
		{"a.heic", read("heic-matrix-11.heic"), "matrix coefficients 11 (Y'D'zD'x)"},
		{"b.avif", bytes.ReplaceAll(sized, []byte("av01"), []byte("j2k1")), `a picture of the kind "j2k1"`},
		{"deep.jpg", deep, "JPEG is not supported, convert it to another one: 12-bit samples"},
	} {
		_, err := Decode(t.Context(), c.data, c.name)
		if !errors.Is(err, errors.ErrUnsupported) || !strings.HasPrefix(err.Error(), "image "+c.name+": ") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "damaged") {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
	if _, _, err := ProbeReader(bytes.NewReader(deep), int64(len(deep)), "deep.jpg"); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("the header: error %v", err)
	}
}
