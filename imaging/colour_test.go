package imaging

import (
	"encoding/json"
	"slices"
	"testing"
)

// Greys are written as the number that older files have.
func TestColourJSON(t *testing.T) {
	for text, want := range map[string]Colour{`7`: {7, 7, 7}, `0`: {}, `[1,2,255]`: {1, 2, 255}} {
		var c Colour
		if err := json.Unmarshal([]byte(text), &c); err != nil || c != want {
			t.Errorf("%s reads as %v, error %v", text, c, err)
		}
		if out, err := json.Marshal(want); err != nil || string(out) != text {
			t.Errorf("%v is written as %s, error %v, want %s", want, out, err, text)
		}
	}
	for _, text := range []string{`256`, `-1`, `1.5`, `[1,2]`, `[1,2,256]`, `"AAAA"`} {
		if json.Unmarshal([]byte(text), new(Colour)) == nil {
			t.Errorf("%s is read", text)
		}
	}
}

// A wide picture gets rows of the colour above and below, also where it was no
// RGB: a number is then an index or an amount of ink, as in Pillow.
func TestFillColour(t *testing.T) {
	pix := []uint8{10, 20, 30, 40, 50, 60}
	palette := make([][3]uint8, 256)
	palette[9] = [3]uint8{90, 91, 92}
	picture := func(s source) *Image {
		im := &Image{W: 2, H: 1, Pix: pix}
		im.keep(s)
		return im
	}
	for name, c := range map[string]struct {
		im   *Image
		fill Colour
		want []uint8 // the row below
	}{
		"RGB":              {picture(source{}), Colour{1, 2, 3}, []uint8{1, 2, 3, 1, 2, 3}},
		"index":            {picture(source{palette: palette}), Grey(9), []uint8{90, 91, 92, 90, 91, 92}},
		"colour of a P":    {picture(source{palette: palette}), Colour{1, 2, 3}, []uint8{1, 2, 3, 1, 2, 3}},
		"inks":             {picture(source{inks: pix, black: []uint8{0, 0}}), Grey(255), []uint8{0, 0, 0, 0, 0, 0}},
		"colour of a CMYK": {picture(source{inks: pix, black: []uint8{0, 0}}), Colour{1, 2, 3}, []uint8{1, 2, 3, 1, 2, 3}},
		"transparent":      {picture(source{alpha: []uint8{9, 99}}), Colour{1, 2, 3}, []uint8{1, 2, 3, 1, 2, 3}},
	} {
		p := Processor{Rules: TorchvisionRules, Resize: Longest, Height: 2, Width: 2, CropHeight: 2, CropWidth: 2, Fill: c.fill}
		if got := p.Bytes(c.im).row(1); !slices.Equal(got, c.want) {
			t.Errorf("%s: %d below the picture, want %d", name, got, c.want)
		}
	}
}
