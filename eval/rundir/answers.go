package rundir

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// Answers are what a cell answered on one test set: for each of B images the
// label, the predicted one among N classes, probabilities, and signals of doubt.
type Answers struct {
	Dataset string   // that is tested on
	Test    string   // which classes were chosen among: "base", "new" or "all"
	Classes []string // [N]
	Images  []string // [B] names of the items

	Labels, Predicted []int // [B]
	// Signals holds those of SignalNames, [B] each; nil for one that the method
	// does not give.
	Signals [len(SignalNames)][]float64
	// Probabilities [B, N] are NaN where they were not kept.
	Probabilities [][]float32
}

// SignalNames are the signals of doubt, as columns of predictions.csv.gz are
// called; see [Signals].
var SignalNames = [...]string{"uncertainty", "conflict", "disagreement", "max_probability", "max_logit", "belief"}

// MaxProbability is the place of the probability of the predicted class in
// SignalNames, and Uncertainty that of the method's own doubt.
const (
	Uncertainty    = 0
	MaxProbability = 3
)

// answersFile holds the predictions of a cell until those of the run are put
// together.
func (c Cell) answersFile() string { return c.file(".csv.gz") }

// WriteAnswers writes what a cell answered, before the cell is finished.
func (r *Dir) WriteAnswers(c Cell, all []Answers) error {
	var classes []string
	for _, a := range all {
		for _, name := range unlike(a.Classes) {
			if !slices.Contains(classes, name) {
				classes = append(classes, name)
			}
		}
	}
	return r.folder().Write(c.answersFile(), func(w io.Writer) error {
		out, err := newPredictionWriter(w, classes)
		if err != nil {
			return err
		}
		for _, a := range all {
			names := unlike(a.Classes)
			for i := range a.Images {
				if err := out.write(a.prediction(c, names, i)); err != nil {
					return err
				}
			}
		}
		return out.close()
	})
}

// prediction is the line of image i; names are those of the classes.
func (a *Answers) prediction(c Cell, names []string, i int) *Prediction {
	p := &Prediction{Cell: c, Dataset: a.Dataset, Test: a.Test, Image: a.Images[i], Label: names[a.Labels[i]], Predicted: names[a.Predicted[i]]}
	for s, values := range a.Signals {
		p.Signals[s] = math.NaN()
		if values != nil {
			p.Signals[s] = values[i]
		}
	}
	for k, v := range a.Probabilities[i] {
		if v == v {
			p.Classes, p.Probabilities = append(p.Classes, names[k]), append(p.Probabilities, v)
		}
	}
	return p
}

// unlike tells classes of one name apart, of which published datasets have some:
// the second "crane" is "crane (2)".
func unlike(classes []string) []string {
	count := map[string]int{}
	out := make([]string, len(classes))
	for i, name := range classes {
		if count[name]++; count[name] > 1 {
			name = fmt.Sprintf("%s (%d)", name, count[name])
		}
		out[i] = name
	}
	return out
}
