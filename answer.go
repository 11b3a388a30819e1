package frontdoor

import (
	"cmp"
	"fmt"
	"slices"

	"frontdoor/prompt"
)

// Answer is what a classifier says of one image.
type Answer struct {
	// Class is the most probable class, whatever the verdict is.
	Class string
	// Probability is that of Class, in [0, 1].
	Probability float32
	// Uncertainty in [0, 1] says how little the image is like any of the classes.
	// Methods with evidence compute it as u = K/S; for others it is one minus
	// Probability.
	Uncertainty float32
	// Verdict says whether the answer is one that a promise covers.
	Verdict Verdict
	// Distribution holds every class with its probability, the most probable one
	// first, and equal ones in the order of Classes.
	Distribution []Choice
	// Opinions are the answers of the method's templates, if it has several; they
	// are fused to this one.
	Opinions []Opinion
	// Conflict in [0, 1] is how much the opinions contradict each other; nil for
	// methods that do not say.
	Conflict *float32
}

// Choice is a class and its probability in [0, 1].
type Choice struct {
	Class       string
	Probability float32
}

// Opinion is what one template says of an image.
type Opinion struct {
	Name        string // of the template
	Class       string // its most probable one
	Probability float32
	Uncertainty float32
}

// TopK returns the k most probable classes, fewer if there are not as many.
func (a Answer) TopK(k int) []Choice {
	k = max(0, min(k, len(a.Distribution)))
	return a.Distribution[:k:k]
}

// Verdict says how far an answer can be relied on.
type Verdict int

// The verdicts. An image is Unfamiliar if it is like none of the classes, and
// otherwise Unsure if it may be of several: what is left is Known.
const (
	Unjudged   Verdict = iota // there is no promise for these classes
	Known                     // this class, with the promised risk
	Unsure                    // one of the classes, but which one is not certain
	Unfamiliar                // nothing that was learned
)

// String returns the verdict in lower case.
func (v Verdict) String() string {
	switch v {
	case Unjudged:
		return "unjudged"
	case Known:
		return "known"
	case Unsure:
		return "unsure"
	case Unfamiliar:
		return "unfamiliar"
	}
	return fmt.Sprintf("Verdict(%d)", int(v))
}

// answerOf reads image i off a prediction among classes. It fails if a number
// is infinite or NaN.
func answerOf(p prompt.Prediction, i int, classes []string) (Answer, error) {
	if !isAnswer(p, i) {
		return Answer{}, ErrNotANumber
	}
	row := p.Prob.Row(i)
	a := Answer{Uncertainty: p.Uncertainty[i], Distribution: make([]Choice, len(row))}
	for k, v := range row {
		a.Distribution[k] = Choice{classes[k], v}
	}
	slices.SortStableFunc(a.Distribution, func(x, y Choice) int { return cmp.Compare(y.Probability, x.Probability) })
	a.Class, a.Probability = a.Distribution[0].Class, a.Distribution[0].Probability
	if p.Conflict != nil {
		a.Conflict = &p.Conflict[i]
	}
	for _, t := range p.Templates {
		row := t.Prob.Row(i)
		best := prompt.Argmax(row)
		a.Opinions = append(a.Opinions, Opinion{t.Name, classes[best], row[best], t.Uncertainty[i]})
	}
	return a, nil
}

// isAnswer says whether everything predicted for image i is a number.
func isAnswer(p prompt.Prediction, i int) bool {
	for _, o := range append([]prompt.Prediction{p}, p.Templates...) {
		if !isFinite(o.Prob.Row(i)...) || !isFinite(o.Uncertainty[i]) {
			return false
		}
	}
	return p.Conflict == nil || isFinite(p.Conflict[i])
}

// isFinite says whether no number is infinite or NaN.
func isFinite(x ...float32) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}
