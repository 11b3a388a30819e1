package heif

import (
	"bytes"
	"context"
	"errors"
	"os"
	"sync"
	"testing"

	"frontdoor/imaging/internal/codec"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../testdata/pillow/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func anySize(Header) error { return nil }

// Many goroutines decode at once, each in a memory of its own.
func TestDecodeTogether(t *testing.T) {
	for _, name := range []string{"heic-444-8.heic", "avif-422-8.avif"} {
		data := read(t, name)
		want, err := Decode(context.Background(), data, anySize)
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				got, err := Decode(context.Background(), data, anySize)
				if err != nil || !bytes.Equal(got.Pix, want.Pix) {
					t.Errorf("%s: other pixels than alone (%v)", name, err)
				}
			})
		}
		all.Wait()
	}
}

func TestDecodeEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	for _, name := range []string{"heic-444-8.heic", "avif-422-8.avif"} {
		if _, err := Decode(ctx, read(t, name), anySize); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestDecodeAsksBeforeItDecodes(t *testing.T) {
	refusal := errors.New("too large")
	_, err := Decode(context.Background(), read(t, "heic-444-8.heic"), func(h Header) error {
		// The stream has 64 x 64 pixels, of which clap shows these.
		if h != (Header{21, 34, 3 * 64 * 64}) {
			t.Errorf("header %v", h)
		}
		return refusal
	})
	if !errors.Is(err, refusal) {
		t.Errorf("error %v", err)
	}
}

// A file that ends anywhere is an error, never a panic.
func TestDecodeCut(t *testing.T) {
	for _, name := range []string{"heic-grid.heic", "avif-grid.avif"} {
		data := read(t, name)
		for n := 0; n < len(data)-40; n += 397 {
			if _, err := Decode(context.Background(), data[:n], anySize); err == nil {
				t.Errorf("%s: %d of %d bytes are read", name, n, len(data))
			}
		}
	}
}

func TestWeights(t *testing.T) {
	// The primaries of BT.709 give its matrix.
	kr, kb, ok := colour{primaries: 1, matrix: derived}.weights()
	if !ok || kr < 0.2125 || kr > 0.2127 || kb < 0.0721 || kb > 0.0723 {
		t.Errorf("BT.709 has the weights %g and %g", kr, kb)
	}
}

// What Pillow and pillow-heif refuse was found by trying every code point.
func TestColoursThatAreRefused(t *testing.T) {
	grey, half, full := &codec.Planes{Chroma: codec.Grey}, &codec.Planes{Chroma: codec.Half}, &codec.Planes{Chroma: codec.Full}
	for _, c := range []struct {
		what string
		got  bool
		want bool
	}{
		{"HEIC, primaries 3", colour{3, 13, 1, true}.known(), false},
		{"HEIC, primaries 22", colour{22, 13, 1, true}.known(), true},
		{"HEIC, transfer 0", colour{1, 0, 1, true}.known(), false},
		{"HEIC, transfer 18", colour{1, 18, 1, true}.known(), true},
		{"HEIC, matrix 15", colour{1, 13, 15, true}.known(), false},
		{"HEIC, ICtCp", colour{matrix: ictcp}.libheifReads(half), false},
		{"HEIC, ICtCp without colours", colour{matrix: ictcp}.libheifReads(grey), true},
		{"HEIC, constant luminance", colour{matrix: constant}.libheifReads(half), true},
		{"AVIF, constant luminance", colour{matrix: constant}.libavifReads(half), false},
		{"AVIF, matrix 15", colour{matrix: 15}.libavifReads(half), true},
		{"AVIF, reversible YCgCo of 8 bits", colour{matrix: reversible, full: true}.libavifReads(&codec.Planes{Depth: 8}), false},
		{"AVIF, reversible YCgCo of 10 bits", colour{matrix: reversible, full: true}.libavifReads(&codec.Planes{Depth: 10}), true},
		{"AVIF, the other reversible YCgCo", colour{matrix: reversible + 1, full: true}.libavifReads(&codec.Planes{Depth: 10}), false},
		{"AVIF, YCgCo of video", colour{matrix: ycgco}.libavifReads(full), false},
		{"AVIF, RGB of full size", colour{matrix: identity}.libavifReads(full), true},
		{"AVIF, RGB of half size", colour{matrix: identity}.libavifReads(half), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: read %v, want %v", c.what, c.got, c.want)
		}
	}
}

func TestDivision(t *testing.T) {
	// 255*50/100 is 127.5, and 255 where alpha is less than the colour.
	for _, c := range []struct{ v, alpha, pillow, libyuv int }{{50, 100, 127, 128}, {9, 0, 9, 0}, {9, 5, 255, 255}, {77, 255, 77, 77}, {1, 1, 255, 255}} {
		if got := int(byPillow(c.v, c.alpha)); got != c.pillow {
			t.Errorf("Pillow: %d by %d is %d, want %d", c.v, c.alpha, got, c.pillow)
		}
		if got := int(byLibyuv(c.v, c.alpha)); got != c.libyuv {
			t.Errorf("libyuv: %d by %d is %d, want %d", c.v, c.alpha, got, c.libyuv)
		}
	}
}
