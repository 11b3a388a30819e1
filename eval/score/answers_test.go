package score

import (
	"errors"
	"math"
	"slices"
	"testing"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/eval/train"
	"frontdoor/internal/evaltest"
	"frontdoor/method"
)

// A recorded outcome has each image that could be read with all its
// probabilities, whose largest is that of the prediction.
func TestAnswers(t *testing.T) {
	r := evaltest.Data(t)
	base := data.Subset(r.Dataset, data.Base)
	l := evaltest.Learner(t, r, "zeroshot", evaltest.Recipe(t, r.Model, "zeroshot", method.Settings{}), base.Classes)
	set := &TestSet{Items: base.Test, Load: train.NewLoader(r.Model, new(data.Report)), Record: true}
	o, err := set.Classify(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	a := o.Answers(base.Classes)
	if len(a.Images) != len(base.Test) || len(a.Probabilities) != len(base.Test) {
		t.Fatalf("%d images and %d rows, want %d", len(a.Images), len(a.Probabilities), len(base.Test))
	}
	for i, it := range base.Test {
		sum := 0.0
		for _, p := range a.Probabilities[i] {
			sum += float64(p)
		}
		largest := float64(slices.Max(a.Probabilities[i]))
		if a.Images[i] != it.Name() || a.Labels[i] != it.Label || math.Abs(sum-1) > 1e-5 || largest != a.Signals[rundir.MaxProbability][i] {
			t.Errorf("%s of class %d: sum %v, largest %v, signal %v", a.Images[i], a.Labels[i], sum, largest, a.Signals[rundir.MaxProbability][i])
		}
	}
}

// Answers that are NaN are an error: their largest would be the first class.
func TestAnswersThatAreNotNumbers(t *testing.T) {
	r := evaltest.Data(t)
	base := data.Subset(r.Dataset, data.Base)
	l := evaltest.Learner(t, r, "coop", evaltest.Recipe(t, r.Model, "coop", method.Settings{}), base.Classes)
	l.Params()[0].Tensor.Data[0] = float32(math.NaN())
	if err := l.SetClasses(base.Classes); err != nil {
		t.Fatal(err)
	}
	if _, err := Classify(t.Context(), l, base.Test, train.NewLoader(r.Model, new(data.Report))); !errors.Is(err, errNotANumber) {
		t.Errorf("error %v", err)
	}
}

func TestMostProbable(t *testing.T) {
	row := mostProbable([]float32{0.1, 0.4, 0.2, 0.2, 0.1}, 3)
	for k, kept := range []bool{false, true, true, true, false} {
		if (row[k] == row[k]) != kept {
			t.Errorf("class %d: %v", k, row[k])
		}
	}
}
