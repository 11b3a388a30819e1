package world

import (
	"math"
	"math/rand/v2"
)

// Domain selects how widely the nuisance factors range.
type Domain int

const (
	// Pretrain has large upright objects in good light.
	Pretrain Domain = iota
	// Downstream has smaller, more tilted objects, less contrast and more noise:
	// the domain gap between pre-training and task.
	Downstream
	// V2 is wider still: a new test set collected in the manner of the old one.
	V2
)

// Range is an interval [Lo, Hi) from which a value is sampled uniformly.
type Range struct{ Lo, Hi float32 }

func (a Range) sample(r *rand.Rand) float32 { return a.Lo + (a.Hi-a.Lo)*r.Float32() }

// Nuisance holds the ranges of the nuisance factors. Position applies to both
// coordinates and Jitter to each channel. The phases always range over a full turn.
type Nuisance struct {
	Position, Scale, Rotation          Range
	Brightness, Contrast, Noise        Range
	TexFreq, TexContrast, ColourJitter Range
}

var nuisances = [...]Nuisance{
	Pretrain: {
		Position: Range{-.25, .25}, Scale: Range{.50, .90}, Rotation: Range{-.35, .35},
		Brightness: Range{-.12, .12}, Contrast: Range{.80, 1.15}, Noise: Range{0, .05},
		TexFreq: Range{11, 16}, TexContrast: Range{.15, .40}, ColourJitter: Range{-.15, .15},
	},
	Downstream: {
		Position: Range{-.35, .35}, Scale: Range{.42, .75}, Rotation: Range{-.60, .60},
		Brightness: Range{-.20, .10}, Contrast: Range{.55, .95}, Noise: Range{.03, .09},
		TexFreq: Range{12, 18}, TexContrast: Range{.25, .50}, ColourJitter: Range{-.25, .25},
	},
	V2: {
		Position: Range{-.40, .40}, Scale: Range{.40, .80}, Rotation: Range{-.70, .70},
		Brightness: Range{-.15, .20}, Contrast: Range{.50, .90}, Noise: Range{.04, .11},
		TexFreq: Range{10, 18}, TexContrast: Range{.25, .55}, ColourJitter: Range{-.25, .25},
	},
}

// Nuisance returns the ranges of the domain. It panics if d is not one of the
// three domains.
func (d Domain) Nuisance() Nuisance { return nuisances[d] }

// sample samples the four named factors uniformly and the nuisance from n.
func (n *Nuisance) sample(r *rand.Rand) Factors {
	const turn = 2 * math.Pi
	return Factors{
		Shape:       r.IntN(len(Shapes)),
		Texture:     r.IntN(len(Textures)),
		Colour:      r.IntN(len(Colours)),
		Background:  r.IntN(len(Backgrounds)),
		CX:          n.Position.sample(r),
		CY:          n.Position.sample(r),
		Scale:       n.Scale.sample(r),
		Rotation:    n.Rotation.sample(r),
		Brightness:  n.Brightness.sample(r),
		Contrast:    n.Contrast.sample(r),
		Noise:       n.Noise.sample(r),
		TexFreq:     n.TexFreq.sample(r),
		TexPhase:    turn * r.Float32(),
		TexContrast: n.TexContrast.sample(r),
		BackPhase:   turn * r.Float32(),
		Jitter:      [3]float32{n.ColourJitter.sample(r), n.ColourJitter.sample(r), n.ColourJitter.sample(r)},
		Seed:        r.Uint64(),
	}
}
