package eval

import (
	"context"
	"math"
	"slices"
	"sort"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/eval/score"
	"frontdoor/method"
	"frontdoor/prompt"
)

// standIn is a closed-form head that answers in folds in the place of a method
// which takes long to train. Its probabilities and its logits are not the
// method's. What is carried over is their order: the answer that so many of its
// own are more sure than counts as an answer of the method that as many of the
// method's are more sure than.
type standIn struct {
	*Calibration
	how      *method.Method
	settings method.Settings
	half     *data.Dataset // what the method was trained on
}

// enough is from how many held-out images the method's own answers are read.
const enough = 30

// answer notes the answers of the folds, as answers of the method l, and returns
// the images of classes that were left out.
func (s *standIn) answer(ctx context.Context, l prompt.Learner, fold []int) ([]rundir.Stranger, error) {
	var given []answered
	err := s.ask(ctx, s.how, s.settings, s.half, fold, func(o *score.Outcome) { given = append(given, answers(o)...) })
	if err != nil {
		return nil, err
	}
	own, err := s.reference(ctx, l)
	if err != nil {
		return nil, err
	}
	confidence := newScale(given, own, func(a answered) float64 { return a.Confidence })
	doubt := newScale(given, own, func(a answered) float64 { return a.doubt })
	for _, a := range given {
		a.Confidence, a.doubt = confidence.of(a.Confidence), doubt.of(a.doubt)
		s.answered = append(s.answered, a)
	}
	return s.leaveOut(ctx, doubt)
}

// reference returns answers of the method itself, right or wrong: those about images
// that were held out or, where they are few, about the training images as well.
// Of these it is surer than of others, so that thresholds come out stricter.
func (s *standIn) reference(ctx context.Context, l prompt.Learner) ([]answered, error) {
	own := slices.Clone(s.answered)
	if len(own) >= enough {
		return own, nil
	}
	if err := l.SetClasses(s.classes); err != nil {
		return nil, err
	}
	o, err := score.Classify(ctx, l, s.half.Train, s.load)
	if err != nil {
		return nil, err
	}
	return append(own, s.own(o)...), nil
}

// leaveOut fits the head without a part of the classes, part by part, and asks it
// about the images of these.
func (s *standIn) leaveOut(ctx context.Context, doubt scale) (found []rundir.Stranger, err error) {
	n := min(parts, len(s.classes))
	for part := range n {
		rest, out := without(s.half, func(label int) bool { return label%n == part })
		if len(rest.Classes) < 2 || len(out) == 0 {
			continue
		}
		l, err := s.train(ctx, s.how, s.settings, rest)
		if err != nil {
			return nil, err
		}
		o, err := score.Classify(ctx, l, out, s.load)
		if err != nil {
			return nil, err
		}
		some := strange(out, o, rest.Classes)
		for i := range some {
			some[i].Doubt = doubt.of(some[i].Doubt)
		}
		found = append(found, some...)
	}
	return found, nil
}

// without returns a dataset without the training images of some classes, and
// these.
func without(ds *data.Dataset, leave func(label int) bool) (rest *data.Dataset, out []data.Item) {
	rest = &data.Dataset{Name: ds.Name, Template: ds.Template}
	number := make([]int, len(ds.Classes))
	for k, name := range ds.Classes {
		if !leave(k) {
			number[k] = len(rest.Classes)
			rest.Classes = append(rest.Classes, name)
		}
	}
	for _, it := range ds.Train {
		if leave(it.Label) {
			out = append(out, it)
			continue
		}
		it.Label = number[it.Label]
		rest.Train = append(rest.Train, it)
	}
	return rest, out
}

// scale carries numbers from one distribution to another by their ranks.
type scale struct{ from, to []float64 }

func newScale(from, to []answered, number func(answered) float64) scale {
	sorted := func(all []answered) []float64 {
		out := make([]float64, len(all))
		for i, a := range all {
			out[i] = number(a)
		}
		slices.Sort(out)
		return out
	}
	return scale{sorted(from), sorted(to)}
}

// of returns the number that as large a share of the one distribution is below as
// x has below it in the other. What is above all stays above all.
func (s scale) of(x float64) float64 {
	i := sort.SearchFloat64s(s.from, x)
	if i == len(s.from) {
		return math.Nextafter(s.to[len(s.to)-1], math.Inf(1))
	}
	return s.to[i*len(s.to)/len(s.from)]
}
