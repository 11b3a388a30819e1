package codec

import (
	"context"
	"testing"
)

// A stream that is none is an error, and each decoder starts once.
func TestDecodeNonsense(t *testing.T) {
	for _, d := range []*Decoder{HEVC, AV1} {
		for _, stream := range [][]byte{nil, {0}, {0, 0, 0, 4, 0x40, 1, 2, 3}, make([]byte, 1000)} {
			if p, err := d.Decode(context.Background(), stream, 0, 1<<20); err == nil {
				t.Errorf("%s: %d bytes give %d x %d pixels", d.name, len(stream), p.W, p.H)
			}
		}
	}
}

func TestChromaSize(t *testing.T) {
	for chroma, want := range [][2]int{{0, 0}, {4, 3}, {4, 5}, {7, 5}} {
		p := Planes{W: 7, H: 5, Chroma: chroma}
		if w, h := p.ChromaSize(); w != want[0] || h != want[1] {
			t.Errorf("chroma format %d of 7 x 5: %d x %d, want %v", chroma, w, h, want)
		}
	}
}

// BenchmarkStart is what the first picture of a process pays.
func BenchmarkStart(b *testing.B) {
	for _, d := range []*Decoder{HEVC, AV1} {
		b.Run(d.name, func(b *testing.B) {
			for range b.N {
				fresh := &Decoder{name: d.name, packed: d.packed}
				if fresh.start(); fresh.err != nil {
					b.Fatal(fresh.err)
				}
			}
		})
	}
}
