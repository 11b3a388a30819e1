package imaging

import (
	"fmt"
	"math"
)

// Rules are the library whose order of steps and rounding a [Processor]
// follows.
type Rules int

const (
	// DefaultRules are those of models without a file of preprocessing: a
	// picture becomes RGB first, without its transparency; all else is
	// torchvision's.
	DefaultRules Rules = iota
	// TorchvisionRules are those of open_clip and of OpenAI's clip: a picture
	// becomes RGB last, so that transparency is weighed in while it shrinks and
	// then dropped, and a palette is never averaged; crops begin at
	// round((H-h)/2), half to even.
	TorchvisionRules
	// TransformersRules are those of Hugging Face's image processors on Pillow:
	// a picture becomes RGB first, transparent ones on white (but see
	// Unconverted); crops begin at floor((H-h)/2).
	TransformersRules
)

// ResizeMode says what size a picture is given.
type ResizeMode int

const (
	KeepSize ResizeMode = iota // not resized
	Shortest                   // the shorter side becomes Height
	Fill                       // the smallest that holds Height x Width, sides rounded
	Longest                    // the largest within Height x Width, sides rounded
	Within                     // the largest within Height x Width, sides cut off
	Squash                     // Height x Width, whatever its shape
)

// Processor is the preprocessing of a model: what stands in
// preprocessor_config.json or in open_clip_config.json.
type Processor struct {
	Rules  Rules      `json:"rules"`
	Resize ResizeMode `json:"resize"`
	Height int        `json:"height,omitempty"`
	Width  int        `json:"width,omitempty"` // not for Shortest
	Limit  int        `json:"limit,omitempty"` // of the longer side, with Shortest; 0 for none
	Filter Filter     `json:"filter"`

	// The middle of the picture is cut out, and a smaller one surrounded with
	// Fill; 0 x 0 for neither.
	CropHeight int    `json:"crop_height,omitempty"`
	CropWidth  int    `json:"crop_width,omitempty"`
	Fill       Colour `json:"fill,omitzero"`

	// Unconverted says that TransformersRules do not lay transparent pictures on
	// white. Most of these fail there then; one with a transparent colour is
	// plain RGB.
	Unconverted bool `json:"unconverted,omitempty"`

	// A pixel v of 0 to 255 becomes (v·Factor - Mean)/Std. Zero in Factor means
	// 1/255.
	Factor float64    `json:"factor,omitempty"`
	Mean   [3]float64 `json:"mean"`
	Std    [3]float64 `json:"std"`
}

// Size returns the size of the result for a picture of h rows and w columns.
func (p Processor) Size(h, w int) (int, int) {
	if p.CropHeight > 0 {
		return p.CropHeight, p.CropWidth
	}
	return p.resized(h, w)
}

// resized returns the size between the two steps.
func (p Processor) resized(h, w int) (int, int) {
	fh, fw := float64(h)/float64(p.Height), float64(w)/float64(p.Width)
	switch p.Resize {
	case Shortest:
		if p.Limit > 0 {
			return p.limited(h, w)
		}
		w, h = shortSize(w, h, p.Height)
	case Fill, Longest:
		scale := min(fh, fw)
		if p.Resize == Longest {
			scale = max(fh, fw)
		}
		h, w = int(math.RoundToEven(float64(h)/scale)), int(math.RoundToEven(float64(w)/scale))
	case Within:
		scale := min(float64(p.Height)/float64(h), float64(p.Width)/float64(w))
		h, w = int(float64(h)*scale), int(float64(w)*scale)
	case Squash:
		h, w = p.Height, p.Width
	}
	return max(h, 1), max(w, 1)
}

// limited is Shortest with a limit of the longer side, as transformers has it
// in get_size_with_aspect_ratio.
func (p Processor) limited(h, w int) (int, int) {
	short, long := float64(min(h, w)), float64(max(h, w))
	size, exact := p.Height, float64(p.Height)
	if long/short*float64(size) > float64(p.Limit) {
		exact = float64(p.Limit) * short / long
		size = int(math.RoundToEven(exact))
	}
	switch {
	case min(h, w) == size:
		return h, w
	case w < h:
		return int(exact * float64(h) / float64(w)), max(size, 1)
	}
	return max(size, 1), int(exact * float64(w) / float64(h))
}

// Bytes returns the picture resized and cropped, before it is normalised. It
// panics if a size of the processor is not positive.
func (p Processor) Bytes(im *Image) *Image {
	im.must("Processor")
	switch {
	case p.Rules == TransformersRules && !p.Unconverted:
		im = im.onWhite()
	case p.Rules == TorchvisionRules && im.source != nil:
		return p.sourceBytes(im)
	}
	return p.fit(im, p.Filter, p.Fill)
}

// fit resizes and crops.
func (p Processor) fit(im *Image, f Filter, fill Colour) *Image {
	h, w := p.resized(im.H, im.W)
	if p.CropHeight <= 0 {
		return resizeWindow(im, w, h, window{0, 0, w, h}, f)
	}
	x, y := p.offset(w, p.CropWidth), p.offset(h, p.CropHeight)
	if w < p.CropWidth || h < p.CropHeight {
		return Resample(im, w, h, f).cropOn(x, y, p.CropWidth, p.CropHeight, fill)
	}
	return resizeWindow(im, w, h, window{x, y, p.CropWidth, p.CropHeight}, f)
}

// offset returns where the crop begins on an axis, negative where the picture
// is smaller.
func (p Processor) offset(have, want int) int {
	switch {
	case p.Rules != TransformersRules:
		return centerOffset(have, want)
	case have < want:
		return -((want - have + 1) / 2)
	}
	return (have - want) / 2
}

// cropOn is Crop with a colour for what lies outside the image.
func (im *Image) cropOn(x, y, w, h int, fill Colour) *Image {
	out := im.Crop(x, y, w, h)
	if fill == (Colour{}) {
		return out
	}
	for r := range h {
		row := out.row(r)
		for c := range w {
			if inside := x+c >= 0 && x+c < im.W && y+r >= 0 && y+r < im.H; !inside {
				copy(row[3*c:3*c+3], fill[:])
			}
		}
	}
	return out
}

// Tensor writes the picture to dst as a tensor [3, h, w] of the processor's
// Size. It panics if dst has another length.
func (p Processor) Tensor(dst []float32, im *Image) {
	out := p.Bytes(im)
	n := out.W * out.H
	if len(dst) != 3*n {
		panic(fmt.Sprintf("imaging.Processor: dst has %d values, the result [3, %d, %d] needs %d", len(dst), out.H, out.W, 3*n))
	}
	for c := range 3 {
		table := p.values(c)
		plane, src := dst[c*n:(c+1)*n], out.Pix[c:]
		for i := range plane {
			plane[i] = table[src[3*i]]
		}
	}
}

// values returns what the values of a byte become in channel c, in the
// arithmetic of the library: float32, but for transformers' first product.
func (p Processor) values(c int) (table [256]float32) {
	mean, std := float32(p.Mean[c]), float32(p.Std[c])
	for v := range table {
		x := float32(v) / 255
		if p.Rules == TransformersRules {
			x = float32(float64(v) * p.factor())
		}
		table[v] = (x - mean) / std
	}
	return table
}

func (p Processor) factor() float64 {
	if p.Factor == 0 {
		return 1.0 / 255
	}
	return p.Factor
}

// Statistics returns the mean and the deviation that give the processor's
// values for pixels of 0 to 1: what [Normalize] needs after an augmentation.
func (p Processor) Statistics() (mean, std [3]float32) {
	scale := 255 * p.factor()
	if p.Factor == 0 {
		scale = 1
	}
	for c := range 3 {
		mean[c], std[c] = float32(p.Mean[c]/scale), float32(p.Std[c]/scale)
	}
	return mean, std
}
