package score

import (
	"cmp"
	"math"
	"slices"

	"frontdoor/eval/rundir"
	"frontdoor/prompt"
)

// Of a test set up to keptNumbers probabilities are kept; of one that has more,
// those of the keptClasses most probable classes of each image.
const (
	keptNumbers = 500_000
	keptClasses = 5
)

// record keeps the names and probabilities of a batch of a test set of so many
// images.
func (o *Outcome) record(names []string, p prompt.Prediction, images int) {
	o.images = append(o.images, names...)
	for i := range names {
		row := slices.Clone(p.Prob.Row(i)) // [N]
		if len(row)*images > keptNumbers && len(row) > keptClasses {
			row = mostProbable(row, keptClasses)
		}
		o.probabilities = append(o.probabilities, row)
	}
}

// mostProbable replaces all but the n largest probabilities by NaN.
func mostProbable(row []float32, n int) []float32 {
	order := make([]int, len(row))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(row[b], row[a]) })
	for _, k := range order[n:] {
		row[k] = float32(math.NaN())
	}
	return row
}

// Answers returns the outcome image by image, among classes, of a test set that
// was recorded.
func (o *Outcome) Answers(classes []string) rundir.Answers {
	return rundir.Answers{Classes: classes, Images: o.images, Labels: o.Labels, Predicted: o.Predicted,
		Signals: o.signals, Probabilities: o.probabilities}
}
