package world

import (
	"fmt"
	"math/rand/v2"
)

// TrainRho is the correlation between class and irrelevant factors in the
// training set and, as in real benchmarks, in the base test set.
const TrainRho = 0.9

// Draw says how pictures of a class are drawn. The zero value draws
// unconfounded photos in the pre-training range.
type Draw struct {
	// Rho is the probability with which each irrelevant factor, independently,
	// takes the value that the class prefers; otherwise it is uniform.
	Rho float64
	// Domain is the range of the nuisance factors.
	Domain Domain
	// Style is the manner of drawing, to be given to Render.
	Style Style
	// Reverse takes the values that the previous class of the same half prefers:
	// whoever learned the correlation is led astray.
	Reverse bool
}

// Sample draws the factors of one picture of a class. It uses the same random
// numbers whatever d and class are, so draws from equal generators differ in
// nothing but what they must. It panics if the class is outside [0, N).
func (t *Task) Sample(r *rand.Rand, class int, d Draw) Factors {
	if class < 0 || class >= len(t.values) {
		panic(fmt.Sprintf("world.Task.Sample: class %d outside [0, %d)", class, len(t.values)))
	}
	source := class
	if d.Reverse {
		source = t.previous(class)
	}
	f := nuisances[d.Domain].sample(r)
	for _, k := range t.Irrelevant {
		if r.Float64() < d.Rho {
			f = f.Do(k, t.values[source][k])
		}
	}
	for _, k := range t.Relevant {
		f = f.Do(k, t.values[class][k])
	}
	return f
}

// Variant is a shifted test set of a task.
type Variant struct {
	// Name is "V2", "Sketch", "Adversarial" or "Rendition".
	Name string
	// Draw says how its pictures are drawn.
	Draw Draw
}

// Variants returns the shifted test sets that make sense for the task, named
// after the variants of ImageNet whose part they play:
//
//   - V2: the same correlations in a wider range of nuisance;
//   - Sketch: unconfounded outlines, left out where colour is part of the class;
//   - Adversarial: the correlations of another class;
//   - Rendition: unconfounded, posterised.
func (t *Task) Variants() []Variant {
	list := []Variant{{"V2", Draw{Rho: TrainRho, Domain: V2}}}
	if !t.relevant(Colour) {
		list = append(list, Variant{"Sketch", Draw{Domain: Downstream, Style: Sketch}})
	}
	return append(list,
		Variant{"Adversarial", Draw{Rho: TrainRho, Domain: Downstream, Reverse: true}},
		Variant{"Rendition", Draw{Domain: Downstream, Style: Rendition}})
}

func (t *Task) relevant(k Kind) bool {
	for _, other := range t.Relevant {
		if other == k {
			return true
		}
	}
	return false
}
