package world

import "math/rand/v2"

// Cause is one of the things that a picture depends on: a named factor or a
// nuisance. Together, Causes are all of them.
type Cause struct {
	// Name is such as "background" or "texture phase".
	Name string

	take func(to, from *Factors)
}

var causes = []Cause{
	{"shape", func(to, from *Factors) { to.Shape = from.Shape }},
	{"texture", func(to, from *Factors) { to.Texture = from.Texture }},
	{"colour", func(to, from *Factors) { to.Colour = from.Colour }},
	{"background", func(to, from *Factors) { to.Background = from.Background }},
	{"position", func(to, from *Factors) { to.CX, to.CY = from.CX, from.CY }},
	{"scale", func(to, from *Factors) { to.Scale = from.Scale }},
	{"rotation", func(to, from *Factors) { to.Rotation = from.Rotation }},
	{"brightness", func(to, from *Factors) { to.Brightness = from.Brightness }},
	{"contrast", func(to, from *Factors) { to.Contrast = from.Contrast }},
	{"noise", func(to, from *Factors) { to.Noise = from.Noise }},
	{"texture frequency", func(to, from *Factors) { to.TexFreq = from.TexFreq }},
	{"texture phase", func(to, from *Factors) { to.TexPhase = from.TexPhase }},
	{"texture contrast", func(to, from *Factors) { to.TexContrast = from.TexContrast }},
	{"background phase", func(to, from *Factors) { to.BackPhase = from.BackPhase }},
	{"colour jitter", func(to, from *Factors) { to.Jitter = from.Jitter }},
	{"grain", func(to, from *Factors) { to.Seed = from.Seed }}, // of surfaces, and the pattern of the pixel noise
}

// Causes returns all causes, the four named factors first, in the order of
// Kind.
func Causes() []Cause { return append([]Cause(nil), causes...) }

// Cause returns the factor as a cause. It panics if k is not one of the four
// kinds.
func (k Kind) Cause() Cause {
	k.Names() // or panic
	return causes[k]
}

// IrrelevantCauses returns the causes that do not define a class: those whose
// intervention must not change an answer.
func (t *Task) IrrelevantCauses() []Cause {
	var list []Cause
	for i, c := range causes {
		if i >= Kinds || !t.relevant(Kind(i)) {
			list = append(list, c)
		}
	}
	return list
}

// Intervene is the intervention do(causes): the same factors but for the given
// causes, which are sampled again, named factors uniformly and nuisances
// uniformly in the ranges of the domain. It is a function of its arguments
// alone. All calls with the same f and seed take values from one alternative
// picture, so that interventions on several causes are made of those on each. It
// panics if there is no such domain.
func Intervene(f Factors, d Domain, seed uint64, causes ...Cause) Factors {
	other := d.nuisance().sample(alternative(f, seed))
	for _, c := range causes {
		c.take(&f, &other)
	}
	return f
}

// Reverse gives a picture of a class the context of another class: each
// irrelevant factor takes with probability rho the value that the previous class
// of the same half prefers and is uniform otherwise. All else, the noise
// included, stays. It is a function of its arguments alone and panics if the
// class is outside [0, N).
func (t *Task) Reverse(f Factors, class int, rho float64, seed uint64) Factors {
	t.check("Reverse", class)
	r := alternative(f, seed)
	other := nuisances[Downstream].sample(r)
	for _, k := range t.Irrelevant {
		value := other.Value(k)
		if r.Float64() < rho {
			value = t.values[t.previous(class)][k]
		}
		f = f.Do(k, value)
	}
	return f
}

// alternative returns the random numbers from which another version of a
// picture is sampled. The seed of its grain differs from picture to picture.
func alternative(f Factors, seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(hash(seed^alternativeStream), f.Seed))
}

const alternativeStream = 0x452821e638d01377
