package world

import "math/rand/v2"

// TrainRho is the correlation between class and irrelevant factors in the
// training set and, as in real benchmarks, in the base test set.
const TrainRho = 0.9

// Sampling says how the factors of a class's pictures are sampled. The zero value
// gives unconfounded photos in the pre-training range.
type Sampling struct {
	// Rho is the probability with which each irrelevant factor, independently,
	// takes the value that the class prefers; otherwise it is uniform.
	Rho float64
	// Domain is the range of the nuisance factors.
	Domain Domain
	// Style is how the pictures are rendered; it is an argument of Render.
	Style Style
	// Reverse takes the values that the previous class of the same half prefers, so
	// that the correlation of the training set points to the wrong class.
	Reverse bool
}

// Sample returns the factors of one picture of a class. It takes the same random
// numbers whatever d and class are, so samples of equal generators differ only in
// what d and class change. It panics if the class is outside [0, N).
func (t *Task) Sample(r *rand.Rand, class int, d Sampling) Factors {
	t.check("Sample", class)
	source := class
	if d.Reverse {
		source = t.previous(class)
	}
	f := d.Domain.nuisance().sample(r)
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
	// Sampling says how its pictures are sampled.
	Sampling Sampling
}

// Variants returns the shifted test sets that apply to the task, named after the
// variants of ImageNet that they correspond to:
//
//   - V2: the same correlations in a wider range of nuisance;
//   - Sketch: unconfounded outlines, left out where colour is part of the class;
//   - Adversarial: the correlations of another class;
//   - Rendition: unconfounded, posterised.
func (t *Task) Variants() []Variant {
	list := []Variant{{"V2", Sampling{Rho: TrainRho, Domain: V2}}}
	if !t.relevant(Colour) {
		list = append(list, Variant{"Sketch", Sampling{Domain: Downstream, Style: Sketch}})
	}
	return append(list,
		Variant{"Adversarial", Sampling{Rho: TrainRho, Domain: Downstream, Reverse: true}},
		Variant{"Rendition", Sampling{Domain: Downstream, Style: Rendition}})
}

func (t *Task) relevant(k Kind) bool {
	for _, other := range t.Relevant {
		if other == k {
			return true
		}
	}
	return false
}
