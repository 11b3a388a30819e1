package heif

import (
	"bytes"
	"context"
	"errors"
	"os"
	"sync"
	"testing"
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
