package frontdoor

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// finished is the folder of a run: zero-shot, CoOp and CDC on 16 shapes.
const finished = "internal/command/train/testdata/runs/finished"

// loaded returns a zero-shot classifier of the embedded model.
func loaded(t testing.TB, opts ...Option) *Classifier {
	t.Helper()
	return closing(t)(Load(context.Background(), "tiny", []string{"circle", "square", "star", "heart"}, opts...))
}

// opened returns the classifier of the finished run.
func opened(t testing.TB, opts ...Option) *Classifier {
	t.Helper()
	return closing(t)(Open(context.Background(), finished, opts...))
}

func closing(t testing.TB) func(*Classifier, error) *Classifier {
	t.Helper()
	return func(c *Classifier, err error) *Classifier {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
		return c
	}
}

// disc is a picture of one disc; every number makes another one.
func disc(i int) *image.NRGBA {
	w, h := 40+i*13%70, 40+i*29%90
	im := image.NewNRGBA(image.Rect(0, 0, w, h))
	back := color.NRGBA{uint8(i * 57), uint8(200 - i*31), uint8(i * 91), 255}
	front := color.NRGBA{uint8(255 - i*57), uint8(i * 31), uint8(i * 17), 255}
	r := min(w, h) / (3 + i%3)
	for y := range h {
		for x := range w {
			c := back
			if dx, dy := x-w/2, y-h/2; dx*dx+dy*dy < r*r {
				c = front
			}
			im.SetNRGBA(x, y, c)
		}
	}
	return im
}

// discs are the first n.
func discs(n int) []image.Image {
	all := make([]image.Image, n)
	for i := range all {
		all[i] = disc(i)
	}
	return all
}

// pngFile writes an image to a file of the folder.
func pngFile(t testing.TB, dir, name string, im image.Image) string {
	t.Helper()
	path := filepath.Join(dir, name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, im); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
