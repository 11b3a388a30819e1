package jpeg

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// check decodes a file and compares it with a line of expected.txt: its size
// and the sum of its pixels, or an error.
func check(t *testing.T, name string, data []byte, size, want string) {
	t.Helper()
	im, err := Decode(context.Background(), data, 0)
	switch {
	case size == "error" && err == nil:
		t.Errorf("%s: no error, Pillow says %s", name, want)
	case size == "error":
	case err != nil:
		t.Errorf("%s: %v", name, err)
	case fmt.Sprintf("%dx%d", im.W, im.H) != size:
		t.Errorf("%s: %dx%d, want %s", name, im.W, im.H, size)
	case fmt.Sprintf("%x", md5.Sum(im.Pix)) != want:
		t.Errorf("%s: the pixels are not Pillow's", name)
	}
}

// eachExpected calls f for the lines of an expected.txt.
func eachExpected(t *testing.T, index []byte, f func(name, size, want string)) {
	t.Helper()
	n := 0
	for line := range strings.Lines(string(index)) {
		part := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		if len(part) != 3 {
			t.Fatalf("bad line %q", line)
		}
		f(part[0], part[1], part[2])
		n++
	}
	if n == 0 {
		t.Fatal("no files")
	}
}

// Files that were read otherwise, or refused, once: colours, sampling ratios,
// early ends, a wrong byte.
func TestCases(t *testing.T) {
	index, err := os.ReadFile("testdata/cases/expected.txt")
	if err != nil {
		t.Fatal(err)
	}
	eachExpected(t, index, func(name, size, want string) {
		data, err := os.ReadFile(filepath.Join("testdata/cases", name))
		if err != nil {
			t.Fatal(err)
		}
		check(t, name, data, size, want)
	})
}

// generated returns the files of tools/jpeg/generate.py in testdata.
func generated(t testing.TB) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader("testdata/generated.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestGenerated(t *testing.T) {
	files := generated(t)
	eachExpected(t, files["expected.txt"], func(name, size, want string) {
		check(t, name, files[name], size, want)
	})
}

// A file can be cut anywhere: no panic, and an error or whole rows.
func TestCutAnywhere(t *testing.T) {
	data, err := os.ReadFile("testdata/cases/jpeg-ycck-420.jpg")
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(data) - 2 {
		if _, err := Decode(context.Background(), data[:n], 0); err == nil && n < len(data)-8 {
			t.Errorf("%d of %d bytes: no error", n, len(data))
		}
	}
}

func TestLimits(t *testing.T) {
	data, err := os.ReadFile("testdata/cases/jpeg-one-byte-wrong.jpg")
	if err != nil {
		t.Fatal(err)
	}
	var limit LimitError
	if _, err := Decode(context.Background(), data, 100_000); !errors.As(err, &limit) || !strings.Contains(err.Error(), "100000") {
		t.Errorf("a small memory: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Decode(ctx, data, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
}

// manyScans is a progressive file of one component whose scans hold next to nothing.
func manyScans(side, scans int) []byte {
	b := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	b = append(b, bytes.Repeat([]byte{1}, 64)...)
	b = append(b, 0xff, 0xc2, 0, 11, 8, byte(side>>8), byte(side), byte(side>>8), byte(side), 1, 1, 0x11, 0)
	table := append(make([]byte, 17), 0) // one code of one bit: symbol 0
	table[1] = 1
	b = append(append(b, 0xff, 0xc4, 0, 20, 0), table[1:]...)
	b = append(append(b, 0xff, 0xc4, 0, 20, 0x10), table[1:]...)
	b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0, 0)
	for range scans { // each block has an end-of-band code of one bit
		b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0, 0, 0, 0)
	}
	return append(b, 0xff, 0xd9)
}

// Scans that cost more time than their bytes are worth are refused.
func TestManyScans(t *testing.T) {
	if _, err := Decode(context.Background(), manyScans(16, 5000), 0); err != nil {
		t.Errorf("many scans of a small image: %v", err)
	}
	var limit LimitError
	_, err := Decode(context.Background(), manyScans(2048, 20000), 0)
	if !errors.As(err, &limit) || limit.What != "block visits" {
		t.Errorf("many scans of a large image: %v", err)
	}
}

func TestErrors(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want string
	}{
		"empty":       {"", "truncated"},
		"text":        {"hello, world", "SOI"},
		"no marker":   {"\xff\xd8\xff\x05", "no marker"},
		"12 bits":     {"\xff\xd8\xff\xc1\x00\x0b\x0c\x00\x01\x00\x01\x01\x01\x11\x00\xff\xda", "12-bit"},
		"two layers":  {"\xff\xd8\xff\xc0\x00\x0e\x08\x00\x01\x00\x01\x02\x01\x11\x00\x02\x11\x00\xff\xda", "2 components"},
		"differences": {"\xff\xd8\xff\xc5\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00", "FFC5"},
	} {
		if _, err := Decode(context.Background(), []byte(c.data), 0); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for name, data := range generated(f) {
		if name != "expected.txt" && len(data) < 1200 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		im, err := Decode(context.Background(), data, 64<<20)
		if err == nil && len(im.Pix) != 3*im.W*im.H {
			t.Errorf("%dx%d image has %d bytes", im.W, im.H, len(im.Pix))
		}
	})
}
