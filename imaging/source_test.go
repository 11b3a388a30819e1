package imaging

import (
	"path/filepath"
	"slices"
	"testing"

	"frontdoor/internal/testdata"
)

// Pillow's results for pictures that are not RGB, by tools/golden/sources.py:
// 16-bit grey, inks, alpha of every kind.
func TestSources(t *testing.T) {
	var cases []struct {
		Name, Mode   string
		File         []byte
		OpenCLIP     []byte `json:"open_clip"`
		Transformers []byte
	}
	testdata.ReadJSON(t, filepath.Join("testdata", "sources.json"), &cases)
	const side = 5
	p := Processor{Resize: Shortest, Height: side, CropHeight: side, CropWidth: side}
	for _, c := range cases {
		im, err := Decode(t.Context(), c.File, c.Name)
		if err != nil {
			t.Fatal(err)
		}
		p.Rules = TorchvisionRules
		if got := p.Bytes(im).Pix; !slices.Equal(got, c.OpenCLIP) {
			t.Errorf("%s, mode %s, by torchvision's rules:\n%v, want\n%v", c.Name, c.Mode, got, c.OpenCLIP)
		}
		p.Rules = TransformersRules
		if got := p.Bytes(im).Pix; !slices.Equal(got, c.Transformers) {
			t.Errorf("%s, mode %s, by transformers' rules:\n%v, want\n%v", c.Name, c.Mode, got, c.Transformers)
		}
	}
}

// Turning a picture turns what it was.
func TestOrientedSource(t *testing.T) {
	im := New(3, 2)
	im.keep(source{
		alpha: []uint8{1, 2, 3, 4, 5, 6}, black: []uint8{1, 2, 3, 4, 5, 6},
		inks: make([]uint8, 18), grey16: []uint8{0, 1, 1, 0, 2, 2, 0, 3, 3, 0, 4, 4, 0, 5, 5, 0, 6, 6},
	})
	s := im.Oriented(6).source // [3, 2], from the lower left corner up
	want := []uint8{4, 1, 5, 2, 6, 3}
	if !slices.Equal(s.alpha, want) || !slices.Equal(s.black, want) || s.grey16[1] != 4 || s.grey16[4] != 1 || len(s.inks) != 18 {
		t.Errorf("%+v, want %v", s, want)
	}
}

// A transparent colour is that colour where pictures are not converted.
func TestUnconverted(t *testing.T) {
	im := &Image{W: 1, H: 1, Pix: []uint8{10, 20, 30}}
	im.keep(source{alpha: []uint8{0}, keyed: true})
	p := Processor{Rules: TransformersRules}
	if got := p.Bytes(im).Pix; !slices.Equal(got, []uint8{255, 255, 255}) {
		t.Errorf("converted to %d, want white", got)
	}
	p.Unconverted = true
	if got := p.Bytes(im).Pix; !slices.Equal(got, im.Pix) {
		t.Errorf("not converted, but %d", got)
	}
}
