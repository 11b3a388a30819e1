package world

import (
	"fmt"
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

// interval is a range [Lo, Hi) from which a value is sampled uniformly.
type interval struct{ Lo, Hi float32 }

func (a interval) sample(r *rand.Rand) float32 { return a.Lo + (a.Hi-a.Lo)*r.Float32() }

// nuisance holds the ranges of the nuisance factors. Position applies to both
// coordinates and Jitter to each channel. The phases always range over a full turn.
type nuisance struct {
	Position, Scale, Rotation          interval
	Brightness, Contrast, Noise        interval
	TexFreq, TexContrast, ColourJitter interval
}

var nuisances = [...]nuisance{
	Pretrain: {
		Position: interval{-.25, .25}, Scale: interval{.50, .90}, Rotation: interval{-.35, .35},
		Brightness: interval{-.12, .12}, Contrast: interval{.80, 1.15}, Noise: interval{0, .05},
		TexFreq: interval{11, 16}, TexContrast: interval{.15, .40}, ColourJitter: interval{-.15, .15},
	},
	Downstream: {
		Position: interval{-.35, .35}, Scale: interval{.42, .75}, Rotation: interval{-.60, .60},
		Brightness: interval{-.20, .10}, Contrast: interval{.55, .95}, Noise: interval{.03, .09},
		TexFreq: interval{12, 18}, TexContrast: interval{.25, .50}, ColourJitter: interval{-.25, .25},
	},
	V2: {
		Position: interval{-.40, .40}, Scale: interval{.40, .80}, Rotation: interval{-.70, .70},
		Brightness: interval{-.15, .20}, Contrast: interval{.50, .90}, Noise: interval{.04, .11},
		TexFreq: interval{10, 18}, TexContrast: interval{.25, .55}, ColourJitter: interval{-.25, .25},
	},
}

// nuisance returns the ranges of the domain. It panics if d is not one of the
// three domains.
func (d Domain) nuisance() *nuisance {
	if d < 0 || int(d) >= len(nuisances) {
		panic(fmt.Sprintf("world: no domain %d", int(d)))
	}
	return &nuisances[d]
}

// sample samples the four named factors uniformly and the nuisance from n.
func (n *nuisance) sample(r *rand.Rand) Factors {
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
