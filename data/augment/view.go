package augment

import (
	"fmt"
	"math/rand/v2"

	"frontdoor/imaging"
)

// View is the random augmentation of one template: a random crop, or none, and
// then operations.
type View struct {
	// Name is the view's in reports: "A1", "A2" and so on.
	Name string
	// crop is set if the image is cropped and mirrored at random first, by
	// tensorCrop if it is a tensor and by photoCrop if it is a photograph.
	crop       bool
	tensorCrop cropFlip
	photoCrop  ResizedCrop
	// ops are applied in turn.
	ops []operation
}

// OnlyCrop returns the crop of photographs of a view that does nothing else, and
// whether v is such a view.
func (v View) OnlyCrop() (ResizedCrop, bool) {
	return v.photoCrop, v.crop && len(v.ops) == 0
}

// Crops says whether the view begins with a random crop.
func (v View) Crops() bool { return v.crop }

// Crop returns the random crop with a flip as a view, which covers at least a
// share minArea of the image.
func Crop(minArea float32) View {
	v := cropView(0)
	v.Name = fmt.Sprintf("crop %g", minArea)
	v.photoCrop.ScaleMin, v.tensorCrop.MinArea = minArea, minArea
	return v
}

// Apply writes to dst a random view of src, both tensors [3, h, w] with
// values in 0..1. dst and src must not overlap. It panics on other sizes.
func (v View) Apply(dst, src []float32, h, w int, rng *rand.Rand) {
	checkShape("View "+v.Name, dst, src, h, w)
	ops := v.ops
	if v.crop {
		ops = append([]operation{v.tensorCrop}, ops...)
	}
	chain(dst, src, h, w, ops, rng)
}

// Photo writes to dst, a tensor [3, n, n] with values in 0..1, a random
// view of a photograph of any size: torchvision's random resized crop if the
// view crops, else the shorter side scaled to n and the centre cut out.
// It panics if dst does not hold 3*n*n values.
func (v View) Photo(dst []float32, im *imaging.Image, n int, rng *rand.Rand) {
	var square *imaging.Image
	if v.crop {
		square = v.photoCrop.Image(im, n, rng)
	} else {
		square = imaging.Square(im, n)
	}
	tmp := buffer(3 * n * n)
	defer scratch.Put(tmp)
	square.CHW(*tmp, imaging.Unit, imaging.UnitStd)
	checkShape("View "+v.Name, dst, *tmp, n, n)
	chain(dst, *tmp, n, n, v.ops, rng)
}

// chain applies the operations in turn, through two buffers.
func chain(dst, src []float32, h, w int, ops []operation, rng *rand.Rand) {
	if len(ops) == 0 {
		copy(dst, src)
		return
	}
	one, two := buffer(len(src)), buffer(len(src))
	defer scratch.Put(one)
	defer scratch.Put(two)
	free, next := *one, *two
	for _, op := range ops[:len(ops)-1] {
		op.Apply(free, src, h, w, rng)
		src, free, next = free, next, free
	}
	ops[len(ops)-1].Apply(dst, src, h, w, rng)
}

// Set returns the views of m templates.
//
// In set 1, A1 is the random crop with a flip, A2 the colour jitter, A3 blur
// and noise, A4 erasing and posterising. In set 2 each is preceded by the
// random crop (A1 is one already). Fewer than four templates take the first
// views; more begin again with stronger parameters, so that no two templates
// have the same distribution. In set 0 all views are the random crop with a
// flip, as all methods but CDC have. The set must be 0, 1 or 2 and m
// at least 1; anything else is an error.
func Set(set, m int) ([]View, error) {
	if set < 0 || set > 2 {
		return nil, fmt.Errorf("augmentation set %d does not exist: choose 0, 1 or 2", set)
	}
	if m < 1 {
		return nil, fmt.Errorf("%d views asked for: choose at least 1", m)
	}
	views := make([]View, m)
	for i := range views {
		if set == 0 {
			views[i] = cropView(0)
		} else {
			views[i] = view(i%4, i/4, set == 2)
		}
		views[i].Name = fmt.Sprintf("A%d", i+1)
	}
	return views, nil
}

// cropView is the random crop with a flip.
func cropView(round int) View {
	return View{crop: true, tensorCrop: tensorCrop(round), photoCrop: photoCrop(round)}
}

// view is one of the four views of sets 1 and 2, in the round-th strength.
func view(kind, round int, crop bool) View {
	v := View{crop: crop, tensorCrop: tensorCrop(0), photoCrop: DefaultCrop}
	switch kind {
	case 0:
		return cropView(round)
	case 1:
		v.ops = []operation{newColourJitter(round)}
	case 2:
		v.ops = []operation{blurNoise{MaxNoise: 0.12 * strength(round)}}
	case 3:
		v.ops = []operation{newErasePosterise(round)}
	}
	return v
}

// strength is 1 in the first round of views and approaches 2.
func strength(round int) float32 {
	return 2 - 1/float32(round+1)
}

func tensorCrop(round int) cropFlip {
	return cropFlip{MinArea: 0.5 / strength(round)}
}

func photoCrop(round int) ResizedCrop {
	c := DefaultCrop
	if round > 0 { // the first round already goes down to 8%: look closer
		c.ScaleMax = 1 / strength(round)
	}
	return c
}

func newColourJitter(round int) colourJitter {
	s := strength(round)
	return colourJitter{
		SatMin: 1 - 0.4*s, SatMax: 1 + 0.4*s,
		ConMin: 1 - 0.4*s, ConMax: 1 + 0.4*s,
		Bright: 0.15 * s, Hue: 0.2 * s,
	}
}

func newErasePosterise(round int) erasePosterise {
	return erasePosterise{
		EraseProb: 0.7,
		SideMin:   0.15 * strength(round), SideMax: 0.45 * strength(round),
		PosterProb: 0.5, Levels: max(2, 4-round),
	}
}
