package jpeg

import (
	"bytes"
	"context"
	"crypto/md5"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"frontdoor/internal/testdata"
)

var wholeCaltech = flag.Bool("caltech", false, "decode all of Caltech101, not a sample")

// The photographs of Caltech101 have Pillow's pixels: all files of a category
// go into one sum. Without -caltech four small categories are looked at.
func TestCaltech(t *testing.T) {
	root := testdata.Shared(t, "caltech-101/101_ObjectCategories")
	index, err := os.ReadFile("testdata/caltech101.txt")
	if err != nil {
		t.Fatal(err)
	}
	sample := map[string]bool{"inline_skate": true, "metronome": true, "binocular": true, "snoopy": true}
	eachExpected(t, index, func(category, n, want string) {
		if !*wholeCaltech && !sample[category] {
			return
		}
		files, err := filepath.Glob(filepath.Join(root, category, "*.jpg")) // sorted
		if err != nil || strconv.Itoa(len(files)) != n {
			t.Fatalf("%s has %d files, want %s: %v", category, len(files), n, err)
		}
		sum := md5.New()
		for _, path := range files {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			im, err := Decode(context.Background(), data, 0)
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			fmt.Fprintf(sum, "%dx%d", im.W, im.H)
			sum.Write(im.Pix)
		}
		if got := fmt.Sprintf("%x", sum.Sum(nil)); got != want {
			t.Errorf("%s: the pixels are not Pillow's", category)
		}
	})
}

func BenchmarkDecodeCaltech(b *testing.B) {
	dir := filepath.Join(testdata.Shared(b, "caltech-101/101_ObjectCategories"), "metronome")
	files, err := filepath.Glob(filepath.Join(dir, "*.jpg"))
	if err != nil {
		b.Fatal(err)
	}
	var all [][]byte
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, data)
	}
	b.SetBytes(int64(len(bytes.Join(all, nil)) / len(all)))
	for i := 0; b.Loop(); i++ {
		if _, err := Decode(context.Background(), all[i%len(all)], 0); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "photos/s")
}
